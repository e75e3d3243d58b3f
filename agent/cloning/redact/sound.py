"""A call's sound without what was redacted from its words."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from agent.cloning.files import write_bytes
from agent.cloning.ingest.sound_file import read_legs
from agent.cloning.recorded import Audio, Conversation, Speaker, Turn
from agent.cloning.redact.placeholders import word_places
from agent.cloning.redact.spans import Kind, Span
from agent.speech.protocols import Pcm

# A recogniser's word times are good to a few hundredths; plosives and breath stand around them.
_MARGIN_S = 0.15
# Times by counting letters are off by more, the more, the longer the turn is.
_GUESS_S, _GUESS_SHARE = 0.6, 0.08
# What one side says comes back on the other's leg a little later.
_ECHO_S = 0.25
_TONE_HZ, _TONE = 220.0, 1000
# A recogniser mishears names and letters: what surrounds them in an answer may be their rest.
_SPELLED_OUT: frozenset[Kind] = frozenset(
    {"EMAIL", "CARD", "ACCOUNT", "PHONE", "POSTCODE", "REFERENCE", "ADDRESS", "SPELLED"}
)


class UntimedSpeech(Exception):
    """The times of the transcript are not those of the sound; says how, without its words."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Seconds `start` to `end` of the call in which `speaker` says what is not to be heard."""

    speaker: Speaker
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class SoundTask:
    """A recording to write again without its cuts."""

    call: str
    audio: Audio
    cuts: tuple[Cut, ...]
    to: Path


def cuts(conversation: Conversation, spans: Iterable[Sequence[Span]]) -> Iterator[Cut]:
    """When the spans of each turn were spoken. Raises UntimedSpeech."""
    for turn, found in zip(conversation.turns, spans, strict=True):
        if found and turn.end <= turn.start:
            raise UntimedSpeech("its transcript does not say when it was spoken")
        misheard = conversation.source == "recognised" and turn.speaker == "customer"
        if misheard and any(span.kind in _SPELLED_OUT for span in found):
            yield Cut(turn.speaker, turn.start - _MARGIN_S, turn.end + _MARGIN_S)
            continue
        for span in found:
            yield _cut(turn, span)


def silence(task: SoundTask) -> float:
    """Write the FLAC, customer left, agent right; gives the seconds cut.

    Raises UnreadableSound, and UntimedSpeech when the transcript is longer than the sound.
    """
    legs, rate_hz = read_legs(task.audio)
    length = min(len(leg) for leg in legs.values())
    samples = np.stack([legs["customer"][:length], legs["agent"][:length]], axis=1)
    hidden = np.zeros(length, dtype=bool)
    for cut in task.cuts:
        if cut.start * rate_hz > length:
            raise UntimedSpeech("its transcript goes on after the end of its sound")
        start, end = max(0, int(cut.start * rate_hz)), int((cut.end + _ECHO_S) * rate_hz)
        hidden[start:end] = True
        samples[start:end] = 0
        leg = 0 if cut.speaker == "customer" else 1
        samples[start:end, leg] = _tone(len(samples[start:end]), rate_hz)
    encoded = io.BytesIO()
    soundfile.write(encoded, samples, rate_hz, format="FLAC", subtype="PCM_16")
    write_bytes(task.to, encoded.getvalue())
    return float(hidden.sum() / rate_hz)


def _cut(turn: Turn, span: Span) -> Cut:
    words = [
        word
        for word, (start, end) in zip(turn.words, word_places(turn), strict=True)
        if start < span.end and span.start < end
    ]
    if words:
        return Cut(turn.speaker, words[0].start - _MARGIN_S, words[-1].end + _MARGIN_S)
    lasts = turn.end - turn.start
    margin = _GUESS_S + _GUESS_SHARE * lasts
    start, end = (turn.start + lasts * at / len(turn.text) for at in (span.start, span.end))
    return Cut(
        turn.speaker,
        max(start - margin, turn.start - _MARGIN_S),
        min(end + margin, turn.end + _MARGIN_S),
    )


def _tone(length: int, rate_hz: int) -> Pcm:
    time = np.arange(length) / rate_hz
    return (_TONE * np.sin(2 * np.pi * _TONE_HZ * time)).astype(np.int16)
