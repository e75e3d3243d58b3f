"""ARI is cut, or hangs, in the middle of calls."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog

from agent.evaluation.phone import AnswerAfter, Phone
from tests.pbx.conftest import Pbx, PhoneFactory
from tests.pbx.live_agent import LiveAgent, free_tcp_port
from tests.pbx.relay import Relay

AGENT = "1000"
ARI = ("127.0.0.1", 8088)


@asynccontextmanager
async def agent_behind_a_relay(folder: Path) -> AsyncIterator[tuple[LiveAgent, Relay]]:
    port = free_tcp_port()
    settings = {
        "UNDERSTUDY_ARI__URL": f"http://127.0.0.1:{port}",
        "UNDERSTUDY_ARI__REQUEST_TIMEOUT_S": "1",
    }
    async with Relay.between(port, ARI) as relay:
        await relay.open()
        with LiveAgent.start(folder, wait=False, **settings) as agent:
            await asyncio.to_thread(agent.process.wait_until_ready)
            yield agent, relay


async def cut_and_open(relay: Relay, meanwhile: Callable[[], object]) -> None:
    await relay.cut()
    await meanwhile()  # type: ignore[misc]
    await relay.open()


async def hold_and_release(relay: Relay, meanwhile: Callable[[], object]) -> None:
    relay.hold()
    await meanwhile()  # type: ignore[misc]
    relay.release()


@pytest.mark.parametrize("outage", [cut_and_open, hold_and_release])
async def test_a_transfer_that_falls_into_an_outage_is_made_after_it(
    outage: Callable[..., object],
    pbx: Pbx,
    tmp_path: Path,
    caller: Phone,
    human: PhoneFactory,
) -> None:
    orphan = f"understudy-{uuid.uuid4()}"
    async with (
        human("agent1", AnswerAfter(0.2)) as colleague,
        agent_behind_a_relay(tmp_path) as (agent, relay),
    ):
        call = await caller.place(AGENT)
        call_id = await agent.new_call()
        await call.wait_for_speech()
        call.press("0#")
        # The agent has decided and says so; what it asks Asterisk for then meets the outage.
        await agent.wait_for_event(call_id, "dtmf")

        async def until_the_transfer_waits() -> None:
            await agent.wait_for_log("waits for Asterisk")
            await pbx.request("POST", f"bridges/{orphan}", type="mixing", name="understudy")
            await asyncio.sleep(1.0)
            assert not call.ended
            assert not agent.records(call_id, "call_ended")

        await outage(relay, until_the_transfer_waits)  # type: ignore[misc]
        back_s = time.monotonic()
        ringing = await colleague.incoming(timeout_s=15.0)
        recovery = round(time.monotonic() - back_s, 1)
        structlog.get_logger().info("the colleague's phone rings", after_s=recovery)
        await ringing.wait_for_answer()
        ended = await agent.wait_for(call_id, "call_ended")
        assert (ended["outcome"], ended["ended_by"]) == ("transferred", "transfer")
        assert [e["kind"] for e in agent.records(call_id, "event")].count("transfer_started") == 1
        await call.hang_up()
        await ringing.wait_for_end()
        await pbx.wait_until_idle(timeout_s=30.0)  # nobody's bridge is removed when seen twice
        await agent.wait_until_idle()


async def test_a_password_that_is_changed_in_mid_run_does_not_end_live_calls(
    pbx: Pbx, tmp_path: Path, caller: Phone
) -> None:
    async with agent_behind_a_relay(tmp_path) as (agent, relay):
        call = await caller.place(AGENT)
        call_id = await agent.new_call()
        await call.wait_for_speech()
        await pbx.change_ari_password("another")
        try:
            await relay.cut()
            await relay.open()
            await agent.wait_for_log("ari.password")
            assert agent.process.get("/health/live") is not None
            assert agent.process.get("/health/ready") is None
        finally:
            await pbx.change_ari_password(str(pbx.secrets["ari"]["password"]))
        await asyncio.to_thread(agent.process.wait_until_ready, 15.0)
        call.press("0#")
        await agent.wait_for_event(call_id, "dtmf")
        await call.hang_up()
        await agent.wait_for(call_id, "call_ended")
        await pbx.wait_until_idle()
