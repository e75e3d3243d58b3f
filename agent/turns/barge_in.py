"""Reversible barge-in: pause at once on suspicion, then commit or resume on evidence.

    caller   ....|ssssssssssssss|.............       s: speech frames
    agent    aaaaaaa|ppppppppppppp|aaaaaaaaaa        p: paused, comfort noise
                    ^ N of M frames
                        ?    ?    ? it was "mm hmm": resume where it stopped

    caller   ....|ssssssssssssssssssssss
    agent    aaaaaaa|ppppp|
                        ?  it is "how much": commit, the rest of the line is dropped

The suspicion rests on frames as they arrive (the jitter buffer would add its delay). The evidence
is asked for (`take_question`): what a recogniser makes of the sound since its onset, by itself and
as if it ended here. A stream's partial results come 300 to 500 ms later than that and know no
confidence. How much is asked for depends on the line's noise (`noise.Rung`).
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from agent.speech.protocols import Word
from agent.turns.evidence import Evidence, weigh
from agent.turns.noise import Rung
from agent.turns.settings import BargeInSettings, RungSettings

FRAME_S = 0.02
_WINDOW_FRAMES = 60
_CUT_WORD_S = 0.08
# A longer sound without evidence is not listened to any further: it costs a tenth of its length.
_LONGEST_CLIP_S = 2.6


class BargeInState(Enum):
    """Whether the agent's speech is unchallenged, held back, or given up."""

    IDLE = "idle"
    PAUSED = "paused"
    COMMITTED = "committed"


class BargeInAction(Enum):
    """What playout has to do now."""

    NONE = "none"
    PAUSE = "pause"
    RESUME = "resume"
    COMMIT = "commit"


@dataclass(frozen=True, slots=True)
class AgentSpeech:
    """The agent's playout at the moment of a decision; `said` is what it said last."""

    played_ms: float
    remaining_ms: float
    interruptible: bool = True
    first_of_call: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What has been said since `since_s`? `over`: the sound had ended when it was asked."""

    since_s: float
    asked_s: float
    over: bool


class BargeInRule:
    """What every rule shares: whose turn it is, and that a key takes it.

    Without more a rule decides nothing by words or by time.
    """

    state = BargeInState.IDLE
    evidence: Evidence | None = None

    def begin(self) -> None:
        """A new agent turn starts to play."""
        self.state = BargeInState.IDLE
        self.evidence = None

    def forget_sound(self) -> None:
        """What was taken for the caller was the agent's echo."""

    def on_tick(self, now_s: float, rung: Rung = Rung.CLEAN) -> BargeInAction:
        """Decide a pause that is due, whether or not frames arrive."""
        return BargeInAction.NONE

    def take_question(self, now_s: float) -> Question | None:
        """What the recogniser has to be asked now, once."""
        return None

    def on_answer(
        self, now_s: float, question: Question, words: Sequence[Word], rung: Rung = Rung.CLEAN
    ) -> BargeInAction:
        """Judge what was said since `question.since_s`."""
        return BargeInAction.NONE

    def on_dtmf(self, agent: AgentSpeech) -> BargeInAction:
        """A key always takes the floor, unless the segment must be heard."""
        if self.state is BargeInState.COMMITTED or not agent.interruptible:
            return BargeInAction.NONE
        return self._commit(Evidence.DTMF)

    def _commit(self, evidence: Evidence) -> BargeInAction:
        self.state = BargeInState.COMMITTED
        self.evidence = evidence
        return BargeInAction.COMMIT


