"""Items in virtual time: arrivals, words and ticks in their order, through the real playout.

    frame j is spoken in [20j, 20j+20) ms, arrives at `arrival_s[j]`, is judged at once;
    an action shows in what is sent at the next tick; what is sent is what echoes.

A policy that pauses therefore stops its own echo. Lost frames reach no policy. Words said before
an agent turn are not told again; those said over it are told when it is over, or as the answer to a
policy's question, as late as the recogniser takes for it.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from agent.evaluation.sound.channel import FRAME, FRAME_S, coded
from agent.evaluation.sound.voices import RATE_HZ
from agent.media.comfort_noise import ComfortNoise
from agent.media.playout import Clip, Playout, PlayoutEvent
from agent.speech.paired_vad import PairedVad
from agent.speech.protocols import Pcm
from agent.turns.barge_in import AgentSpeech, BargeInAction, Question
from agent.turns.levels import level_dbfs
from agent.turns.turn_taking import PRE_ROLL_S
from tests.bench.turns.corpus import Item
from tests.bench.turns.partials import NEXT_TURN_S, ClipWords, Partial
from tests.bench.turns.policies import EndPolicy, Features, YieldPolicy

VadMaker = Callable[[], PairedVad]
_NOISE_SEED = 3
_SAID_WORDS = 15  # about the last 5 s


@dataclass(frozen=True, slots=True)
class Decision:
    """An action of a policy, when, in which agent turn, and why."""

    at_s: float
    action: BargeInAction
    reason: str
    turn: int


@dataclass(slots=True)
class YieldTrace:
    """What one policy did with one item; a tick is 20 ms.

    `audible` tells for each tick whether the agent's voice was sent, a fade included, `speaking`
    whether the agent had something left to say. `moves` are pairs of positions in samples: where
    a pause stopped and where it went on.
    """

    decisions: list[Decision] = field(default_factory=list)
    audible: list[bool] = field(default_factory=list)
    speaking: list[bool] = field(default_factory=list)
    moves: list[tuple[int, int]] = field(default_factory=list)


def features(item: Item, make_vad: VadMaker) -> tuple[Features, ...]:
    """Confidence and level of every frame of an item without echo, in order of arrival."""
    vad, found = make_vad(), []
    for index in arrival_order(item):
        frame = item.caller[index * FRAME : (index + 1) * FRAME]
        found.append(
            Features(float(item.arrival_s[index]), index, *vad.judge(frame), level_dbfs(frame))
        )
    return tuple(found)


def arrival_order(item: Item) -> list[int]:
    """Frames that arrived, in the order in which they did."""
    return [int(i) for i in np.argsort(item.arrival_s) if not np.isnan(item.arrival_s[i])]


class Words(Protocol):
    """Where a replay's words come from; see `partials.ItemWords`."""

    @property
    def ticks(self) -> int:
        """The item's length."""

    def partials(self, start: int, end: int) -> tuple[Partial, ...]:
        """Every change of the text between two ticks, for a segment that starts at the first."""

    def clip(self, start: int, end: int) -> ClipWords:
        """What was said between two ticks, by itself."""


