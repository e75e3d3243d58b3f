"""Reversible barge-in: pause at once on suspicion, then commit or resume on evidence.

    caller   ....|ssssssssssssss|.............       s: speech frames
    agent    aaaaaaa|ppppppppppppppp|aaaaaaaa        p: paused, comfort noise
                    ^ N of M frames ^ quiet, only a back-channel: resume where it stopped

    caller   ....|ssssssssssssssssssssss
    agent    aaaaaaa|ppppp|                          words with content: commit,
                          ^ commit                   the rest of the line is dropped

The decision rests on frames as they arrive (the jitter buffer would add its delay) and on partial
recognition results, which come 400 to 700 ms after the onset. How much of either is asked for
depends on the line's noise (`noise.Rung`).
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum

from agent.turns.lexicon import content_tokens, has_stop_word
from agent.turns.noise import Rung
from agent.turns.settings import BargeInSettings, RungSettings

FRAME_MS = 20
# Words count as said over the agent only while speech was heard this recently.
_WORDS_AFTER_SPEECH_MS = 1500
# ... and in so many of the frames of the last 1.5 s: recognisers write words for faint sounds too.
_SPEECH_FRAMES = 8
_RECENT_FRAMES = 75


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


class Evidence(Enum):
    """Why a barge-in was committed."""

    STOP_WORD = "stop_word"
    WORDS = "words"
    SUSTAINED_SPEECH = "sustained_speech"  # the classic rule's
    DTMF = "dtmf"


@dataclass(frozen=True, slots=True)
class AgentSpeech:
    """The agent's playout at the moment of a decision; `said` is what it said last."""

    played_ms: float
    remaining_ms: float
    interruptible: bool = True
    first_of_call: bool = False
    said: str = ""


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

    def on_words(
        self, now_s: float, text: str, agent: AgentSpeech, rung: Rung = Rung.CLEAN
    ) -> BargeInAction:
        """Judge a partial recognition result of what was said since the agent's turn began."""
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
        longest = max(rung.window_frames for rung in self._rungs.values())
        self._window: deque[bool] = deque(maxlen=longest)
        self._recent: deque[bool] = deque(maxlen=_RECENT_FRAMES)
        self.begin()

    def begin(self) -> None:
        """A new agent turn starts to play."""
        super().begin()
        self._window.clear()
        self._recent.clear()
        self._paused_at_s = 0.0
        self._last_speech_s: float | None = None
        self._speech_ms = 0.0
        self._text = ""
        self._pauses = 0

    def forget_sound(self) -> None:
        """What was taken for the caller was the agent's echo."""
        self._window.clear()
        self._recent.clear()
        self._last_speech_s = None
        self._speech_ms = 0.0

    def on_frame(
        self,
        now_s: float,
        speech: bool,
        agent: AgentSpeech,
        rung: Rung = Rung.CLEAN,
        *,
        words_only: bool = False,
    ) -> BargeInAction:
        """Judge one caller frame (20 ms) as it arrives; `words_only`: sound alone is nothing."""
        self._window.append(speech)
        self._recent.append(speech)
        if speech:
            self._last_speech_s = now_s
            self._speech_ms += FRAME_MS
        elif self._quiet_ms(now_s) > _WORDS_AFTER_SPEECH_MS:
            self._speech_ms = 0.0
        if self.state is BargeInState.PAUSED:
            return self.on_tick(now_s, rung)
        if self.state is BargeInState.IDLE and not words_only and self._may_pause(agent, rung):
            return self._pause(now_s, self._rungs[rung])
        return BargeInAction.NONE

    def on_tick(self, now_s: float, rung: Rung = Rung.CLEAN) -> BargeInAction:
        """Decide a pause that is due, whether or not frames arrive."""
        if self.state is not BargeInState.PAUSED:
            return BargeInAction.NONE
        settings = self._rungs[rung]
        if self._enough_words(now_s, settings):
            return self._commit(Evidence.WORDS)
        quiet = self._quiet_ms(now_s) >= self._settings.quiet_resume_ms
        overdue = (now_s - self._paused_at_s) * 1000.0 >= settings.deadline_ms
        if not quiet and not overdue:
            return BargeInAction.NONE
        self.state = BargeInState.IDLE
        self._window.clear()
        if overdue:
            # Sound that comes and goes without a word: from now on only words count.
            self._pauses = max(self._pauses, settings.max_pauses)
        return BargeInAction.RESUME

    def on_words(
        self, now_s: float, text: str, agent: AgentSpeech, rung: Rung = Rung.CLEAN
    ) -> BargeInAction:
        """Judge a partial recognition result of what was said since the agent's turn began."""
        self._text = text
        if self.state is BargeInState.COMMITTED or not agent.interruptible:
            return BargeInAction.NONE
        if self._quiet_ms(now_s) > _WORDS_AFTER_SPEECH_MS or sum(self._recent) < _SPEECH_FRAMES:
            return BargeInAction.NONE
        if has_stop_word(text):
            return self._commit(Evidence.STOP_WORD)
        if self._enough_words(now_s, self._rungs[rung]):
            return self._commit(Evidence.WORDS)
        return BargeInAction.NONE

    def _enough_words(self, now_s: float, settings: RungSettings) -> bool:
        """One word may be a back-channel or noise misheard; a lasting or a finished one counts."""
        words = len(content_tokens(self._text))
        if words != 1:
            return words >= settings.content_words
        over = self._quiet_ms(now_s) >= self._settings.quiet_resume_ms
        needed_ms = settings.finished_word_ms if over else settings.one_word_ms
        return 0 < needed_ms <= self._speech_ms

    def _may_pause(self, agent: AgentSpeech, rung: Rung) -> bool:
        settings, step = self._settings, self._rungs[rung]
        recent = list(self._window)[-step.window_frames :]
        return (
            agent.interruptible
            and sum(recent) >= step.speech_frames
            and agent.remaining_ms > settings.protect_last_ms
            and not (agent.first_of_call and agent.played_ms < settings.protect_first_ms)
            and self._pauses < step.max_pauses
        )

    def _pause(self, now_s: float, step: RungSettings) -> BargeInAction:
        self.state = BargeInState.PAUSED
        self._paused_at_s = now_s
        self._pauses += 1
        self._speech_ms = float(sum(list(self._window)[-step.window_frames :]) * FRAME_MS)
        return BargeInAction.PAUSE

    def _quiet_ms(self, now_s: float) -> float:
        if self._last_speech_s is None:
            return float("inf")
        return (now_s - self._last_speech_s) * 1000.0
