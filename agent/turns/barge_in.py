"""Reversible barge-in: pause at once on suspicion, then commit or resume on evidence.

    caller   ....|ssssssssssssss|.............       s: speech frames
    agent    aaaaaaa|ppppppppppppppp|aaaaaaaa        p: paused, comfort noise
                    ^ N of M frames ^ quiet, only a back-channel: resume where it stopped

    caller   ....|ssssssssssssssssssssss
    agent    aaaaaaa|ppppp|                          a content word or long speech: commit,
                          ^ commit                   the rest of the line is dropped

The decision rests on frames as they arrive (the jitter buffer would add its delay) and on partial
recognition results, which come 400 to 700 ms after the onset.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum

from agent.config import BargeInSettings
from agent.turns.lexicon import content_tokens, has_stop_word

FRAME_MS = 20
_MAX_PAUSES = 2
# Words count as said over the agent only while speech was heard this recently.
_WORDS_AFTER_SPEECH_MS = 1500


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
    SUSTAINED_SPEECH = "sustained_speech"
    DEADLINE = "deadline"
    DTMF = "dtmf"


@dataclass(frozen=True, slots=True)
class AgentSpeech:
    """The agent's playout at the moment of a decision."""

    played_ms: float
    remaining_ms: float
    interruptible: bool = True
    first_of_call: bool = False


class BargeInPolicy:
    """One call's barge-in decisions; `begin` starts each agent turn."""

    def __init__(self, settings: BargeInSettings) -> None:
        self._settings = settings
        self._window: deque[bool] = deque(maxlen=settings.window_frames)
        self.begin()

    def begin(self) -> None:
        """A new agent turn starts to play."""
        self.state = BargeInState.IDLE
        self.evidence: Evidence | None = None
        self._window.clear()
        self._paused_at_s = 0.0
        self._last_speech_s: float | None = None
        self._speech_ms = 0.0
        self._text = ""
        self._pauses = 0

    @property
    def paused_at_s(self) -> float:
        """When the present pause began."""
        return self._paused_at_s

    def on_frame(self, now_s: float, speech: bool, agent: AgentSpeech) -> BargeInAction:
        """Judge one caller frame (20 ms) as it arrives."""
        self._window.append(speech)
        if speech:
            self._last_speech_s = now_s
            self._speech_ms += FRAME_MS
        elif self._quiet_ms(now_s) > _WORDS_AFTER_SPEECH_MS:
            self._speech_ms = 0.0
        if self.state is BargeInState.PAUSED:
            return self._decide_pause(now_s)
        if self.state is BargeInState.IDLE and self._may_pause(agent):
            return self._pause(now_s)
        return BargeInAction.NONE

    def on_words(self, now_s: float, text: str, agent: AgentSpeech) -> BargeInAction:
        """Judge a partial recognition result of what was said since the agent's turn began."""
        self._text = text
        if self.state is BargeInState.COMMITTED or not agent.interruptible:
            return BargeInAction.NONE
        if self._quiet_ms(now_s) > _WORDS_AFTER_SPEECH_MS:
            return BargeInAction.NONE
        if has_stop_word(text):
            return self._commit(Evidence.STOP_WORD)
        # One content word may be noise written as a word: unpaused speech asks for two.
        needed = 1 if self.state is BargeInState.PAUSED else 2
        if len(content_tokens(text)) >= needed:
            return self._commit(Evidence.WORDS)
        return BargeInAction.NONE

    def on_dtmf(self, agent: AgentSpeech) -> BargeInAction:
        """A key always takes the floor, unless the segment must be heard."""
        if self.state is BargeInState.COMMITTED or not agent.interruptible:
            return BargeInAction.NONE
        return self._commit(Evidence.DTMF)

    def _may_pause(self, agent: AgentSpeech) -> bool:
        settings = self._settings
        return (
            agent.interruptible
            and sum(self._window) >= settings.speech_frames
            and agent.remaining_ms > settings.protect_last_ms
            and not (agent.first_of_call and agent.played_ms < settings.protect_first_ms)
            # After two false pauses the line is noisy: words decide from there.
            and self._pauses < _MAX_PAUSES
        )

    def _pause(self, now_s: float) -> BargeInAction:
        self.state = BargeInState.PAUSED
        self._paused_at_s = now_s
        self._pauses += 1
        self._speech_ms = float(sum(self._window) * FRAME_MS)
        return BargeInAction.PAUSE

    def _decide_pause(self, now_s: float) -> BargeInAction:
        settings = self._settings
        quiet_ms = self._quiet_ms(now_s)
        only_listening = bool(self._text.strip()) and not content_tokens(self._text)
        if self._speech_ms >= settings.sustained_ms and not only_listening:
            return self._commit(Evidence.SUSTAINED_SPEECH)
        if quiet_ms >= settings.quiet_resume_ms:
            self.state = BargeInState.IDLE
            self._window.clear()
            return BargeInAction.RESUME
        overdue = (now_s - self._paused_at_s) * 1000.0 >= settings.deadline_ms
        if overdue and quiet_ms < 2 * FRAME_MS and not only_listening:
            return self._commit(Evidence.DEADLINE)
        return BargeInAction.NONE

    def _commit(self, evidence: Evidence) -> BargeInAction:
        self.state = BargeInState.COMMITTED
        self.evidence = evidence
        return BargeInAction.COMMIT

    def _quiet_ms(self, now_s: float) -> float:
        if self._last_speech_s is None:
            return float("inf")
        return (now_s - self._last_speech_s) * 1000.0
