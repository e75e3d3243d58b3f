"""Reading experiments from the records; on SQLite and on PostgreSQL."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.experiments.store import ExperimentNotFound, ExperimentStore, RecordedCall
from agent.records.records import Assignment
from agent.records.writer import RecordWriter
from tests.records.calls import CALL, NOON, OTHER, ended, happened, said, started

LIVE = "a7000000-0000-4000-8000-000000000003"
LATER = "a7000000-0000-4000-8000-000000000004"
FIRST = Assignment(
    experiment="opening", revision="r1", variant="short", unit="ann", definition={"weights": [1]}
)


@pytest.fixture
async def store(engine: AsyncEngine) -> ExperimentStore:
    """Ann calls twice, Bob is on the line; then the experiment is changed."""
    writer = RecordWriter(engine)
    writer.start()
    for minute, (call_id, assignment) in enumerate(
        (
            (CALL, FIRST),
            (OTHER, FIRST),
            (LIVE, replace(FIRST, variant="long", unit="bob")),
            (LATER, replace(FIRST, revision="r2", definition={"weights": [2]})),
        )
    ):
        at = NOON.replace(minute=minute)
        writer.call_started(started(call_id, started_at=at, assignment=assignment))
        writer.turn(said(0, "hello", call_id))
        writer.turn(said(1, "take me off your list", call_id))
        if call_id != LIVE:
            writer.call_ended(ended(call_id))
    writer.event(happened("do_not_call", 1.0, OTHER))
    await writer.aclose()
    return ExperimentStore(engine)


async def calls_of(store: ExperimentStore, revision: str) -> Sequence[RecordedCall]:
    return [call async for chunk in store.ended_calls(revision) for call in chunk]


async def test_revisions_are_counted_by_themselves(store: ExperimentStore) -> None:
    first, second = await store.revisions("opening")
    assert (first.number, first.callers, first.calls) == (
        1, {"short": 1, "long": 1}, {"short": 2, "long": 1},
    )  # fmt: skip
    assert (first.began_at, first.last_at) == (NOON, NOON.replace(minute=2))
    assert (second.number, second.callers, second.definition) == (2, {"short": 1}, {"weights": [2]})
    assert await store.revisions() == [first, second]


async def test_calls_that_are_over_come_with_their_words(store: ExperimentStore) -> None:
    calls = await calls_of(store, "r1")
    assert [(call.call.id, call.removed) for call in calls] == [(CALL, False), (OTHER, True)]
    assert [turn.text for turn in calls[0].turns] == ["hello", "take me off your list"]
    assert [call.call.id for call in await calls_of(store, "r2")] == [LATER]


async def test_an_unknown_experiment_is_an_error_that_lists_the_known(
    store: ExperimentStore,
) -> None:
    with pytest.raises(ExperimentNotFound, match=r"'closing' \(there are calls of opening\)"):
        await store.revisions("closing")
