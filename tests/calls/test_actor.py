"""Whole calls in real time: everything is real but the telephone line and the engines."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
import structlog

from agent.asterisk.ari import AriRefused
from agent.asterisk.events import Channel
from agent.asterisk.queue_log import QueueEvent
from agent.calls.actor import CallActor
from agent.calls.audio import CallAudio
from agent.calls.events import (
    BackFromQueue,
    CallerFinished,
    CallerGone,
    CallEvent,
    Failed,
    InQueue,
    KeyPressed,
    MediaBack,
    MediaLost,
    NothingSaid,
    PbxAway,
    PbxBack,
    RecognitionBehind,
    RecordingStopped,
    Stalled,
    StopRequested,
)
from agent.calls.state import CallState
from agent.dialogue.conversation import Conversation
from agent.dialogue.playbook import Exit, Slot, SlotType, Stage
from agent.dialogue.understanding import Understander
from agent.records.records import utc_now
from agent.speech.errors import RecognitionFailed
from agent.turns.endpointing import Completeness, EndOfTurn
from agent.turns.settings import SilenceSettings
from tests.calls.conftest import TURNS, Engines, FakeQueues, until
from tests.calls.line import HOST, FakeLine
from tests.calls.playbook import (
    BACK,
    BUSY,
    BYE,
    CONNECT,
    GREETING,
    NO_CARDS,
    NOBODY,
    SAY_YES,
    SILENT,
    STILL_THERE,
    TINY,
    WAIT,
)
from tests.dialogue.bag_of_words import BagOfWordsEncoder

NORMAL_CLEARING = 16
GONE = AriRefused("Asterisk refused POST /channels (404): Channel not found", 404)


class Call:
    """One call under way."""

    def __init__(self, engines: Engines) -> None:
        self.engines = engines
        self.notes = engines.notes
        self.line = FakeLine()
        self.services = engines.services()
        channel = Channel("1.1", "PJSIP/201-1", "201", "", "8000")
        journal = engines.open_journal("call-1", channel, None)
        self.actor = CallActor("call-1", self.line, self.services, journal, None)
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._running = asyncio.create_task(self.actor.run())

    async def reach(self, state: CallState) -> None:
        await until(lambda: self.actor.state is state)

    async def listening(self) -> None:
        """Greeted, and the caller's turn."""
        self.start()
        await self.reach(CallState.LISTENING)

    async def thinking(self) -> None:
        """The caller has spoken and the dialogue is not done with it."""
        self.engines.decisions.hold()
        await self.caller_says("yes")
        assert self.actor.state is CallState.THINKING

    async def caller_says(self, text: str, frames: int = 8) -> None:
        """Until the turn is taken for over; an empty text is a cough."""
        self.engines.recognizers.script.append(text)
        await self.line.caller.speak("s" * frames)
        while self.actor.state is CallState.LISTENING and "noise" not in self.notes.kinds:
            await self.line.caller.speak(".")

    async def handed_over(self) -> None:
        await self.listening()
        self.keys("0#")
        await self.reach(CallState.HANDED_OVER)

    def post(self, event: CallEvent) -> None:
        self.actor.post(event)

    def keys(self, digits: str) -> None:
        for digit in digits:
            self.post(KeyPressed(digit))

    async def end(self) -> None:
        """Wait for the end, and see that nothing is left of the call."""
        assert self._running is not None
        async with asyncio.timeout(3):
            await self._running
        assert self.actor.state is CallState.ENDED
        assert self.line.asked[-1] == "release"
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert self.engines.clock.sessions == 0
        if self.line.caller.agent[1]:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
                again.bind((HOST, self.line.caller.agent[1]))

    @property
    def ending(self) -> tuple[str, str]:
        return self.notes.ended.outcome, self.notes.ended.ended_by

    @property
    def agent_said(self) -> list[str]:
        return [text for speaker, text in self.notes.said if speaker == "agent"]


@pytest.fixture
async def call(engines: Engines) -> AsyncIterator[Call]:
    call = Call(engines)
    yield call
    call.line.caller.socket.close()


