"""One call's turn-taking: noise, echo, barge-in and end of turn, joined into one set of decisions.

    sent level --> EchoGate --+
    caller frame -> NoiseLadder -> is it speech? -> BargeIn   while the agent speaks
    partial text ---------------> is it echo?   -> Endpointer while the caller may speak

Pure: every method takes the time, in seconds of one clock; nothing here waits or plays.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.speech.protocols import Confidence, Word
from agent.turns.barge_in import (
    AgentSpeech,
    BargeInAction,
    BargeInPolicy,
    BargeInState,
    Question,
)
from agent.turns.classic import ClassicBargeIn, ClassicEndpointer
from agent.turns.echo import EchoGate, is_echo_of
from agent.turns.endpointing import Completeness, EndOfTurn, Endpointer, Expected
from agent.turns.evidence import Evidence
from agent.turns.half_duplex import HalfDuplex
from agent.turns.levels import mean_dbfs
from agent.turns.lexicon import has_stop_word, is_backchannel
from agent.turns.noise import NoiseLadder, Rung
from agent.turns.settings import TurnSettings

CONFIDENCE_BINS = 10
# A sound's first consonant is heard before it is taken for speech.
PRE_ROLL_S = 0.3
# From the onset of an echo to its end: the time until the pause and the longest lag.
_ECHO_TAIL_S = 0.6
# Speech this recent when the agent ends is the start of the caller's turn, not its past.
_RECENT_SPEECH_S = 0.5
# A turn with fewer speech frames says nothing of the caller's level.
_LEVEL_FRAMES = 10
# A gap within a word is shorter.
_PAUSE_S = 0.16
# What is heard over the agent is the line's background, but for the latest sound.
_BACKGROUND_FRAMES, _SOUND_FRAMES = 150, 60
_KNOWN_FRAMES = 50
_QUIET_SHARE = 0.3
_TALK_CONFIDENCE = 0.3


@dataclass(frozen=True, slots=True)
class Heard:
    """How one caller frame was judged, and why."""

    speech: bool
    confidence: float
    in_noise: float
    level_dbfs: float
    gate_dbfs: float


class TurnTaking:
    """Whose turn it is in one call."""

    def __init__(self, settings: TurnSettings) -> None:
        self._settings = settings
        self._rule: BargeInPolicy | ClassicBargeIn
        self._endpointer: Endpointer
        if settings.rule == "adaptive":
            self._rule = BargeInPolicy(settings.barge_in)
            self._endpointer = Endpointer(settings.endpointing)
        else:
            self._rule = ClassicBargeIn(settings)
            self._endpointer = ClassicEndpointer(settings)
        self.noise = NoiseLadder()
        self.echo = EchoGate(learn=settings.line_echo == "learn")
        self.half_duplex = HalfDuplex(settings.half_duplex)
        self._listening = False
        self._text = ""
        self._speech_since_s: float | None = None
        self._last_speech_s = float("-inf")
        self._turn_levels: list[float] = []
        self._sound: deque[tuple[float, float]] = deque(maxlen=_SOUND_FRAMES)
        self._ended: EndOfTurn | None = None
        self.confidences = [0] * CONFIDENCE_BINS
        self._while_thinking: deque[bool] = deque(maxlen=settings.barge_in.clean.window_frames)
        self._finishing = False
        self._finished_s = float("-inf")
        self._echo_known_s = 0.0
        self._over_agent: deque[bool] = deque(maxlen=_BACKGROUND_FRAMES + _SOUND_FRAMES)

    # -- whose turn it is

    @property
    def text(self) -> str:
        """What has been recognised of the caller's present turn."""
        return self._text

    @property
    def evidence(self) -> Evidence | None:
        """Why the agent's turn was given up."""
        return self._rule.evidence

    @property
    def paused(self) -> bool:
        """Whether the agent's speech is held back and undecided."""
        return self._rule.state is BargeInState.PAUSED

    @property
    def committed(self) -> bool:
        """Whether the agent has lost its turn to the caller."""
        return self._rule.state is BargeInState.COMMITTED

    @property
    def caller_in_turn(self) -> bool:
        """Whether the caller has begun to speak in its turn."""
        return self._endpointer.in_turn

    @property
    def speech_since_s(self) -> float | None:
        """When the caller's present or last speech began."""
        return self._speech_since_s

    @property
    def all_heard(self) -> bool:
        """Whether nothing was said since `on_final` told of all that had been."""
        return not self._finishing and self._last_speech_s <= self._finished_s

    def agent_speaks(self) -> None:
        """A new utterance of the agent starts."""
        self._listening = False
        self._rule.begin()
        self._speech_since_s = None

    def listen(self, now_s: float, expected: Expected) -> None:
        """The agent is done; the caller may speak. `expected` is what was asked for."""
        self._listening = True
        self._endpointer.begin(expected)
        if self._speech_since_s is None:
            return
        spoke_recently = now_s - self._last_speech_s < _RECENT_SPEECH_S
        spoke_over_agent = bool(self._text) and not is_backchannel(self._text)
        if spoke_recently or spoke_over_agent:
            self._go_on(now_s, self._speech_since_s)

    def caller_goes_on(self, now_s: float) -> None:
        """The caller has interrupted and is speaking: wait for the end of its turn."""
        self._listening = True
        self._endpointer.begin(Expected())
        started = self._speech_since_s if self._speech_since_s is not None else now_s
        self._go_on(now_s, started)

    def hold(self) -> None:
        """The agent thinks."""
        self._listening = False
        self._while_thinking.clear()

    def forget_words(self) -> None:
        """What was recognised belongs to no turn any more."""
        self._text = ""

    def forget_speech(self) -> None:
        """What was heard over the agent was no turn."""
        self._text = ""
        self._speech_since_s = None

    def judge(self, text: str, judged: Completeness) -> None:
        """The dialogue has looked at a partial text; see `Endpointer.judge`."""
        self._endpointer.judge(text, judged)

    def resumes_turn(self, now_s: float, agent: AgentSpeech) -> bool:
        """Whether speech now shows that the last end of turn was none (guide: turn-taking 4.5)."""
        settings = self._settings.endpointing
        return (
            self._ended is not None
            and (now_s - self._ended.decided_s) * 1000.0 <= settings.merge_within_ms
            and agent.played_ms <= settings.merge_played_ms
        )

    def went_on(self, now_s: float) -> None:
        """The last end of turn was none: the caller's pauses are longer than was thought."""
        if self._ended is not None:
            self._endpointer.went_on((now_s - self._ended.ended_s) * 1000.0)
            self._ended = None

    # -- what happens

    def sent(self, level_dbfs: float) -> None:
        """The level of the frame that went to the caller at this tick (20 ms)."""
        self.echo.sent(level_dbfs)

    def judge_frame(self, now_s: float, detected: Confidence, level_dbfs: float) -> Heard:
        """Whether a caller frame is the caller's speech."""
        settings = self._settings
        noisy = self.noise.rung() is not Rung.CLEAN
        confidence = detected.in_noise if noisy else detected.usual
        echo_dbfs = self.echo.gate_dbfs()
        if echo_dbfs < level_dbfs:
            self.noise.floor.update(level_dbfs)
        feared = self.echo.present
        self.echo.heard(level_dbfs)
        if not self.echo.known:
            self._echo_known_s = now_s
        if self.echo.present and not feared:
            self._rule.forget_sound()
        gate = max(settings.barge_in.gate_dbfs, echo_dbfs)
        if not noisy:
            # In noise speech need not be louder than it: the detector for noise decides alone.
            gate = max(gate, self.noise.floor.dbfs + settings.gate_above_noise_db)
        self.confidences[min(int(confidence * CONFIDENCE_BINS), CONFIDENCE_BINS - 1)] += 1
        speech = confidence >= settings.vad_threshold and level_dbfs > gate
        if speech:
            self._last_speech_s = now_s
            if self._speech_since_s is None:
                self._speech_since_s = now_s
            self._turn_levels.append(level_dbfs)
            self._sound.append((now_s, level_dbfs))
        return Heard(speech, confidence, detected.in_noise, level_dbfs, gate)

    def on_agent_frame(self, now_s: float, heard: Heard, agent: AgentSpeech) -> BargeInAction:
        """A caller frame while the agent speaks."""
        if isinstance(self._rule, ClassicBargeIn):
            return self._rule.on_frame(heard.confidence, agent)
        self._over_agent.append(heard.in_noise >= _TALK_CONFIDENCE)
        action = self._rule.on_frame(
            now_s,
            heard.speech,
            agent,
            self.noise.rung(),
            words_only=self.half_duplex.active,
            quiet_line=self._nobody_else_talks(),
        )
        return self._noted(now_s, action)

    def on_caller_frame(self, now_s: float, heard: Heard) -> EndOfTurn | None:
        """A caller frame while the caller may speak."""
        if not self._listening:
            return None
        speech = heard.speech
        if self._settings.rule == "classic":
            speech = heard.confidence >= self._settings.vad_threshold
        end = self._endpointer.on_frame(now_s, speech)
        return None if self._finishing else self._over(end)

    def on_thinking_frame(self, now_s: float, heard: Heard) -> bool:
        """A caller frame while the agent thinks; whether the caller's turn goes on after all."""
        self._while_thinking.append(heard.speech)
        if self._ended is None:
            return False
        late = (now_s - self._ended.decided_s) * 1000.0 > self._settings.endpointing.merge_within_ms
        enough = sum(self._while_thinking) >= self._settings.barge_in.clean.speech_frames
        return self._settings.rule == "adaptive" and enough and not late

    def take_pause(self, now_s: float) -> bool:
        """Whether the caller has just fallen silent, once a silence.

        The recogniser is to be asked for all that it has heard so far: its partial results are 300
        to 500 ms behind, and the wait for the end of the turn depends on the last word. Until
        `on_final` tells it, the turn does not end.
        """
        if self._settings.rule == "classic" or self._finishing or not self._endpointer.in_turn:
            return False
        asked = self._last_speech_s <= self._finished_s
        if asked or now_s - self._last_speech_s < _PAUSE_S:
            return False
        self._finished_s = now_s
        self._finishing = True
        return True

    def on_final(self, now_s: float, text: str, ending_confidence: float = 1.0) -> None:
        """All that was said of the caller's turn until the pause that `take_pause` told of."""
        self._finishing = False
        self._text = text
        if self._listening:
            self._endpointer.on_final(now_s, text, ending_confidence)

    def on_tick(self, now_s: float, *, agent_speaking: bool) -> BargeInAction | EndOfTurn | None:
        """What is due by now although no frame has arrived (silence suppression, loss)."""
        self.half_duplex.check(now_s)
        if agent_speaking:
            return self._noted(now_s, self._rule.on_tick(now_s, self.noise.rung()))
        if not self._listening or self._finishing:
            return None
        return self._over(self._endpointer.on_tick(now_s))

    def on_words(self, now_s: float, text: str, agent: AgentSpeech | None) -> None:
        """The partial text of the caller's turn; `agent` is its speech if it speaks."""
        if agent is not None and self._may_be_echo(text, agent):
            return
        if agent is None and self._last_speech_s <= self._finished_s:
            return  # late: all of it has been heard already
        self._text = text
        if agent is None and self._listening:
            self._endpointer.on_words(now_s, text)

    def take_question(self, now_s: float) -> Question | None:
        """While the agent speaks: what the recogniser has to be asked about the sound, once."""
        return self._rule.take_question(now_s)

    def on_answer(
        self, now_s: float, question: Question, words: Sequence[Word], agent: AgentSpeech
    ) -> BargeInAction:
        """What was said since `question.since_s`; word times in this clock."""
        if question.since_s < self._echo_known_s and (self.echo.present or not self.echo.known):
            # The agent's voice comes back until this long after it was stilled.
            words = [w for w in words if w.start_s >= question.since_s + _ECHO_TAIL_S]
        text = " ".join(word.text for word in words)
        meant = has_stop_word(text) or not self._somebody_else(question.since_s)
        said = words if meant and not self._may_be_echo(text, agent) else ()
        action = self._rule.on_answer(now_s, question, said, self.noise.rung())
        if action is BargeInAction.COMMIT:
            self._text = text
            # A click in the line some time ago was not the start of this.
            self._speech_since_s = question.since_s
        # Who says "okay" while the agent talks is heard well: that tells nothing against the line.
        return self._noted(now_s, action, heard_well=is_backchannel(text))

    def on_key(self, now_s: float, agent: AgentSpeech) -> BargeInAction:
        """A key while the agent speaks."""
        return self._noted(now_s, self._rule.on_dtmf(agent))

    # -- details

    def _may_be_echo(self, text: str, agent: AgentSpeech) -> bool:
        return self.echo.present and is_echo_of(text, agent.said)

    def _somebody_else(self, since_s: float) -> bool:
        """Whether a sound is too quiet for the caller, who has been heard before."""
        levels = [level for at_s, level in self._sound if at_s >= since_s]
        if not levels or not self.noise.caller_known:
            return False
        return mean_dbfs(levels) < self.noise.caller_dbfs - self._settings.barge_in.quieter_db

    def _nobody_else_talks(self) -> bool:
        before = list(self._over_agent)[:-_SOUND_FRAMES]
        return len(before) >= _KNOWN_FRAMES and sum(before) < _QUIET_SHARE * len(before)

    def _go_on(self, now_s: float, started_s: float) -> None:
        # A key takes the floor without a sound: the turn then ends where it began.
        self._endpointer.open_turn(started_s, max(started_s, self._last_speech_s))
        self._endpointer.on_words(now_s, self._text)

    def _noted(
        self, now_s: float, action: BargeInAction, *, heard_well: bool = False
    ) -> BargeInAction:
        if action is BargeInAction.RESUME and not heard_well:
            self.half_duplex.judged(now_s, meant=False)
        elif action is BargeInAction.COMMIT:
            self.half_duplex.judged(now_s, meant=True)
        self.half_duplex.echo(now_s, self.echo.return_loss_db if self.echo.present else None)
        return action

    def _over(self, end: EndOfTurn | None) -> EndOfTurn | None:
        if end is None:
            return None
        self._listening = False
        if len(self._turn_levels) >= _LEVEL_FRAMES:
            end = replace(end, level_dbfs=mean_dbfs(self._turn_levels))
            if self._text:
                self.noise.heard_turn(mean_dbfs(self._turn_levels))
        self._ended = end
        self._turn_levels.clear()
        self._speech_since_s = None
        return end
