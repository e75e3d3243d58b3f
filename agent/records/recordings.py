"""The one door to recordings: plain ones and encrypted ones are read as the same WAV."""

import contextlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from agent.media.sound_file import SoundFormat, WavFormat
from agent.sealing.keys import KeyRing
from agent.sealing.sound import SUFFIX, SealedFormat, open_sealed

OpenRecording = Callable[[Path], BinaryIO]
"""A recording as a WAV file to read and seek in, or what `Recordings.open` raises."""


class Recordings:
    """Where recordings go, and how they are read again."""

    def __init__(self, directory: Path, keys: KeyRing) -> None:
        """New ones are encrypted where there is a key; old ones are read as they are."""
        self._directory = directory
        self._keys = keys
        self.sound_format: SoundFormat = SealedFormat(keys) if keys else WavFormat()

    def make_private(self) -> None:
        """Make the directory, or take it from other users.

        Where that fails, calls are taken all the same: a recording tells for itself.
        """
        with contextlib.suppress(OSError):
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._directory.chmod(0o700)

    def place(self, call_id: str, day: datetime) -> Path:
        """The file of a call that begins now: a folder a day."""
        name = f"{call_id}{self.sound_format.suffix}"
        return self._directory / day.strftime("%Y/%m/%d") / name

    def open(self, path: Path) -> BinaryIO:
        """A recording as a WAV file to read and seek in.

        Raises OSError, and for an encrypted one KeyMissing and SealBroken.
        """
        return open_sealed(path, self._keys) if is_sealed(path) else path.open("rb")


def open_plain(path: Path) -> BinaryIO:
    """One that is not encrypted. Raises OSError, and KeyMissing for one that is."""
    return Recordings(path.parent, KeyRing()).open(path)


def is_sealed(path: Path) -> bool:
    """Whether other programs can't read it as it is."""
    return path.suffix == SUFFIX
