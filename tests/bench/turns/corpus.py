"""Items of the corpus: two tracks of one stretch of a call, and what happens in them when.

    caller   ..ctx.............eeeee........    a short turn of context, the event, silence
    agent    ..........aaaaaaaaaaaaaaaaaaaaa    starts 0.9 s after the context has ended

The context lets a policy learn the caller's level and the noise, as a call does. One item in
eight has none: there the agent speaks first. The noise and echo items are stretches of 30 s in
which the agent says one line after the other.
"""

from dataclasses import dataclass
from functools import cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from agent.dialogue.loader import load_playbook
from agent.evaluation.sound import sounds
from agent.evaluation.sound.channel import (
    FRAME_S,
    LINE_NOISE_DBFS,
    Condition,
    EchoPath,
    arrivals_s,
    at_level,
    at_rms,
    band_pass,
    coded,
    limited,
    onset_and_end_s,
    speech_frames,
    to_pcm,
)
from agent.evaluation.sound.voices import RATE_HZ, Samples, speak, voice_named
from agent.speech.protocols import Pcm
from tests.bench.turns import texts
from tests.bench.turns.beds import BEDS, noise_bed
from tests.bench.turns.plan import LONG_ITEM_S, Kind, Spec
from tests.bench.turns.texts import Expects
from tests.bench.turns.voices import AgentVoice, Split, voices_of

YIELD_KINDS: tuple[Kind, ...] = ("interruption", "stop_word", "answer")
_CALLER_DBFS = -26.0
_CALLER_SPREAD_DB = 4.0
_GAP_S = 0.9
# What is played after an event: long enough for each verdict of `metrics`.
_TAIL_S = {"interruption": 2.6, "stop_word": 2.6, "answer": 2.6, "turn": 3.4}
_OTHER_TAIL_S = 2.2
# The agent says at least this much more after an event than the item lasts.
_AGENT_SPARE_S = 1.0
_EARLIEST_S, _LATEST_S = 0.8, 2.6
# Relative to the caller's own level, in dB.
_TIC_DB = {"cough": 2, "laugh": 0, "breath": -10, "click": 4, "knock": -2, "keyboard": -8}
_FADES_S = 0.13
_TURN_PAUSES_MS = ((0.0, 60.0), (0.444, 300.0), (0.783, 600.0), (0.95, 1600.0), (1.0, 2500.0))


@dataclass(frozen=True, slots=True)
class Event:
    """What the caller's line carries; times by the definition in `channel.onset_and_end_s`."""

    kind: Kind
    onset_s: float
    end_s: float
    text: str
    should_yield: bool


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """One agent turn: int16 at 8 kHz and its words."""

    pcm: Pcm
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One stretch of a call; `caller` is as received, but for echo and, with echo, the codec.

    `speech` tells for each frame of the clean track whether the caller speaks in it.
    """

    item_id: str
    kind: Kind
    detail: str
    condition: Condition
    voice: str
    split: Split
    agent: tuple[Utterance, ...]
    agent_start_s: float
    caller: Pcm
    arrival_s: Samples
    events: tuple[Event, ...]
    speech: NDArray[np.bool_]
    echo: EchoPath | None
    expects: Expects

    @property
    def event(self) -> Event | None:
        """The one event that is judged; noise, silence and echo have none."""
        return self.events[0] if self.events else None


@cache
def agent_lines() -> tuple[str, ...]:
    """The playbook's lines of five to thirty words."""
    lines = load_playbook("larkfield").speakable_texts()
    return tuple(line for line in lines if 5 <= len(line.split()) <= 30)


@cache
def _agent_voice() -> AgentVoice:
    return AgentVoice()


