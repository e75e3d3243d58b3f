"""The agent's snapshots on their way to whoever follows a call, through a real database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.asterisk.ari import AriRefused
from agent.dialogue.reply import Exchange
from agent.evaluation.simulation.real_calls.dialogue_watch import DialogueWatch, Standing
from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.records.records import utc_now
from agent.snapshots.database import DatabaseSnapshots
from agent.snapshots.saved_call import SavedCall
from tests.snapshots.saved import CALL, DIALOGUE, OTHER, saved

GONE = "1f0c8a52-0000-4000-8000-000000000003"
SIP = {f"channel of {CALL}": "sip-1", f"channel of {OTHER}": "sip-2"}


class Channels:
    """Knows two channels, and counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def get_variable(self, channel_id: str, name: str) -> str:
        self.asked.append(channel_id)
        if channel_id not in SIP:
            raise AriRefused("no such channel", 404)
        return SIP[channel_id]


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    url = f"sqlite:///{tmp_path}/calls.sqlite3"
    await upgrade(url)
    engine = create_engine(url)
    yield engine
    await engine.dispose()


def now(call_id: str, heard: bool) -> SavedCall:
    dialogue = DIALOGUE.model_copy(update={"heard": heard})
    return saved(call_id, saved_at=utc_now(), dialogue=dialogue)


async def watched(
    engine: AsyncEngine, script: Callable[[DialogueWatch, DatabaseSnapshots], Awaitable[None]]
) -> list[str]:
    """What the channels were asked while a script ran."""
    channels = Channels()
    watch = DialogueWatch(engine, channels)
    running = asyncio.create_task(watch.run())
    await script(watch, DatabaseSnapshots(engine))
    await asyncio.sleep(0.15)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    return channels.asked


async def test_each_snapshot_reaches_who_follows_its_call_once(engine: AsyncEngine) -> None:
    first: list[SavedCall] = []
    second: list[SavedCall] = []

    async def script(watch: DialogueWatch, store: DatabaseSnapshots) -> None:
        watch.follow("sip-1", first.append)
        watch.follow("sip-2", second.append)
        await store.save(now(OTHER, heard=False))
        for heard in (False, True):
            await store.save(now(CALL, heard=heard))
            await asyncio.sleep(0.15)

    asked = await watched(engine, script)
    assert [one.dialogue.heard for one in first] == [False, True]
    assert [one.call_id for one in second] == [OTHER]
    assert sorted(asked) == sorted(SIP)


async def test_what_was_saved_before_anybody_followed_is_told_at_once(engine: AsyncEngine) -> None:
    found: list[SavedCall] = []

    async def script(watch: DialogueWatch, store: DatabaseSnapshots) -> None:
        await store.save(now(CALL, heard=False))
        await asyncio.sleep(0.15)
        watch.follow("sip-1", found.append)
        assert len(found) == 1
        watch.leave("sip-1")
        await store.save(now(CALL, heard=True))

    await watched(engine, script)
    assert len(found) == 1


async def test_a_channel_that_is_gone_is_no_error(engine: AsyncEngine) -> None:
    found: list[SavedCall] = []

    async def script(watch: DialogueWatch, store: DatabaseSnapshots) -> None:
        watch.follow("sip-1", found.append)
        await store.save(now(GONE, heard=True))
        await store.save(now(CALL, heard=True))

    await watched(engine, script)
    assert [one.call_id for one in found] == [CALL]


def test_a_dialogue_stands_where_its_snapshot_says() -> None:
    history = (Exchange("agent", "Does that"),)
    dialogue = DIALOGUE.model_copy(
        update={"history": history, "state": replace(DIALOGUE.state, disposition="sale")}
    )
    standing = Standing.of(saved(dialogue=dialogue))
    assert standing.heard == "Does that"
    assert standing.disposition == "sale"
    assert standing.slots["current_provider"] == "northline"
    assert standing.reply.expects == "yes_no"
    assert standing.reply.stage == "pitch"
    assert [line.line_id for line in standing.reply.lines] == ["pitch.ask"]
    assert standing.reply.action == DIALOGUE.action


def test_a_caller_who_refuses_recording_has_heard_all_of_the_turn() -> None:
    dialogue = DIALOGUE.model_copy(update={"history": ()})
    assert Standing.of(saved(dialogue=dialogue)).heard == "Does that sound right?"
