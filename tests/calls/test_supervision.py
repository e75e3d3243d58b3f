"""Orders to a live call: the call is real but for the line, the engines and the phone."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from agent.asterisk.ari import AriRefused
from agent.asterisk.events import Channel
from agent.asterisk.queues import QueueState
from agent.calls.actor import CallActor
from agent.calls.events import BackFromQueue, CallerGone, SupervisorAnswered, SupervisorGone
from agent.calls.orders import (
    End,
    HalfDuplex,
    InvalidOrder,
    Order,
    Outcome,
    Result,
    Say,
    TakeOver,
    TransferNow,
)
from agent.calls.state import CallState
from agent.calls.supervision import Supervision
from tests.calls.conftest import Engines, FakeQueues, until
from tests.calls.playbook import BACK, BYE, CONNECT, GREETING
from tests.calls.test_actor import Call

NOBODY_HOME = AriRefused("Asterisk refused POST /channels (404): Channel not found", 404)
NO_ANSWER, BUSY, DECLINED = 19, 17, 21


class FakePhone:
    """Implements `calls.supervisor_phone.SupervisorPhone`; notes what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.ringing = False
        self.known = True
        self.errors: dict[str, Exception] = {}

    async def ready(self) -> bool:
        return self.known

    async def ring(self, endpoint: str) -> None:
        self._ask(f"ring {endpoint}")
        self.ringing = True

    async def connect(self) -> None:
        self._ask("connect")
        self.ringing = False

    def gone(self) -> None:
        self.ringing = False

    async def stop(self) -> None:
        if self.ringing:
            self._ask("stop")
            self.ringing = False

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if what in self.errors:
            raise self.errors[what]


class SlowQueues(FakeQueues):
    """Tells how a queue stands once it may."""

    def __init__(self, logged_in: int) -> None:
        super().__init__(logged_in)
        self.answers = asyncio.Event()

    async def state(self, queue: str) -> QueueState:
        await self.answers.wait()
        return await super().state(queue)


class SupervisedCall(Call):
    """A call and its supervisor, Ann."""

    def __init__(self, engines: Engines) -> None:
        super().__init__(engines)
        self.phone = FakePhone()
        journal = engines.open_journal("call-1", Channel("1.1", "PJSIP/1", "201", "", "8000"), None)
        self.actor = CallActor(
            "call-1", self.line, self.services, journal, None, supervisor=self.phone
        )
        self.supervision = Supervision({"call-1": self.actor}.get)

    async def ordered(self, order: Order) -> Outcome:
        return await self.supervision.order("call-1", order, by="ann")

    async def rung(self) -> None:
        await self.listening()
        outcome = await self.ordered(TakeOver("PJSIP/agent1"))
        assert outcome.result is Result.DONE

    @property
    def told(self) -> list[dict[str, object]]:
        """What the record says of supervisors."""
        return [dict(event.data) for event in self.notes.events if event.kind == "supervisor"]

    def data(self, kind: str) -> dict[str, object]:
        (event,) = (event for event in self.notes.events if event.kind == kind)
        return dict(event.data)


@pytest.fixture
async def call(engines: Engines) -> AsyncIterator[SupervisedCall]:
    call = SupervisedCall(engines)
    yield call
    call.line.caller.socket.close()


async def hung_up(call: SupervisedCall) -> None:
    call.post(CallerGone(16))
    await call.end()


# -- say


async def test_a_silent_call_says_it_at_once_as_a_turn_of_its_own(call: SupervisedCall) -> None:
    await call.listening()
    outcome = await call.ordered(Say("We can  do\nten percent."))
    assert outcome == Outcome(Result.DONE, "The agent says it now.")
    await until(lambda: "We can do ten percent." in call.agent_said)
    turn = call.notes.turns[-1]
    assert list(turn.line_ids) == ["supervisor"]
    assert call.told == [{"by": "ann", "order": "say"}]
    await call.reach(CallState.LISTENING)
    await call.caller_says("yes")  # what was asked before stays asked
    await call.end()
    assert call.agent_said == [GREETING, "We can do ten percent.", BYE]


async def test_it_is_said_after_the_turn_under_way_and_before_what_follows_it(
    call: SupervisedCall,
) -> None:
    call.engines.voice.length_s = 0.3
    call.start()
    await call.reach(CallState.SPEAKING)
    outcome = await call.ordered(Say("One more thing."))
    assert outcome.text == "The agent says it next."
    await until(lambda: "One more thing." in call.agent_said)
    assert call.agent_said == [GREETING, "One more thing."]
    await hung_up(call)


async def test_it_is_said_before_the_reply_that_is_being_thought_of(call: SupervisedCall) -> None:
    await call.listening()
    await call.thinking()
    await call.ordered(Say("Bear with me."))
    call.engines.decisions.release()
    await call.end()
    assert call.agent_said == [GREETING, "Bear with me.", BYE]
    assert call.line.asked[-2] == "hang_up"


