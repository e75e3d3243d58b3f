"""The bench's replay and verdicts, on made-up lines: s a speech frame, . none, x a lost one."""

from collections.abc import Sequence

import numpy as np
import pytest

from agent.evaluation.sound.channel import FRAME, FRAME_S, Condition
from agent.speech.paired_vad import PairedVad
from agent.speech.protocols import Word
from agent.turns.barge_in import AgentSpeech, BargeInAction, Question
from tests.bench.turns.corpus import Event, Item, Utterance
from tests.bench.turns.metrics import YieldOutcome, judge
from tests.bench.turns.partials import ClipWords, Partial
from tests.bench.turns.plan import Kind
from tests.bench.turns.policies import (
    ConsecutiveFrames,
    Features,
    NeverYield,
    SilenceTimer,
    YieldPolicy,
)
from tests.bench.turns.replay import YieldReplay, YieldTrace, end_of_turn_s, features

AGENT_START = 10
LEVEL = 3000


class EnergyVad:
    """Speech is whatever isn't nearly silent."""

    def confidence(self, frame: np.ndarray) -> float:
        return float(np.abs(frame).max() > LEVEL / 2)


def energy_vad() -> PairedVad:
    return PairedVad(EnergyVad())


class PauseFor(NeverYield):
    """Pauses at the first speech frame and goes on so much later."""

    def __init__(self, hold_s: float) -> None:
        self._hold_s = hold_s
        self._since_s: float | None = None
        self._done = False

    def on_frame(self, frame: Features, agent: AgentSpeech) -> BargeInAction:
        if self._since_s is None and frame.confidence:
            self._since_s = frame.at_s
            return BargeInAction.PAUSE
        held_s = 0.0 if self._since_s is None else frame.at_s - self._since_s
        if self._since_s is not None and not self._done and held_s >= self._hold_s:
            self._done = True
            return BargeInAction.RESUME
        return BargeInAction.NONE


class Listener(NeverYield):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.frames: list[float] = []
        self.words: list[tuple[float, str, bool]] = []

    def on_frame(self, frame: Features, agent: AgentSpeech) -> BargeInAction:
        self.frames.append(frame.at_s)
        return BargeInAction.NONE

    def on_words(self, now_s: float, text: str, agent: AgentSpeech | None) -> None:
        self.words.append((now_s, text, agent is not None))


class Script:
    """Partial words as they come, and one text for every clip."""

    def __init__(self, ticks: int, partials: tuple[Partial, ...], clip: str = "") -> None:
        self.ticks = ticks
        self._partials = partials
        self._clip = clip

    def partials(self, start: int, end: int) -> tuple[Partial, ...]:
        return tuple(p for p in self._partials if start * FRAME_S <= p.at_s <= end * FRAME_S)

    def clip(self, start: int, end: int) -> ClipWords:
        words = tuple(Word(w, start * FRAME_S, end * FRAME_S, 0.9) for w in self._clip.split())
        return ClipWords(words, 0.03)


def line(pattern: str, kind: Kind = "interruption", agent_frames: int = 400) -> Item:
    """An item whose agent talks from frame 10 on; its event is the first run of speech after."""
    caller = np.concatenate([np.full(FRAME, LEVEL if c == "s" else 0, np.int16) for c in pattern])
    arrival = (np.arange(len(pattern)) + 1.0) * FRAME_S + 0.001
    arrival[[c == "x" for c in pattern]] = np.nan
    speech = np.array([c == "s" for c in pattern])
    at = np.flatnonzero(speech & (np.arange(len(pattern)) > AGENT_START))
    event = (
        Event(kind, at[0] * FRAME_S, (at[-1] + 1) * FRAME_S, "words", kind == "interruption")
        if at.size
        else None
    )
    return Item(
        item_id="item",
        kind=kind,
        detail="words",
        condition=Condition(),
        voice="awb",
        split="test",
        agent=(Utterance(np.full(agent_frames * FRAME, 5000, np.int16), "one two three four"),),
        agent_start_s=AGENT_START * FRAME_S,
        caller=caller,
        arrival_s=arrival,
        events=(event,) if event else (),
        speech=speech,
        echo=None,
        expects="",
    )


def replay(
    item: Item, policy: YieldPolicy, partials: tuple[Partial, ...] = (), clip: str = ""
) -> YieldTrace:
    words = Script(len(item.speech), partials, clip)
    return YieldReplay(item, words, policy).run(features(item, energy_vad), energy_vad)


def outcome(item: Item, policy: YieldPolicy) -> YieldOutcome:
    return judge("policy", item, replay(item, policy))


def test_one_that_never_yields_misses_and_disturbs_nothing() -> None:
    judged = outcome(line("." * 60 + "s" * 40 + "." * 90), NeverYield())
    assert (judged.stopped, judged.pause_ms, judged.commit_ms) == (False, None, None)
    assert judged.dead_air_s == 0


