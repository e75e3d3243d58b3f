"""What is heard in place of a frame that the network did not bring."""

import numpy as np

from agent.media.codecs import Pcm
from agent.media.comfort_noise import ComfortNoise

_FADE_FRAMES = 3


class Concealer:
    """Repeats the last good frame, falling to comfort noise within 60 ms.

    Enough for recognition and recording: a lost frame leaves no hole of digital zeros, and a dead
    line does not hum.
    """

    def __init__(self, noise: ComfortNoise) -> None:
        self._noise = noise
        self._last: Pcm | None = None
        self._missing = 0

    def good(self, frame: Pcm) -> None:
        """Remember a frame that came. It is kept, not copied."""
        self._last = frame
        self._missing = 0

    def conceal(self) -> Pcm:
        """A frame in place of the one that did not come."""
        self._missing += 1
        noise = self._noise.next_frame()
        if self._last is None or self._missing > _FADE_FRAMES:
            return noise
        gain = np.float32(1 - self._missing / (_FADE_FRAMES + 1))
        return (self._last * gain).astype(np.int16)