# -- the course of a call


async def test_the_caller_is_greeted_after_attach_and_answer(call: Call) -> None:
    await call.listening()
    assert call.line.asked == ["codec", "attach", "answer"]
    assert "s" not in call.line.heard_before_answer
    assert call.line.caller.heard().count("s") == 1  # a blip of 20 ms
    assert call.notes.said == [("agent", GREETING)]
    assert set(call.notes.waits) == {"answer_to_first_audio", "tts_first_audio"}
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()


async def test_a_yes_is_a_sale(call: Call) -> None:
    await call.listening()
    await call.caller_says("yes")
    await call.end()
    assert call.line.asked == ["codec", "attach", "answer", "hang_up", "release"]
    assert call.notes.said == [("agent", GREETING), ("caller", "yes"), ("agent", BYE)]
    assert call.ending == ("sale", "agent")
    waits = call.notes.waits
    assert {"endpointing", "asr_final", "decision", "end_of_speech_to_first_audio"} <= set(waits)
    assert waits["reply_ready"] + 90 < waits["end_of_speech_to_first_audio"], "without the wait"
    assert 100 <= waits["end_of_speech_to_first_audio"] < 600
    assert call.notes.ended.media["packets_received"] > 8


async def test_the_caller_interrupts(call: Call) -> None:
    call.engines.voice.length_s = 3.0
    call.engines.recognizers.script.append("wait")
    call.start()
    await call.reach(CallState.SPEAKING)
    await call.line.caller.speak("." * 6 + "s" * 9)
    await call.reach(CallState.LISTENING)
    (turn,) = call.notes.turns
    assert turn.interrupted
    assert turn.heard_text is not None
    assert turn.text.startswith(turn.heard_text)
    assert turn.heard_text != turn.text
    assert 0.1 < turn.end_s - turn.start_s < 1.0
    assert call.notes.kinds == ["barge_in_paused", "barge_in_committed"]
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()


async def test_silence_is_prompted_and_then_ends_the_call(engines: Engines) -> None:
    engines.turns = TURNS.model_copy(
        update={"silence": SilenceSettings(prompts_s=(0.04, 0.08, 0.12))}
    )
    call = Call(engines)
    call.start()
    await call.end()
    assert call.agent_said == [GREETING, STILL_THERE, f"{SAY_YES} {GREETING}", SILENT]
    assert call.notes.kinds == ["silence_prompt"] * 3
    assert call.ending == ("no_answer", "agent")
    call.line.caller.socket.close()


async def test_a_cough_is_no_turn_and_the_prompt_after_it_no_reply(engines: Engines) -> None:
    engines.turns = TURNS.model_copy(update={"silence": SilenceSettings(prompts_s=(0.3,))})
    call = Call(engines)
    await call.listening()
    await call.caller_says("", frames=4)
    await until(lambda: STILL_THERE in call.agent_said)
    assert call.notes.kinds == ["noise", "silence_prompt"]
    assert call.notes.said == [("agent", GREETING), ("agent", STILL_THERE)]
    assert "end_of_speech_to_first_audio" not in call.notes.waits
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()
    call.line.caller.socket.close()


# -- keys


async def test_keys_overtake_a_reply_that_is_being_thought_of(call: Call) -> None:
    await call.listening()
    await call.thinking()
    call.keys("0#")
    await asyncio.sleep(0.05)
    assert call.actor.state is CallState.THINKING
    call.engines.decisions.release()
    await call.reach(CallState.HANDED_OVER)
    assert call.agent_said == [GREETING, CONNECT]
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()


async def test_a_cough_that_is_known_for_one_after_a_key_does_not_undo_the_key(call: Call) -> None:
    await call.listening()
    call.keys("0#")
    await call.reach(CallState.SPEAKING)
    call.post(NothingSaid(120.0))
    await call.reach(CallState.HANDED_OVER)
    assert "noise" in call.notes.kinds
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()