@pytest.mark.parametrize(("frames", "commit_ms", "pause_ms"), [(1, 21, 80), (3, 61, 120)])
def test_latencies_hold_packetisation_the_policy_and_the_fade(
    frames: int, commit_ms: float, pause_ms: float
) -> None:
    judged = outcome(line("." * 60 + "s" * 40 + "." * 90), ConsecutiveFrames(frames))
    assert judged.commit_ms == pytest.approx(commit_ms)
    # the tick after the commit, two frames of fade, then comfort noise
    assert judged.pause_ms == pytest.approx(pause_ms)
    assert judged.stopped


def test_one_that_yields_before_the_caller_speaks_is_premature_and_not_quick() -> None:
    item = line("." * 30 + "s" + "." * 29 + "s" * 40 + "." * 90)
    late = Event("interruption", 60 * FRAME_S, 100 * FRAME_S, "words", True)
    judged = outcome(
        Item(**{name: getattr(item, name) for name in item.__slots__} | {"events": (late,)}),
        ConsecutiveFrames(1),
    )
    assert (judged.premature, judged.stopped, judged.commit_ms) == (True, False, None)


def test_a_commit_on_what_asks_for_none_is_false() -> None:
    judged = outcome(line("." * 60 + "sss" + "." * 110, "backchannel"), ConsecutiveFrames(2))
    assert judged.false_commits == 1


@pytest.mark.parametrize(("hold_s", "good"), [(0.3, True), (0.9, False)])
def test_a_false_pause_must_end_in_time_and_repeats_40_ms(hold_s: float, good: bool) -> None:
    item = line("." * 60 + "sss" + "." * 110, "backchannel")
    trace = replay(item, PauseFor(hold_s))
    (pause,) = judge("policy", item, trace).false_pauses
    assert pause.good is good
    assert pause.held_ms == pytest.approx(1000 * hold_s, abs=40)
    ((stopped, went_on),) = trace.moves
    assert stopped - went_on == 2 * FRAME


def test_a_pause_that_is_never_taken_back_is_not_good() -> None:
    (pause,) = outcome(line("." * 60 + "sss" + "." * 110, "tic"), PauseFor(99)).false_pauses
    assert (pause.good, pause.held_ms) == (False, None)


def test_lost_frames_reach_no_policy() -> None:
    listener = Listener()
    replay(line("." * 20 + "xxx" + "." * 20), listener)
    told = {round((at - 0.001) / FRAME_S) - 1 for at in listener.frames}
    assert not told & {20, 21, 22}
    assert {19, 23} <= told


def test_words_come_when_they_were_known_and_without_those_of_the_last_turn() -> None:
    listener = Listener()
    partials = (Partial(0.1, "hello there"), Partial(0.713, "hello there how much"))
    replay(line("." * 60), listener, partials)
    assert listener.words == [(0.1, "hello there", False), (0.713, "how much", True)]


class Curious(NeverYield):
    """Asks once, a second after the start, and takes any answer for an interruption."""

    def __init__(self) -> None:
        self.question: Question | None = None

    def take_question(self, now_s: float) -> Question | None:
        if self.question is not None or now_s < 1.0:
            return None
        self.question = Question(0.9, now_s, over=False)
        return self.question

    def on_answer(
        self, now_s: float, question: Question, words: Sequence[Word], agent: AgentSpeech
    ) -> BargeInAction:
        self.reason = " ".join(word.text for word in words)
        return BargeInAction.COMMIT


def test_a_question_is_answered_once_decoded() -> None:
    policy = Curious()
    (commit,) = replay(line("." * 60 + "sss" + "." * 110), policy, clip="stop").decisions
    assert (commit.reason, commit.action) == ("stop", BargeInAction.COMMIT)
    assert policy.question is not None
    assert commit.at_s - policy.question.asked_s == pytest.approx(0.03)


def test_replays_are_the_same_every_time() -> None:
    item = line("." * 60 + "sss" + "." * 110, "backchannel")
    assert outcome(item, PauseFor(0.3)) == outcome(item, PauseFor(0.3))


@pytest.mark.parametrize(("silence_ms", "decided"), [(200, 40), (500, 85)])
def test_a_silence_timer_ends_the_turn_in_a_pause_that_is_longer(
    silence_ms: float, decided: int
) -> None:
    item = line("." * 10 + "s" * 20 + "." * 15 + "s" * 15 + "." * 60, "turn")
    words = Script(len(item.speech), ())
    end_s = end_of_turn_s(item, features(item, energy_vad), words, SilenceTimer(silence_ms))
    assert end_s == pytest.approx(decided * FRAME_S, abs=0.03)
