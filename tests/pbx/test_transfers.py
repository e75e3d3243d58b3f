"""Every way from the agent to a human and back: real queues, real phones on both sides."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.phone import AnswerAfter, Phone, Refuse
from agent.evaluation.phone_call import PhoneCall
from tests.pbx.conftest import Pbx, PhoneFactory
from tests.pbx.live_agent import LiveAgent, Record
from tests.pbx.similarity import similarity
from tests.pbx.test_call import say, until_listening

AGENT, SALES = "1000", "2000"
HUMAN_KEY = "0"


@pytest.fixture(scope="module")
def agent(pbx: Pbx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAgent]:
    environment = {"UNDERSTUDY_HANDOFF__QUEUE_TIMEOUT_S": "8"}
    with LiveAgent.start(tmp_path_factory.mktemp("agent"), **environment) as agent:
        yield agent


@pytest.fixture(autouse=True)
async def nothing_is_left(pbx: Pbx, agent: LiveAgent) -> AsyncIterator[None]:
    yield
    await pbx.wait_until_idle()
    await agent.wait_until_idle()


def queue_log(agent: LiveAgent, call_id: str) -> list[Record]:
    """The data of the call's queue_log events, in their order."""
    return [e["data"] for e in agent.records(call_id, "event") if e["kind"] == "queue_log"]


async def wait_for_queue_log(agent: LiveAgent, call_id: str, name: str) -> Record:
    """The first queue_log event of that name."""
    async with asyncio.timeout(15):
        while True:
            for line in queue_log(agent, call_id):
                if line["event"] == name:
                    return line
            await asyncio.sleep(0.05)


@asynccontextmanager
async def talking_colleague(caller: Phone, human: PhoneFactory) -> AsyncIterator[PhoneCall]:
    """The only member of the queue, in a call with somebody else; yields the colleague's side."""
    async with human("agent1", AnswerAfter(0.0)) as colleague:
        other = await caller.place(SALES)
        talk = await colleague.incoming()
        yield talk
        await other.hang_up()


async def ask_for_a_person(agent: LiveAgent, caller: Phone) -> tuple[PhoneCall, str]:
    call = await caller.place(AGENT)
    call_id = await agent.new_call()
    call.press(HUMAN_KEY)
    return call, call_id


async def told_that_all_are_busy(agent: LiveAgent, call: PhoneCall, call_id: str) -> Record:
    """Returns the queue's state as it was looked at; the agent then waits for the choice."""
    busy = await agent.wait_for_event(call_id, "queue_busy", timeout_s=40)
    turn = await agent.wait_for(call_id, "turn", stage="queue_choice", speaker="agent")
    assert turn["text"].endswith("Would you like to wait, be rung back, or leave a message?")
    await call.wait_for_silence(300)
    return busy


async def test_all_are_busy_the_caller_waits_and_is_answered(
    agent: LiveAgent, caller: Phone, human: PhoneFactory, voice: CallerVoice
) -> None:
    async with talking_colleague(caller, human) as talk:
        call, call_id = await ask_for_a_person(agent, caller)
        busy = await told_that_all_are_busy(agent, call, call_id)
        assert (busy["data"]["queue"], busy["data"]["ahead"]) == ("sales", 0)
        await say(call, voice, "i will wait")
        await agent.wait_for_event(call_id, "transfer_started")
        await talk.hang_up()
        answered = await agent.wait_for_event(call_id, "transfer_answered")
        await call.hang_up()
    assert answered["data"]["member"] == "PJSIP/agent1"
    said = [turn["text"] for turn in agent.records(call_id, "turn") if turn["speaker"] == "agent"]
    assert not any("put you through" in text for text in said)


async def choose(
    agent: LiveAgent, caller: Phone, voice: CallerVoice, choice: str, stage: str, words: str
) -> Record:
    """All are busy; the caller chooses, and answers what the stage asks. Returns the call's end."""
    call, call_id = await ask_for_a_person(agent, caller)
    await told_that_all_are_busy(agent, call, call_id)
    await say(call, voice, choice)
    await agent.wait_for(call_id, "turn", speaker="agent", stage=stage)
    await call.wait_for_silence(300)
    await say(call, voice, words)
    return await agent.wait_for(call_id, "call_ended", timeout_s=40)


async def test_all_are_busy_the_caller_wants_to_be_rung_back(
    agent: LiveAgent, caller: Phone, human: PhoneFactory, voice: CallerVoice
) -> None:
    async with talking_colleague(caller, human):
        ended = await choose(
            agent, caller, voice, "please call me back", "callback", "friday morning"
        )
    assert ended["disposition"] == "callback"
    assert ended["slots"]["callback_time"] == "Friday morning"


async def test_all_are_busy_the_caller_leaves_a_message(
    agent: LiveAgent, caller: Phone, human: PhoneFactory, voice: CallerVoice
) -> None:
    words = "please tell them the price is too high"
    async with talking_colleague(caller, human):
        ended = await choose(agent, caller, voice, "i want to leave a message", "message", words)
    assert ended["disposition"] == "message"
    assert "price" in ended["slots"]["message"]


async def warm(
    agent: LiveAgent, caller: Phone, colleague: Phone, voice: CallerVoice
) -> tuple[PhoneCall, PhoneCall, str]:
    """A caller who wants a supervisor, and the colleague who is being briefed."""
    call = await caller.place(AGENT)
    call_id = await agent.new_call()
    await until_listening(agent, call, call_id)
    await say(call, voice, "i want to speak to your supervisor")
    ringing = await colleague.incoming(timeout_s=20)
    await ringing.wait_for_speech(10)
    await ringing.wait_for_silence(1500)
    return call, ringing, call_id