async def test_a_reply_that_was_put_off_and_cut_off_counts_as_unheard(
    call: SupervisedCall,
) -> None:
    await call.listening()
    await call.thinking()
    call.engines.voice.length_s = 3.0
    await call.ordered(Say("Bear with me, this takes a moment."))
    call.engines.decisions.release()
    await call.reach(CallState.SPEAKING)
    await until(lambda: call.line.caller.heard().count("s") > 3)
    call.engines.recognizers.script.append("wait")
    await call.line.caller.speak("." * 30 + "s" * 12)
    await until(lambda: "barge_in_committed" in call.notes.kinds)
    history = call.actor._deliberation.conversation.history
    assert (history[-1].speaker, history[-1].text) == ("agent", "")
    await hung_up(call)


async def test_too_much_is_not_piled_up(call: SupervisedCall) -> None:
    call.engines.voice.length_s = 2.0
    call.start()
    await call.reach(CallState.SPEAKING)
    outcomes = [await call.ordered(Say(f"Word {n}.")) for n in range(6)]
    assert [outcome.result for outcome in outcomes] == [Result.DONE] * 5 + [Result.REFUSED]
    await hung_up(call)


# -- transfer and end


async def test_a_transfer_cuts_the_agent_short_and_names_who_ordered_it(
    call: SupervisedCall,
) -> None:
    call.engines.voice.length_s = 0.3
    call.start()
    await call.reach(CallState.SPEAKING)
    await until(lambda: call.line.caller.heard().count("s") > 2)
    outcome = await call.ordered(TransferNow("support"))
    assert outcome.result is Result.DONE
    await call.reach(CallState.HANDED_OVER)
    assert call.line.handoffs[0].queue == "support"
    assert call.agent_said[1] == CONNECT
    assert call.notes.turns[0].interrupted
    assert call.told == [{"by": "ann", "order": "transfer", "queue": "support"}]
    call.post(BackFromQueue("TIMEOUT"))
    await until(lambda: BACK in call.agent_said)
    await hung_up(call)


async def test_nobody_is_sent_to_a_queue_without_people(engines: Engines) -> None:
    engines.queues = FakeQueues(logged_in=0)
    call = SupervisedCall(engines)
    await call.listening()
    outcome = await call.ordered(TransferNow("support"))
    assert outcome == Outcome(Result.REFUSED, "Nobody is logged in to support.")
    assert call.actor.state is CallState.LISTENING
    assert call.told == []
    await hung_up(call)
    call.line.caller.socket.close()


async def test_an_agent_that_has_finished_meanwhile_still_announces_the_transfer(
    engines: Engines,
) -> None:
    engines.queues = SlowQueues(logged_in=1)
    engines.voice.length_s = 0.1
    call = SupervisedCall(engines)
    call.start()
    await call.reach(CallState.SPEAKING)
    ordering = asyncio.create_task(call.ordered(TransferNow("support")))
    await until(lambda: not call.actor._audio.speaker.active)
    engines.queues.answers.set()
    assert (await ordering).result is Result.DONE
    await call.reach(CallState.HANDED_OVER)
    assert call.agent_said == [GREETING, CONNECT]
    assert not any(turn.interrupted for turn in call.notes.turns)
    await hung_up(call)
    call.line.caller.socket.close()


async def test_the_caller_is_told_goodbye_and_can_not_talk_it_away(call: SupervisedCall) -> None:
    await call.listening()
    call.engines.voice.length_s = 0.4
    await call.ordered(End())
    await until(lambda: call.line.caller.heard().count("s") > 3)
    await call.line.caller.speak("s" * 15)
    await call.end()
    assert call.agent_said == [GREETING, BYE]
    assert "hang_up" in call.line.asked
    assert call.told == [{"by": "ann", "order": "end"}]


# -- taking over


async def test_the_agent_goes_on_until_the_supervisor_answers(call: SupervisedCall) -> None:
    await call.rung()
    assert call.phone.asked == ["ring PJSIP/agent1"]
    assert call.actor.state is CallState.LISTENING
    call.post(SupervisorAnswered())
    await call.end()
    assert call.phone.asked == ["ring PJSIP/agent1", "connect"]
    assert call.ending == ("taken_over", "transfer")
    assert call.data("taken_over") == {"by": "ann"}
    assert call.told == [{"by": "ann", "order": "take_over", "endpoint": "PJSIP/agent1"}]


@pytest.mark.parametrize(
    ("cause", "why"), [(NO_ANSWER, "no answer"), (BUSY, "busy"), (DECLINED, "declined")]
)
async def test_a_supervisor_who_does_not_answer_changes_nothing(
    call: SupervisedCall, cause: int, why: str
) -> None:
    await call.rung()
    call.post(SupervisorGone(cause))
    await until(lambda: "take_over_failed" in call.notes.kinds)
    assert call.data("take_over_failed") == {"by": "ann", "why": why}
    assert (await call.ordered(TakeOver("PJSIP/agent2"))).result is Result.DONE
    await hung_up(call)
    assert call.phone.asked[-1] == "stop", "nobody is rung for a call that is over"


