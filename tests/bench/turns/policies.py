"""What is compared: Protocols for the two decisions, and reference policies of known character.

The references are there to test the bench as much as the product. One that never yields misses
everything and disturbs nothing; one that always yields does the reverse; a report in which they
do not stand at their ends of every table is wrong.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from agent.evaluation.sound.channel import FRAME_S
from agent.speech.protocols import Word
from agent.turns.barge_in import AgentSpeech, BargeInAction, Question
from tests.bench.turns.texts import Expects

_NONE = BargeInAction.NONE
_COMMIT = BargeInAction.COMMIT


@dataclass(frozen=True, slots=True)
class Features:
    """A caller frame as it arrived."""

    at_s: float
    index: int
    confidence: float
    in_noise: float
    level_dbfs: float


class YieldPolicy(Protocol):
    """Whether the agent stops talking. All times are seconds since the item's start."""

    @property
    def reason(self) -> str:
        """Why the last action was taken, in a word or two."""

    def agent_speaks(self, now_s: float) -> None:
        """A new agent turn starts."""

    def sent(self, now_s: float, level_dbfs: float) -> None:
        """What the agent really sent at this tick (20 ms), noise and fades included."""

    def heard(self, frame: Features) -> None:
        """A caller frame while the agent is silent."""

    def on_frame(self, frame: Features, agent: AgentSpeech) -> BargeInAction:
        """A caller frame, as it arrived, while the agent speaks or is paused."""

    def on_words(self, now_s: float, text: str, agent: AgentSpeech | None) -> None:
        """The partial text since the agent's turn began; `agent` is None while it is silent."""

    def take_question(self, now_s: float) -> Question | None:
        """What the recogniser is asked now, while the agent speaks."""

    def on_answer(
        self, now_s: float, question: Question, words: Sequence[Word], agent: AgentSpeech
    ) -> BargeInAction:
        """What it makes of it."""

    def on_tick(self, now_s: float, agent: AgentSpeech) -> BargeInAction:
        """What is due although no frame has come."""


class EndPolicy(Protocol):
    """Whether the caller's turn is over."""

    def listen(self, now_s: float, expected: Expects) -> None:
        """The caller may speak; `expected` is what it was asked for."""

    def on_frame(self, frame: Features) -> bool:
        """A caller frame; True at the end of the turn."""

    def on_words(self, now_s: float, text: str) -> None:
        """The partial text of this turn."""

    def take_pause(self, now_s: float) -> bool:
        """Whether all that was said so far is to be heard to its end now."""

    def on_final(self, now_s: float, text: str, ending_confidence: float) -> None:
        """It, a recogniser's time later, and how sure the last word is."""

    def on_tick(self, now_s: float) -> bool:
        """Whether the turn is over although no frame has come."""


class NeverYield:
    """Talks to the end, whatever happens. The other references change `on_frame` only."""

    reason = ""

    def agent_speaks(self, now_s: float) -> None: ...

    def sent(self, now_s: float, level_dbfs: float) -> None: ...

    def heard(self, frame: Features) -> None: ...

    def on_frame(self, frame: Features, agent: AgentSpeech) -> BargeInAction:
        return _NONE

    def on_words(self, now_s: float, text: str, agent: AgentSpeech | None) -> None: ...

    def take_question(self, now_s: float) -> Question | None:
        return None

    def on_answer(
        self, now_s: float, question: Question, words: Sequence[Word], agent: AgentSpeech
    ) -> BargeInAction:
        return _NONE

    def on_tick(self, now_s: float, agent: AgentSpeech) -> BargeInAction:
        return _NONE


class ConsecutiveFrames(NeverYield):
    """Gives up the turn at the n-th speech frame in a row; n = 1 always yields."""

    def __init__(self, frames: int, confidence: float = 0.5) -> None:
        self._frames = frames
        self._confidence = confidence
        self._run = 0

    def agent_speaks(self, now_s: float) -> None:
        self._run = 0

    def on_frame(self, frame: Features, agent: AgentSpeech) -> BargeInAction:
        self._run = self._run + 1 if frame.confidence >= self._confidence else 0
        if self._run < self._frames:
            return _NONE
        self.reason = f"{self._frames} frames"
        return _COMMIT


class FirstFramePlus(NeverYield):
    """Gives up the turn 250 ms after the first speech frame, whatever comes between."""

    def __init__(self, wait_s: float = 0.25) -> None:
        self._wait_s = wait_s
        self._first_s: float | None = None

    def agent_speaks(self, now_s: float) -> None:
        self._first_s = None

    def on_frame(self, frame: Features, agent: AgentSpeech) -> BargeInAction:
        if self._first_s is None and frame.confidence >= 0.5:
            self._first_s = frame.at_s
        if self._first_s is None or frame.at_s - self._first_s < self._wait_s:
            return _NONE
        self.reason = "250 ms after the first frame"
        return _COMMIT


class SilenceTimer:
    """The turn is over after so much silence; nothing else counts."""

    def __init__(self, silence_ms: float, confidence: float = 0.5) -> None:
        self._silence_s = silence_ms / 1000.0
        self._confidence = confidence
        self._last_s: float | None = None

    def listen(self, now_s: float, expected: Expects) -> None:
        self._last_s = None

    def on_frame(self, frame: Features) -> bool:
        if frame.confidence >= self._confidence:
            self._last_s = frame.at_s
        return self.on_tick(frame.at_s)

    def on_words(self, now_s: float, text: str) -> None: ...

    def take_pause(self, now_s: float) -> bool:
        return False

    def on_final(self, now_s: float, text: str, ending_confidence: float) -> None: ...

    def on_tick(self, now_s: float) -> bool:
        return self._last_s is not None and now_s - self._last_s >= self._silence_s


@dataclass(frozen=True, slots=True)
class Contestant:
    """A named pair; `make_end` takes the factor on its waiting times, 1.0 being as shipped.

    Either is None where the name stands for one decision only.
    """

    name: str
    make_yield: Callable[[], YieldPolicy] | None
    make_end: Callable[[float], EndPolicy] | None


REFERENCES = (
    Contestant("never-yield", NeverYield, None),
    Contestant("always-yield", lambda: ConsecutiveFrames(1), None),
    Contestant("first-frame-250ms", FirstFramePlus, None),
    Contestant("10-frames", lambda: ConsecutiveFrames(round(0.2 / FRAME_S)), None),
    # Speech confidence of 0.7 in 3 frames running; 500 ms of silence end the turn.
    Contestant(
        "classic", lambda: ConsecutiveFrames(3, 0.7), lambda factor: SilenceTimer(500 * factor, 0.7)
    ),
    Contestant("timer-800ms", None, lambda factor: SilenceTimer(800 * factor)),
)
