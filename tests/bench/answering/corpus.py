"""Answers as they sound on the line: greeting, beep, what follows.

Levels, band and codec as in `agent.evaluation.sound.channel`; the voices of the turn-taking
bench's two halves, by speaker.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from agent.evaluation.sound.channel import (
    LINE_NOISE_DBFS,
    at_level,
    at_rms,
    band_pass,
    coded,
    limited,
    onset_and_end_s,
    to_pcm,
)
from agent.evaluation.sound.voices import RATE_HZ, Samples, Voice, speak
from agent.outbound.greetings import Party
from agent.speech.protocols import Pcm
from tests.bench.answering.greetings import CORPUS, FIRMS, FRESH, FRESH_FIRMS
from tests.bench.turns.beds import noise_bed
from tests.bench.turns.voices import Split, voices_of

BEEPS_HZ = (400, 440, 620, 850, 1000, 1400, 2000)
Part = Literal["tune", "test", "fresh"]
_PARTS: tuple[Part, ...] = ("tune", "test", "fresh")
_NOISES = ("street", "car", "babble", "music", "cafe")
_SNR_DB = 15.0
_SPEECH_DBFS = -24.0
_TAIL_S = 6.0
_BEEPING = (Party.VOICEMAIL, Party.SCREENING)
# Of what beeps, so many: the others fall silent.
_BEEP_SHARE = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """One answer: int16 at 8 kHz from the moment of answering on, and what is in it when."""

    party: Party
    kind: str
    text: str
    voice: str
    noisy: bool
    pcm: Pcm
    speech_start_s: float
    speech_end_s: float
    beep_end_s: float | None


def answers(part: Part) -> Iterator[Answer]:
    """Every greeting of this part in three of its voices, every third one in noise."""
    parity = _PARTS.index(part)
    split: Split = "tune" if part == "tune" else "test"
    chosen = FRESH if part == "fresh" else {p: g[parity::2] for p, g in CORPUS.items()}
    voices = itertools.cycle(voices_of(split))
    number = 0
    for party, greetings in chosen.items():
        for sentences in greetings:
            for _ in range(3):
                number += 1
                seed = np.random.default_rng([parity, number])
                noise = _NOISES[number // 3 % len(_NOISES)] if number % 3 == 0 else ""
                yield _answer(party, sentences, next(voices), (noise, split), seed)
    for number in range(4):
        yield _network_tones(np.random.default_rng([parity, 1000 + number]))


def _answer(
    party: Party,
    sentences: tuple[str, ...],
    voice: Voice,
    noise: tuple[str, Split],
    rng: np.random.Generator,
) -> Answer:
    pieces = [_silence(rng.uniform(0.15, 1.2))]
    for sentence in sentences:
        pieces += [speak(voice, sentence), _silence(rng.uniform(0.2, 0.45))]
    speech = at_level(band_pass(np.concatenate(pieces[:-1])), _SPEECH_DBFS + rng.uniform(-4, 4))
    start_s, end_s = onset_and_end_s(speech)
    tail, beep_end_s = np.zeros(0), None
    if party in _BEEPING and rng.random() < _BEEP_SHARE:
        gap_s, lasts_s = rng.uniform(0.3, 2.0), rng.uniform(0.15, 0.8)
        beep = _tone(float(rng.choice(BEEPS_HZ)), lasts_s, rng.uniform(-22, -14))
        tail = np.concatenate([_silence(gap_s), beep])
        beep_end_s = len(speech) / RATE_HZ + gap_s + lasts_s
    track = np.concatenate([speech, tail, _silence(_TAIL_S)])
    name, split = noise
    if name:
        bed = np.resize(noise_bed(name, split, 0), len(track))
        track = track + at_rms(bed, _SPEECH_DBFS - _SNR_DB)
    kind = "firm" if sentences in (*FIRMS, *FRESH_FIRMS) else party.value
    return Answer(
        party,
        kind,
        " / ".join(sentences),
        voice.name,
        bool(name),
        _line(track, rng),
        start_s,
        end_s,
        beep_end_s,
    )


def _network_tones(rng: np.random.Generator) -> Answer:
    """The three tones before an announcement, and the announcement unheard."""
    tones = [_tone(hz, 0.33, -18.0) for hz in (950.0, 1400.0, 1800.0)]
    track = np.concatenate([_silence(rng.uniform(0.1, 0.5)), *tones])
    end_s = len(track) / RATE_HZ
    track = np.concatenate([track, _silence(_TAIL_S)])
    party = Party.UNAVAILABLE
    return Answer(party, "network tones", "", "", False, _line(track, rng), 0.0, end_s, None)


def _tone(hz: float, lasts_s: float, dbfs: float) -> Samples:
    t = np.arange(int(lasts_s * RATE_HZ)) / RATE_HZ
    edge = np.minimum(1.0, np.minimum(t, t[::-1]) / 0.004)
    tone: Samples = np.sqrt(2) * 10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * t) * edge
    return tone


def _silence(lasts_s: float) -> Samples:
    return np.zeros(int(lasts_s * RATE_HZ))


def _line(track: Samples, rng: np.random.Generator) -> Pcm:
    noise = rng.standard_normal(len(track)) * 10 ** (LINE_NOISE_DBFS / 20)
    return coded(to_pcm(limited(track + noise)), "ulaw")