async def test_a_colleague_hears_the_briefing_and_takes_the_call_by_key(
    agent: LiveAgent, caller: Phone, human: PhoneFactory, voice: CallerVoice
) -> None:
    async with human("agent1", AnswerAfter(0.5)) as colleague:
        call, ringing, call_id = await warm(agent, caller, colleague, voice)
        assert not any(e["event"] == "CONNECT" for e in queue_log(agent, call_id))
        ringing.press("1")
        await agent.wait_for_event(call_id, "transfer_answered")
        line = await voice.speak("Hello, how can I help you with that?", 8000)
        await ringing.say(line)
        await call.wait_for_silence(300)
        assert similarity(line, call.heard_since(call.frame_times_s[-300])) > 0.8
        await ringing.hang_up()
        await call.wait_for_end()
    done = await wait_for_queue_log(agent, call_id, "COMPLETEAGENT")
    assert done["talk_s"] >= 1


async def test_a_colleague_sends_the_call_back_before_taking_it(
    agent: LiveAgent, caller: Phone, human: PhoneFactory, voice: CallerVoice
) -> None:
    async with human("agent1", AnswerAfter(0.5)) as colleague:
        call, ringing, call_id = await warm(agent, caller, colleague, voice)
        ringing.press("2")
        returned = await agent.wait_for_event(call_id, "transfer_returned")
        await ringing.wait_for_end()
        await agent.wait_for(call_id, "turn", speaker="agent", stage="returned")
        await call.hang_up()
    assert returned["data"]["status"] == "DECLINED"


async def test_a_colleague_who_refuses_is_not_the_end(
    agent: LiveAgent, caller: Phone, human: PhoneFactory
) -> None:
    async with human("agent1", Refuse(486)):
        call, call_id = await ask_for_a_person(agent, caller)
        returned = await agent.wait_for_event(call_id, "transfer_returned", timeout_s=60)
        await agent.wait_for(call_id, "turn", speaker="agent", stage="returned")
        await call.hang_up()
    assert returned["data"]["status"] == "TIMEOUT"
    assert 7 < returned["data"]["wait_s"] < 16
    assert "RINGNOANSWER" in [line["event"] for line in queue_log(agent, call_id)]


@pytest.mark.parametrize("by", ["human", "caller"])
async def test_who_ends_the_talk_is_known(
    agent: LiveAgent, caller: Phone, human: PhoneFactory, by: str
) -> None:
    async with human("agent1", AnswerAfter(0.0)) as colleague:
        call, call_id = await ask_for_a_person(agent, caller)
        talk = await colleague.incoming(timeout_s=40)
        await agent.wait_for_event(call_id, "transfer_answered")
        await asyncio.sleep(1.2)
        await (talk if by == "human" else call).hang_up()
        await asyncio.gather(talk.wait_for_end(), call.wait_for_end())
    name = "COMPLETEAGENT" if by == "human" else "COMPLETECALLER"
    done = await wait_for_queue_log(agent, call_id, name)
    assert done["member"] == "PJSIP/agent1"
    assert [line["event"] for line in queue_log(agent, call_id)] == ["ENTERQUEUE", "CONNECT", name]
    kept = await agent.stored(call_id, "linked_id", "channel_id")
    assert kept[0] == kept[1], "the caller's channel is the first one of its call"


async def test_a_caller_who_hangs_up_while_waiting(
    agent: LiveAgent, caller: Phone, human: PhoneFactory
) -> None:
    async with human("agent1", AnswerAfter(30.0)) as colleague:
        call, call_id = await ask_for_a_person(agent, caller)
        await colleague.incoming(timeout_s=40)
        await call.hang_up()
        ended = await agent.wait_for(call_id, "call_ended")
    assert ended["outcome"] == "abandoned_in_queue"
    abandoned = await agent.wait_for_event(call_id, "transfer_abandoned")
    assert 0 < abandoned["data"]["wait_s"] < 30
    assert [line["event"] for line in queue_log(agent, call_id)] == ["ENTERQUEUE"]


async def test_a_colleague_sends_the_caller_back_to_the_agent(
    agent: LiveAgent, caller: Phone, human: PhoneFactory, voice: CallerVoice
) -> None:
    async with human("agent1", AnswerAfter(0.0)) as colleague:
        call = await caller.place(AGENT)
        first = await agent.new_call()
        await until_listening(agent, call, first)
        await say(call, voice, "yes please")
        await agent.wait_for(first, "turn", speaker="agent", index=2)
        await call.wait_for_silence(300)
        await say(call, voice, "i'm with northline")
        await agent.wait_for(first, "turn", speaker="agent", index=4)
        call.press(HUMAN_KEY)
        talk = await colleague.incoming(timeout_s=40)
        known = (await agent.wait_for(first, "call_ended"))["slots"]
        await asyncio.sleep(1.0)
        talk.transfer(AGENT)
        second = await agent.new_call(timeout_s=20.0)
        turn = await agent.wait_for(second, "turn", speaker="agent", index=0)
        await talk.hang_up()
        assert turn["text"].startswith("Hello again, it's the assistant.")
        await call.wait_for_silence(300)
        await say(call, voice, "let's carry on")
        on = await agent.wait_for(second, "turn", speaker="agent", index=2)
        await call.hang_up()
        ended = await agent.wait_for(second, "call_ended")
    assert on["stage"] == "discovery"
    assert "current_provider" in known
    assert known.items() <= ended["slots"].items()
    linked = [await agent.stored(call_id, "linked_id") for call_id in (first, second)]
    assert linked[0] == linked[1]
    # It may come before or after the caller is back.
    log = [line for call_id in (first, second) for line in queue_log(agent, call_id)]
    assert [line["event"] for line in log] == ["ENTERQUEUE", "CONNECT", "TRANSFER"]
