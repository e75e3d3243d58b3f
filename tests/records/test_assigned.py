"""Which variant led a call, kept with its record; on SQLite and on PostgreSQL."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.records.erasure import Holdings, erase
from agent.records.models import AssignedCall, Base, ExperimentRevision
from agent.records.records import Assignment
from agent.records.tombstones import Ledger
from agent.records.writer import RecordWriter
from tests.records.calls import CALL, NOON, OTHER, ended, started

FIRST = Assignment(
    experiment="opening",
    revision="r1",
    variant="short",
    unit="caller-1",
    definition={"weights": {"short": 1}},
)
SECOND = replace(FIRST, revision="r2", variant="long", definition={"weights": {"short": 2}})


async def rows(engine: AsyncEngine, model: type[Base]) -> list[Any]:
    async with AsyncSession(engine) as session:
        return list((await session.scalars(select(model))).all())


async def record(engine: AsyncEngine, *calls: tuple[str, Assignment]) -> None:
    writer = RecordWriter(engine)
    writer.start()
    for number, (call_id, assignment) in enumerate(calls):
        at = NOON.replace(minute=number)
        writer.call_started(started(call_id, started_at=at, assignment=assignment))
        writer.call_ended(ended(call_id))
    await writer.aclose()
    assert writer.stats.dropped == 0


async def test_a_call_keeps_its_variant_and_a_changed_experiment_is_another_revision(
    engine: AsyncEngine,
) -> None:
    third = "a7000000-0000-4000-8000-000000000003"
    await record(engine, (CALL, FIRST), (OTHER, SECOND), (third, FIRST))
    calls = {
        row.call_id: (row.revision, row.variant, row.unit)
        for row in await rows(engine, AssignedCall)
    }
    assert calls[CALL] == calls[third] == ("r1", "short", "caller-1")
    assert calls[OTHER] == ("r2", "long", "caller-1")
    revisions = {row.id: row for row in await rows(engine, ExperimentRevision)}
    assert revisions["r1"].definition == {"weights": {"short": 1}}
    assert (revisions["r1"].began_at, revisions["r2"].began_at) == (NOON, NOON.replace(minute=1))


async def test_a_call_that_is_stored_twice_is_assigned_once(engine: AsyncEngine) -> None:
    await record(engine, (CALL, FIRST))
    await record(engine, (CALL, FIRST))
    assert len(await rows(engine, AssignedCall)) == 1


async def test_what_is_erased_leaves_no_trace_of_its_caller(engine: AsyncEngine) -> None:
    await record(engine, (CALL, FIRST), (OTHER, FIRST))
    await erase(engine, Holdings("+44", (CALL,), ()), Ledger(None))
    assert [row.call_id for row in await rows(engine, AssignedCall)] == [OTHER]