async def test_words_that_end_while_a_key_is_answered_do_not_undo_the_key(call: Call) -> None:
    await call.listening()
    call.keys("0#")
    await call.reach(CallState.SPEAKING)
    call.post(CallerFinished(EndOfTurn(1.0, 1.5, 1.9, 500.0, Completeness.COMPLETE), ()))
    await call.reach(CallState.HANDED_OVER)
    assert call.agent_said == [GREETING, CONNECT]
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()


async def test_a_card_number_by_keys_is_refused_and_kept_nowhere(call: Call) -> None:
    await call.listening()
    call.keys("4902113062113061#")
    await until(lambda: f"{NO_CARDS} {GREETING}" in call.agent_said)
    assert "490211" not in repr(call.notes.records)
    assert call.notes.kinds == ["recording_muted", "dtmf", "recording_unmuted"]
    assert call.notes.events[1].data == {"digits": "[digits]"}
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()


# -- queues


async def test_a_human_takes_the_caller(call: Call) -> None:
    await call.handed_over()
    (handoff,) = call.line.handoffs
    assert handoff.queue == "sales"
    assert handoff.variables["UNDERSTUDY_CALL_ID"] == "call-1"
    assert handoff.variables["UNDERSTUDY_REASON"] == "asked for a person"
    token = handoff.variables["UNDERSTUDY_WHISPER"].split("/")[-1].removesuffix(".wav")
    assert call.services.handoffs.whisper(token) is not None
    assert call.agent_said == [GREETING, CONNECT]
    taken = {"member": "Zoe", "wait_s": 3}
    call.post(InQueue(QueueEvent("CONNECT", "1.1", "17.0", "sales", taken)))
    await call.end()
    assert call.ending == ("transferred", "transfer")
    ended = call.notes.ended
    assert (ended.transfer_queue, ended.transfer_result) == ("sales", "answered")
    assert call.notes.events[-1].data == {"member": "Zoe", "wait_s": 3}
    assert call.services.handoffs.whisper(token) is None
    assert call.line.asked[-2:] == ["hand_over", "release"]


async def test_the_queue_gives_the_caller_back(call: Call) -> None:
    await call.handed_over()
    call.post(BackFromQueue("TIMEOUT"))
    await call.reach(CallState.LISTENING)
    assert call.line.asked[-2:] == ["hand_over", "take_back"]
    assert call.agent_said == [GREETING, CONNECT, BACK]
    assert call.notes.events[-1].data["status"] == "TIMEOUT"
    await call.caller_says("yes")
    await call.end()
    assert call.ending == ("sale", "agent")
    assert call.notes.ended.transfer_result == "returned"


@pytest.mark.parametrize(("logged_in", "handoffs"), [(0, 0), (1, 1)])
async def test_nobody_is_sent_to_an_empty_queue(
    engines: Engines, logged_in: int, handoffs: int
) -> None:
    engines.queues = FakeQueues(logged_in)
    call = Call(engines)
    await call.listening()
    call.keys("0#")
    await until(lambda: call.line.handoffs or NOBODY in call.agent_said)
    assert len(call.line.handoffs) == handoffs
    assert ("transfer_refused" in call.notes.kinds) == (not handoffs)
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()
    call.line.caller.socket.close()


@pytest.mark.parametrize(("idle", "waiting", "asked"), [(0, 1, True), (1, 1, True), (2, 1, False)])
async def test_who_would_have_to_wait_is_asked_first(
    engines: Engines, idle: int, waiting: int, asked: bool
) -> None:
    engines.queues = FakeQueues(2, idle=idle, waiting=waiting)
    call = Call(engines)
    await call.listening()
    call.keys("0#")
    await until(lambda: call.line.handoffs or BUSY in call.agent_said)
    assert len(call.line.handoffs) == (not asked)
    if asked:
        await call.reach(CallState.LISTENING)
        assert call.agent_said == [GREETING, BUSY], "nobody is told that it is put through"
        await call.caller_says("yes")
        await call.reach(CallState.HANDED_OVER)
        assert call.agent_said[-1] == WAIT
        assert call.line.handoffs[0].queue == "sales"
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()
    call.line.caller.socket.close()


