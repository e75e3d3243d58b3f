"""The work on one recording, as a worker process does it."""

import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from agent.cloning.ingest.sound_file import read_channels, read_legs
from agent.cloning.recorded import Audio, Conversation, Kept, Speaker, SpokenWord
from agent.cloning.transcribe.turns import turns_from
from agent.cloning.transcribe.words import words_in
from agent.speech.protocols import Pcm
from agent.speech.vosk import VoskModel
from agent.speech.webrtc_vad import WebRtcVad

# What the voices of a mono recording are until their words tell whose they are.
FIRST_VOICE: Speaker = "customer"
SECOND_VOICE: Speaker = "agent"


@dataclass(frozen=True, slots=True)
class Task:
    """A call to recognise with the Vosk model in this folder."""

    call: str
    audio: Audio
    model: Path


class Heard(Kept):
    """What the recogniser made of a call.

    `voices_sure` is of mono recordings only (see `voices.Voices`); their speakers are FIRST_VOICE
    and SECOND_VOICE.
    """

    conversation: Conversation
    voices_sure: float | None = None


@dataclass(frozen=True, slots=True)
class Recognised:
    """`cpu_s` is what it took, without loading the model."""

    heard: Heard
    cpu_s: float


def recognise(task: Task) -> Recognised:
    """Raises UnreadableSound, or CorruptModel for the model."""
    model = _model(task.model)
    began = time.process_time()
    sure = None
    words: dict[Speaker, tuple[SpokenWord, ...]]
    if task.audio.layout == "mono":
        (sound,), rate_hz = read_channels(task.audio.files[0])
        found = _words(model, sound, rate_hz)
        # Only mono needs the extra "clone".
        from agent.cloning.transcribe.voices import two_voices

        voices = two_voices(sound, rate_hz, found)
        sure = voices.sure
        words = {
            speaker: tuple(w for w, of in zip(found, voices.of_words, strict=True) if of == voice)
            for voice, speaker in enumerate((FIRST_VOICE, SECOND_VOICE))
        }
    else:
        legs, rate_hz = read_legs(task.audio)
        words = {speaker: _words(model, leg, rate_hz) for speaker, leg in legs.items()}
    conversation = Conversation(call=task.call, source="recognised", turns=turns_from(words))
    heard = Heard(conversation=conversation, voices_sure=sure)
    return Recognised(heard, time.process_time() - began)


@lru_cache(maxsize=1)
def _model(path: Path) -> VoskModel:
    """Loaded once a worker process."""
    return VoskModel(path)


def _words(model: VoskModel, sound: Pcm, rate_hz: int) -> tuple[SpokenWord, ...]:
    return words_in(sound, rate_hz, model.open(rate_hz), WebRtcVad(rate_hz))
