"""Both legs of a live call, for people who listen to it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import numpy as np
import soxr

from agent.media.codecs import FRAME_MS, Pcm

RATE_HZ = 8000
_CHANNELS = 2
_FRAME_BYTES = RATE_HZ * FRAME_MS // 1000 * _CHANNELS * 2
# A listener that is further behind than this hears a gap: 0.5 s.
_WAITING_FRAMES = 25


class Tap:
    """One call's; nothing is done while nobody listens. What must not be kept is not heard either.

    Frames are 20 ms of int16 little-endian at 8 kHz, the caller's and the agent's samples in turn.
    """

    def __init__(self, sample_rate_hz: int) -> None:
        """`sample_rate_hz` is that of the frames that will be added."""
        self._sample_rate_hz = sample_rate_hz
        self._listeners: set[_Listener] = set()
        self._muted = self._silenced = False
        self._closed = False

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    @contextlib.contextmanager
    def listen(self) -> Iterator[AsyncIterator[bytes]]:
        """Frames from now on, until the tap is closed or the block is left."""
        listener = _Listener(self._sample_rate_hz)
        if self._closed:
            listener.end()
        else:
            self._listeners.add(listener)
        try:
            yield listener.frames()
        finally:
            self._listeners.discard(listener)

    def add(self, caller: Pcm, agent: Pcm) -> None:
        """One tick of both legs, 20 ms each. Never blocks."""
        if not self._listeners:
            return
        nothing = np.zeros_like(caller)
        caller_heard = nothing if self._muted or self._silenced else caller
        heard = np.column_stack((caller_heard, nothing if self._silenced else agent))
        for listener in self._listeners:
            listener.add(heard)

    def mute_caller(self) -> None:
        """The caller's leg is silence from now on."""
        self._muted = True

    def unmute_caller(self) -> None:
        """The caller's leg is heard again."""
        self._muted = False

    def silence(self) -> None:
        """Both legs are silence to the end of the call."""
        self._silenced = True

    def close(self) -> None:
        """The call is over."""
        self._closed = True
        for listener in self._listeners:
            listener.end()
        self._listeners.clear()


class _Listener:
    """A bounded queue of frames; the oldest are lost when nobody takes them."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._waiting: asyncio.Queue[bytes | None] = asyncio.Queue(_WAITING_FRAMES)
        self._resampler = (
            soxr.ResampleStream(sample_rate_hz, RATE_HZ, _CHANNELS, dtype="int16", quality="LQ")
            if sample_rate_hz != RATE_HZ
            else None
        )
        self._rest = b""

    def add(self, heard: Pcm) -> None:
        """Stereo samples of one tick at the call's rate."""
        if self._resampler is not None:
            heard = self._resampler.resample_chunk(heard)
        # The resampler gives more at one tick and less at another.
        self._rest += heard.astype("<i2").tobytes()
        while len(self._rest) >= _FRAME_BYTES:
            self._put(self._rest[:_FRAME_BYTES])
            self._rest = self._rest[_FRAME_BYTES:]

    def end(self) -> None:
        """No frame will come any more."""
        self._put(None)

    async def frames(self) -> AsyncIterator[bytes]:
        """What has come, in order, as long as any will."""
        while (frame := await self._waiting.get()) is not None:
            yield frame

    def _put(self, frame: bytes | None) -> None:
        if self._waiting.full():
            self._waiting.get_nowait()
        self._waiting.put_nowait(frame)
