"""The agent without its PBX, the PBX without its agent, and the moments between."""

import asyncio
import signal
from pathlib import Path

from agent.evaluation.phone import AnswerAfter, Phone
from tests.pbx.conftest import Pbx, PhoneFactory
from tests.pbx.live_agent import LiveAgent, free_tcp_port
from tests.pbx.relay import Relay

AGENT = "1000"
ARI = ("127.0.0.1", 8088)


async def test_the_queue_gets_callers_while_the_agent_is_away(
    pbx: Pbx, caller: Phone, human: PhoneFactory
) -> None:
    async with human("agent1", AnswerAfter(0.2)) as colleague:
        call = await caller.place(AGENT)
        ringing = await colleague.incoming()
        await ringing.wait_for_answer()
        await call.hang_up()
        await ringing.wait_for_end()
    await pbx.wait_until_idle()


async def test_a_wrong_password_is_one_line(pbx: Pbx, tmp_path: Path) -> None:
    with LiveAgent.start(tmp_path, wait=False, UNDERSTUDY_ARI__PASSWORD="wrong") as agent:
        status = await asyncio.to_thread(agent.process.wait, 30.0)
        last = agent.log.splitlines()[-1]
    assert status == 1
    assert last.startswith("understudy: Asterisk at http://127.0.0.1:8088 refused the ARI user")
    assert "ari.password" in last
    assert "Traceback" not in agent.log
    assert "wrong" not in agent.log


async def test_a_missing_model_is_one_line(tmp_path: Path) -> None:
    with LiveAgent.start(tmp_path, wait=False, UNDERSTUDY_SPEECH__ASR_MODEL="nowhere") as agent:
        status = await asyncio.to_thread(agent.process.wait, 30.0)
        last = agent.log.splitlines()[-1]
    assert status == 1
    assert last.startswith("understudy: ")
    assert "nowhere" in last
    assert "Traceback" not in agent.log


async def test_the_agent_waits_for_a_pbx_that_is_down(
    pbx: Pbx, tmp_path: Path, caller: Phone
) -> None:
    port = free_tcp_port()
    address = f"http://127.0.0.1:{port}"
    with LiveAgent.start(tmp_path, wait=False, UNDERSTUDY_ARI__URL=address) as agent:
        async with Relay.between(port, ARI) as relay:
            await agent.wait_for_log("waiting for Asterisk")
            assert address in agent.log
            await relay.open()
            await asyncio.to_thread(agent.process.wait_until_ready)
            call = await caller.place(AGENT)
            await call.wait_for_speech()
            await call.hang_up()
            await pbx.wait_until_idle()


async def test_a_hang_up_missed_during_an_outage_ends_the_call(
    pbx: Pbx, tmp_path: Path, caller: Phone
) -> None:
    port = free_tcp_port()
    address = f"http://127.0.0.1:{port}"
    async with Relay.between(port, ARI) as relay:
        await relay.open()
        with LiveAgent.start(tmp_path, wait=False, UNDERSTUDY_ARI__URL=address) as agent:
            await asyncio.to_thread(agent.process.wait_until_ready)
            leaves, stays = await caller.place(AGENT), await caller.place(AGENT)
            leaves_id, stays_id = await agent.new_call(), await agent.new_call()
            await stays.wait_for_speech()
            await relay.cut()
            await leaves.hang_up()
            await asyncio.sleep(0.5)
            assert not agent.records(kind="call_ended")
            assert not stays.ended
            await relay.open()
            ended = await agent.wait_for(leaves_id, "call_ended")
            assert ended["ended_by"] == "caller"
            # The other call has gone on talking all the while, and is still served.
            await agent.wait_for(stays_id, "turn", speaker="agent")
            await stays.hang_up()
            await agent.wait_for(stays_id, "call_ended")
            await pbx.wait_until_idle()
            await agent.wait_until_idle()


async def test_stopping_the_agent_hands_its_callers_to_the_queue(
    pbx: Pbx, tmp_path: Path, caller: Phone, human: PhoneFactory
) -> None:
    async with human("agent1", AnswerAfter(0.2)) as colleague:
        with LiveAgent.start(tmp_path) as agent:
            call = await caller.place(AGENT)
            call_id = await agent.new_call()
            await call.wait_for_speech()
            status = await asyncio.to_thread(agent.process.stop, signal.SIGTERM)
            assert status == 0
            (ended,) = agent.records(call_id, "call_ended")
            assert (ended["outcome"], ended["ended_by"]) == ("handed_to_queue", "shutdown")
            assert agent.open_rows() == 0
        ringing = await colleague.incoming()
        await ringing.wait_for_answer()
        await call.hang_up()
        await ringing.wait_for_end()
    await pbx.wait_until_idle()


async def test_ctrl_c_ends_the_agent_without_a_traceback(pbx: Pbx, tmp_path: Path) -> None:
    with LiveAgent.start(tmp_path) as agent:
        assert await asyncio.to_thread(agent.process.stop, signal.SIGINT) == 0
    assert "Traceback" not in agent.log
    assert await pbx.bridges() == []


async def test_a_second_agent_of_the_same_name_is_refused_clearly(pbx: Pbx, tmp_path: Path) -> None:
    first_folder, second_folder = tmp_path / "first", tmp_path / "second"
    first_folder.mkdir()
    second_folder.mkdir()
    with LiveAgent.start(first_folder) as first, LiveAgent.start(second_folder):
        assert await asyncio.to_thread(first.process.wait, 10.0) == 1
    assert "Another process registered" in first.log.splitlines()[-1]
