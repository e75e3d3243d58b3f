"""Who has the floor: joins the caller's frames and words with turn-taking and playout.

Everything here runs on the media's own callbacks, so that a pause follows the frame that caused it
without waiting for the actor; the actor is told afterwards through its inbox. What to do is decided
by `turns.turn_taking`; this is where it is carried out.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from agent.calls.events import (
    AgentFinished,
    AgentInterrupted,
    AgentPaused,
    AgentResumed,
    CallerFinished,
    CallerSilent,
    CallerWentOn,
    CallEvent,
    Failed,
    KeysEntered,
    MediaBack,
    MediaLost,
    Stalled,
    WordsSettled,
)
from agent.calls.screening import Screening
from agent.calls.speaker import Speaker
from agent.calls.tasks import CallTasks
from agent.media.playout import PlayoutEvent
from agent.media.session import MediaSession
from agent.speech.paired_vad import PairedVad
from agent.speech.protocols import Transcript
from agent.speech.streaming import StreamingRecognizer
from agent.turns.barge_in import BargeInAction, Question
from agent.turns.endpointing import Completeness, EndOfTurn, Expected
from agent.turns.levels import LevelMeter, level_dbfs
from agent.turns.settings import TurnSettings
from agent.turns.silence import SilenceLadder
from agent.turns.turn_taking import PRE_ROLL_S, Heard, TurnTaking

# Keys of one entry come closer together than this; '#' ends an entry at once.
_KEYS_GAP_S = 1.5
# A pause longer than this is taken up at the start of the line, not in the middle of a word.
_RESTART_AFTER_S = 1.5
# Nobody speaks, nobody is waited for: something hangs.
_STALLED_AFTER_S = 3.0
# Of a turn up to this long all is heard again at each of its pauses: 30 ms of CPU a second.
_HEARD_AGAIN_S = 8.0


class Floor:
    """One call's turn-taking; implements `media.session.MediaListener`."""

    def __init__(
        self,
        settings: TurnSettings,
        vad: PairedVad,
        post: Callable[[CallEvent], None],
    ) -> None:
        self.turns = TurnTaking(settings)
        self.caller_level, self.agent_level = LevelMeter(), LevelMeter()
        self._duck = settings.barge_in.duck
        self._vad = vad
        self._post = post
        self._silence = SilenceLadder(
            (*settings.silence.prompts_s, settings.phone_silence_timeout_sec)
        )
        self._carried: list[Transcript] = []
        self._piece: Transcript | None = None
        self._heard_to_s: float | None = None
        self._keys = ""
        self._last_key_s = 0.0
        self._paused_at_s = 0.0
        self._heard = ""
        self._owned_at_s = 0.0
        self._listening = False
        self._suspended = True
        self._screening: Screening | None = None
        self._tasks = CallTasks(lambda reason: post(Failed(reason)))

    def attach(
        self, media: MediaSession, speaker: Speaker, recognizer: StreamingRecognizer
    ) -> None:
        """Join the floor to its call's engines."""
        self._media = media
        self._playout = media.playout
        self._speaker = speaker
        self._recognizer = recognizer

    # -- what the actor asks for

    def screen(self, screening: Screening, sample_rate_hz: int) -> None:
        """Only find out who has answered; until the agent speaks."""
        self._screening = screening
        self._suspended = False
        screening.begin(sample_rate_hz, self._now())

    def agent_speaks(self) -> None:
        """A new utterance of the agent starts."""
        if self._screening is not None:
            # What was said before belongs to no turn.
            self._screening.end()
            self._screening = None
            self._recognizer.restart(0.0)
            self.turns.forget_speech()
        self._suspended = False
        self._listening = False
        self._owned_at_s = self._now()
        self.turns.agent_speaks()
        self._silence.hold()

    def listen(self, expected: Expected) -> None:
        """The agent is done; the caller may speak. `expected` is what was asked for."""
        now = self._now()
        self._listening = True
        self._silence.start(now)
        self.turns.listen(now, expected)

    def hold(self) -> None:
        """The agent thinks: no prompt, no end of turn."""
        self._listening = False
        self._owned_at_s = self._now()
        self.turns.hold()
        self._silence.hold()

    def caller_goes_on(self) -> None:
        """The caller is speaking: wait for the end of its turn."""
        self._listening = True
        self.turns.caller_goes_on(self._now())

    def caller_was_heard(self) -> None:
        """The caller said something: the next silence is counted afresh."""
        self._silence.reset()

    def judge(self, text: str, judged: Completeness) -> None:
        """The dialogue has understood a partial text of the present turn."""
        self.turns.judge(text, judged)

    def key_pressed(self, digit: str) -> None:
        """A key of the caller's phone; the digits of one entry are collected."""
        if self._suspended:
            return
        self._last_key_s = self._now()
        if self._speaker.active:
            action = self.turns.on_key(self._last_key_s, self._speaker.speech())
            self._act(action, self._last_key_s)
        if digit != "#":
            self._silence.hold()
            self._keys += digit
        else:
            self._release_keys()

    def suspend(self) -> None:
        """The caller is not on this line at present (it waits in a queue)."""
        self.hold()
        self._suspended = True

    def take_partials(self) -> tuple[Transcript, ...]:
        """The finished pieces of the caller's present turn; the next turn starts empty."""
        pieces = self._carried
        # A turn that was ended in the middle of a word has more in the stream than was heard again.
        if self._piece is not None and self.turns.all_heard:
            pieces.append(self._piece)
            self._recognizer.restart(0.0)
        self._carried, self._piece, self._heard_to_s = [], None, None
        self.turns.forget_words()
        return tuple(pieces)

    async def aclose(self) -> None:
        """Wait for what is under way."""
        await self._tasks.aclose()

    # -- what the media session reports

    def on_arrival(self, pcm: NDArray[np.int16], arrival_s: float) -> None:
        """One caller frame, as it arrived."""
        detected = self._vad.judge(pcm)
        if self._suspended:
            return
        level = level_dbfs(pcm)
        self.caller_level.add(arrival_s, level)
        heard = self.turns.judge_frame(arrival_s, detected, level)
        if self._screening is not None:
            lasts_s = self._screening.on_frame(pcm, arrival_s, heard)
            if lasts_s is not None:
                self._tasks.spawn(self._hear_answer(self._screening, lasts_s))
        elif self._speaker.active:
            speech = self._speaker.speech()
            self._act(self.turns.on_agent_frame(arrival_s, heard, speech), arrival_s, heard)
            self._ask(arrival_s)
        elif self._listening:
            self._follow_caller(arrival_s, heard)
        elif self.turns.on_thinking_frame(arrival_s, heard):
            self.turns.went_on(arrival_s)
            self._post(CallerWentOn())

    def on_frame(self, pcm: NDArray[np.int16], audio_time_s: float, concealed: bool) -> None:
        """One frame a tick from the jitter buffer: the recogniser hears every one of them."""
        self._recognizer.feed(pcm)
        if not self._suspended:
            self._check_timers(self._now())

    def on_sent(self, pcm: NDArray[np.int16]) -> None:
        """What the caller is sent: its echo is not the caller."""
        level = level_dbfs(pcm)
        self.agent_level.add(self._now(), level)
        self.turns.sent(level)

    def on_words(self, transcript: Transcript) -> None:
        """A new partial result."""
        if self._suspended:
            return
        if self._screening is not None:
            self._screening.on_words(transcript.text)
            return
        speech = self._speaker.speech() if self._speaker.active else None
        text = " ".join(piece.text for piece in (*self._carried, transcript) if piece.text)
        self.turns.on_words(self._now(), text, speech)

    def on_playout(self, event: PlayoutEvent) -> None:
        """Playout progress."""
        at_s = self._now() if event.sent_s is None else self._media.audio_time_at(event.sent_s)
        self._speaker.on_playout(event, at_s)

    def on_media_lost(self, seconds: float) -> None:
        """RTP has stopped coming."""
        if not self._suspended:
            self._post(MediaLost(seconds))

    def on_media_back(self, seconds: float) -> None:
        """RTP comes again."""
        if not self._suspended:
            self._post(MediaBack(seconds))

    def agent_finished(self) -> None:
        """The utterance was played to its end."""
        self._post(AgentFinished())

    def _now(self) -> float:
        """Audio time: the one clock of frames, words, recording and records."""
        return self._media.now_s

    # -- decisions carried out

    def _act(self, action: BargeInAction, now_s: float, heard: Heard | None = None) -> None:
        match action:
            case BargeInAction.PAUSE:
                self._pause(now_s, heard)
            case BargeInAction.RESUME:
                long = now_s - self._paused_at_s > _RESTART_AFTER_S
                self._playout.resume(rewind_frames=None if long else 2)
                # What was said in a pause that was none belongs to no turn.
                self._recognizer.restart(0.0)
                self.turns.forget_speech()
                self._post(AgentResumed(self._heard, (now_s - self._paused_at_s) * 1000.0))
            case BargeInAction.COMMIT:
                self._interrupt(now_s)
            case BargeInAction.NONE:
                pass

    def _pause(self, now_s: float, heard: Heard | None) -> None:
        if self._duck:
            self._playout.duck()
        else:
            self._playout.pause()
        self._paused_at_s = now_s
        self._heard = ""
        onset = self.turns.speech_since_s
        self._post(
            AgentPaused(
                latency_ms=(now_s - (now_s if onset is None else onset)) * 1000.0,
                rung=self.turns.noise.rung().value,
                level_dbfs=heard.level_dbfs if heard else 0.0,
                gate_dbfs=heard.gate_dbfs if heard else 0.0,
            )
        )

    def _interrupt(self, now_s: float) -> None:
        merges = self.turns.resumes_turn(now_s, self._speaker.speech())
        self._speaker.stop()
        evidence = self.turns.evidence
        assert evidence is not None  # noqa: S101 - set by every commit
        if merges:
            self.turns.went_on(now_s)
        self._post(AgentInterrupted(evidence, self.turns.text, merges=merges))
        self.caller_goes_on()

    def _ask(self, now_s: float) -> None:
        question = self.turns.take_question(now_s)
        if question is not None:
            self._tasks.spawn(self._answer(question))

    async def _answer(self, question: Question) -> None:
        """Ask the recogniser what the sound is, and act on it unless the agent has ended."""
        lasts_s = self._now() - question.since_s + PRE_ROLL_S
        heard = await self._recognizer.hear(lasts_s)
        if not self._speaker.active:
            return
        now = self._now()
        action = self.turns.on_answer(now, question, heard.words, self._speaker.speech())
        self._heard = heard.text
        if action is BargeInAction.COMMIT:
            # The caller's turn begins with this sound, not with what the line carried before it.
            self._recognizer.restart(now - question.since_s + PRE_ROLL_S)
        self._act(action, now)

    async def _hear_answer(self, screening: Screening, lasts_s: float) -> None:
        asked_s = self._now()
        heard = await self._recognizer.hear(lasts_s)
        screening.on_answer(heard.text, asked_s)

    def _ask_pause(self, now_s: float) -> None:
        if self.turns.take_pause(now_s):
            self._tasks.spawn(self._hear_pause())

    async def _hear_pause(self) -> None:
        """All that the caller has said by now, without waiting for the recogniser's partials."""
        since_s = self._heard_to_s
        if since_s is None:
            began_s = self.turns.speech_since_s
            since_s = (self._now() if began_s is None else began_s) - PRE_ROLL_S
        lasts_s = self._now() - since_s
        if lasts_s <= _HEARD_AGAIN_S:
            self._piece = await self._recognizer.hear(lasts_s)
        else:
            # Hearing a long turn again and again would cost too much: it goes on from here.
            self._heard_to_s = self._now()
            self._carried.append(await self._recognizer.finish())
            self._piece = None
        pieces = (*self._carried, *([self._piece] if self._piece else []))
        words = [word for piece in pieces for word in piece.words]
        text = " ".join(word.text for word in words)
        self.turns.on_final(self._now(), text, words[-1].confidence if words else 1.0)
        if text and self._listening:
            self._post(WordsSettled(text))

    def _follow_caller(self, now_s: float, heard: Heard) -> None:
        was_in_turn = self.turns.caller_in_turn
        end = self.turns.on_caller_frame(now_s, heard)
        if self.turns.caller_in_turn and not was_in_turn:
            self._silence.hold()
        if end is not None:
            self._end_of_turn(end)
            return
        self._ask_pause(now_s)

    def _end_of_turn(self, end: EndOfTurn) -> None:
        self._listening = False
        self._post(CallerFinished(end, self.take_partials()))

    def _check_timers(self, now_s: float) -> None:
        if self._keys and now_s - self._last_key_s >= _KEYS_GAP_S:
            self._release_keys()
        if self._screening is not None:
            self._owned_at_s = now_s
            self._screening.on_tick(now_s)
            return
        if self._speaker.active:
            self._ask(now_s)
        elif self._listening:
            self._ask_pause(now_s)
        due = self.turns.on_tick(now_s, agent_speaking=self._speaker.active)
        if isinstance(due, EndOfTurn):
            self._end_of_turn(due)
        elif due is not None:
            self._act(due, now_s)
        if self._listening and not self.turns.caller_in_turn:
            step = self._silence.due(now_s)
            if step is not None:
                self._post(CallerSilent(step))
        self._watch(now_s)

    def _watch(self, now_s: float) -> None:
        if self._listening or self._playout.audible or self.turns.paused:
            self._owned_at_s = now_s
        elif now_s - self._owned_at_s >= _STALLED_AFTER_S:
            self._post(Stalled(now_s - self._owned_at_s))
            self._owned_at_s = now_s

    def _release_keys(self) -> None:
        if self._keys and not self._speaker.active:
            keys, self._keys = self._keys, ""
            self._post(KeysEntered(keys))
