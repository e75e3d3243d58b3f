"""Levels of audio frames."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SILENCE_DBFS = -96.0
_FULL_SCALE = 32768.0


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