async def test_in_a_queue_only_its_end_counts(call: Call) -> None:
    await call.handed_over()
    call.keys("0#")
    call.post(Failed("the recogniser stopped"))
    await until(lambda: "error" in call.notes.kinds)
    await call.line.caller.speak("s" * 5)
    assert call.actor.state is CallState.HANDED_OVER
    assert len(call.line.handoffs) == 1
    call.post(InQueue(QueueEvent("ENTERQUEUE", "c", "", "sales", {"position": 1})))
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()
    assert call.ending == ("abandoned_in_queue", "caller")
    assert call.notes.ended.transfer_result == "abandoned"


async def test_a_queue_that_nobody_tells_of_may_have_been_answered(call: Call) -> None:
    await call.handed_over()
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()
    assert call.ending == ("handed_to_queue", "caller")
    assert call.notes.ended.transfer_result == "unseen"


# -- Asterisk goes away


async def test_a_restart_of_asterisk_ends_the_call_when_its_sound_did(call: Call) -> None:
    await call.listening()
    await call.line.caller.speak(".")
    heard_at = utc_now()
    await asyncio.sleep(0.3)
    call.post(CallerGone(0, with_pbx=True))
    await call.end()
    assert call.ending == ("lost", "pbx")
    assert abs((call.notes.ended.ended_at - heard_at).total_seconds()) < 0.2


async def test_without_events_a_call_goes_on_while_there_is_sound(call: Call) -> None:
    await call.listening()
    call.post(PbxAway())
    call.post(PbxBack(3.04))
    await until(lambda: "pbx_away" in call.notes.kinds)
    assert call.notes.events[-1].data == {"seconds": 3.0}
    assert call.actor.state is CallState.LISTENING
    call.post(MediaLost(5.0))  # one-way sound alone is no reason either
    call.post(MediaBack(6.0))
    await until(lambda: "media_back" in call.notes.kinds)
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()
    assert call.notes.ended.ended_by == "caller"


async def test_without_events_and_sound_asterisk_is_gone(call: Call) -> None:
    await call.listening()
    call.post(PbxAway())
    call.post(MediaLost(5.0))
    await call.end()
    assert call.ending == ("lost", "pbx")


async def test_a_caller_in_a_queue_sends_no_sound_and_is_not_lost(call: Call) -> None:
    await call.handed_over()
    call.post(PbxAway())
    call.post(PbxBack(1.0))
    await until(lambda: "pbx_away" in call.notes.kinds)
    assert call.actor.state is CallState.HANDED_OVER
    call.post(CallerGone(0, with_pbx=True))
    await call.end()
    assert call.ending == ("lost", "pbx")


# -- the caller hangs up


# The one that is left out is tested in test_screening.py.
_HANGS_UP_IN = [s for s in CallState if s not in (CallState.ENDED, CallState.SCREENING)]


@pytest.mark.parametrize("state", _HANGS_UP_IN)
async def test_a_hang_up_in_any_state_ends_the_call(call: Call, state: CallState) -> None:
    match state:
        case CallState.SPEAKING:
            call.engines.voice.length_s = 3.0
            call.start()
        case CallState.LISTENING:
            await call.listening()
        case CallState.THINKING:
            await call.listening()
            await call.thinking()
        case CallState.HANDED_OVER:
            await call.handed_over()
    await call.reach(state)
    call.post(CallerGone(NORMAL_CLEARING))
    if state is CallState.RINGING:
        call.start()
    await call.end()
    assert call.notes.ended.ended_by == "caller"
    assert call.notes.ended.hangup_cause == NORMAL_CLEARING
    assert "hang_up" not in call.line.asked


async def test_of_a_line_that_the_hang_up_cut_off_the_heard_part_is_kept(call: Call) -> None:
    call.engines.voice.length_s = 3.0
    call.start()
    await until(lambda: "s" * 5 in call.line.caller.heard())
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()
    (turn,) = call.notes.turns
    assert turn.text == GREETING
    assert turn.heard_text == ""
    assert turn.interrupted


