"""From a synthesiser's full-scale output to audio that is fit for a telephone line."""

import numpy as np
import soxr
from numpy.typing import NDArray

from agent.speech.protocols import Pcm

ACTIVE_DBFS = -18.0
# Of the loudest 20 ms: what lies further down is a gap, not speech.
_ACTIVE_RANGE_DB = 25.0
_ONSET_RANGE_DB = 40.0
_PEAK_LIMIT = 32000.0
_NOISE_LSB = 16
_FULL_SCALE = 32768.0

Samples = NDArray[np.float32]


def condition(chunk: Pcm, sample_rate_hz: int, *, trim_start: bool) -> Samples:
    """One sentence at the voice's own rate, as float in int16 units.

    The level while speaking becomes -18 dBFS, or less where peaks would clip. `trim_start` cuts
    the silence before the first sound.
    """
    samples = chunk.astype(np.float32)
    frame = sample_rate_hz // 50
    levels_dbfs = _frame_levels_dbfs(samples, frame)
    if len(levels_dbfs) == 0 or levels_dbfs.max() < -90.0:
        return samples
    loudest = levels_dbfs.max()
    active = levels_dbfs[levels_dbfs > loudest - _ACTIVE_RANGE_DB]
    active_dbfs = 10 * np.log10(np.mean(10 ** (active / 10)))
    gain = min(10 ** ((ACTIVE_DBFS - active_dbfs) / 20), _PEAK_LIMIT / np.abs(samples).max())
    first = int(np.argmax(levels_dbfs > loudest - _ONSET_RANGE_DB)) * frame if trim_start else 0
    return samples[first:] * np.float32(gain)


def at_rate(samples: Samples, from_hz: int, to_hz: int) -> Pcm:
    """Resample to a call's rate; +-16 LSB of noise, so that no gap is digital zero."""
    resampled = samples if from_hz == to_hz else soxr.resample(samples, from_hz, to_hz)
    # Always the same noise: the same line is the same file on every machine.
    noise = np.random.default_rng(0).uniform(-_NOISE_LSB, _NOISE_LSB, len(resampled))
    pcm: Pcm = np.clip(np.rint(resampled + noise), -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16)
    return pcm


def _frame_levels_dbfs(samples: Samples, frame: int) -> NDArray[np.float64]:
    whole = samples[: len(samples) // frame * frame].reshape(-1, frame).astype(np.float64)
    levels_dbfs: NDArray[np.float64] = 10 * np.log10(
        np.maximum(np.mean(whole**2, axis=1), 1e-3) / _FULL_SCALE**2
    )
    return levels_dbfs
