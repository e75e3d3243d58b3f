"""A call spoken anew: the same voices for people and agent, so that no timbre tells them apart."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from agent.building.models import model_store
from agent.cloning.files import write_bytes
from agent.cloning.recorded import Speaker
from agent.config import Settings
from agent.evaluation.blindtest.wording import Line
from agent.speech.piper import PiperSynthesizer
from agent.speech.protocols import Pcm, Synthesizer

_RATE_HZ = 16_000
_GAP_S = 0.45
# With one voice installed the customer speaks higher by so much (about two and a half semitones),
# and faster with it; a listener then knows who is who.
_HIGHER = 1.15


@dataclass(frozen=True, slots=True)
class Voices:
    """Who speaks for the company and who for the customer; they may be the same voice."""

    agent: Synthesizer
    customer: Synthesizer

    def speak(self, line: Line) -> Pcm:
        """One line at 16 kHz; blocks for about a tenth of its length."""
        voice = self._voice(line.speaker)
        said = list(voice.synthesize(line.text.replace("[", "").replace("]", "")))
        pcm = np.concatenate(said) if said else np.zeros(0, np.int16)
        rate_hz = float(voice.sample_rate_hz)
        if line.speaker == "customer" and self.agent.voice_id == self.customer.voice_id:
            rate_hz *= _HIGHER
        spoken: Pcm = soxr.resample(pcm, rate_hz, _RATE_HZ)
        return spoken

    def _voice(self, speaker: Speaker) -> Synthesizer:
        return self.agent if speaker == "agent" else self.customer


def installed_voices(settings: Settings) -> Voices:
    """The voice that the settings name for the company, another installed one for the customer.

    Where there is no other, the same. Raises MissingModel, CorruptModel.
    """
    store = model_store(settings)
    path = store.locate("tts", settings.speech.tts_voice)
    rows = [row.path for row in store.list() if row.kind == "tts" and row.status == "present"]
    other = next((row for row in rows if row is not None and row != path), None)
    agent = PiperSynthesizer(path)
    return Voices(agent, agent if other is None else PiperSynthesizer(other))


def write_spoken(lines: Sequence[Line], voices: Voices, to: Path) -> None:
    """The whole call as a FLAC: one line after the other, with the same pause between any two."""
    gap = np.zeros(int(_GAP_S * _RATE_HZ), np.int16)
    parts = [part for line in lines for part in (voices.speak(line), gap)]
    encoded = io.BytesIO()
    soundfile.write(encoded, np.concatenate(parts), _RATE_HZ, format="FLAC", subtype="PCM_16")
    write_bytes(to, encoded.getvalue())
