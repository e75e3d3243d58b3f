"""The stereo recording of a call: caller left, agent right.

One frame of each side goes in every tick, so the sides can't drift apart. The event loop fills a
block of about a second; a thread a recording writes it, and brings the WAV header up to date each
time: a recording cut off by a crash still opens.
"""

import asyncio
import os
import queue
import secrets
import threading
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
        self._blocks: queue.Queue[_Block | None] = queue.Queue(_MAX_WAITING_BLOCKS)
        self._thread = threading.Thread(
            target=self._write_all, name=f"recording {path.name}", daemon=True
        )
        self._thread.start()

    def add(self, caller: Pcm, agent: Pcm) -> None:
        """Append one tick: 20 ms of each side, copied. Never blocks."""
        if self.error is not None:
            return
        end = self._filled + len(caller)
        self._block[self._filled : end, 0] = caller
        self._block[self._filled : end, 1] = agent
        self._filled = end
        if end >= self._room:
            self._hand_over()

    def finish(self) -> None:
        """Hand what is left to the writer and tell it to end; does not wait for it."""
        self._hand_over()
        self._put(None)

    async def aclose(self) -> None:
        """Finish and wait until the file is complete, at most 5 s."""
        self.finish()
        await asyncio.to_thread(self._thread.join, _CLOSE_TIMEOUT_S)
        if self._thread.is_alive():
            self._fail(f"not written after {_CLOSE_TIMEOUT_S:.0f} s")

    def _new_block(self) -> _Block:
        samples = _BLOCK_FRAMES * self._sample_rate_hz * FRAME_MS // 1000
        return np.empty((samples, _CHANNELS), "<i2")

    def _hand_over(self) -> None:
        if self._filled:
            self._put(self._block[: self._filled])
            self._block = self._new_block()
            self._filled = 0
            self._room = len(self._block)

    def _put(self, block: _Block | None) -> None:
        try:
            self._blocks.put_nowait(block)
        except queue.Full:
            self._fail("the disk takes nothing")

    def _fail(self, reason: str) -> None:
        if self.error is None:
            self.error = f"recording {self.path} stopped: {reason}; the call goes on"
            structlog.get_logger().error("recording_stopped", path=str(self.path), reason=reason)

    def _write_all(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("wb", buffering=0) as file:
                self._write_blocks(file.fileno())
        except OSError as error:
            self._fail(error.strerror or str(error))

    def _write_blocks(self, descriptor: int) -> None:
        # One call a block and one for the header. Each gives up the interpreter lock and has to
        # win it back from the event loop, which costs more than the writing.
        data_bytes = 0
        _write_at(descriptor, self._header(data_bytes), 0)
        while self.error is None and (block := self._blocks.get()) is not None:
            _write_at(descriptor, block.data, _HEADER.size + data_bytes)
            data_bytes += block.nbytes
            _write_at(descriptor, self._header(data_bytes), 0)

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