async def test_a_request_refused_because_the_caller_left_is_no_failure(call: Call) -> None:
    call.line.errors["answer"] = GONE
    call.start()
    await until(lambda: "answer" in call.line.asked)
    call.post(MediaLost(5.0))
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()
    assert call.ending == ("no_outcome", "caller")
    assert call.line.handoffs == []


# -- failures


async def test_a_line_that_fails_in_set_up_sends_the_caller_to_the_fallback_queue(
    call: Call,
) -> None:
    call.line.errors["answer"] = AriRefused("Asterisk refused it (500): no reason", 500)
    call.start()
    await call.end()
    (handoff,) = call.line.handoffs
    assert handoff.queue == "fallback"
    assert handoff.variables["UNDERSTUDY_REASON"] == "Asterisk refused it (500): no reason"
    assert call.ending == ("failed", "error")
    assert call.notes.turns == []


async def test_a_fallback_that_fails_too_still_ends_the_call(call: Call) -> None:
    call.line.errors["hand_over"] = AriRefused("Asterisk refused it (500)", 500)
    await call.listening()
    with structlog.testing.capture_logs() as logs:
        call.post(Failed("the recogniser stopped"))
        await call.end()
    assert "caller could not be handed to the fallback queue" in [log["event"] for log in logs]
    assert call.ending == ("failed", "error")


async def test_a_defect_is_logged_and_the_caller_is_not_told_of_it(call: Call) -> None:
    call.line.errors["attach"] = ZeroDivisionError("oops")
    named = [structlog.contextvars.merge_contextvars]
    with structlog.testing.capture_logs(processors=named) as logs:
        call.start()
        await call.end()
    assert [log["event"] for log in logs if log["log_level"] == "error"] == ["call failed"]
    assert {log.get("call_id") for log in logs} == {"call-1"}
    assert call.line.handoffs[0].variables["UNDERSTUDY_REASON"] == "internal error"
    assert call.ending == ("failed", "error")


async def test_a_voice_that_fails_sends_the_caller_to_the_fallback_queue(call: Call) -> None:
    call.engines.voice.error = RuntimeError("out of memory")
    call.start()
    await call.end()
    assert [handoff.queue for handoff in call.line.handoffs] == ["fallback"]
    assert call.ending == ("failed", "error")


MOMENT = "Just a moment, please."


async def wait_in_vain(call: Call) -> None:
    """The caller has answered, and nothing comes of it."""
    await call.services.audio.lines.prepare([MOMENT])
    await call.listening()
    call.line.caller.heard()
    await call.thinking()
    call.post(Stalled(3.0))
    await until(lambda: "stalled" in call.notes.kinds)


async def test_a_caller_for_whom_an_engine_hangs_is_asked_to_wait_and_then_answered(
    call: Call,
) -> None:
    call.engines.voice.length_s = 0.2
    await wait_in_vain(call)
    before = call.line.caller.heard().count("s")
    await until(lambda: call.line.caller.heard().count("s") > before + 3)
    call.engines.decisions.release()
    await call.end()
    assert call.agent_said == [GREETING, f"{MOMENT} {BYE}"]
    assert call.ending == ("sale", "agent")
    assert call.notes.events[0].data == {"seconds": 3.0, "stand_in": True}


async def test_a_reply_that_comes_later_is_a_turn_of_its_own(call: Call) -> None:
    await wait_in_vain(call)
    await asyncio.sleep(0.2)  # the line is over
    call.engines.decisions.release()
    await call.end()
    assert call.agent_said == [GREETING, BYE]
    assert call.ending == ("sale", "agent")


async def test_the_second_wait_in_a_turn_leads_to_a_human(call: Call) -> None:
    await wait_in_vain(call)
    call.post(Stalled(3.0))
    await call.end()
    assert [handoff.queue for handoff in call.line.handoffs] == ["fallback"]
    assert call.ending == ("failed", "error")
    assert [event.data["stand_in"] for event in call.notes.events if event.kind == "stalled"] == [
        True,
        False,
    ]


async def test_recognition_that_falls_behind_is_noted(call: Call) -> None:
    await call.listening()
    call.post(RecognitionBehind(4080.4))
    await until(lambda: call.notes.events)
    assert call.notes.events[0].data == {"lag_ms": 4080}
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()


