"""The bench's two halves by speaker, and the agent's own voice.

The test half has three voices that the recogniser never heard (awb, ked, heart) beside three eSpeak
speakers of a kind it did hear, and the report keeps the two apart.
"""

import hashlib
from pathlib import Path
from typing import Literal

import numpy as np
from platformdirs import user_cache_path

from agent.evaluation.sound.voices import RATE_HZ, VOICES, Voice, save_array
from agent.speech.conditioning import at_rate, condition
from agent.speech.piper import PiperSynthesizer
from agent.speech.protocols import Pcm
from agent.speech.store import ModelStore

CACHE_DIR = user_cache_path("understudy") / "bench-turns"
Split = Literal["tune", "test"]

_TUNE = ("slt", "kal", "rms", "espeak-gb-f2", "espeak-us-m3", "espeak-scot")


def voices_of(split: Split) -> tuple[Voice, ...]:
    """The speakers of one half."""
    return tuple(voice for voice in VOICES if (voice.name in _TUNE) is (split == "tune"))


class AgentVoice:
    """The product's own Piper voice, conditioned as the product does it."""

    def __init__(self) -> None:
        self._path = ModelStore(Path("/nonexistent")).locate("tts")
        self._piper: PiperSynthesizer | None = None

    def line(self, text: str) -> Pcm:
        """A line as the agent sends it: int16 at 8 kHz, about -18 dBFS; kept on disk."""
        key = f"{self._path.name}|{self._path.stat().st_size}|{text}"
        path = CACHE_DIR / "agent" / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.npy"
        if not path.exists():
            if self._piper is None:
                self._piper = PiperSynthesizer(self._path)
            rate_hz = self._piper.sample_rate_hz
            sentences = [
                at_rate(condition(chunk, rate_hz, trim_start=index == 0), rate_hz, RATE_HZ)
                for index, chunk in enumerate(self._piper.synthesize(text))
            ]
            save_array(path, np.concatenate(sentences))
        pcm: Pcm = np.load(path)
        return pcm