def build(spec: Spec, seed: int) -> Item:
    """Make an item's tracks; the same spec and seed give the same samples."""
    rng = spec.rng(seed)
    level = _CALLER_DBFS + rng.uniform(-_CALLER_SPREAD_DB, _CALLER_SPREAD_DB)
    clean, start_s, event = _clean_track(spec, rng, level)
    agent = _agent_turns(spec, rng, len(clean) / RATE_HZ - start_s)
    if spec.kind == "answer":
        agent, clean, event = _at_the_end(agent, clean, event, start_s, rng)
    condition = spec.condition
    noisy = clean + at_rms(band_pass(rng.standard_normal(len(clean))), LINE_NOISE_DBFS)
    if condition.snr_db is not None:
        bed = noise_bed(condition.noise, spec.split, int(rng.integers(BEDS)))
        offset = int(rng.integers(len(bed)))
        looped = np.resize(np.roll(bed, -offset), len(clean))
        noisy = noisy + at_rms(looped, level - condition.snr_db)
    caller = to_pcm(limited(noisy))
    echo = None
    if condition.echo_return_loss_db is not None:
        echo = EchoPath.make(condition.echo_delay_ms, condition.echo_return_loss_db, rng)
    frames = len(clean) // 160
    return Item(
        item_id=spec.item_id,
        kind=spec.kind,
        detail=spec.detail,
        condition=condition,
        voice=spec.voice,
        split=spec.split,
        agent=agent,
        agent_start_s=start_s,
        caller=caller if echo else coded(caller, condition.codec),
        arrival_s=arrivals_s(frames, condition, rng.uniform(0, FRAME_S), rng),
        events=(event,) if event else (),
        speech=speech_frames(clean),
        echo=echo,
        expects=spec.turn.expects if spec.turn else "",
    )


def _clean_track(
    spec: Spec, rng: np.random.Generator, level: float
) -> tuple[Samples, float, Event | None]:
    """The caller's track without noise, when the agent starts, and the event."""
    pieces = [_silence(0.4)]
    voice = voice_named(spec.voice)
    if spec.kind != "turn" and rng.random() >= 1 / 8:
        said = speak(voice, str(rng.choice(texts.CONTEXT)))
        pieces += [_whole(at_level(band_pass(said), level)), _silence(_GAP_S)]
    start = sum(len(piece) for piece in pieces)
    if spec.kind in ("noise", "quiet", "echo"):
        return np.concatenate([*pieces, _silence(LONG_ITEM_S)]), start / RATE_HZ, None
    sound = _event_sound(spec, rng, level)
    wait_s = 0.0 if spec.kind == "turn" else rng.uniform(_EARLIEST_S, _LATEST_S)
    before = _silence((start + wait_s * RATE_HZ) / RATE_HZ)
    tail = _silence(_TAIL_S.get(spec.kind, _OTHER_TAIL_S))
    if spec.kind in YIELD_KINDS:
        # The verdict on an interruption falls 2 s after its onset; a long one is cut there.
        sound = sound[: int(RATE_HZ * _TAIL_S[spec.kind])]
        tail = _silence(max(0.3, _TAIL_S[spec.kind] - len(sound) / RATE_HZ))
    alone = np.concatenate([before, _whole(sound), tail])
    onset_s, end_s = onset_and_end_s(alone)
    whole = alone.copy()
    context = np.concatenate(pieces)
    whole[: len(context)] += context
    event = Event(spec.kind, onset_s, end_s, spec.detail, spec.kind in YIELD_KINDS)
    return whole, start / RATE_HZ, event


def _event_sound(spec: Spec, rng: np.random.Generator, level: float) -> Samples:
    if spec.turn is not None:
        return _turn_sound(spec, rng, level)
    if spec.kind == "tic":
        made = band_pass(sounds.TICS[spec.detail](rng))
        return at_level(made, level + _TIC_DB[spec.detail] + rng.uniform(-3, 3))
    if spec.kind == "side_talk":
        others = [v for v in voices_of(spec.split) if v.name != spec.voice]
        talker = others[int(rng.integers(len(others)))]
        return at_level(band_pass(speak(talker, spec.detail)), level - rng.uniform(0, 10))
    softer = {"backchannel": (3, 9), "interruption": (0, 3)}.get(spec.kind, (0, 0))
    said = band_pass(speak(voice_named(spec.voice), spec.detail))
    return at_level(said, level - rng.uniform(*softer))


