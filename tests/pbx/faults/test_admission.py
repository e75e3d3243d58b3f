"""More callers than the agent has room for: real calls, one of which is the most it may lead."""

import asyncio
from pathlib import Path

from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.phone import AnswerAfter, Phone
from tests.pbx.conftest import Pbx, PhoneFactory
from tests.pbx.live_agent import LiveAgent

AGENT = "1000"


async def test_who_finds_no_room_hears_so_once_and_gets_a_human(
    pbx: Pbx, tmp_path: Path, caller: Phone, human: PhoneFactory, voice: CallerVoice
) -> None:
    limits = {"UNDERSTUDY_ADMISSION__ENFORCE": "true", "UNDERSTUDY_ADMISSION__MAX_CALLS": "1"}
    with LiveAgent.start(tmp_path, **limits) as agent:
        async with human("agent1", AnswerAfter(0.2)) as colleague:
            first = await caller.place(AGENT)
            taken = await agent.new_call()
            await agent.wait_for(taken, "turn", speaker="agent", index=0)
            second = await caller.place(AGENT)
            refused = await agent.new_call()
            ringing = await colleague.incoming(15)
            await ringing.wait_for_answer()
            ended = await agent.wait_for(refused, "call_ended")
            assert (ended["outcome"], ended["ended_by"]) == ("not_admitted", "admission")
            (said,) = agent.records(refused, "turn")
            assert said["text"] == "All our lines are busy. One moment, please."
            decided = [
                e["data"] for e in agent.records(refused, "event") if e["kind"] == "admission"
            ]
            assert [d["verdict"] for d in decided] == ["waits", "queued"]
            assert decided[1]["tightest"] == "max_calls"
            # The first caller is talked to as if nothing had been.
            await first.say(await voice.speak("yes please", first.sample_rate_hz))
            await agent.wait_for(taken, "turn", speaker="agent", index=2)
            await second.hang_up()
            await ringing.wait_for_end()
            await first.hang_up()
            await agent.wait_for(taken, "call_ended")
            third = await caller.place(AGENT)
            await agent.wait_for(await agent.new_call(), "turn", speaker="agent", index=0)
            await third.hang_up()
            await agent.wait_until_idle()
        assert await agent.stored(refused, "outcome", "ended_by") == ("not_admitted", "admission")
    await asyncio.wait_for(pbx.wait_until_idle(), 10)
