"""The manager interface is cut or hangs in mid-run."""

import asyncio
from pathlib import Path

from agent.evaluation.phone import AnswerAfter, Phone
from tests.pbx.conftest import Pbx, PhoneFactory
from tests.pbx.live_agent import LiveAgent, free_tcp_port
from tests.pbx.relay import Relay

AGENT = "1000"
AMI = ("127.0.0.1", 5038)
BLIND = "no queue state: callers are handed over blind"


async def test_without_queue_state_callers_are_handed_over_blind(
    pbx: Pbx, tmp_path: Path, caller: Phone, human: PhoneFactory
) -> None:
    port = free_tcp_port()
    async with (
        Relay.between(port, AMI) as relay,
        human("agent1", AnswerAfter(0.2)) as colleague,
    ):
        await relay.open()
        with LiveAgent.start(tmp_path, UNDERSTUDY_AMI__PORT=str(port)) as agent:

            async def transferred() -> str:
                call = await caller.place(AGENT)
                call_id = await agent.new_call()
                call.press("0#")
                ringing = await colleague.incoming(timeout_s=20.0)
                await ringing.wait_for_answer()
                await asyncio.sleep(1.0)
                await call.hang_up()
                await ringing.wait_for_end()
                await agent.wait_for(call_id, "call_ended")
                return call_id

            def known(call_id: str) -> bool:
                kinds = [event["kind"] for event in agent.records(call_id, "event")]
                return "queue_log" in kinds

            assert known(await transferred())
            relay.hold()
            assert not known(await transferred())
            relay.release()
            await agent.wait_for_log("queue state is known again")
            assert known(await transferred())
            await relay.cut()
            await asyncio.sleep(5.0)
            assert agent.log.count(BLIND) == 2  # once an outage
            await agent.wait_until_idle()
    await pbx.wait_until_idle()