def _turn_sound(spec: Spec, rng: np.random.Generator, level: float) -> Samples:
    """A turn with pauses between its parts, the longest one drawn from `longest_pause_s`."""
    assert spec.turn is not None
    voice = voice_named(spec.voice)
    parts = [at_level(band_pass(speak(voice, part)), level) for part in spec.turn.parts]
    longest_s = longest_pause_s(rng.random())
    at = int(rng.integers(len(parts) - 1))
    pauses = [
        longest_s if i == at else longest_s * rng.uniform(0.2, 0.8) for i in range(len(parts))
    ]
    return np.concatenate(
        list(chain.from_iterable(zip(parts, map(_silence, pauses), strict=True)))[:-1]
    )


def longest_pause_s(quantile: float) -> float:
    """The longest pause within a turn.

    Its distribution is the one that a plain silence timer meets in real human-to-agent turns, from
    the published false cut-offs of such a timer: 55.6 % at 300 ms, 21.7 % at 600, 5 % at 1600. What
    a timer meets is longer than the silence put in: words fade out and in below what it hears.
    """
    at, pause_ms = zip(*_TURN_PAUSES_MS, strict=True)
    met_s = float(np.exp(np.interp(quantile, at, np.log(pause_ms)))) / 1000.0
    return max(0.0, met_s - _FADES_S)


def _agent_turns(spec: Spec, rng: np.random.Generator, needed_s: float) -> tuple[Utterance, ...]:
    """One turn that outlasts the item; in a long item, turns of one or two lines that fill it."""
    if spec.kind == "turn":
        return ()
    if spec.kind == "answer":
        questions = [line for line in agent_lines() if line.endswith("?")]
        return (_utterance([str(rng.choice(questions))]),)
    order = rng.permutation(len(agent_lines()))
    lines = [agent_lines()[index] for index in order]
    if needed_s < LONG_ITEM_S - _OTHER_TAIL_S:
        count = 1
        while len(_utterance(lines[:count]).pcm) / RATE_HZ < needed_s + _AGENT_SPARE_S:
            count += 1
        return (_utterance(lines[:count]),)
    turns, total_s = [], 0.0
    while total_s < needed_s + _AGENT_SPARE_S:
        count = int(rng.integers(1, 3))
        turns.append(_utterance([lines.pop() for _ in range(count)]))
        total_s += len(turns[-1].pcm) / RATE_HZ + _GAP_S
    return tuple(turns)


def _utterance(lines: list[str]) -> Utterance:
    return Utterance(np.concatenate([_agent_voice().line(t) for t in lines]), " ".join(lines))


def _at_the_end(
    agent: tuple[Utterance, ...],
    clean: Samples,
    event: Event | None,
    start_s: float,
    rng: np.random.Generator,
) -> tuple[tuple[Utterance, ...], Samples, Event | None]:
    """Move an answer to within the last half second of the question; `clean` keeps its tail."""
    assert event is not None
    end_s = start_s + len(agent[0].pcm) / RATE_HZ
    shift = round((end_s - rng.uniform(0.1, 0.5) - event.onset_s) / FRAME_S)
    cut = round(start_s / FRAME_S) * 160
    if shift > 0:
        moved = np.concatenate([clean[:cut], np.zeros(shift * 160), clean[cut:]])
    else:
        shift = -min(-shift, round((event.onset_s - start_s) / FRAME_S) - 1)
        moved = np.concatenate([clean[:cut], clean[cut - shift * 160 :]])
    moved_event = Event(
        event.kind,
        event.onset_s + shift * FRAME_S,
        event.end_s + shift * FRAME_S,
        event.text,
        event.should_yield,
    )
    return agent, moved, moved_event


def _whole(samples: Samples) -> Samples:
    """Filled up to whole frames, so that every later time stays exact."""
    return np.concatenate([samples, np.zeros(-len(samples) % 160)])


def _silence(seconds: float) -> Samples:
    """Whole frames of it."""
    return np.zeros(round(seconds / FRAME_S) * 160)
