"""One live call, from ringing to its last trace at the PBX.

One task and one bounded inbox a call. This is the only place where a call's state changes; what to
do is asked of the policies (`turns`), the dialogue and the line.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from agent.asterisk.ari import AriError
from agent.asterisk.queue_log import CONNECT
from agent.calls.audio import CallAudio
from agent.calls.deliberation import Deliberation
from agent.calls.discretion import Discretion
from agent.calls.entry import NOT_ADMITTED, Entry
from agent.calls.events import (
    AgentFinished,
    AgentInterrupted,
    AgentPaused,
    AgentResumed,
    Answered,
    BackFromQueue,
    CallerFinished,
    CallerGone,
    CallerSilent,
    CallerWentOn,
    CallEvent,
    Failed,
    InQueue,
    KeyPressed,
    KeysEntered,
    MediaBack,
    MediaLost,
    NothingSaid,
    Ordered,
    PbxAway,
    PbxBack,
    RecognitionBehind,
    RecordingStopped,
    ReplyReady,
    Stalled,
    StopRequested,
    SupervisorAnswered,
    SupervisorGone,
    TakenByHuman,
    WordsSettled,
)
from agent.calls.glimpse import Glimpse, take_glimpse
from agent.calls.hand_over import HandOver
from agent.calls.hearing import hear_turn
from agent.calls.journal import CallJournal
from agent.calls.line import Line
from agent.calls.memory import Memory
from agent.calls.obedience import Moment, Obedience
from agent.calls.patience import Patience
from agent.calls.reception import Beginning
from agent.calls.screening import OutboundCall, Screening, note_verdict
from agent.calls.services import CallServices
from agent.calls.state import CallState, check_transition
from agent.calls.supervisor_phone import SupervisorPhone
from agent.calls.tasks import CallTasks
from agent.calls.turn_notes import TurnNotes
from agent.dialogue.conversation import (
    CallerTurn,
    Continue,
    Conversation,
    HangUp,
    Reply,
    Transfer,
)
from agent.dialogue.mood import Delivery
from agent.dialogue.rules import mask_digits
from agent.errors import UnderstudyError
from agent.media.tap import Tap
from agent.outbound.answering_machine import Verdict
from agent.records.records import RESUMED
from agent.records.statements import LOST
from agent.turns.endpointing import Expected

_INBOX_SIZE = 256
# Keys that are a menu's choice are noted; those of a telephone number are not.
_NUMBER_DIGITS = 7
# A request that fails because the caller hung up is followed by the event that says so.
_HANG_UP_FOLLOWS_S = 0.5
# Asterisk reports a connection, too, when the member has just sent the caller back.
_CONNECT_SETTLES_S = 0.5


class CallActor:
    """Runs one call; `post` is the only way to tell it something.

    `linked_id` is Asterisk's, known once the call is set up; `taken_s` the audio time at which a
    human took it.
    """

    def __init__(
        self,
        call_id: str,
        line: Line,
        services: CallServices,
        journal: CallJournal,
        recording: Path | None,
        *,
        begin: Callable[[], Awaitable[Beginning]] | None = None,
        memory: Memory | None = None,
        outbound: OutboundCall | None = None,
        entry: Entry | None = None,
        supervisor: SupervisorPhone | None = None,
    ) -> None:
        """`begin` finds out whether this call goes on from another one; None: it never does.

        `memory` is told of every turn. Without an `entry` the call is let in. `supervisor` is the
        phone of who takes the call over.
        """
        self.call_id = call_id
        self.linked_id = ""
        self.taken_s: float | None = None
        self._line = line
        self._services = services
        self._journal = journal
        self._recording = recording
        self._inbox: asyncio.Queue[CallEvent] = asyncio.Queue(_INBOX_SIZE)
        self._state = CallState.RINGING
        self._log = structlog.get_logger("calls").bind(call_id=call_id)
        self._deliberation = Deliberation(services.open_conversation(), services.decisions)
        self._begin = begin
        self._memory = memory
        self._opened: CallAudio | None = None
        self._screening = Screening(outbound, self.post) if outbound is not None else None
        self._pending: Reply | None = None
        self._expected = Expected()
        self._turn = 0
        self._notes = TurnNotes(journal)
        self._entry = entry
        self._patience = Patience(services.moment_line)
        self._discretion = Discretion(journal, memory)
        self._hand_over = HandOver(call_id, line, journal, services.handoffs, services.queues)
        self._obedience = Obedience(journal, services.queues, supervisor)
        self._prompter = self._obedience.prompter
        self._interrupting = False
        self._keys_answered = False  # what the agent says answers a key
        self._tasks = CallTasks(lambda reason: self.post(Failed(reason)))
        self._outcome = ""
        self._ended_by = "agent"
        self._in_queue = False
        self._pbx_away = False
        self._cause = 0

    @property
    def state(self) -> CallState:
        """What the agent is doing."""
        return self._state

    @property
    def recognition_lag_ms(self) -> float:
        """How far recognition is behind the caller."""
        return self._opened.recognizer.lag_ms if self._opened is not None else 0.0

    @property
    def tap(self) -> Tap | None:
        """The call's sound for who listens; None before there is any."""
        return self._opened.media.tap if self._opened is not None else None

    def glimpse(self) -> Glimpse:
        """What the call is doing at this moment."""
        return take_glimpse(self._state, self._opened, self._conversation, self._journal)

    def post(self, event: CallEvent) -> None:
        """Put an event into the inbox.

        A full inbox means that the actor hangs; losing an event then is the lesser harm.
        """
        try:
            self._inbox.put_nowait(event)
        except asyncio.QueueFull:
            self._log.error("inbox full", lost=type(event).__name__)

    async def run(self) -> None:
        """Live through the call; returns when nothing of it is left."""
        # Of this task, and of all that it starts: their lines in the log carry it.
        structlog.contextvars.bind_contextvars(call_id=self.call_id)
        try:
            await self._set_up()
            while self._state is not CallState.ENDED:
                await self._handle(await self._inbox.get())
        except UnderstudyError as error:
            if not await self._caller_left():
                await self._fail(str(error))
        except Exception:
            self._log.exception("call failed")
            await self._fail("internal error")
        finally:
            await self._close()

    # -- life cycle

    async def _set_up(self) -> None:
        if self._entry is not None:
            self._entry.note(0.0)
            if self._entry.refused:
                await self._turn_away()
                return
        codec, self.linked_id, opening_turn = await asyncio.gather(
            self._line.codec(), self._line.linked_id(), self._beginning()
        )
        self._opened = await CallAudio.open(codec, self._services.audio, self._recording, self.post)
        self._discretion.attach(self._audio.media)
        await self._line.attach(self._audio.media, codec)
        if self._screening is not None:
            self._journal.answered(codec, self.linked_id)
            self._screen(self._screening)
            return
        opening = await self._deliberation.in_place(opening_turn)
        self._notes.answered(self._now())
        await self._line.answer()
        self._journal.answered(codec, self.linked_id)
        self._say(self._entry.first(opening) if self._entry is not None else opening)

    async def _turn_away(self) -> None:
        """There is no room for this call: its caller is better off in the queue."""
        await self._fall_back("the agent has too many calls")
        self._end(NOT_ADMITTED, ended_by="admission")

    async def _beginning(self) -> Callable[[Conversation], Reply]:
        """What opens the conversation, which may be one that goes on."""
        beginning = await self._begin() if self._begin is not None else None
        if beginning is None:
            return lambda talk: talk.open()
        self._deliberation = Deliberation(beginning.conversation, self._services.decisions)
        if beginning.how is not None:
            self._screening = None  # it is known whom it goes on with
        if beginning.resumes is not None:
            self._journal.event(RESUMED, 0.0, call=beginning.resumes, how=beginning.how)
        if beginning.unrecorded:
            self._recording = None
            self._discretion.refuse_recording(0.0)
        return beginning.opening

    async def _caller_left(self) -> bool:
        """Whether the request to Asterisk failed because the caller had hung up."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_HANG_UP_FOLLOWS_S):
                while True:
                    event = await self._inbox.get()
                    if isinstance(event, CallerGone):
                        self._caller_gone(event)
                        return True
        return False

    async def _fail(self, reason: str) -> None:
        """Without its engines the call is better off with a human."""
        await self._fall_back(reason)
        self._end("failed", ended_by="error")

    async def _stop(self) -> None:
        """The process goes: a caller who is in a queue already stays there."""
        outcome = "cancelled" if self._nobody_known else "handed_to_queue"
        self._ended_by = "shutdown"  # also when the hand-over takes too long
        if self._state is not CallState.HANDED_OVER:
            await self._fall_back("the agent is shutting down")
        self._end(outcome, ended_by="shutdown")

    async def _fall_back(self, reason: str) -> None:
        self._journal.event("fallback", self._now(), reason=reason)
        if self._nobody_known:
            await self._line.hang_up()
            return
        try:
            await self._line.hand_over(
                self._services.handoffs.plain(self.call_id, self._services.fallback_queue, reason)
            )
        except UnderstudyError as error:
            self._log.warning("caller could not be handed to the fallback queue", reason=str(error))

    async def _close(self) -> None:
        self._state = CallState.ENDED
        await self._tasks.aclose()
        await self._obedience.aclose()
        await self._line.release()
        self._services.handoffs.forget(self.call_id)
        if self._entry is not None:
            self._entry.leave()
        if self._memory is not None:
            self._memory.ended(self._conversation, ended_by=self._ended_by, in_queue=self._in_queue)
        stats, silent_s = None, 0.0
        if self._opened is not None:
            silent_s = self._audio.media.silent_s
            speaker = self._opened.speaker
            cut_off = speaker.active
            speaker.stop()
            self._notes.agent_said(speaker.utterance, self._conversation.stage, interrupted=cut_off)
            self._notes.whole_call(
                self._now(), self._opened.floor.turns, self._deliberation, self._opened.recognizer
            )
            stats = await self._opened.aclose()
        self._journal.ended(
            outcome=self._outcome or self._conversation.disposition or "no_outcome",
            disposition=self._conversation.disposition,
            ended_by=self._ended_by,
            cause=self._cause,
            slots=dict(self._conversation.slots),
            summary=self._conversation.handoff_summary().summary_text,
            media=stats,
            ago_s=silent_s if self._ended_by == "pbx" else 0.0,
        )

    # -- events

    async def _handle(self, event: CallEvent) -> None:
        match event:
            case Answered(verdict):
                await self._answered(verdict)
            case AgentPaused():
                self._notes.paused(self._now(), event)
            case AgentResumed():
                self._notes.resumed(self._now(), event)
            case AgentInterrupted():
                self._interrupted(event)
            case AgentFinished():
                await self._agent_finished()
            case CallerFinished() if self._keys_answered:
                pass  # said before a key that came first and is being answered
            case CallerFinished():
                self._audio.speaker.stop()  # a silence prompt may just have begun
                self._patience.renew()
                self._enter(CallState.THINKING)
                self._audio.floor.hold()
                self._notes.caller_ended(event.end)
                self._turn += 1
                self._tasks.spawn(self._understand(event, self._turn))
            case CallerWentOn():
                self._caller_went_on()
            case WordsSettled(text):
                if self._state is CallState.LISTENING:
                    self._tasks.spawn(self._prepare(text))
            case ReplyReady(reply, turn):
                # A reply to a turn that went on is out of date.
                if self._state is CallState.THINKING and turn == self._turn:
                    self._say(reply)
            case NothingSaid(speech_ms):
                self._nothing_said(speech_ms)
            case Stalled(seconds):
                if self._state in (CallState.SPEAKING, CallState.THINKING):
                    await self._stalled(seconds)
            case RecognitionBehind(lag_ms):
                self._journal.event("recognition_behind", self._now(), lag_ms=round(lag_ms))
            case CallerSilent(step):
                await self._caller_silent(step)
            case KeyPressed(digit):
                if self._state is not CallState.HANDED_OVER:
                    self._discretion.key_pressed(self._now())
                self._audio.floor.key_pressed(digit)
            case KeysEntered(digits):
                # A reply that is being thought of meanwhile is dropped when it comes.
                await self._keys_entered(digits)
            case MediaLost(seconds):
                self._journal.event("media_lost", self._now(), seconds=round(seconds, 1))
                if self._audio.media.closed:
                    await self._fail("the call's media failed: its log has the reason")
                elif self._pbx_away:
                    self._lost_with_pbx()
            case MediaBack(seconds):
                self._journal.event("media_back", self._now(), seconds=round(seconds, 1))
            case RecordingStopped(reason):
                self._journal.event("recording_stopped", self._now(), reason=reason)
            case CallerGone():
                self._caller_gone(event)
            case PbxAway():
                self._pbx_away = True
                if self._audio.media.lost and self._state is not CallState.HANDED_OVER:
                    self._lost_with_pbx()
            case PbxBack(away_s):
                self._pbx_away = False
                self._journal.event("pbx_away", self._now(), seconds=round(away_s, 1))
            case InQueue(queued):
                self._journal.in_queue(queued, self._now())
                self._hand_over.seen_in_queue()
                if queued.name == CONNECT and self._state is CallState.HANDED_OVER:
                    self._hand_over.connected(queued)
                    self._tasks.spawn(self._settle_transfer())
            case TakenByHuman():
                if self._hand_over.with_human and self._state is CallState.HANDED_OVER:
                    self._taken()
            case BackFromQueue(status):
                if self._state is CallState.HANDED_OVER:
                    self._say(await self._hand_over.back(self._deliberation, status, self._now()))
            case Ordered():
                said_now = await self._obedience.obey(event, self._moment)
                if said_now is not None:
                    self._say(said_now)
            case SupervisorAnswered():
                await self._supervisor_answered()
            case SupervisorGone(cause):
                self._obedience.not_taken(cause, self._now())
            case StopRequested():
                await self._stop()
            case Failed(reason):
                if self._state is CallState.HANDED_OVER:
                    self._journal.event("error", self._now(), reason=reason)
                else:
                    await self._fail(reason)

    async def _stalled(self, seconds: float) -> None:
        """An engine hangs: it is being replaced, and the caller asked to wait for that, once."""
        again = self._patience.spent
        said = not again and self._patience.ask_for(self._audio.speaker)
        self._journal.event("stalled", self._now(), seconds=round(seconds, 1), stand_in=said)
        if again:
            await self._fail(f"nothing came of {self._state.value} for {seconds:.0f} s")

    async def _respond(self, change: Callable[[Conversation], Reply]) -> None:
        reply = await self._deliberation.in_place(change)
        self._say(await self._hand_over.look_first(self._deliberation, reply, self._now()))

    def _say(self, reply: Reply) -> None:
        self._enter(CallState.SPEAKING)
        self._notes.decided(self._now(), reply)
        reply = self._prompter.instead_of(reply)
        self._pending = reply
        self._expected = Expected(reply.expects == "yes_no", reply.reads_out)
        self._audio.floor.agent_speaks()
        lines = reply.lines
        if self._audio.floor.turns.half_duplex.take_hint():
            self._journal.event("half_duplex", self._now())
            lines = (*self._conversation.by_turns_hint(), *lines)
        self._audio.speaker.say(lines, self._now())
        self._remember(heard=False)

    def _screen(self, screening: Screening) -> None:
        self._enter(CallState.SCREENING)
        self._audio.floor.screen(screening, self._audio.media.sample_rate_hz)

    async def _answered(self, verdict: Verdict) -> None:
        if self._state is not CallState.SCREENING or self._screening is None:
            return
        screening = self._screening
        note_verdict(self._journal, self._now(), verdict)
        if verdict.ended_s is not None:
            self._notes.greeted(verdict.ended_s, self._now())
        self._say(await self._deliberation.in_place(lambda talk: screening.reply(talk, verdict)))

    def _interrupted(self, event: AgentInterrupted) -> None:
        if self._state is not CallState.SPEAKING:
            return
        utterance = self._audio.speaker.utterance
        self._notes.agent_said(utterance, self._conversation.stage, interrupted=True)
        heard = self._prompter.broke_off(utterance.heard_text)
        if event.merges:
            self._notes.went_on(self._now(), event.text)
            self._deliberation.turn_goes_on()
            self._discretion.turn_goes_on()
        else:
            if heard is not None:
                self._conversation.interrupted(heard)
            self._notes.interrupted(self._now(), event)
            self._remember(heard=True)
            self._interrupting = True
        self._enter(CallState.LISTENING)

    def _caller_went_on(self) -> None:
        if self._state is not CallState.THINKING:
            return
        self._notes.went_on(self._now())
        self._turn += 1
        self._deliberation.turn_goes_on()
        self._discretion.turn_goes_on()
        self._enter(CallState.LISTENING)
        self._audio.floor.caller_goes_on()

    def _nothing_said(self, speech_ms: float) -> None:
        self._notes.no_turn(self._now(), speech_ms)
        if self._state is not CallState.THINKING:
            return
        standing = self._deliberation.stands()
        if standing is not None:
            self._say(standing)
            return
        self._enter(CallState.LISTENING)
        self._audio.floor.listen(self._expected)

    async def _agent_finished(self) -> None:
        if self._state is not CallState.SPEAKING or self._pending is None:
            return
        if self._audio.speaker.active:  # another turn has taken that one's place by now
            return
        self._notes.agent_said(self._audio.speaker.utterance, self._conversation.stage)
        self._discretion.agent_finished(self._now())
        self._patience.renew()
        reply, self._pending = self._pending, None
        following = self._prompter.after(reply)
        if following is not None:
            self._say(following)
            return
        match reply.action:
            case Continue() if self._entry is not None and self._entry.waits:
                opening = self._entry.after_line(self._now())
                if opening is not None:
                    self._say(opening)
                else:
                    await self._turn_away()
            case Continue() if self._screening is not None and self._screening.again:
                self._screen(self._screening)
            case Continue():
                self._enter(CallState.LISTENING)
                self._audio.floor.listen(self._expected)
                self._remember(heard=True)
            case HangUp():
                await self._line.hang_up()
                self._end(ended_by="agent")
            case Transfer() as transfer:
                self._audio.floor.suspend()
                if self._memory is not None:
                    self._memory.handed_over(self._conversation)
                await self._hand_over.start(self._deliberation, transfer, self._now())
                self._enter(CallState.HANDED_OVER)

    async def _settle_transfer(self) -> None:
        await asyncio.sleep(_CONNECT_SETTLES_S)
        self.post(TakenByHuman())

    def _taken(self) -> None:
        self.taken_s = self._now()
        self._hand_over.answered(self._now())
        self._end(self._hand_over.outcome, ended_by="transfer")

    async def _caller_silent(self, step: int) -> None:
        if self._state is not CallState.LISTENING:
            return
        self._journal.event("silence_prompt", self._now(), step=step)
        if step > 1 and self._audio.media.lost:
            # A caller whom only the agent can't hear is better off with a human.
            await self._fail("no sound has come from the caller since it was asked for")
        else:
            await self._respond(lambda talk: talk.silence(step))

    def _lost_with_pbx(self) -> None:
        """Neither events nor sound come. A caller who is still there is taken back later."""
        self._end("" if self._conversation.disposition else LOST, ended_by="pbx")

    def _caller_gone(self, gone: CallerGone) -> None:
        self._cause = gone.cause
        if self._hand_over.with_human:
            self._taken()
        elif gone.with_pbx:
            self._lost_with_pbx()
        elif self._state is CallState.HANDED_OVER:
            self._end(self._hand_over.left(self._now()), ended_by="caller")
        else:
            self._end(ended_by="caller")

    async def _keys_entered(self, digits: str) -> None:
        if self._state is CallState.HANDED_OVER:
            return
        self._audio.floor.caller_was_heard()
        reply = await self._deliberation.in_place(lambda talk: talk.dtmf(digits))
        self._discretion.keys_entered(reply, self._now())
        shown = mask_digits(digits, 1 if reply.secret else _NUMBER_DIGITS)
        self._journal.event("dtmf", self._now(), digits=shown)
        self._say(await self._hand_over.look_first(self._deliberation, reply, self._now()))
        self._keys_answered = True

    # -- supervisors

    @property
    def _moment(self) -> Moment:
        turns = self._audio.floor.turns
        return Moment(self._state, self._now(), self._deliberation, turns, self._break_off)

    def _break_off(self) -> None:
        """The agent stops in the middle of its turn, if it is speaking."""
        if self._state is not CallState.SPEAKING:
            return
        speaker = self._audio.speaker
        cut_off = speaker.active
        speaker.stop()
        self._notes.agent_said(speaker.utterance, self._conversation.stage, interrupted=cut_off)
        heard = self._prompter.broke_off(speaker.utterance.heard_text)
        if cut_off and heard is not None:
            self._conversation.interrupted(heard)

    async def _supervisor_answered(self) -> None:
        by = self._obedience.takes_over
        if not by or self._state is CallState.HANDED_OVER:
            await self._obedience.aclose()
            return
        self._break_off()
        self._audio.floor.suspend()
        if self._memory is not None:
            self._memory.handed_over(self._conversation)
        self._enter(CallState.HANDED_OVER)
        try:
            await self._hand_over.to_supervisor(self._obedience.connect, by, self._now())
        except AriError:  # whoever answered has hung up again, say
            await self._obedience.aclose()
            self.post(BackFromQueue("declined"))
            return
        self._tasks.spawn(self._settle_transfer())

    # -- the caller's turn

    async def _prepare(self, text: str) -> None:
        """Think ahead while the caller pauses; what it means shortens or lengthens the wait."""
        judged = await self._deliberation.prepare(text)
        since_s = self._audio.floor.turns.speech_since_s
        self._discretion.suspected(self._deliberation.prepared_reply, since_s, self._now())
        if judged is not None:
            self._audio.floor.judge(text, judged)

    async def _understand(self, finished: CallerFinished, number: int) -> None:
        """Text, then a reply; runs beside the actor so that a hang-up is seen meanwhile."""
        interrupting, self._interrupting = self._interrupting, False
        vocabulary = self._conversation.answer_vocabulary
        turn = await hear_turn(self._audio.recognizer, finished, vocabulary, self._now)
        if turn.is_noise(finished):
            self.post(NothingSaid(finished.end.speech_ms))
            return
        self._audio.floor.caller_was_heard()
        heard = turn.words
        delivery = Delivery(finished.end.level_dbfs, heard.words_per_s, interrupting)
        reply = await self._deliberation.reply(
            CallerTurn(heard.text, heard.confidence, turn.bounded, delivery)
        )
        self._discretion.answered(reply, finished.end.started_s, self._now())
        reply = await self._hand_over.look_first(self._deliberation, reply, self._now())
        self._notes.caller_said(turn, finished.end, reply, decided_s=self._now())
        self.post(ReplyReady(reply, number))

    # -- plumbing

    @property
    def _conversation(self) -> Conversation:
        return self._deliberation.conversation

    @property
    def _nobody_known(self) -> bool:
        """Whether nobody knows yet whom a human would get if the call were handed over."""
        early = (CallState.RINGING, CallState.SCREENING)
        return self._screening is not None and self._state in early

    def _enter(self, state: CallState) -> None:
        self._state = check_transition(self._state, state)
        self._keys_answered = False

    def _remember(self, *, heard: bool) -> None:
        if self._memory is not None:
            self._memory.talking(self._conversation, heard=heard)

    def _end(self, outcome: str = "", *, ended_by: str) -> None:
        self._in_queue = self._state is CallState.HANDED_OVER
        self._outcome = self._outcome or outcome
        self._ended_by = ended_by
        self._enter(CallState.ENDED)

    @property
    def _audio(self) -> CallAudio:
        """Everything after `_set_up` has audio; before it no event is handled."""
        if self._opened is None:
            raise RuntimeError("the call has no audio yet")
        return self._opened

    def _now(self) -> float:
        """Audio time; 0 before there is any."""
        return self._opened.now_s if self._opened is not None else 0.0
