"""What the desk needs to let a supervisor hear a live call."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

SAMPLE_RATE_HZ = 8000
FRAME_MS = 20
FRAME_BYTES = 640  # 160 samples of each leg, two bytes each


class Taps(Protocol):
    """Live calls' sound, for those who may hear it."""

    def open(self, call_id: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Both legs from now on, until the call or the block ends.

        Each item is one frame of 20 ms: stereo int16 little-endian at 8 kHz, interleaved caller,
        agent. A slow reader loses frames and delays nobody; what is not recorded comes as silence.
        Raises KeyError for a call that is not live.
        """
        ...