async def test_a_recogniser_that_does_not_open_leaves_no_port_behind(engines: Engines) -> None:
    engines.recognizers.error = RecognitionFailed("No memory for a recogniser.")
    before = _udp_sockets()
    with pytest.raises(RecognitionFailed):
        await CallAudio.open("ulaw", engines.services().audio, None, lambda _: None)
    assert _udp_sockets() == before


def _udp_sockets() -> int:
    """How many RTP ports of the tests' range are bound on this machine."""
    bound = 0
    for port in range(47300, 47400, 2):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                bound += 1
    return bound


async def test_a_recording_that_the_disk_ends_is_noted_and_the_call_goes_on(call: Call) -> None:
    await call.listening()
    call.post(RecordingStopped("No space left on device"))
    await until(lambda: call.notes.events)
    (event,) = call.notes.events
    assert (event.kind, event.data) == ("recording_stopped", {"reason": "No space left on device"})
    assert call.actor.state is CallState.LISTENING
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()


async def test_lost_media_is_noted_and_the_call_goes_on(call: Call) -> None:
    await call.listening()
    call.post(MediaLost(5.04))
    await until(lambda: call.notes.events)
    (event,) = call.notes.events
    assert (event.kind, event.data) == ("media_lost", {"seconds": 5.0})
    assert call.actor.state is CallState.LISTENING
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()


async def test_an_inbox_that_is_full_says_what_it_lost(call: Call) -> None:
    with structlog.testing.capture_logs() as logs:
        for _ in range(256):
            call.post(MediaLost(1.0))
        assert logs == []
        call.post(CallerGone(NORMAL_CLEARING))
    (log,) = logs
    assert (log["event"], log["lost"], log["call_id"]) == ("inbox full", "CallerGone", "call-1")


# -- shutdown


@pytest.mark.parametrize(("queued", "queues"), [(False, ["fallback"]), (True, ["sales"])])
async def test_a_shutdown_leaves_the_caller_with_humans(
    call: Call, queued: bool, queues: list[str]
) -> None:
    await (call.handed_over() if queued else call.listening())
    call.post(StopRequested())
    await call.end()
    assert [handoff.queue for handoff in call.line.handoffs] == queues
    assert call.ending == ("handed_to_queue", "shutdown")


async def test_a_cancelled_call_leaves_nothing_behind(call: Call) -> None:
    await call.listening()
    running: Any = call._running
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert call.line.asked[-1] == "release"
    assert call.engines.clock.sessions == 0
    assert asyncio.all_tasks() == {asyncio.current_task()}


ASKING = TINY.model_copy(
    update={
        "slots": {"mobile": Slot(type=SlotType.PHONE, label="mobile", ask=("hello",))},
        "stages": (
            Stage(
                id="opening",
                goal="a number",
                slots=("mobile",),
                exits=(Exit(on="done", say=("bye",), hang_up=True, disposition="sale"),),
            ),
        ),
    }
)


@pytest.fixture
async def asking(call: Call) -> AsyncIterator[Call]:
    """A call whose first question is the caller's number."""
    understander = Understander(ASKING, BagOfWordsEncoder())
    call.actor._deliberation.conversation = Conversation(ASKING, understander, seed=1)
    yield call


async def test_an_answer_is_heard_again_with_nothing_but_its_own_words(asking: Call) -> None:
    asking.engines.recognizers.bounded = "oh seven seven double oh nine hundred one five six"
    await asking.listening()
    await asking.caller_says("oh seven heaven to blow nine hundred won five six")
    await asking.end()
    assert asking.actor._conversation.slots == {"mobile": "07700900156"}


async def test_two_hundred_words_without_a_pause_get_one_reply(call: Call) -> None:
    await call.listening()
    await call.caller_says(" ".join(["and then i said to him that it was not on"] * 20))
    await call.reach(CallState.SPEAKING)
    await call.reach(CallState.LISTENING)
    assert call.agent_said == [GREETING, f"{SAY_YES} {GREETING}"]
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()
