"""When the caller's turn is over.

    caller   |sssssss..ssssss|..........|
    partial        "i'd like"  "i'd like to know the price"
                              ^ last speech frame
                              |--- T ---| and the text unchanged for `settled_ms`: end of turn

T depends on what was said: shortest after words that decide whatever follows ("take me off your
list"), short after a yes or no that was asked for and after words that make a sure intent, long
after a conjunction; and on the caller, whose own pauses raise its floor.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum

from agent.turns.lexicon import INCOMPLETE_ENDINGS, SHORT_ANSWERS, asks_to_wait, tokens
from agent.turns.settings import EndpointingSettings

_ONSET_FRAMES = 3
_ONSET_WINDOW = 5
# Speech without any recognised text waits a little longer: the recogniser may be behind.
_NO_TEXT_EXTRA_MS = 300
# Breath and the line's noise come out as small words, unsure ones.
_SURE_ENDING = 0.6
# The floor under the thresholds follows the caller's own pauses (guide: turn-taking 4.5).
_FLOOR_MS = (400.0, 1500.0)
_LEARNING = 0.1
_SHORTEST_PAUSE_MS = 200.0


class Completeness(Enum):
    """What the words so far say about whether more will come."""

    SHORT_ANSWER = "short_answer"
    SLOT_DONE = "slot_done"
    UNDERSTOOD = "understood"
    DECIDED = "decided"
    COMPLETE = "complete"
    DEFAULT = "default"
    INCOMPLETE = "incomplete"
    SLOT_OPEN = "slot_open"
    HOLD = "hold"


# Callers with long pauses of their own are not made to wait after these.
_NO_FLOOR = (Completeness.SHORT_ANSWER, Completeness.SLOT_DONE, Completeness.DECIDED)


@dataclass(frozen=True, slots=True)
class EndOfTurn:
    """A caller's turn that ended; times in the clock that was passed in.

    `level_dbfs` is that of its speech, None where there was too little of it.
    """

    started_s: float
    ended_s: float
    decided_s: float
    speech_ms: float
    completeness: Completeness
    level_dbfs: float | None = None


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
    if asks_to_wait(text):
        return Completeness.HOLD
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
            Completeness.SLOT_DONE: settings.slot_done_ms,
            Completeness.UNDERSTOOD: settings.understood_ms,
            Completeness.DECIDED: settings.decided_ms,
            Completeness.COMPLETE: settings.complete_ms,
            Completeness.DEFAULT: settings.default_ms,
            Completeness.INCOMPLETE: settings.incomplete_ms,
            Completeness.SLOT_OPEN: settings.slot_open_ms,
            Completeness.HOLD: settings.hold_ms,
        }
        self._floor_ms = _FLOOR_MS[0]
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
        self._ending_sure = True
        self._judged_text = ""
        self._judged: Completeness | None = None

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
            if self._started_s is not None:
                self._learn((now_s - self._last_speech_s) * 1000.0)
            self._last_speech_s = now_s
            self._speech_ms += 20.0
            if self._started_s is None and sum(self._window) >= _ONSET_FRAMES:
                self._started_s = now_s - 0.02 * (len(self._window) - 1)
        return self.on_tick(now_s)

    def on_words(self, now_s: float, text: str) -> None:
        """Take in the partial text of this turn."""
        if text != self._text:
            self._text = text
            self._text_changed_s = now_s
            self._ending_sure = True

    def on_final(self, now_s: float, text: str, ending_confidence: float) -> None:
        """Take in all that was said until now, and how sure the last word is (0 to 1)."""
        self.on_words(now_s, text)
        self._text_changed_s = float("-inf")
        self._ending_sure = ending_confidence >= _SURE_ENDING

    def judge(self, text: str, judged: Completeness) -> None:
        """The dialogue has looked at a partial text: a slot's value, a sure intent, a hard rule.

        It counts for as long as the text stays the same.
        """
        self._judged_text, self._judged = text, judged

    def went_on(self, gap_ms: float) -> None:
        """The last end of turn was none: the caller went on after this pause."""
        self._learn(gap_ms)

    def on_tick(self, now_s: float) -> EndOfTurn | None:
        """Whether the turn is over by now, whether or not frames arrive."""
        if self._started_s is None:
            return None
        judged = self._completeness()
        if now_s - self._started_s >= self._settings.longest_turn_s:
            # A television, or somebody who never stops: the call has to go on.
            return EndOfTurn(self._started_s, self._last_speech_s, now_s, self._speech_ms, judged)
        silence_ms = (now_s - self._last_speech_s) * 1000.0
        settled_ms = (now_s - self._text_changed_s) * 1000.0
        if silence_ms < self._wait_ms(judged) or settled_ms < self._settings.settled_ms:
            return None
        return EndOfTurn(self._started_s, self._last_speech_s, now_s, self._speech_ms, judged)

    def _wait_ms(self, judged: Completeness) -> float:
        """The silence that ends a turn judged so."""
        wait_ms: float = self._thresholds_ms[judged]
        if judged not in _NO_FLOOR:
            wait_ms = max(wait_ms, self._floor_ms)
        return wait_ms if self._text else wait_ms + _NO_TEXT_EXTRA_MS

    def _completeness(self) -> Completeness:
        judged = self._judged if self._judged_text == self._text else None
        if judged is Completeness.DECIDED:
            return judged
        by_words = completeness(self._text, self._expected)
        if by_words in (Completeness.INCOMPLETE, Completeness.HOLD):
            return by_words if self._ending_sure else Completeness.DEFAULT
        return judged or by_words

    def _learn(self, pause_ms: float) -> None:
        if pause_ms < _SHORTEST_PAUSE_MS:
            return
        least, most = _FLOOR_MS
        learned = (1.0 - _LEARNING) * self._floor_ms + _LEARNING * pause_ms
        self._floor_ms = min(max(learned, least), most)
