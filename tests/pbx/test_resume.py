"""Calls that go on: the agent is killed in the middle of one, or the caller rings back."""

import asyncio
import json
import signal
from pathlib import Path

from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.phone import Phone, Ring
from agent.evaluation.phone_call import PhoneCall
from tests.pbx.conftest import Pbx, PhoneFactory
from tests.pbx.live_agent import LiveAgent
from tests.snapshots.redis_server import RedisServer

AGENT = "1000"
LOST = "Sorry, I lost you for a moment."


async def say(call: PhoneCall, voice: CallerVoice, text: str) -> None:
    await call.say(await voice.speak(text, call.sample_rate_hz))


async def agents_turn(agent: LiveAgent, call: PhoneCall, call_id: str, index: int) -> str:
    """What the agent says as turn number `index` of a call; it has finished then."""
    turn = await agent.wait_for(call_id, "turn", speaker="agent", index=index)
    await call.wait_for_silence(300)
    return str(turn["text"])


async def talk(agent: LiveAgent, call: PhoneCall, call_id: str, voice: CallerVoice) -> str:
    """Two turns of the caller; returns the question that is open then."""
    await agents_turn(agent, call, call_id, 0)
    await say(call, voice, "yes please")
    await agents_turn(agent, call, call_id, 2)
    await say(call, voice, "i'm with northline")
    return await agents_turn(agent, call, call_id, 4)


async def test_a_caller_whose_agent_is_killed_is_talked_to_again(
    pbx: Pbx, tmp_path: Path, caller: Phone, voice: CallerVoice
) -> None:
    with LiveAgent.start(tmp_path) as agent:
        call = await caller.place(AGENT)
        first = await agent.new_call()
        question = await talk(agent, call, first, voice)
        await asyncio.to_thread(agent.process.stop, signal.SIGKILL)
        ((saved,),) = agent.query("select content from snapshots")
        known = json.loads(saved)["dialogue"]["state"]["slots"]
        assert "current_provider" in known
    assert not call.ended
    with LiveAgent.start(tmp_path) as agent:
        second = await agent.new_call(timeout_s=30.0)
        said = await agents_turn(agent, call, second, 0)
        assert said.startswith(LOST)
        assert said.endswith(question.split(". ")[-1])
        await say(call, voice, "i work from home and the kids are streaming films")
        assert (await agents_turn(agent, call, second, 2)).startswith("Thanks. If you could change")
        await call.hang_up()
        ended = await agent.wait_for(second, "call_ended")
        assert ended["slots"].items() > known.items()
        assert "usage" in ended["slots"]
        await agent.wait_until_idle()
        assert await agent.stored(first, "outcome", "ended_by") == ("resumed", "crash")
        assert await agent.stored(second, "resumes") == (first.replace("-", ""),)
    await pbx.wait_until_idle()


async def test_who_rings_back_goes_on_where_the_call_broke_off(
    pbx: Pbx, tmp_path: Path, caller: Phone, voice: CallerVoice
) -> None:
    with LiveAgent.start(tmp_path, UNDERSTUDY_SNAPSHOTS__RESUME_WITHIN_H="24") as agent:
        call = await caller.place(AGENT)
        first = await agent.new_call()
        question = await talk(agent, call, first, voice)
        await call.hang_up()
        known = (await agent.wait_for(first, "call_ended"))["slots"]
        assert "current_provider" in known
        call = await caller.place(AGENT)
        second = await agent.new_call()
        said = await agents_turn(agent, call, second, 0)
        assert said.startswith("Hello, Larkfield Broadband, this is Joe. I'm an automated")
        assert said.endswith("Shall we go on where we were?")
        await say(call, voice, "yes please")
        said = await agents_turn(agent, call, second, 2)
        assert said.startswith("Good, I still have what you told me.")
        assert said.endswith(question.split(". ")[-1])
        await call.hang_up()
        ended = await agent.wait_for(second, "call_ended")
        assert ended["slots"] == known
        assert await agent.stored(second, "resumes") == (first.replace("-", ""),)
        await agent.wait_until_idle()
    await pbx.wait_until_idle()


async def test_a_caller_who_hangs_up_while_no_agent_lives_leaves_nothing_on_the_pbx(
    pbx: Pbx, tmp_path: Path, caller: Phone, voice: CallerVoice
) -> None:
    with LiveAgent.start(tmp_path) as agent:
        stays, leaves = await caller.place(AGENT), await caller.place(AGENT)
        for call in (stays, leaves):
            call_id = await agent.new_call()
            await agents_turn(agent, call, call_id, 0)
        await asyncio.to_thread(agent.process.stop, signal.SIGKILL)
    await leaves.hang_up()
    assert len(await pbx.bridges()) == 2
    with LiveAgent.start(tmp_path) as agent:
        taken_back = await agent.new_call(timeout_s=30.0)
        await agent.wait_for(taken_back, "turn", speaker="agent", index=0)
        assert len(await pbx.bridges()) == 1
        # A hang-up is heard of on the new socket, too.
        await stays.hang_up()
        ended = await agent.wait_for(taken_back, "call_ended")
        assert ended["ended_by"] == "caller"
        await agent.wait_until_idle()
        assert len(agent.records(kind="call_started")) == 1
    await pbx.wait_until_idle()


async def test_who_comes_back_from_a_queue_to_a_restarted_agent_is_known(
    pbx: Pbx,
    tmp_path: Path,
    caller: Phone,
    human: PhoneFactory,
    voice: CallerVoice,
    redis_server: RedisServer,
) -> None:
    settings = {
        "UNDERSTUDY_HANDOFF__QUEUE_TIMEOUT_S": "40",
        "UNDERSTUDY_SNAPSHOTS__URL": redis_server.url(),
    }
    async with human("agent1", Ring()):
        with LiveAgent.start(tmp_path, **settings) as agent:
            call = await caller.place(AGENT)
            first = await agent.new_call()
            await talk(agent, call, first, voice)
            call.press("0#")
            await agent.wait_for_event(first, "transfer_started")
            await asyncio.to_thread(agent.process.stop, signal.SIGKILL)
        with LiveAgent.start(tmp_path, **settings) as agent:
            second = await agent.new_call(timeout_s=60.0)
            said = await agents_turn(agent, call, second, 0)
            assert said == "I'm sorry, all my colleagues are busy. Shall we ring you back?"
            resumed = await agent.wait_for_event(second, "resumed")
            assert resumed["data"] == {"call": first, "how": "returned"}
            await call.hang_up()
            ended = await agent.wait_for(second, "call_ended")
            assert "current_provider" in ended["slots"]
            assert redis_server.url() not in agent.log
            await agent.wait_until_idle()
    await pbx.wait_until_idle()
