"""The file that a recording goes to: a Protocol, and a plain 16-bit stereo WAV file."""

import os
from pathlib import Path
from struct import Struct
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

CHANNELS = 2
FRAME_BYTES = 4  # one sample of each side
_HEADER = Struct("<4sI4s4sIHHIIHH4sI")
WAV_HEADER_BYTES = _HEADER.size
_LARGEST_DATA = 2**32 - 1 - _HEADER.size

Block = NDArray[np.int16]
"""(samples, 2), little-endian: caller left, agent right."""


class SoundFile(Protocol):
    """A stereo file being written; after each call what was appended survives a crash.

    Every method raises OSError when the disk does not do it.
    """

    def append(self, block: Block) -> None:
        """Add samples at the end."""
        ...

    def silence_caller(self, begins: int, ends: int) -> None:
        """Overwrite the caller's side from one sample to another, as far as the file has it."""
        ...

    def close(self) -> None:
        """Nothing more comes."""
        ...


class SoundFormat(Protocol):
    """How recordings are stored."""

    suffix: str

    def create(self, path: Path, rate_hz: int) -> SoundFile:
        """A new file, or in place of an old one. Raises OSError."""
        ...

    def open(self, path: Path) -> SoundFile:
        """A file that was created before, to silence parts of it. Raises OSError."""
        ...


class WavFormat:
    """Implements `SoundFormat`."""

    suffix = ".wav"

    def create(self, path: Path, rate_hz: int) -> SoundFile:
        """An empty WAV file."""
        file = WavFile(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), rate_hz)
        file.append(np.empty((0, CHANNELS), "<i2"))
        return file

    def open(self, path: Path) -> SoundFile:
        """It knows no rate: good for silencing."""
        return WavFile(os.open(path, os.O_RDWR), 0)


class WavFile:
    """Implements `SoundFile`: the header is brought up to date with each block."""

    def __init__(self, descriptor: int, rate_hz: int) -> None:
        self._descriptor = descriptor
        self._rate_hz = rate_hz
        self._data_bytes = 0

    def append(self, block: Block) -> None:
        """One call for the block and one for the header.

        Each gives up the interpreter lock and has to win it back from the event loop, which costs
        more than the writing.
        """
        write_at(self._descriptor, block.data, _HEADER.size + self._data_bytes)
        self._data_bytes += block.nbytes
        write_at(self._descriptor, wav_header(self._rate_hz, self._data_bytes), 0)

    def silence_caller(self, begins: int, ends: int) -> None:
        """In place."""
        offset = _HEADER.size + begins * FRAME_BYTES
        data = os.pread(self._descriptor, (ends - begins) * FRAME_BYTES, offset)
        samples = np.frombuffer(data, "<i2", len(data) // FRAME_BYTES * CHANNELS).copy()
        samples[::CHANNELS] = 0
        write_at(self._descriptor, samples.tobytes(), offset)

    def close(self) -> None:
        """Without waiting for the disk."""
        os.close(self._descriptor)


def wav_header(rate_hz: int, data_bytes: int) -> bytes:
    """The 44 bytes before 16-bit stereo data."""
    size = min(data_bytes, _LARGEST_DATA)
    riff = (b"RIFF", size + _HEADER.size - 8, b"WAVE")
    form = (b"fmt ", 16, 1, CHANNELS, rate_hz, rate_hz * FRAME_BYTES, FRAME_BYTES, 16)
    return _HEADER.pack(*riff, *form, b"data", size)


def write_at(descriptor: int, data: bytes | memoryview, offset: int) -> None:
    """Write all of it; a nearly full disk takes a part first and fails the next time."""
    rest = memoryview(data).cast("B") if len(data) else memoryview(b"")
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest = rest[written:]
        offset += written
