"""Frame levels and the noise floor beneath them."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

SILENCE_DBFS = -96.0
_FULL_SCALE = 32768.0
_WINDOW_FRAMES = 250  # 5 s of 20 ms frames
_PERCENTILE = 10


def level_dbfs(pcm: NDArray[np.int16]) -> float:
    """RMS level of a frame in dB below full scale; -96 for digital silence."""
    samples = pcm.astype(np.float32)
    power = float(np.dot(samples, samples)) / max(len(samples), 1)
    if power <= 0.0:
        return SILENCE_DBFS
    return max(SILENCE_DBFS, 10.0 * float(np.log10(power / _FULL_SCALE**2)))


class NoiseFloor:
    """The 10th percentile of the caller's level over the last 5 s without speech.

    Held while the agent speaks, so that its echo does not count as the room's noise.
    """

    def __init__(self, initial_dbfs: float = -60.0) -> None:
        self._levels: deque[float] = deque(maxlen=_WINDOW_FRAMES)
        self._initial_dbfs = initial_dbfs
        self._frames = 0
        self._dbfs = initial_dbfs

    @property
    def dbfs(self) -> float:
        """The present estimate."""
        return self._dbfs

    def update(self, level: float) -> None:
        """Take in the level of a frame that holds no speech and no echo."""
        self._levels.append(level)
        self._frames += 1
        # A percentile of 250 values a frame is wasted work; the floor moves slowly.
        if self._frames % 10 == 0:
            self._dbfs = float(np.percentile(list(self._levels), _PERCENTILE))
