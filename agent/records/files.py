"""The files that belong to a call's recording."""

from collections.abc import Iterable
from pathlib import Path

from agent.records.errors import ErasureRefused
from agent.sealing.sound import SUFFIX

# What a recording has beside it.
_COMPANIONS = (".wav", SUFFIX, ".html")


def companions(recording: Path) -> tuple[Path, ...]:
    """The files that belong to a recording, itself included, as far as they exist."""
    files = (recording.with_suffix(suffix) for suffix in _COMPANIONS)
    return tuple(file for file in files if file.exists())


def files_of(recordings: Iterable[str | None]) -> tuple[Path, ...]:
    """The files of all these recordings; None is a call without."""
    return tuple(file for path in recordings if path for file in companions(Path(path)))


def delete_files(files: Iterable[Path]) -> None:
    """Delete them; what is gone already is no error. Raises ErasureRefused at the first failure."""
    try:
        for file in files:
            file.unlink(missing_ok=True)
    except OSError as error:
        raise ErasureRefused(f"{error.filename} can't be deleted: {error.strerror}.") from None
