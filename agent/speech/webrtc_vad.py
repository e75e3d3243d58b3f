"""Voice activity by WebRTC's detector: quick, and wrong often enough to be only a suspicion."""

import math
from collections import deque

import numpy as np
import webrtcvad

from agent.speech.protocols import Pcm

# A new detector has no noise model: its first 4 verdicts are "speech" for any noise (measured at
# 8 and 16 kHz, modes 1 to 3, white noise of -60 to -30 dBFS).
_BLIND_FRAMES = 4
_HISTORY_FRAMES = 4
_VERDICT_WEIGHT = 0.6
# Telephone speech lies well above -40 dBFS; what is under -60 is a line's own noise.
_SILENT_DBFS = -60.0
_CLEAR_DBFS = -40.0


class WebRtcVad:
    """Speech confidence of 20 ms frames.

    A frame judged as speech gets 0.6, and up to 1.0 when those before it were speech too; one
    judged as no speech stays at 0.4 or less. Quiet frames are scaled down to 0 at -60 dBFS. So a
    threshold of 0.5 reacts in one frame, and one above 0.6 asks for sustained speech.
    """

    def __init__(self, sample_rate_hz: int, *, mode: int = 2) -> None:
        """`mode` is WebRTC's: 0 finds the most speech, 3 rejects the most noise."""
        self._vad = webrtcvad.Vad(mode)
        self._sample_rate_hz = sample_rate_hz
        self._blind = _BLIND_FRAMES
        self._history: deque[bool] = deque([False] * _HISTORY_FRAMES, maxlen=_HISTORY_FRAMES)

    def confidence(self, frame: Pcm) -> float:
        """How likely this frame is speech; ValueError when it isn't 20 ms long."""
        if len(frame) * 50 != self._sample_rate_hz:
            raise ValueError(
                f"a frame of {len(frame)} samples is not 20 ms at {self._sample_rate_hz} Hz"
            )
        verdict: bool = self._vad.is_speech(frame.astype("<i2").tobytes(), self._sample_rate_hz)
        if self._blind:
            self._blind -= 1
            return 0.0
        sustained = sum(self._history) / _HISTORY_FRAMES
        self._history.append(verdict)
        weighted = _VERDICT_WEIGHT * verdict + (1 - _VERDICT_WEIGHT) * sustained
        return weighted * _level_weight(frame)


def _level_weight(frame: Pcm) -> float:
    mean_square = float(np.mean(np.square(frame, dtype=np.float64)))
    level_dbfs = 10 * math.log10(max(mean_square, 1e-3) / 32768**2)
    return min(max((level_dbfs - _SILENT_DBFS) / (_CLEAR_DBFS - _SILENT_DBFS), 0.0), 1.0)
