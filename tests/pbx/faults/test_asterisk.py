"""Asterisk crashes or is restarted in the middle of a call."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from agent.evaluation.phone import AnswerAfter, Phone
from tests.pbx.conftest import Pbx, PhoneFactory
from tests.pbx.live_agent import LiveAgent

AGENT = "1000"
SERVES_AGAIN_WITHIN_S = 30.0


async def crash(pbx: Pbx) -> None:
    await pbx.crash()


async def restart(pbx: Pbx) -> None:
    await pbx.cli("core restart now")


@pytest.mark.parametrize("fault", [crash, restart])
async def test_the_record_is_closed_at_the_last_sound_and_the_agent_serves_on(
    fault: Callable[[Pbx], Awaitable[None]],
    pbx: Pbx,
    tmp_path: Path,
    phone: PhoneFactory,
    human: PhoneFactory,
) -> None:
    with LiveAgent.start(tmp_path) as agent:
        async with phone("caller") as caller:
            call = await caller.place(AGENT)
            first = await agent.new_call()
            await call.wait_for_speech()
            down_s, down_at = time.monotonic(), datetime.now(UTC)
            await fault(pbx)
            ended = await agent.wait_for(first, "call_ended", timeout_s=SERVES_AGAIN_WITHIN_S)
        assert (ended["outcome"], ended["ended_by"]) == ("lost", "pbx")
        apart = datetime.fromisoformat(ended["ended_at"]) - down_at
        assert abs(apart.total_seconds()) < 1.5
        await asyncio.to_thread(agent.process.wait_until_ready, SERVES_AGAIN_WITHIN_S)
        structlog.get_logger().info("ready again", after_s=round(time.monotonic() - down_s, 1))
        # The manager interface, too: what happens in the queue is in the record.
        async with human("agent1", AnswerAfter(0.2)) as colleague, phone("caller") as caller:
            call = await caller.place(AGENT)
            second = await agent.new_call()
            call.press("0#")
            ringing = await colleague.incoming(timeout_s=20.0)
            await ringing.wait_for_answer()
            ended = await agent.wait_for(second, "call_ended")
            assert ended["outcome"] == "transferred"
            await call.hang_up()
            await ringing.wait_for_end()
        assert agent.open_rows() == 0
        assert "Traceback" not in agent.log
    await pbx.wait_until_idle()


async def test_the_caller_of_an_asterisk_that_hung_is_taken_back(
    pbx: Pbx, tmp_path: Path, caller: Phone
) -> None:
    with LiveAgent.start(tmp_path, UNDERSTUDY_MEDIA__LOST_AFTER_S="2") as agent:
        call = await caller.place(AGENT)
        first = await agent.new_call()
        await agent.wait_for(first, "turn", speaker="agent")
        hung_at = datetime.now(UTC)
        pbx.freeze()
        try:
            ended = await agent.wait_for(first, "call_ended", timeout_s=40.0)
            assert agent.process.get("/health/ready") is None
        finally:
            pbx.thaw()
        assert (ended["outcome"], ended["ended_by"]) == ("lost", "pbx")
        apart = datetime.fromisoformat(ended["ended_at"]) - hung_at
        assert abs(apart.total_seconds()) < 1.5
        back_s = time.monotonic()
        second = await agent.new_call(timeout_s=20.0)
        took_s = round(time.monotonic() - back_s, 1)
        structlog.get_logger().info("taken back", after_s=took_s)
        said = await agent.wait_for(second, "turn", speaker="agent")
        assert said["text"].startswith("Sorry, I lost you for a moment.")
        await call.hang_up()
        await agent.wait_for(second, "call_ended")
        await agent.wait_until_idle()
        assert await agent.stored(first, "outcome", "ended_by") == ("resumed", "pbx")
    await pbx.wait_until_idle()
