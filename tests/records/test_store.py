from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.records.database import create_engine
from agent.records.errors import CallNotFound, SchemaMismatch
from agent.records.report import CallReport
from agent.records.store import CallStore
from agent.records.writer import RecordWriter
from tests.records.calls import CALL, NOON, OTHER, ended, happened, record_whole_call, started

THIRD = "a7000000-0000-4000-8000-000000000003"


@pytest.fixture
async def store(engine: AsyncEngine) -> CallStore:
    """One whole call, one from an hour later and one that is live."""
    writer = RecordWriter(engine)
    writer.start()
    record_whole_call(writer)
    writer.call_started(started(OTHER, started_at=NOON + timedelta(hours=1)))
    writer.call_ended(ended(OTHER, outcome="transferred"))
    writer.call_started(started(THIRD, started_at=NOON + timedelta(hours=2)))
    await writer.aclose()
    return CallStore(engine)


async def test_newest_first_with_filters(store: CallStore) -> None:
    async def ids(**filters: object) -> list[str]:
        return [call.id for call in await store.list_calls(**filters)]  # type: ignore[arg-type]

    assert await ids() == [THIRD, OTHER, CALL]
    assert await ids(limit=2) == [THIRD, OTHER]
    assert await ids(since=NOON + timedelta(hours=1)) == [THIRD, OTHER]
    assert await ids(outcome="sold") == [CALL]
    assert await ids(outcome="sold", since=NOON + timedelta(seconds=1)) == []


@pytest.mark.parametrize("given", [THIRD, "a700", "A7000000", "a7000000-0000-4"])
async def test_a_call_is_found_by_id_or_unique_beginning(store: CallStore, given: str) -> None:
    assert (await store.get(given)).id == THIRD


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("1f0c8a52", "Several calls begin with '1f0c8a52': give more of the id"),
        ("bbbb", "No call has the id 'bbbb'"),
        ("a7", "'a7' is not a call's id: give it, or at least its first 4"),
        ("%%%%%", "is not a call's id"),
        (CALL + "0", "is not a call's id"),
    ],
)
async def test_a_call_that_is_not_found_says_what_to_give(
    store: CallStore, given: str, message: str
) -> None:
    with pytest.raises(CallNotFound, match=message):
        await store.get(given)


async def test_a_report_has_only_what_belongs_to_its_call(store: CallStore) -> None:
    report = await store.report(CALL)
    assert isinstance(report, CallReport)
    assert [turn.index for turn in report.turns] == [0, 1]
    assert [event.kind for event in report.events] == ["barge_in_committed"]
    assert len(report.latencies) == 3
    empty = await store.report(THIRD)
    assert (empty.timeline, empty.latencies, empty.call.outcome) == ((), (), None)


async def test_events_of_one_moment_keep_their_order(engine: AsyncEngine) -> None:
    writer = RecordWriter(engine)
    writer.start()
    writer.call_started(started())
    for kind in ("transfer_started", "transfer_returned", "dtmf"):
        writer.event(happened(kind, 5.0))
    await writer.aclose()
    report = await CallStore(engine).report(CALL)
    assert [event.kind for event in report.events] == [
        "transfer_started",
        "transfer_returned",
        "dtmf",
    ]


async def test_a_database_without_tables_says_how_to_make_them(database_url: str) -> None:
    engine = create_engine(database_url)
    with pytest.raises(SchemaMismatch, match="`understudy db upgrade`"):
        await CallStore(engine).list_calls()
    await engine.dispose()
