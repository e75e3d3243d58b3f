"""Whether this machine speaks and understands, and how fast.

The voice says a line, the recogniser hears it through a telephone's rate: both engines for real.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agent.building.models import model_store
from agent.config import Settings
from agent.doctor.finding import Finding, fail, ok, warn
from agent.speech.conditioning import at_rate, condition
from agent.speech.piper import PiperSynthesizer
from agent.speech.vosk import VoskModel

_LINE = "Thank you for calling. Would you like to speak to a person about the price?"
_WORDS = frozenset(_LINE.lower().translate(str.maketrans("", "", ".?")).split())
_RATE_HZ = 8000
_FRAME = 160
# Of the machine for engines: the rest is media, dialogue, Asterisk and room for what is uneven.
_FOR_ENGINES = 0.5
# Of a call's time the caller is listened to all along, and new text is spoken in a tenth: most
# lines come from the cache.
_SPOKEN_LIVE = 0.1
_FEW_CALLS = 4


@dataclass(frozen=True, slots=True)
class Heard:
    """Real-time factors: seconds of one core's work for a second of sound."""

    text: str
    synthesis: float
    recognition: float

    @property
    def share_heard(self) -> float:
        """Of the line's different words, those that were recognised."""
        return len(_WORDS & set(self.text.split())) / len(_WORDS)


async def look(settings: Settings) -> Sequence[Finding]:
    """Say and hear one line, twice: the first time warms up."""
    heard = await asyncio.to_thread(_measure, settings)
    cores = len(os.sched_getaffinity(0))
    return [judge_hearing(heard), judge_speed(heard, cores)]


def judge_hearing(heard: Heard) -> Finding:
    """Less than half of the words: these models do not go together."""
    seen = f"the recogniser heard {heard.share_heard:.0%} of the words that the voice said"
    if heard.share_heard >= 0.5:
        return ok(seen)
    return fail(
        f"{seen} (“{heard.text}”)",
        "Voice or recogniser is for another language, or damaged.",
        "understudy models verify; [speech] asr_model and tts_voice in understudy.toml",
    )


def calls_carried(heard: Heard, cores: int) -> int:
    """Calls at once, as far as the engines' speed decides: an estimate, not a measurement."""
    cost = heard.recognition + _SPOKEN_LIVE * heard.synthesis
    return int(cores * _FOR_ENGINES / cost)


def judge_speed(heard: Heard, cores: int) -> Finding:
    """Few calls are a warning: admission will send the others to the queue."""
    calls = calls_carried(heard, cores)
    seen = (
        f"a second of sound costs {heard.recognition * 1000:.0f} ms to recognise and "
        f"{heard.synthesis * 1000:.0f} ms to speak: the engines' speed allows at most {calls} "
        f"calls at once on {cores} cores"
    )
    if calls >= _FEW_CALLS:
        return ok(f"{seen} (an estimate; admission measures)")
    return warn(
        seen,
        "More callers than that go to the queue ([admission]).",
        "Look what else runs (`top`), give it more cores, or name a smaller [speech] asr_model",
    )


def _measure(settings: Settings) -> Heard:
    store = model_store(settings)
    voice = PiperSynthesizer(
        store.locate("tts", settings.speech.tts_voice), threads=settings.speech.tts_threads
    )
    model = VoskModel(store.locate("asr", settings.speech.asr_model))
    for _ in range(2):
        began_s = time.process_time()
        chunks = list(voice.synthesize(_LINE))
        spoken_s = time.process_time() - began_s
        sound_s = sum(map(len, chunks)) / voice.sample_rate_hz
        samples = np.concatenate(
            [condition(chunk, voice.sample_rate_hz, trim_start=False) for chunk in chunks]
        )
        pcm = at_rate(samples, voice.sample_rate_hz, _RATE_HZ)
        began_s = time.process_time()
        recognizer = model.open(_RATE_HZ)
        for start in range(0, len(pcm), _FRAME):
            recognizer.accept(pcm[start : start + _FRAME].tobytes())
        text = recognizer.finish().text
        heard_s = time.process_time() - began_s
    return Heard(text, spoken_s / sound_s, heard_s / sound_s)
