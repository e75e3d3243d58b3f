"""Voice activity by WebRTC's detector: quick, and wrong often enough to be only a suspicion."""

import math
from collections import deque

import numpy as np
import webrtcvad

from agent.speech.protocols import Pcm

# The mode that finds the most speech and the one that rejects the most noise; asking those between
# as well costs 1.5 us each and makes the verdict no better (ROC-AUC in noise).
_LENIENT_MODE = 0
_STRICT_MODE = 3
# Under a half: mode 0 may take steady noise for speech for as long as it lasts.
_LENIENT_WEIGHT = 0.45
# A new detector has no noise model: its first 4 or 5 verdicts are "speech" for any noise (measured
# at 8 and 16 kHz, mode 3, white noise of -60 to -30 dBFS).
_BLIND_FRAMES = 5
_HISTORY_FRAMES = 4
_VERDICT_WEIGHT = 0.6
# Telephone speech lies well above -40 dBFS; what is under -60 is a line's own noise.
_SILENT_DBFS = -60.0
_CLEAR_DBFS = -40.0
# Speech this far above the quietest frame of the last 2 s is beyond doubt: its gaps are in there.
_CLEAR_RISE_DB = 6.0
_FLOOR_BLOCKS = 10
_FLOOR_BLOCK_FRAMES = 10


class WebRtcVad:
    """Speech confidence of 20 ms frames, without delay; about 5 us a frame at 8 kHz.

    A verdict is 1.0 where WebRTC's strict mode 3 agrees that it is speech, 0.45 where only the
    lenient mode 0 thinks so. The confidence is 0.6 of the frame's verdict and 0.4 of the mean of
    the 4 before; scaled down for quiet frames, to 0 at -60 dBFS, and for those less than 6 dB above
    the quietest frame of the last 2 s, to 0 at its level. So a threshold of 0.5 reacts to a clear
    frame at once, and one above 0.6 asks for sustained speech.

    Steady noise and tones are let go after 2 s; what rises and falls as speech does (traffic,
    other voices) is taken for speech: `SileroVad` knows better.
    """

    def __init__(self, sample_rate_hz: int) -> None:
        """At 8000, 16000, 32000 or 48000 Hz."""
        self._lenient = webrtcvad.Vad(_LENIENT_MODE)
        self._strict = webrtcvad.Vad(_STRICT_MODE)
        self._sample_rate_hz = sample_rate_hz
        self._blind = _BLIND_FRAMES
        self._history = deque([0.0] * _HISTORY_FRAMES, maxlen=_HISTORY_FRAMES)
        self._floor = _Floor()

    def confidence(self, frame: Pcm) -> float:
        """How likely this frame is speech; ValueError when it isn't 20 ms long."""
        if len(frame) * 50 != self._sample_rate_hz:
            raise ValueError(
                f"a frame of {len(frame)} samples is not 20 ms at {self._sample_rate_hz} Hz"
            )
        verdict = self._verdict(frame.astype("<i2", copy=False).tobytes())
        level_dbfs = _level_dbfs(frame)
        rise_db = level_dbfs - self._floor.update(level_dbfs)
        if self._blind:
            self._blind -= 1
            return 0.0
        sustained = sum(self._history) / _HISTORY_FRAMES
        self._history.append(verdict)
        weighted = _VERDICT_WEIGHT * verdict + (1 - _VERDICT_WEIGHT) * sustained
        if level_dbfs < _CLEAR_DBFS:
            weighted *= max(level_dbfs - _SILENT_DBFS, 0.0) / (_CLEAR_DBFS - _SILENT_DBFS)
        return weighted * min(rise_db / _CLEAR_RISE_DB, 1.0)

    def _verdict(self, pcm: bytes) -> float:
        lenient: bool = self._lenient.is_speech(pcm, self._sample_rate_hz)
        strict: bool = self._strict.is_speech(pcm, self._sample_rate_hz)
        return _LENIENT_WEIGHT * lenient + (1 - _LENIENT_WEIGHT) * strict


class _Floor:
    """The quietest frame of the last 2 s, at most -60 dBFS until so much has been heard.

    Kept as the minima of blocks, so that a frame costs next to nothing.
    """

    def __init__(self) -> None:
        self._blocks = deque([_SILENT_DBFS] * _FLOOR_BLOCKS, maxlen=_FLOOR_BLOCKS)
        self._before_dbfs = _SILENT_DBFS
        self._block_dbfs = math.inf
        self._frames = 0

    def update(self, level_dbfs: float) -> float:
        """Take in a frame's level; the floor with it."""
        if self._frames == _FLOOR_BLOCK_FRAMES:
            self._blocks.append(self._block_dbfs)
            self._before_dbfs = min(self._blocks)
            self._block_dbfs, self._frames = math.inf, 0
        self._frames += 1
        if level_dbfs < self._block_dbfs:
            self._block_dbfs = level_dbfs
        return min(self._before_dbfs, self._block_dbfs)


def _level_dbfs(frame: Pcm) -> float:
    samples = frame.astype(np.float32)
    mean_square = float(np.dot(samples, samples)) / len(samples)
    return 10 * math.log10(max(mean_square, 1e-3) / 32768**2)