class YieldReplay:
    """One item with one policy."""

    def __init__(self, item: Item, words: Words, policy: YieldPolicy) -> None:
        self._item = item
        self._policy = policy
        self._words = words
        self._partials = deque(words.partials(0, words.ticks))
        self._answer: tuple[float, Question, ClipWords] | None = None
        self._playout = Playout(FRAME, ComfortNoise(FRAME, _NOISE_SEED), self._on_playout)
        self._trace = YieldTrace()
        self._sent = np.zeros(len(item.caller) + 2 * FRAME)
        self._ticks = 0
        self._turn = -1
        self._next_turn_s = item.agent_start_s
        self._tokens: list[str] = []
        self._cut = 0
        self._paused_at: int | None = None
        self._over = False

    def run(self, known: tuple[Features, ...] | None, make_vad: VadMaker) -> YieldTrace:
        """Play the item; `known` are its features, None where they depend on the echo."""
        frames = iter(known) if known is not None else self._live(make_vad())
        upcoming = next(frames, None)
        for tick in range(len(self._item.caller) // FRAME):
            now_s = tick * FRAME_S
            while upcoming is not None and upcoming.at_s <= now_s and not self._over:
                self._hear_words(upcoming.at_s)
                if not self._over:
                    self._on_frame(upcoming)
                    upcoming = next(frames, None)
            if not self._over:
                self._hear_words(now_s)
            self._tick(now_s)
            if self._over and not self._trace.audible[-1]:
                break
        return self._trace

    def _live(self, vad: PairedVad) -> Iterator[Features]:
        """Frames with the echo of what has really been sent by then; the codec comes last."""
        item = self._item
        assert item.echo is not None
        for index in arrival_order(item):
            echo = item.echo.frame(self._sent[: self._ticks * FRAME], index) * 32768.0
            near = item.caller[index * FRAME : (index + 1) * FRAME]
            mixed = np.clip(near + np.rint(echo), -32768, 32767).astype(np.int16)
            frame = coded(mixed, item.condition.codec)
            at_s = float(item.arrival_s[index])
            yield Features(at_s, index, *vad.judge(frame), level_dbfs(frame))

    def _on_frame(self, frame: Features) -> None:
        if self._speaking:
            agent = self._agent()
            self._act(frame.at_s, self._policy.on_frame(frame, agent))
        else:
            self._policy.heard(frame)

    def _hear_words(self, now_s: float) -> None:
        while self._partials and self._partials[0].at_s <= now_s:
            partial = self._partials.popleft()
            self._tokens = partial.text.split()
            text = " ".join(self._tokens[self._cut :])
            if text:
                agent = self._agent() if self._speaking else None
                self._policy.on_words(partial.at_s, text, agent)
        if self._answer is not None and self._answer[0] <= now_s:
            (at_s, question, clip), self._answer = self._answer, None
            if self._speaking:
                action = self._policy.on_answer(at_s, question, clip.words, self._agent())
                self._act(at_s, action)
        self._ask(now_s)

    def _ask(self, now_s: float) -> None:
        question = self._policy.take_question(now_s) if self._speaking and not self._over else None
        if question is None:
            return
        start = max(0, int((question.since_s - PRE_ROLL_S) / FRAME_S))
        clip = self._words.clip(start, max(start + 1, int(now_s / FRAME_S)))
        self._answer = (now_s + clip.cost_s, question, clip)

    def _tick(self, now_s: float) -> None:
        has_more = self._turn + 1 < len(self._item.agent) and not self._over
        if not self._speaking and has_more and now_s >= self._next_turn_s:
            self._turn += 1
            self._cut = len(self._tokens)
            self._answer = None
            self._policy.agent_speaks(now_s)
            self._playout.queue(Clip(str(self._turn), self._item.agent[self._turn].pcm))
        elif self._speaking:
            self._act(now_s, self._policy.on_tick(now_s, self._agent()))
        self._trace.speaking.append(self._speaking)
        frame: Pcm = self._playout.next_frame()
        self._trace.audible.append(self._playout.audible)
        self._sent[self._ticks * FRAME : (self._ticks + 1) * FRAME] = frame / 32768.0
        self._ticks += 1
        self._policy.sent(now_s, level_dbfs(frame))

    @property
    def _speaking(self) -> bool:
        return self._playout.state != "idle"

    def _agent(self) -> AgentSpeech:
        utterance, position = self._item.agent[self._turn], self._playout.position
        words = utterance.text.split()
        said = words[: 1 + round(len(words) * position / len(utterance.pcm))]
        return AgentSpeech(
            played_ms=1000.0 * position / RATE_HZ,
            remaining_ms=1000.0 * (len(utterance.pcm) - position) / RATE_HZ,
            first_of_call=self._turn == 0 and self._item.agent_start_s < 1.0,
            said=" ".join(said[-_SAID_WORDS:]),
        )

    def _act(self, now_s: float, action: BargeInAction) -> None:
        if action is BargeInAction.NONE:
            return
        self._trace.decisions.append(Decision(now_s, action, self._policy.reason, self._turn))
        match action:
            case BargeInAction.PAUSE:
                self._playout.pause()
                self._paused_at = self._playout.position
            case BargeInAction.RESUME:
                self._playout.resume()
                if self._paused_at is not None:
                    self._trace.moves.append((self._paused_at, self._playout.position))
            case BargeInAction.COMMIT:
                self._playout.stop()
                self._next_turn_s = now_s + NEXT_TURN_S
                # An item with an event is decided; in a long one the agent speaks again.
                self._over = bool(self._item.events)

    def _on_playout(self, event: PlayoutEvent) -> None:
        if event.kind == "drained":
            self._next_turn_s = self._ticks * FRAME_S + NEXT_TURN_S


def end_of_turn_s(
    item: Item, known: tuple[Features, ...], words: Words, policy: EndPolicy
) -> float | None:
    """When a policy ends the caller's turn; None if it does not within the item."""
    policy.listen(0.0, item.expects)
    heard = _CallerWords(words, policy)
    frames = iter(known)
    upcoming = next(frames, None)
    for tick in range(len(item.caller) // FRAME):
        now_s = tick * FRAME_S
        while upcoming is not None and upcoming.at_s <= now_s:
            heard.tell(upcoming.at_s)
            if policy.on_frame(upcoming):
                return upcoming.at_s
            upcoming = next(frames, None)
        heard.tell(now_s)
        if policy.on_tick(now_s):
            return now_s
    return None


class _CallerWords:
    """The caller's words as they become known: partial texts, and all of them at a pause."""

    def __init__(self, words: Words, policy: EndPolicy) -> None:
        self._words = words
        self._policy = policy
        self._partials = deque(words.partials(0, words.ticks))
        self._final: tuple[float, ClipWords] | None = None

    def tell(self, now_s: float) -> None:
        """Tell the policy what is known by now, and ask what it wants to know."""
        while self._partials and self._partials[0].at_s <= now_s:
            partial = self._partials.popleft()
            self._policy.on_words(partial.at_s, partial.text)
        if self._final is not None and self._final[0] <= now_s:
            (at_s, clip), self._final = self._final, None
            text = " ".join(word.text for word in clip.words)
            ending = clip.words[-1].confidence if clip.words else 1.0
            self._policy.on_final(at_s, text, ending)
        if self._final is None and self._policy.take_pause(now_s):
            clip = self._words.clip(0, max(1, int(now_s / FRAME_S)))
            self._final = (now_s + clip.cost_s, clip)
