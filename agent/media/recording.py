"""The stereo recording of a call: caller left, agent right.

One frame of each side goes in every tick, so the sides can't drift apart. The event loop fills a
block of about a second; a thread a recording writes it: a recording cut off by a crash still opens.
What must not be kept is overwritten by silence, by the same thread and so in order, where it is on
the disk already.
"""

import asyncio
import contextlib
import queue
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import structlog

from agent.errors import UnderstudyError
from agent.media.codecs import FRAME_MS, Pcm
from agent.media.sound_file import CHANNELS, Block, SoundFile, SoundFormat, WavFormat

_BLOCK_FRAMES = 50
# A disk that takes nothing for this many seconds has failed; memory must not pay for it.
_MAX_WAITING_BLOCKS = 30
_CLOSE_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class _Blank:
    """Samples of the caller's side that are to become silence."""

    begins: int
    ends: int


class StereoRecorder:
    """A 16-bit stereo file in the making.

    A file that can't be opened or written ends the recording, with one logged error and in
    `error`; the call goes on.
    """

    def __init__(
        self,
        path: Path,
        sample_rate_hz: int,
        sound_format: SoundFormat | None = None,
        on_failure: Callable[[str], None] = lambda reason: None,
    ) -> None:
        """`on_failure` is called once with the reason, from any thread; the default is WAV."""
        self.path = path
        self.error: str | None = None
        self._format = sound_format or WavFormat()
        self._on_failure = on_failure
        self._sample_rate_hz = sample_rate_hz
        self._block = self._new_block()
        self._filled = 0
        # Calls that start together must not all be written out in the same tick, ever after.
        self._room = len(self._block) // _BLOCK_FRAMES * (1 + secrets.randbelow(_BLOCK_FRAMES))
        self._handed_over = 0  # samples
        self._muted = False
        self._discarded = False
        self._blocks: queue.Queue[Block | _Blank | None] = queue.Queue(_MAX_WAITING_BLOCKS)
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
                with contextlib.closing(self._format.open(self.path)) as file:
                    self._blank_what_is_left(file)
            except (OSError, UnderstudyError) as error:
                self._fail(_reason(error))

    def _new_block(self) -> Block:
        samples = _BLOCK_FRAMES * self._sample_rate_hz * FRAME_MS // 1000
        return np.empty((samples, CHANNELS), "<i2")

    def _hand_over(self) -> None:
        if self._filled:
            self._handed_over += self._filled
            self._put(self._block[: self._filled])
            self._block = self._new_block()
            self._filled = 0
            self._room = len(self._block)

    def _put(self, block: Block | None) -> None:
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
            self._on_failure(reason)

    def _write_all(self) -> None:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = self._format.create(self.path, self._sample_rate_hz)
            with contextlib.closing(file):
                try:
                    self._write_blocks(file)
                finally:
                    self._blank_what_is_left(file)
        except (OSError, UnderstudyError) as error:
            self._fail(_reason(error))
        if self._discarded:
            self._delete()

    def _write_blocks(self, file: SoundFile) -> None:
        while (
            self.error is None and not self._discarded and (job := self._blocks.get()) is not None
        ):
            if isinstance(job, _Blank):
                file.silence_caller(job.begins, job.ends)
            else:
                file.append(job)

    def _blank_what_is_left(self, file: SoundFile) -> None:
        """After a failure nothing more is written, and what must not be kept still goes."""
        with contextlib.suppress(queue.Empty):
            while True:
                job = self._blocks.get_nowait()
                if isinstance(job, _Blank):
                    self._late.append(job)
        while self._late:
            blank = self._late.pop()
            file.silence_caller(blank.begins, blank.ends)


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
