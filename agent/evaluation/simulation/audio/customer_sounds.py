"""How one customer sounds: its voice, its cough, and the place it rings from."""

import zlib
from functools import cache
from random import Random

import numpy as np

from agent.evaluation.customers.persona import Line
from agent.evaluation.sound import sounds
from agent.evaluation.sound.channel import (
    FRAME,
    LINE_NOISE_DBFS,
    at_level,
    at_rms,
    band_pass,
    lost_frames,
)
from agent.evaluation.sound.voices import RATE_HZ, Samples, Voice, speak, voice_named

# Those of Debian's flite that sound like people, and two of espeak-ng.
_VOICES = ("slt", "rms", "awb")
_ACCENTS = ("espeak-scot", "espeak-carib")
_LEVEL_DBFS, _SPREAD_DB = -26.0, 4.0
_COUGH_DB = 2.0
_BED_S, _BEDS = 30.0, 3
_LOSS_S = 60.0
_BEEP_HZ, _BEEP_S = 1000.0, 0.5


class CustomerSounds:
    """Samples at 8 kHz, full scale 1.0, in the telephone band and at the customer's level."""

    def __init__(self, line: Line, random: Random) -> None:
        """`random` chooses voice, level and noise."""
        self._line = line
        self._rng = np.random.default_rng(random.getrandbits(32))
        self._voice = voice_named(random.choice(_ACCENTS if line.accent else _VOICES))
        self._level = _LEVEL_DBFS + random.uniform(-_SPREAD_DB, _SPREAD_DB)
        self._start = random.randrange(RATE_HZ)

    def words(self, text: str) -> Samples:
        """A sentence. Raises VoiceError."""
        return at_level(_spoken(self._voice, text, self._line.slow), self._level)

    def cough(self) -> Samples:
        """No two are the same."""
        return at_level(band_pass(sounds.cough(self._rng)), self._level + _COUGH_DB)

    def beep(self) -> Samples:
        """After which a machine records."""
        time_s = np.arange(int(_BEEP_S * RATE_HZ)) / RATE_HZ
        return at_level(np.sin(2 * np.pi * _BEEP_HZ * time_s), self._level)

    def background(self) -> Samples:
        """Whole frames of what is always on the line, to be repeated."""
        line = at_rms(band_pass(self._rng.standard_normal(int(_BED_S * RATE_HZ))), LINE_NOISE_DBFS)
        if self._line.noise_snr_db is not None:
            bed = _bed(self._line.noise, int(self._rng.integers(_BEDS)))
            line += np.roll(bed, self._start) * 10 ** ((self._level - self._line.noise_snr_db) / 20)
        return line[: len(line) // FRAME * FRAME]

    def lost(self) -> list[bool]:
        """Which frames never arrive, to be repeated."""
        frames = int(_LOSS_S * RATE_HZ / FRAME)
        if not self._line.lost_frames:
            return [False]
        return [bool(lost) for lost in lost_frames(frames, self._line.lost_frames, self._rng)]


@cache
def _spoken(voice: Voice, text: str, slowly: bool) -> Samples:
    return band_pass(speak(voice, text, slowly=slowly))


@cache
def _bed(noise: str, variant: int) -> Samples:
    """Half a minute of noise, RMS 1."""
    rng = np.random.default_rng([zlib.crc32(noise.encode()), variant])
    made = {"street": sounds.street, "car": sounds.car, "music": sounds.music}[noise]
    return at_rms(band_pass(made(rng, _BED_S)), 0.0)
