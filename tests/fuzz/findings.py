"""What a run has found: one case a fault, the shortest, as a file."""

import hashlib
import re
import traceback
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.target import Hang

CASES = Path(__file__).parent / "cases"
_OURS = re.compile(r"/(agent|tests)/")


@dataclass(frozen=True)
class Finding:
    """A fault: where it is, what was raised, and the case that shows it."""

    place: str
    problem: str
    data: bytes


class Findings:
    """Faults told apart by the place in our code that raised them, and by what they raised."""

    def __init__(self, folder: Path) -> None:
        """`folder` takes a file a fault; it is made when there is one."""
        self._folder = folder
        self.found: dict[str, Finding] = {}

    def add(self, error: BaseException, data: bytes) -> None:
        """Keep it unless a shorter case of the same fault is kept."""
        # A hang stops somewhere else each time.
        place = "" if isinstance(error, Hang) else _place(error)
        key = f"{type(error).__name__} {place}"
        earlier = self.found.get(key)
        if earlier is not None and len(earlier.data) <= len(data):
            return
        self.found[key] = Finding(place, f"{type(error).__name__}: {error}"[:300], data)
        self._folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(key.encode()).hexdigest()[:8]
        (self._folder / f"{type(error).__name__.lower()}-{digest}").write_bytes(data)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _OURS.search(frame.filename)] or list(frames)
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "?"