class BargeInPolicy(BargeInRule):
    """The adaptive rule of one call; `begin` starts each agent turn."""

    def __init__(self, settings: BargeInSettings) -> None:
        self._settings = settings
        self._rungs = {
            Rung.CLEAN: settings.clean, Rung.NOISY: settings.noisy, Rung.LOUD: settings.loud
        }  # fmt: skip
        self._window: deque[bool] = deque(maxlen=_WINDOW_FRAMES)
        self.begin()

    def begin(self) -> None:
        """A new agent turn starts to play."""
        super().begin()
        self._window.clear()
        self._suspected_s: float | None = None
        self._since_s = 0.0
        self._last_speech_s = 0.0
        self._question: Question | None = None
        self._asked_s = 0.0
        self._pauses: list[float] = []

    def forget_sound(self) -> None:
        """What was taken for the caller was the agent's echo; a pause is still to be decided."""
        self._window.clear()
        if self.state is not BargeInState.PAUSED:
            self._acquit()

    def on_frame(
        self,
        now_s: float,
        speech: bool,
        agent: AgentSpeech,
        rung: Rung = Rung.CLEAN,
        *,
        words_only: bool = False,
        quiet_line: bool = False,
    ) -> BargeInAction:
        """Judge one caller frame (20 ms) as it arrives.

        `words_only`: sound alone is nothing. `quiet_line`: nobody talks in the background.
        """
        self._window.append(speech)
        if speech:
            self._last_speech_s = now_s
        if self.state is BargeInState.COMMITTED or not agent.interruptible:
            return BargeInAction.NONE
        step = self._rungs[rung]
        if self._suspected_s is not None:
            if quiet_line and not words_only and self._lasts(step):
                return self._commit(Evidence.SUSTAINED_SPEECH)
            return self.on_tick(now_s, rung)
        recent = list(self._window)[-step.window_frames :]
        if sum(recent) < step.speech_frames:
            return BargeInAction.NONE
        self._suspected_s = now_s
        self._since_s = now_s - FRAME_S * (len(recent) - 1 - recent.index(True))
        if words_only or not self._may_pause(now_s, agent, step):
            return BargeInAction.NONE
        self.state = BargeInState.PAUSED
        self._pauses.append(now_s)
        return BargeInAction.PAUSE

    def on_tick(self, now_s: float, rung: Rung = Rung.CLEAN) -> BargeInAction:
        """Decide what is due, whether or not frames arrive."""
        step = self._rungs[rung]
        if self._suspected_s is None:
            return BargeInAction.NONE
        if now_s - self._since_s >= _LONGEST_CLIP_S:
            # Music, a television: for a while only words count.
            self._pauses += [now_s] * step.max_pauses
            return self._acquit()
        lasts_ms = (now_s - self._suspected_s) * 1000.0
        return self._give_in() if lasts_ms >= step.deadline_ms else BargeInAction.NONE

    def take_question(self, now_s: float) -> Question | None:
        """What the recogniser has to be asked now, once; one question at a time."""
        if self._suspected_s is None or self._question is not None:
            return None
        if self.state is BargeInState.COMMITTED:
            return None
        settings = self._settings
        heard_since = self._last_speech_s > self._asked_s
        over = (now_s - self._last_speech_s) * 1000.0 >= settings.over_ms
        first_s = self._since_s + settings.first_question_ms / 1000.0
        due_s = max(first_s, self._asked_s + settings.next_question_ms / 1000.0)
        if not over and (now_s < due_s or not heard_since):
            return None
        self._asked_s = now_s
        self._question = Question(self._since_s, now_s, over)
        return self._question

    def on_answer(
        self, now_s: float, question: Question, words: Sequence[Word], rung: Rung = Rung.CLEAN
    ) -> BargeInAction:
        """Judge what was said since `question.since_s`; out of date, it is nothing."""
        if question is not self._question:
            return BargeInAction.NONE
        self._question = None
        settings = self._settings
        # The last word of a sound that goes on is cut off, and so misheard.
        whole_to_s = None if question.over else question.asked_s - _CUT_WORD_S
        found = weigh(words, self._rungs[rung].word_confidence, whole_to_s)
        needed = settings.over_evidence if question.over else settings.live_evidence
        if found.weight >= needed and found.evidence is not None:
            return self._commit(found.evidence)
        if question.over:
            return self._acquit()
        wordless_ms = (question.asked_s - question.since_s) * 1000.0
        if not found.weight and wordless_ms >= settings.wordless_ms:
            return self._give_in()
        return BargeInAction.NONE

    def _give_in(self) -> BargeInAction:
        """The agent goes on over a sound that lasts without a word; words may still stop it."""
        if self.state is not BargeInState.PAUSED:
            return BargeInAction.NONE
        self.state = BargeInState.IDLE
        return BargeInAction.RESUME

    def _acquit(self) -> BargeInAction:
        """The suspicion came to nothing; sound that goes on has to raise it anew."""
        self._suspected_s = None
        self._question = None
        self._window.clear()
        return self._give_in()

    def _lasts(self, step: RungSettings) -> bool:
        """Whether this is more speech than a back-channel has, recognised or not."""
        frames = round(step.sustained_ms / 1000.0 / FRAME_S)
        return 0 < frames <= sum(self._window)

    def _may_pause(self, now_s: float, agent: AgentSpeech, step: RungSettings) -> bool:
        settings = self._settings
        lately = sum(now_s - at_s < settings.pauses_within_s for at_s in self._pauses)
        return (
            agent.remaining_ms > settings.protect_last_ms
            and not (agent.first_of_call and agent.played_ms < settings.protect_first_ms)
            and lately < step.max_pauses
        )
