"""Synthesised lines on disk: a file a line and rate, checked when read, dropped when unused."""

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import structlog

from agent.speech.protocols import Pcm

_DIGEST_BYTES = 32
_UNUSED_AFTER_S = 30 * 24 * 3600.0
# Part of every key: raise it when lines are conditioned differently.
_FORMAT = "1"


class LineStore:
    """A directory of lines.

    A file is the SHA-256 of its audio followed by the audio, s16le. A disk that can't be written
    is logged and lived with: the cache then lasts as long as the process.
    """

    def __init__(
        self, directory: Path, voice_id: str, *, wall_clock: Callable[[], float] = time.time
    ) -> None:
        self._directory = directory
        self._voice_id = voice_id
        self._wall_clock = wall_clock

    def path(self, text: str, sample_rate_hz: int) -> Path:
        """Where a line is or would be."""
        key = "\0".join((_FORMAT, self._voice_id, str(sample_rate_hz), text))
        return self._directory / f"{hashlib.sha256(key.encode()).hexdigest()}.line"

    def read(self, text: str, sample_rate_hz: int) -> Pcm | None:
        """A line's audio; None when it isn't there or is damaged. Marks it as used."""
        path = self.path(text, sample_rate_hz)
        try:
            content = path.read_bytes()
            now = self._wall_clock()
            os.utime(path, (now, now))
        except OSError:
            return None
        digest, audio = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
        if hashlib.sha256(audio).digest() != digest:
            structlog.get_logger().warning("line_cache_file_damaged", path=str(path))
            return None
        return np.frombuffer(audio, dtype="<i2").astype(np.int16)

    def write(self, text: str, sample_rate_hz: int, pcm: Pcm) -> None:
        """Keep a line; readers see all of it or nothing."""
        audio = pcm.astype("<i2").tobytes()
        path = self.path(text, sample_rate_hz)
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=self._directory, suffix=".tmp")
            with os.fdopen(descriptor, "wb") as file:
                file.write(hashlib.sha256(audio).digest() + audio)
            Path(temporary).replace(path)
        except OSError as error:
            structlog.get_logger().warning(
                "line_cache_not_written", path=str(path), error=error.strerror
            )

    def drop_unused(self) -> int:
        """Remove what was not used for 30 days; how many files that was."""
        oldest = self._wall_clock() - _UNUSED_AFTER_S
        dropped = 0
        for pattern in ("*.line", "*.tmp"):
            for path in self._directory.glob(pattern):
                try:
                    if path.stat().st_mtime < oldest:
                        path.unlink()
                        dropped += 1
                except OSError:  # another process was quicker
                    continue
        return dropped