async def test_a_supervisor_who_has_hung_up_again_leaves_the_caller_with_the_agent(
    call: SupervisedCall,
) -> None:
    await call.rung()
    call.phone.errors["connect"] = NOBODY_HOME
    call.post(SupervisorAnswered())
    await until(lambda: BACK in call.agent_said)
    await call.reach(CallState.LISTENING)
    assert "taken_over" not in call.notes.kinds
    await hung_up(call)


async def test_a_pbx_that_could_not_join_them_gives_the_caller_back(call: SupervisedCall) -> None:
    await call.rung()
    call.post(SupervisorAnswered())
    await call.reach(CallState.HANDED_OVER)
    call.post(BackFromQueue("NONEXISTENT"))
    await until(lambda: BACK in call.agent_said)
    assert "taken_over" not in call.notes.kinds
    await hung_up(call)
    assert call.ending == ("no_outcome", "caller")


async def test_one_phone_rings_at_a_time(call: SupervisedCall) -> None:
    await call.rung()
    outcome = await call.ordered(TakeOver("PJSIP/agent2"))
    assert outcome == Outcome(Result.REFUSED, "ann's phone is ringing for this call already.")
    await hung_up(call)


async def test_a_phone_that_is_not_there_is_told(call: SupervisedCall) -> None:
    await call.listening()
    call.phone.errors["ring PJSIP/agent9"] = NOBODY_HOME
    outcome = await call.ordered(TakeOver("PJSIP/agent9"))
    assert outcome.result is Result.REFUSED
    assert outcome.text == "The PBX can't ring PJSIP/agent9: no phone is registered there."
    await hung_up(call)


async def test_an_old_dialplan_is_told_and_no_phone_rings(call: SupervisedCall) -> None:
    await call.listening()
    call.phone.known = False
    outcome = await call.ordered(TakeOver("PJSIP/agent1"))
    assert outcome.result is Result.REFUSED
    assert "dialplan/understudy.conf" in outcome.text
    assert call.phone.asked == []
    await hung_up(call)


async def test_who_answers_a_caller_that_is_in_a_queue_by_now_is_hung_up(
    call: SupervisedCall,
) -> None:
    await call.rung()
    call.keys("0#")
    await call.reach(CallState.HANDED_OVER)
    call.post(SupervisorAnswered())
    await until(lambda: "stop" in call.phone.asked)
    assert call.actor.state is CallState.HANDED_OVER
    await hung_up(call)


# -- the rest


async def test_a_call_is_made_to_go_by_turns(call: SupervisedCall) -> None:
    await call.listening()
    half_duplex = call.actor._audio.floor.turns.half_duplex
    await call.ordered(HalfDuplex(on=True))
    assert half_duplex.active
    await call.ordered(HalfDuplex(on=False))
    assert not half_duplex.active
    assert call.told == [
        {"by": "ann", "order": "half_duplex", "on": "yes"},
        {"by": "ann", "order": "half_duplex", "on": "no"},
    ]
    await hung_up(call)


async def test_a_caller_in_a_queue_is_out_of_reach(call: SupervisedCall) -> None:
    await call.handed_over()
    for order in (Say("Hello."), TransferNow("support"), TakeOver("PJSIP/a"), End()):
        outcome = await call.ordered(order)
        assert outcome == Outcome(Result.REFUSED, "The agent has handed the caller over.")
    assert call.told == []
    await hung_up(call)


async def test_a_call_that_is_over_or_never_was_is_told_apart() -> None:
    supervision = Supervision({}.get)
    assert (await supervision.order("x", End(), by="ann")).result is Result.NOT_LIVE
    with pytest.raises(KeyError):
        async with supervision.open("x"):
            pass


async def test_the_caller_and_the_agent_are_heard_live(call: SupervisedCall) -> None:
    await call.listening()
    async with call.supervision.open("call-1") as frames:
        speaking = asyncio.create_task(call.line.caller.speak("s" * 12))
        loudest = 0
        async with asyncio.timeout(2):
            while loudest < 1000:
                samples = memoryview(await anext(frames)).cast("h")
                loudest = max(abs(sample) for sample in samples[::2])
        await speaking
        await hung_up(call)
        async for _ in frames:  # it ends with the call
            pass


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Say(" ...\n"), "nothing to say"),
        (lambda: Say("x" * 401), "401 characters"),
        (lambda: TransferNow("sales,s,1"), "no queue"),
        (lambda: TransferNow(""), "no queue"),
        (lambda: TakeOver("PJSIP/00441234567890@trunk"), "registered one"),
        (lambda: TakeOver("Local/100@internal"), "registered one"),
        (lambda: TakeOver("PJSIP/a&PJSIP/b"), "registered one"),
    ],
)
def test_what_no_call_may_be_ordered(make: object, told: str) -> None:
    with pytest.raises(InvalidOrder, match=told):
        make()  # type: ignore[operator]
