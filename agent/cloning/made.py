"""Which output was made from which input, so that only what changed is made again."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

# Sound is big, and what it was made from is in the transcript beside it.
_NOT_HASHED = frozenset({".wav", ".flac", ".html", ".svg", ".md"})


def digest(*parts: str | bytes) -> str:
    """A key of these parts; their borders count."""
    found = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        found.update(len(content).to_bytes(8, "big"))
        found.update(content)
    return found.hexdigest()[:32]


def folder_digest(folder: Path) -> str:
    """A key of a folder's data files; its reports, pictures and sound are left out."""
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in _NOT_HASHED and not path.name.startswith(".")
    )
    return digest(
        *(
            part
            for path in files
            for part in (
                path.relative_to(folder).as_posix(),
                hashlib.sha256(path.read_bytes()).digest(),
            )
        )
    )


class Made:
    """What a step has made, item by item. A line is appended when the output is on the disk."""

    def __init__(self, root: Path, step: str) -> None:
        self._path = root / ".made" / f"{step}.jsonl"
        self._keys: dict[str, str] = dict(self._lines())

    def __contains__(self, item_and_key: tuple[str, str]) -> bool:
        item, key = item_and_key
        return self._keys.get(item) == key

    def note(self, item: str, key: str) -> None:
        """The item's output is on the disk, made from what the key stands for."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([item, key]) + "\n")
        self._keys[item] = key

    def forget(self) -> None:
        """Everything is made again."""
        self._path.unlink(missing_ok=True)
        self._keys.clear()

    def _lines(self) -> Iterable[tuple[str, str]]:
        if not self._path.exists():
            return
        for line in self._path.read_text("utf-8").splitlines():
            try:
                item, key = json.loads(line)
            except ValueError:
                continue  # the crash that this file is for came while it was written
            yield item, key
