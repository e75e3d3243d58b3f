"""Steady tones in a line's audio: the beep of a voicemail, the tones before an announcement.

Every frame is asked for the power at each pitch of a grid: Goertzel's sum, for all pitches at once
as one product of matrices. A tone is nearly all of its frame's power, at one pitch, for a while;
speech spreads over harmonics and moves.
"""

from dataclasses import dataclass

import numpy as np

from agent.speech.protocols import Pcm
from agent.turns.levels import level_dbfs

_FIRST_HZ, _LAST_HZ, _STEP_HZ = 350.0, 2400.0, 25.0
_FRAME_S = 0.02
# The share of a frame's power at one pitch: 0.98 for a sine between two pitches of the grid.
_PURITY = 0.8
_GATE_DBFS = -42.0
_SAME_PITCH_HZ = 30.0
_STEADY_DB = 6.0
_SHORTEST_S = 0.12
# A lost packet within a tone.
_GAP_FRAMES = 1


@dataclass(frozen=True, slots=True)
class Tone:
    """A steady tone that has ended; times in the clock of the frames."""

    start_s: float
    end_s: float
    pitch_hz: float

    @property
    def length_s(self) -> float:
        """How long it sounded."""
        return self.end_s - self.start_s


class ToneDetector:
    """One audio direction's tones; frames of 20 ms come in order."""

    def __init__(self, sample_rate_hz: int) -> None:
        count = round(sample_rate_hz * _FRAME_S)
        self._pitches = np.arange(_FIRST_HZ, _LAST_HZ + 1.0, _STEP_HZ)
        turns = np.outer(self._pitches / sample_rate_hz, np.arange(count))
        self._waves = np.exp(-2j * np.pi * turns)
        self._start_s = self._end_s = 0.0
        self._pitch_hz = 0.0
        self._level_dbfs = 0.0
        self._frames = 0
        self._missing = 0

    @property
    def sounding(self) -> bool:
        """Whether a tone is on now; known from its third frame."""
        return self._frames >= 3

    @property
    def since_s(self) -> float:
        """When the tone that is on began."""
        return self._start_s

    def on_frame(self, pcm: Pcm, now_s: float) -> Tone | None:
        """The tone that is now over, if one of at least 120 ms is."""
        pitch_hz = self._pitch(pcm)
        level = level_dbfs(pcm)
        if pitch_hz is not None and self._continues(pitch_hz, level):
            self._frames += 1
            self._missing = 0
            self._end_s = now_s
            return None
        if self._frames and pitch_hz is None and self._missing < _GAP_FRAMES:
            self._missing += 1
            return None
        ended = self._take()
        if pitch_hz is not None:
            self._start_s, self._end_s = now_s - _FRAME_S, now_s
            self._pitch_hz, self._level_dbfs = pitch_hz, level
            self._frames = 1
        return ended

    def _continues(self, pitch_hz: float, level: float) -> bool:
        return (
            self._frames > 0
            and abs(pitch_hz - self._pitch_hz) <= _SAME_PITCH_HZ
            and abs(level - self._level_dbfs) <= _STEADY_DB
        )

    def _take(self) -> Tone | None:
        frames, self._frames, self._missing = self._frames, 0, 0
        tone = Tone(self._start_s, self._end_s, self._pitch_hz)
        return tone if frames and tone.length_s >= _SHORTEST_S - 1e-6 else None

    def _pitch(self, pcm: Pcm) -> float | None:
        samples = pcm.astype(np.float64)
        power = float(samples @ samples)
        if level_dbfs(pcm) < _GATE_DBFS or len(samples) != self._waves.shape[1]:
            return None
        powers = np.abs(self._waves @ samples) ** 2
        loudest = int(np.argmax(powers))
        if 2.0 * powers[loudest] / (len(samples) * power) < _PURITY:
            return None
        return float(self._pitches[loudest])
