"""When the caller's turn is over.

    caller   |sssssss..ssssss|..........|
    partial        "i'd like"  "i'd like to know the price"
                              ^ last speech frame
                              |--- T ---| and the text unchanged for `settled_ms`: end of turn

T depends on what was said: short after a yes or no that was asked for, long after a conjunction.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum

from agent.config import EndpointingSettings
from agent.turns.lexicon import INCOMPLETE_ENDINGS, SHORT_ANSWERS, tokens

_ONSET_FRAMES = 3
_ONSET_WINDOW = 5
# Speech without any recognised text waits a little longer: the recogniser may be behind.
_NO_TEXT_EXTRA_MS = 300


class Completeness(Enum):
    """What the words so far say about whether more will come."""

    SHORT_ANSWER = "short_answer"
    COMPLETE = "complete"
    DEFAULT = "default"
    INCOMPLETE = "incomplete"
    SLOT_OPEN = "slot_open"


@dataclass(frozen=True, slots=True)
class EndOfTurn:
    """A caller's turn that ended; times in the clock that was passed in."""

    started_s: float
    ended_s: float
    decided_s: float
    speech_ms: float
    completeness: Completeness


@dataclass(frozen=True, slots=True)
class Expected:
    """What the agent asked for: a yes or no, or digits and letters to be read out."""

    yes_no: bool = False
    reads_out: bool = False


def completeness(text: str, expected: Expected) -> Completeness:
    """Judge a partial text, given what the agent asked for."""
    words = tokens(text)
    if not words:
        return Completeness.DEFAULT
    if words[-1] in INCOMPLETE_ENDINGS:
        return Completeness.INCOMPLETE
    if expected.yes_no and len(words) <= 3 and all(word in SHORT_ANSWERS for word in words):
        return Completeness.SHORT_ANSWER
    if expected.reads_out:
        # Numbers and spellings come with pauses between their groups.
        return Completeness.SLOT_OPEN
    return Completeness.COMPLETE if len(words) >= 3 else Completeness.DEFAULT


class Endpointer:
    """One call's end-of-turn decisions; `begin` starts each listening phase."""

    def __init__(self, settings: EndpointingSettings) -> None:
        self._settings = settings
        self._thresholds_ms = {
            Completeness.SHORT_ANSWER: settings.short_answer_ms,
            Completeness.COMPLETE: settings.complete_ms,
            Completeness.DEFAULT: settings.default_ms,
            Completeness.INCOMPLETE: settings.incomplete_ms,
            Completeness.SLOT_OPEN: settings.slot_open_ms,
        }
        self._window: deque[bool] = deque(maxlen=_ONSET_WINDOW)
        self.begin(Expected())

    def begin(self, expected: Expected) -> None:
        """The caller may speak; `expected` is what the agent asked for."""
        self._expected = expected
        self._window.clear()
        self._started_s: float | None = None
        self._last_speech_s = 0.0
        self._speech_ms = 0.0
        self._text = ""
        self._text_changed_s = 0.0

    @property
    def in_turn(self) -> bool:
        """Whether the caller has started to speak."""
        return self._started_s is not None

    def open_turn(self, started_s: float, now_s: float) -> None:
        """The caller is speaking already (it interrupted the agent)."""
        self._started_s = started_s
        self._last_speech_s = now_s

    def on_frame(self, now_s: float, speech: bool) -> EndOfTurn | None:
        """Judge one caller frame (20 ms)."""
        self._window.append(speech)
        if speech:
            self._last_speech_s = now_s
            self._speech_ms += 20.0
            if self._started_s is None and sum(self._window) >= _ONSET_FRAMES:
                self._started_s = now_s - 0.02 * (len(self._window) - 1)
            return None
        return self._ended(now_s)

    def on_words(self, now_s: float, text: str) -> None:
        """Take in the partial text of this turn."""
        if text != self._text:
            self._text = text
            self._text_changed_s = now_s

    def _ended(self, now_s: float) -> EndOfTurn | None:
        if self._started_s is None:
            return None
        judged = completeness(self._text, self._expected)
        threshold_ms = self._thresholds_ms[judged]
        if not self._text:
            threshold_ms += _NO_TEXT_EXTRA_MS
        silence_ms = (now_s - self._last_speech_s) * 1000.0
        settled_ms = (now_s - self._text_changed_s) * 1000.0
        if silence_ms < threshold_ms or settled_ms < self._settings.settled_ms:
            return None
        return EndOfTurn(self._started_s, self._last_speech_s, now_s, self._speech_ms, judged)
