"""The agent is stopped with live calls, updated beside a second one, or dies beside it."""

import asyncio
import signal
import time
from pathlib import Path

import structlog

from agent.evaluation.phone import AnswerAfter, Phone
from tests.pbx.conftest import Pbx, PhoneFactory
from tests.pbx.live_agent import LiveAgent

AGENT = "1000"


def second(folder: Path, first: Path) -> dict[str, str]:
    """Settings of a second agent beside one in the folder `first`, with the same records."""
    folder.mkdir()
    return {
        "UNDERSTUDY_ARI__APP": "understudy-2",
        "UNDERSTUDY_MEDIA__FIRST_PORT": "41000",
        "UNDERSTUDY_MEDIA__LAST_PORT": "41999",
        "UNDERSTUDY_RECORDS__DATABASE_URL": f"sqlite:///{first / 'calls.sqlite3'}",
    }


def key(call_id: str) -> str:
    """A call's id as SQLite has it."""
    return call_id.replace("-", "")


async def test_a_stop_lets_calls_end_and_the_second_one_hands_them_over(
    pbx: Pbx, tmp_path: Path, caller: Phone, human: PhoneFactory
) -> None:
    async with human("agent1", AnswerAfter(0.2)) as colleague:
        with LiveAgent.start(tmp_path, UNDERSTUDY_SERVE__DRAIN_S="60") as agent:
            stays, leaves = await caller.place(AGENT), await caller.place(AGENT)
            stays_id, leaves_id = await agent.new_call(), await agent.new_call()
            await stays.wait_for_speech()
            await leaves.wait_for_speech()
            agent.process.send(signal.SIGTERM)
            await agent.wait_for_log("no new calls are taken")
            assert agent.process.get("/health/ready") is None
            await agent.wait_for_log("-draining-")
            # Who calls now is a human's at once.
            new = await caller.place(AGENT)
            ringing = await colleague.incoming()
            await ringing.wait_for_answer()
            await new.hang_up()
            await ringing.wait_for_end()
            # A hang-up and keys are heard of as before.
            await leaves.hang_up()
            ended = await agent.wait_for(leaves_id, "call_ended")
            assert ended["ended_by"] == "caller"
            stays.press("5#")
            await agent.wait_for_event(stays_id, "dtmf")
            assert not stays.ended
            asked_s = time.monotonic()
            agent.process.send(signal.SIGTERM)
            assert await asyncio.to_thread(agent.process.wait, 10.0) == 0
            took_s = round(time.monotonic() - asked_s, 1)
            structlog.get_logger().info("stopped at the second signal", after_s=took_s)
            (ended,) = agent.records(stays_id, "call_ended")
            assert (ended["outcome"], ended["ended_by"]) == ("handed_to_queue", "shutdown")
            assert agent.open_rows() == 0
            assert len(agent.records(kind="call_started")) == 2
        ringing = await colleague.incoming()
        await ringing.wait_for_answer()
        await stays.hang_up()
        await ringing.wait_for_end()
    await pbx.wait_until_idle()


async def test_after_the_time_to_drain_callers_are_handed_over(
    pbx: Pbx, tmp_path: Path, caller: Phone, human: PhoneFactory
) -> None:
    async with human("agent1", AnswerAfter(0.2)) as colleague:
        with LiveAgent.start(tmp_path, UNDERSTUDY_SERVE__DRAIN_S="2") as agent:
            call = await caller.place(AGENT)
            call_id = await agent.new_call()
            await call.wait_for_speech()
            asked_s = time.monotonic()
            assert await asyncio.to_thread(agent.process.stop, signal.SIGTERM) == 0
            assert 2.0 < time.monotonic() - asked_s < 8.0
            (ended,) = agent.records(call_id, "call_ended")
            assert (ended["outcome"], ended["ended_by"]) == ("handed_to_queue", "shutdown")
        ringing = await colleague.incoming()
        await ringing.wait_for_answer()
        await call.hang_up()
        await ringing.wait_for_end()
    await pbx.wait_until_idle()


async def test_an_update_with_two_agents_is_noticed_by_no_caller(
    pbx: Pbx, tmp_path: Path, caller: Phone
) -> None:
    other = tmp_path / "second"
    with (
        LiveAgent.start(tmp_path, UNDERSTUDY_SERVE__DRAIN_S="60") as old,
        LiveAgent.start(other, **second(other, tmp_path)) as new,
    ):
        before = await caller.place(AGENT)
        before_id = await old.new_call()
        await before.wait_for_speech()
        old.process.send(signal.SIGTERM)
        await old.wait_for_log("-draining-")
        after = await caller.place(AGENT)
        after_id = await new.new_call()
        await after.wait_for_speech()
        before.press("5#")
        await old.wait_for_event(before_id, "dtmf")
        await old.wait_for(before_id, "turn", speaker="agent", index=1)
        await before.hang_up()
        assert await asyncio.to_thread(old.process.wait, 10.0) == 0
        (ended,) = old.records(before_id, "call_ended")
        assert ended["ended_by"] == "caller"
        assert not after.ended
        await after.hang_up()
        await new.wait_for(after_id, "call_ended")
    await pbx.wait_until_idle()


async def test_the_callers_of_an_agent_that_dies_are_taken_by_the_one_that_stands_in(
    pbx: Pbx, tmp_path: Path, caller: Phone
) -> None:
    other = tmp_path / "second"
    settings = {
        **second(other, tmp_path),
        "UNDERSTUDY_SERVE__STANDS_IN_FOR": '["understudy"]',
        "UNDERSTUDY_TURNS__SILENCE__PROMPTS_S": "[90.0, 120.0]",
    }
    with (
        LiveAgent.start(tmp_path) as dies,
        LiveAgent.start(other, **settings) as stands_in,
    ):
        call = await caller.place(AGENT)
        first = await dies.new_call()
        await call.wait_for_speech()
        await dies.wait_for(first, "turn", speaker="agent")
        assert stands_in.records(kind="call_started") == []
        died_s = time.monotonic()
        await asyncio.to_thread(dies.process.stop, signal.SIGKILL)
        taken = await stands_in.new_call(timeout_s=40.0)
        took_s = round(time.monotonic() - died_s, 1)
        structlog.get_logger().info("taken by the one that stands in", after_s=took_s)
        said = await stands_in.wait_for(taken, "turn", speaker="agent")
        assert said["text"].startswith("Sorry, I lost you for a moment.")
        # The first one is started again and finds its caller in good hands.
        again = tmp_path / "again"
        again.mkdir()
        records = {
            "UNDERSTUDY_RECORDS__DATABASE_URL": settings["UNDERSTUDY_RECORDS__DATABASE_URL"],
            "UNDERSTUDY_RECORDS__SPOOL_DIR": str(tmp_path / "spool"),
        }
        with LiveAgent.start(again, **records) as back:
            await asyncio.sleep(3.0)
            assert back.records(kind="call_started") == []
            await call.hang_up()
            ended = await stands_in.wait_for(taken, "call_ended")
            assert ended["ended_by"] == "caller"
        assert await dies.stored(first, "outcome", "ended_by") == ("resumed", "crash")
        assert await dies.stored(taken, "outcome", "resumes") == ("no_outcome", key(first))
    await pbx.wait_until_idle(timeout_s=30.0)
