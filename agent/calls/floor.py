"""Who has the floor: joins the caller's frames and words with turn-taking and playout.

Everything here runs on the media's own callbacks, so that a pause follows the frame that caused it
without waiting for the actor; the actor is told afterwards through its inbox.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine

import numpy as np
from numpy.typing import NDArray

from agent.calls.events import (
    AgentFinished,
    AgentInterrupted,
    AgentPaused,
    AgentResumed,
    CallerFinished,
    CallerSilent,
    CallEvent,
    KeysEntered,
    MediaLost,
)
from agent.calls.speaker import Speaker
from agent.config import TurnSettings
from agent.media.playout import PlayoutEvent
from agent.media.session import MediaSession
from agent.speech.protocols import Transcript, VoiceActivityDetector
from agent.speech.streaming import StreamingRecognizer
from agent.turns.barge_in import BargeInAction, BargeInPolicy, BargeInState
from agent.turns.endpointing import Endpointer, Expected
from agent.turns.levels import NoiseFloor, level_dbfs
from agent.turns.lexicon import is_backchannel
from agent.turns.silence import SilenceLadder

# Speech this recent when the agent ends is the start of the caller's turn, not its past.
_RECENT_SPEECH_S = 0.5
# Keys of one entry come closer together than this; '#' ends an entry at once.
_KEYS_GAP_S = 1.5


class Floor:
    """One call's turn-taking; implements `media.session.MediaListener`."""

    def __init__(
        self,
        settings: TurnSettings,
        vad: VoiceActivityDetector,
        post: Callable[[CallEvent], None],
    ) -> None:
        self._settings = settings
        self._vad = vad
        self._post = post
        self._barge_in = BargeInPolicy(settings.barge_in)
        self._endpointer = Endpointer(settings.endpointing)
        self._silence = SilenceLadder(settings.silence.prompts_s)
        self._noise = NoiseFloor()
        self._carried: list[Transcript] = []
        self._partial = ""
        self._speech_since_s: float | None = None
        self._last_speech_s = float("-inf")
        self._keys = ""
        self._last_key_s = 0.0
        self._listening = False
        self._suspended = True
        self._tasks: set[asyncio.Task[None]] = set()

    def attach(
        self, media: MediaSession, speaker: Speaker, recognizer: StreamingRecognizer
    ) -> None:
        """Join the floor to its call's engines."""
        self._media = media
        self._playout = media.playout
        self._speaker = speaker
        self._recognizer = recognizer

    # -- what the actor asks for

    def agent_speaks(self) -> None:
        """A new utterance of the agent starts."""
        self._suspended = False
        self._listening = False
        self._barge_in.begin()
        self._silence.hold()
        self._speech_since_s = None

    def listen(self, expected: Expected) -> None:
        """The agent is done; the caller may speak. `expected` is what was asked for."""
        now = self._now()
        self._listening = True
        self._endpointer.begin(expected)
        self._silence.start(now)
        if self._speech_since_s is None:
            return
        spoke_recently = now - self._last_speech_s < _RECENT_SPEECH_S
        spoke_over_agent = bool(self._partial) and not is_backchannel(self._partial)
        if spoke_recently or spoke_over_agent:
            self._endpointer.open_turn(self._speech_since_s, self._last_speech_s)
            self._endpointer.on_words(now, self._partial)

    def caller_goes_on(self, started_s: float) -> None:
        """The caller interrupted and is speaking: wait for the end of its turn."""
        now = self._now()
        self._listening = True
        self._endpointer.begin(Expected())
        self._endpointer.open_turn(started_s, self._last_speech_s)
        self._endpointer.on_words(now, self._partial)

    def hold(self) -> None:
        """The agent thinks: no prompt, no end of turn."""
        self._listening = False
        self._silence.hold()

    def caller_was_heard(self) -> None:
        """The caller said something: the next silence is counted afresh."""
        self._silence.reset()

    def key_pressed(self, digit: str) -> None:
        """A key of the caller's phone; the digits of one entry are collected."""
        if self._suspended:
            return
        self._last_key_s = self._now()
        self._silence.hold()
        if self._speaker.active:
            self._act(self._barge_in.on_dtmf(self._speaker.speech()), self._last_key_s)
        if digit != "#":
            self._keys += digit
        else:
            self._release_keys()

    def suspend(self) -> None:
        """The caller is not on this line at present (it waits in a queue)."""
        self.hold()
        self._suspended = True

    def take_partials(self) -> tuple[Transcript, ...]:
        """The finished pieces of the caller's present turn; the next turn starts empty."""
        carried, self._carried, self._partial = tuple(self._carried), [], ""
        return carried

    async def aclose(self) -> None:
        """Wait for what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- what the media session reports

    def on_arrival(self, pcm: NDArray[np.int16], arrival_s: float) -> None:
        """One caller frame, as it arrived."""
        level = level_dbfs(pcm)
        barge_in = self._settings.barge_in
        gate = max(barge_in.gate_dbfs, self._noise.dbfs + barge_in.gate_above_noise_db)
        speech = self._vad.confidence(pcm) >= barge_in.speech_confidence and level > gate
        if self._suspended:
            return
        if speech:
            self._last_speech_s = arrival_s
            if self._speech_since_s is None:
                self._speech_since_s = arrival_s
        elif not self._speaker.active:
            self._noise.update(level)
        if self._speaker.active:
            action = self._barge_in.on_frame(arrival_s, speech, self._speaker.speech())
            self._act(action, arrival_s)
        elif self._listening:
            self._follow_caller(arrival_s, speech)

    def on_frame(self, pcm: NDArray[np.int16], audio_time_s: float, concealed: bool) -> None:
        """One frame a tick from the jitter buffer: the recogniser hears every one of them."""
        self._recognizer.feed(pcm)
        if not self._suspended:
            self._check_timers(self._now())

    def on_words(self, transcript: Transcript) -> None:
        """A new partial result."""
        if self._suspended:
            return
        now = self._now()
        pieces = [*(piece.text for piece in self._carried), transcript.text]
        self._partial = " ".join(piece for piece in pieces if piece)
        if self._speaker.active:
            action = self._barge_in.on_words(now, self._partial, self._speaker.speech())
            self._act(action, now)
        elif self._listening:
            self._endpointer.on_words(now, self._partial)

    def on_playout(self, event: PlayoutEvent) -> None:
        """Playout progress."""
        at_s = self._now() if event.sent_s is None else self._media.audio_time_at(event.sent_s)
        self._speaker.on_playout(event, at_s)

    def on_media_lost(self, seconds: float) -> None:
        """RTP has stopped coming."""
        if not self._suspended:
            self._post(MediaLost(seconds))

    def agent_finished(self) -> None:
        """The utterance was played to its end."""
        self._post(AgentFinished())

    def _now(self) -> float:
        """Audio time: the one clock of frames, words, recording and records."""
        return self._media.audio_time_at(time.monotonic())

    # -- decisions carried out

    def _act(self, action: BargeInAction, now_s: float) -> None:
        match action:
            case BargeInAction.PAUSE:
                self._playout.pause()
                onset = self._speech_since_s if self._speech_since_s is not None else now_s
                self._post(AgentPaused(latency_ms=(now_s - onset) * 1000.0))
            case BargeInAction.RESUME:
                self._playout.resume()
                self._spawn(self._judge_resumed())
            case BargeInAction.COMMIT:
                self._interrupt()
            case BargeInAction.NONE:
                pass

    def _interrupt(self) -> None:
        self._speaker.stop()
        assert self._barge_in.evidence is not None  # noqa: S101 - set by every commit
        self._post(AgentInterrupted(self._barge_in.evidence))
        started = self._speech_since_s if self._speech_since_s is not None else self._now()
        self.caller_goes_on(started)

    async def _judge_resumed(self) -> None:
        """Flush the recogniser: words it still held back may turn the resume into a commit."""
        transcript = await self._recognizer.finish()
        if transcript.text:
            self._carried.append(transcript)
            self.on_words(Transcript("", ()))
        if self._barge_in.state is not BargeInState.COMMITTED:
            self._carried.clear()
            self._partial = ""
            self._speech_since_s = None
            self._post(AgentResumed(heard=transcript.text))

    def _follow_caller(self, now_s: float, speech: bool) -> None:
        was_in_turn = self._endpointer.in_turn
        end = self._endpointer.on_frame(now_s, speech)
        if self._endpointer.in_turn and not was_in_turn:
            self._silence.hold()
        if end is not None:
            self._listening = False
            self._speech_since_s = None
            self._post(CallerFinished(end, self.take_partials()))

    def _check_timers(self, now_s: float) -> None:
        if self._keys and now_s - self._last_key_s >= _KEYS_GAP_S:
            self._release_keys()
        if self._listening and not self._endpointer.in_turn:
            step = self._silence.due(now_s)
            if step is not None:
                self._post(CallerSilent(step))

    def _release_keys(self) -> None:
        if self._keys and not self._speaker.active:
            keys, self._keys = self._keys, ""
            self._post(KeysEntered(keys))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
