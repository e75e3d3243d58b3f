"""Levels of audio frames."""

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SILENCE_DBFS = -96.0
_FULL_SCALE = 32768.0
_FRAME_S = 0.02


def mean_dbfs(levels: Sequence[float]) -> float:
    """The level of several frames together: the mean of their powers, in dBFS."""
    return 10.0 * float(np.log10(np.mean(10.0 ** (np.array(levels) / 10.0))))


def level_dbfs(pcm: NDArray[np.int16]) -> float:
    """RMS level of a frame in dB below full scale; -96 for digital silence."""
    samples = pcm.astype(np.float32)
    power = float(np.dot(samples, samples)) / max(len(samples), 1)
    if power <= 0.0:
        return SILENCE_DBFS
    return max(SILENCE_DBFS, 10.0 * float(np.log10(power / _FULL_SCALE**2)))


class LevelMeter:
    """The loudest frame of the last moment, for people who look a few times a second."""

    def __init__(self, holds_s: float = 0.25) -> None:
        self._holds_s = holds_s
        self._frames: deque[tuple[float, float]] = deque(maxlen=round(holds_s / _FRAME_S))

    def add(self, at_s: float, dbfs: float) -> None:
        """One frame's level."""
        self._frames.append((at_s, dbfs))

    def read(self, now_s: float) -> float:
        """In dBFS; -96 when no frame has come for as long as levels are held."""
        fresh = [dbfs for at_s, dbfs in self._frames if now_s - at_s <= self._holds_s]
        return max(fresh, default=SILENCE_DBFS)
