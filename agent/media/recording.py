"""The stereo recording of a call: caller left, agent right.

One frame of each side goes in every tick, so the sides can't drift apart. The event loop fills a
block of about a second; a thread a recording writes it, and brings the WAV header up to date each
time: a recording cut off by a crash still opens. What must not be kept is overwritten by silence,
by the same thread and so in order, where it is on the disk already.
"""

import asyncio
import contextlib
import os
import queue
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path
from struct import Struct

import numpy as np
import structlog
from numpy.typing import NDArray

from agent.media.codecs import FRAME_MS, Pcm

_HEADER = Struct("<4sI4s4sIHHIIHH4sI")
_CHANNELS = 2
_BYTES_PER_SAMPLE = 2
_LARGEST_DATA = 2**32 - 1 - _HEADER.size
_BLOCK_FRAMES = 50
# A disk that takes nothing for this many seconds has failed; memory must not pay for it.
_MAX_WAITING_BLOCKS = 30
_CLOSE_TIMEOUT_S = 5.0

_Block = NDArray[np.int16]
"""(samples, 2), little-endian."""


@dataclass(frozen=True, slots=True)
class _Blank:
    """Samples of the caller's side that are to become silence."""

    begins: int
    ends: int


class StereoRecorder:
    """A 16-bit WAV file in the making.

    A file that can't be opened or written ends the recording, with one logged error and in
    `error`; the call goes on.
    """

    def __init__(self, path: Path, sample_rate_hz: int) -> None:
        self.path = path
        self.error: str | None = None
        self._sample_rate_hz = sample_rate_hz
        self._block = self._new_block()
        self._filled = 0
        # Calls that start together must not all be written out in the same tick, ever after.
        self._room = len(self._block) // _BLOCK_FRAMES * (1 + secrets.randbelow(_BLOCK_FRAMES))
        self._handed_over = 0  # samples
        self._muted = False
        self._discarded = False
        self._blocks: queue.Queue[_Block | _Blank | None] = queue.Queue(_MAX_WAITING_BLOCKS)
        self._late: list[_Blank] = []
        self._thread = threading.Thread(
            target=self._write_all, name=f"recording {path.name}", daemon=True
        )
        self._thread.start()

    def add(self, caller: Pcm, agent: Pcm) -> None:
        """Append one tick: 20 ms of each side, copied. Never blocks."""
        if self.error is not None or self._discarded:
            return
        end = self._filled + len(caller)
        self._block[self._filled : end, 0] = 0 if self._muted else caller
        self._block[self._filled : end, 1] = agent
        self._filled = end
        if end >= self._room:
            self._hand_over()

    def mute_caller(self, since_s: float) -> None:
        """From this audio time on the caller's side is silence, until `unmute_caller`.

        What of it was recorded already is overwritten, on the disk too.
        """
        begins = max(0, round(since_s * self._sample_rate_hz))
        self._block[max(0, begins - self._handed_over) : self._filled, 0] = 0
        self._muted = True
        if begins < self._handed_over:
            self._blank(_Blank(begins, self._handed_over))

    def unmute_caller(self) -> None:
        """The caller's side is recorded again."""
        self._muted = False

    def discard(self) -> None:
        """Stop recording and delete the file; does not wait for it."""
        self._discarded = True
        if self._thread.is_alive():
            with contextlib.suppress(queue.Full):  # it is awake then, and sees the flag
                self._blocks.put_nowait(None)
        else:
            self._delete()

    def finish(self) -> None:
        """Hand what is left to the writer and tell it to end; does not wait for it."""
        if self._discarded:
            return
        self._hand_over()
        self._put(None)

    async def aclose(self) -> None:
        """Finish and wait until the file is complete, at most 5 s."""
        self.finish()
        await asyncio.to_thread(self._wait_for_writer)

    def _wait_for_writer(self) -> None:
        self._thread.join(_CLOSE_TIMEOUT_S)
        if self._thread.is_alive():
            self._fail(f"not written after {_CLOSE_TIMEOUT_S:.0f} s")
            return
        # What was to become silence after a failure had ended the writer.
        if not self._discarded and (self._late or not self._blocks.empty()):
            try:
                with self.path.open("r+b", buffering=0) as file:
                    self._blank_what_is_left(file.fileno())
            except OSError as error:
                self._fail(error.strerror or str(error))

    def _new_block(self) -> _Block:
        samples = _BLOCK_FRAMES * self._sample_rate_hz * FRAME_MS // 1000
        return np.empty((samples, _CHANNELS), "<i2")

    def _hand_over(self) -> None:
        if self._filled:
            self._handed_over += self._filled
            self._put(self._block[: self._filled])
            self._block = self._new_block()
            self._filled = 0
            self._room = len(self._block)

    def _put(self, block: _Block | None) -> None:
        try:
            self._blocks.put_nowait(block)
        except queue.Full:
            self._fail("the disk takes nothing")

    def _blank(self, blank: _Blank) -> None:
        try:
            self._blocks.put_nowait(blank)
        except queue.Full:
            # A disk that hangs is no reason to keep it: done when the writer ends.
            self._late.append(blank)

    def _delete(self) -> None:
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            self.error = f"recording {self.path} can't be deleted: {error.strerror}"
            structlog.get_logger().error("recording_not_deleted", path=str(self.path))

    def _fail(self, reason: str) -> None:
        if self.error is None:
            self.error = f"recording {self.path} stopped: {reason}; the call goes on"
            structlog.get_logger().error("recording_stopped", path=str(self.path), reason=reason)

    def _write_all(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("w+b", buffering=0) as file:
                try:
                    self._write_blocks(file.fileno())
                finally:
                    self._blank_what_is_left(file.fileno())
        except OSError as error:
            self._fail(error.strerror or str(error))
        if self._discarded:
            self._delete()

    def _write_blocks(self, descriptor: int) -> None:
        # One call a block and one for the header. Each gives up the interpreter lock and has to
        # win it back from the event loop, which costs more than the writing.
        data_bytes = 0
        _write_at(descriptor, self._header(data_bytes), 0)
        while (
            self.error is None and not self._discarded and (job := self._blocks.get()) is not None
        ):
            if isinstance(job, _Blank):
                _blank_at(descriptor, job)
                continue
            _write_at(descriptor, job.data, _HEADER.size + data_bytes)
            data_bytes += job.nbytes
            _write_at(descriptor, self._header(data_bytes), 0)

    def _blank_what_is_left(self, descriptor: int) -> None:
        """After a failure nothing more is written, and what must not be kept still goes."""
        with contextlib.suppress(queue.Empty):
            while True:
                job = self._blocks.get_nowait()
                if isinstance(job, _Blank):
                    self._late.append(job)
        while self._late:
            _blank_at(descriptor, self._late.pop())

    def _header(self, data_bytes: int) -> bytes:
        rate = self._sample_rate_hz
        block = _CHANNELS * _BYTES_PER_SAMPLE
        size = min(data_bytes, _LARGEST_DATA)
        riff = (b"RIFF", size + _HEADER.size - 8, b"WAVE")
        form = (b"fmt ", 16, 1, _CHANNELS, rate, rate * block, block, 8 * _BYTES_PER_SAMPLE)
        return _HEADER.pack(*riff, *form, b"data", size)


def _write_at(descriptor: int, data: bytes | memoryview, offset: int) -> None:
    """Write all of it; a nearly full disk takes a part first and fails the next time."""
    rest = memoryview(data).cast("B")
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest = rest[written:]
        offset += written


def _blank_at(descriptor: int, blank: _Blank) -> None:
    """Overwrite the caller's side with silence; what the file does not have is left alone."""
    offset = _HEADER.size + blank.begins * _CHANNELS * _BYTES_PER_SAMPLE
    length = (blank.ends - blank.begins) * _CHANNELS * _BYTES_PER_SAMPLE
    data = os.pread(descriptor, length, offset)
    samples = np.frombuffer(data, "<i2", len(data) // 4 * _CHANNELS).copy()
    samples[::_CHANNELS] = 0
    _write_at(descriptor, samples.tobytes(), offset)
