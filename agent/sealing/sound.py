"""Encrypted recordings: chunks of one second, each sealed by itself (AES-256-GCM).

    magic 8 | key id 4 | salt 16 | rate u32 | chunk bytes u32       the header, little-endian
    nonce 12 | ciphertext | tag 16                                  a chunk; the last may be short

The key is the file's own (HKDF over the salt), and the header and the chunk's number are
authenticated with it: chunks can't be exchanged, within a file or between files. A chunk that is
written again has a new nonce. A file that was cut off can be read up to there; that something was
cut off at the end of a chunk can't be seen.
"""

import io
import os
import secrets
from pathlib import Path
from struct import Struct
from typing import BinaryIO

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agent.media.sound_file import (
    CHANNELS,
    FRAME_BYTES,
    WAV_HEADER_BYTES,
    Block,
    SoundFile,
    wav_header,
    write_at,
)
from agent.sealing.errors import SealBroken
from agent.sealing.keys import NONCE_BYTES, TAG_BYTES, KeyRing

SUFFIX = ".sealed"
_MAGIC = b"UNDSEAL1"
_HEADER = Struct("<8s4s16sII")
_EXTRA = NONCE_BYTES + TAG_BYTES
_CHUNK_S = 1
_HIGHEST_HZ = 48000


def _chunk_bytes(rate_hz: int) -> int:
    return _CHUNK_S * rate_hz * FRAME_BYTES


class SealedFormat:
    """Implements `media.sound_file.SoundFormat`."""

    suffix = SUFFIX

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def create(self, path: Path, rate_hz: int) -> SoundFile:
        """A file with a key of its own."""
        salt = secrets.token_bytes(16)
        header = _HEADER.pack(_MAGIC, self._keys.first, salt, rate_hz, _chunk_bytes(rate_hz))
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        write_at(descriptor, header, 0)
        return SealedFile(Chunks(descriptor, self._keys, path))

    def open(self, path: Path) -> SoundFile:
        """Also raises KeyMissing and SealBroken."""
        return SealedFile(Chunks(os.open(path, os.O_RDWR), self._keys, path))


class Chunks:
    """The chunks of an open file, by their number."""

    def __init__(self, descriptor: int, keys: KeyRing, path: Path) -> None:
        """Read the header. Raises SealBroken for a file that has none, KeyMissing and OSError."""
        self.descriptor = descriptor
        self._path = path
        self._header = os.pread(descriptor, _HEADER.size, 0)
        if len(self._header) < _HEADER.size or not self._header.startswith(_MAGIC):
            raise SealBroken(f"{path} is not an encrypted recording: restore it from a back-up.")
        fields: tuple[bytes, bytes, bytes, int, int] = _HEADER.unpack(self._header)
        _, key_id, salt, self.rate_hz, self.size = fields
        # Not authenticated before the first chunk is, which must not be gigabytes then.
        if not 0 < self.rate_hz <= _HIGHEST_HZ or self.size != _chunk_bytes(self.rate_hz):
            raise SealBroken(f"{path} has a damaged header: restore it from a back-up.")
        self._cipher: AESGCM = keys.of_file(key_id, salt)

    def read(self, number: int) -> bytes:
        """The plain content, less than `size` in the last one. Raises SealBroken."""
        sealed = os.pread(self.descriptor, self.size + _EXTRA, self._place(number))
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, rest, self._context(number))
        except (InvalidTag, ValueError):
            raise SealBroken(
                f"The recording {self._path} is damaged at {number * _CHUNK_S} s: restore it from "
                "a back-up."
            ) from None

    def write(self, number: int, plain: bytes) -> None:
        """In place of what is there."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, plain, self._context(number))
        write_at(self.descriptor, sealed, self._place(number))

    def length(self) -> int:
        """Plain bytes that can be read; a last chunk that a crash has torn does not count."""
        held = os.fstat(self.descriptor).st_size - _HEADER.size
        whole, rest = divmod(max(held, 0), self.size + _EXTRA)
        last, least = (whole, rest - _EXTRA) if rest > _EXTRA else (whole - 1, self.size)
        if last < 0:
            return 0
        try:
            self.read(last)
        except SealBroken:
            return last * self.size
        return last * self.size + least

    def close(self) -> None:
        """Close the file."""
        os.close(self.descriptor)

    def _place(self, number: int) -> int:
        return _HEADER.size + number * (self.size + _EXTRA)

    def _context(self, number: int) -> bytes:
        return self._header + number.to_bytes(8, "little")


class SealedFile:
    """Implements `media.sound_file.SoundFile`: the chunk that is not full is written again."""

    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks
        self._length = chunks.length()
        whole, rest = divmod(self._length, chunks.size)
        self._open = bytearray(chunks.read(whole)) if rest else bytearray()

    def append(self, block: Block) -> None:
        """One write a chunk."""
        self._open += block.tobytes()
        size = self._chunks.size
        number = self._length // size
        while self._open:
            part = bytes(self._open[:size])
            self._chunks.write(number, part)
            self._length = number * size + len(part)
            if len(part) < size:
                break
            del self._open[:size]
            number += 1

    def silence_caller(self, begins: int, ends: int) -> None:
        """Decrypt, silence and encrypt again."""
        size = self._chunks.size // FRAME_BYTES  # samples of a chunk
        held = self._length // FRAME_BYTES
        for number in range(begins // size, -(-min(ends, held) // size)):
            samples = np.frombuffer(self._chunks.read(number), "<i2").copy()
            first = max(0, begins - number * size)
            samples[first * CHANNELS : (ends - number * size) * CHANNELS : CHANNELS] = 0
            self._chunks.write(number, samples.tobytes())
            if number == held // size:
                self._open[:] = samples.tobytes()

    def close(self) -> None:
        """Without waiting for the disk."""
        self._chunks.close()


class _Plain(io.RawIOBase):
    """A sealed recording as the WAV file that it stands for; seeks without reading."""

    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks
        self._data_bytes = chunks.length()
        self._wav_header = wav_header(chunks.rate_hz, self._data_bytes)
        self._at = 0
        self._kept: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        end = WAV_HEADER_BYTES + self._data_bytes
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: end}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._next()[: len(buffer)]
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._chunks.close()
        super().close()

    def _next(self) -> bytes:
        """What there is at the position, to the end of its chunk."""
        if self._at < WAV_HEADER_BYTES:
            return self._wav_header[self._at :]
        place = self._at - WAV_HEADER_BYTES
        if place >= self._data_bytes:
            return b""
        number, within = divmod(place, self._chunks.size)
        if self._kept[0] != number:
            self._kept = number, self._chunks.read(number)
        return self._kept[1][within:]


def open_sealed(path: Path, keys: KeyRing) -> BinaryIO:
    """A sealed recording as a plain WAV file to read. Raises OSError, KeyMissing, SealBroken."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return io.BufferedReader(_Plain(Chunks(descriptor, keys, path)))
    except BaseException:
        os.close(descriptor)
        raise
