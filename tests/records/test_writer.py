import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.records.database import create_engine
from agent.records.do_not_call import DoNotCallRegister
from agent.records.entry import Entry
from agent.records.migrate import upgrade
from agent.records.models import Call, Direction, Event, Latency, Speaker, Turn
from agent.records.records import (
    NOT_KEPT,
    RECORDING_REFUSED,
    RESUMED,
    CallAnswered,
    LatencyRecord,
)
from agent.records.storing import RecordTable
from agent.records.writer import RecordWriter
from tests.records.calls import CALL, NOON, OTHER, ended, happened, record_whole_call, said, started
from tests.records.postgres import PostgresCluster

NUMBER = "+447700900123"
SOURCE = "5f0c8a52-0000-4000-8000-00000000000a"


class Repair:
    """Stands for the wait before a retry: it lasts until the test has repaired the database."""

    def __init__(self) -> None:
        self.needed = asyncio.Event()
        self.done = asyncio.Event()

    async def __call__(self, _: float) -> None:
        self.needed.set()
        await self.done.wait()


@pytest.fixture
async def writer(engine: AsyncEngine) -> AsyncIterator[RecordWriter]:
    writer = RecordWriter(engine)
    writer.start()
    yield writer
    await writer.aclose()


async def texts(engine: AsyncEngine) -> list[str]:
    async with AsyncSession(engine) as session:
        return list(await session.scalars(select(Turn.text).order_by(Turn.index)))


async def the_call(engine: AsyncEngine, call_id: str = CALL) -> Call:
    async with AsyncSession(engine) as session:
        return await session.get_one(Call, call_id)


async def test_everything_of_a_call_is_kept(writer: RecordWriter, engine: AsyncEngine) -> None:
    record_whole_call(writer)
    await writer.flush()
    async with AsyncSession(engine) as session:
        call = await session.get_one(Call, CALL)
        agent, caller = await session.scalars(select(Turn).order_by(Turn.index))
        event = (await session.scalars(select(Event))).one()
        latencies = list(await session.scalars(select(Latency).order_by(Latency.sequence)))
    assert (call.direction, call.codec, call.outcome) == (Direction.INBOUND, "g722", "sold")
    assert (call.started_at, call.answered_at) == (NOON, NOON.replace(second=1))
    assert call.duration_s == 120.0
    assert call.models == {"asr": {"name": "vosk-small", "sha256": "cd" * 32}}
    assert call.slots == {"postcode": "LK1 2AB"}
    assert call.media == {"packets_lost": 3}
    assert (agent.speaker, agent.interrupted, agent.line_ids) == (Speaker.AGENT, True, ["greeting"])
    assert agent.unheard_text == "Larkfield. How are you?"
    assert caller.words == [{"text": "what", "start_s": 2.0, "end_s": 2.2, "confidence": 0.97}]
    assert (event.kind, event.data, event.happened_at) == (
        "barge_in_committed",
        {"evidence": "words"},
        NOON,
    )
    assert [(latency.ms, latency.turn_index) for latency in latencies] == [
        (100.0, 1),
        (200.0, 1),
        (300.0, 1),
    ]


async def test_times_of_any_zone_are_the_same_moment_in_utc(
    writer: RecordWriter, engine: AsyncEngine
) -> None:
    writer.call_started(started(started_at=NOON.astimezone(timezone(timedelta(hours=5)))))
    await writer.flush()
    found = (await the_call(engine)).started_at
    assert (found, found.utcoffset()) == (NOON, timedelta(0))


async def test_recording_needs_no_database_and_no_wait(engine: AsyncEngine) -> None:
    writer = RecordWriter(engine)
    record_whole_call(writer)  # not even started
    assert writer.stats.queued == 9
    writer.start()
    await writer.aclose()
    assert (writer.stats.queued, writer.stats.stored, writer.stats.dropped) == (0, 9, 0)


async def test_many_batches_keep_their_order(writer: RecordWriter, engine: AsyncEngine) -> None:
    writer.call_started(started())
    for index in range(700):
        writer.event(happened("dtmf", digit=index))
    await writer.flush()
    async with AsyncSession(engine) as session:
        events = await session.scalars(select(Event).order_by(Event.sequence))
        assert [event.data["digit"] for event in events] == list(range(700))


async def test_a_broken_table_delays_but_loses_nothing(engine: AsyncEngine) -> None:
    repair = Repair()
    writer = RecordWriter(engine, sleep=repair)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE turns RENAME TO elsewhere"))
    writer.start()
    writer.call_started(started())
    writer.turn(said(0, "one"))
    await repair.needed.wait()
    writer.turn(said(1, "two"))
    writer.call_ended(ended())
    assert (writer.stats.queued, writer.stats.failures) == (4, 1)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO turns"))
    repair.done.set()
    await writer.flush()
    assert await texts(engine) == ["one", "two"]
    assert (writer.stats.stored, writer.stats.dropped, writer.stats.failures) == (4, 0, 0)
    await writer.aclose()


@pytest.mark.postgres
async def test_a_server_that_crashes_and_returns_costs_nothing(postgres: PostgresCluster) -> None:
    url = await postgres.create_database()
    await upgrade(url)
    engine = create_engine(url)
    repair = Repair()
    writer = RecordWriter(engine, sleep=repair)
    writer.start()
    writer.call_started(started())
    writer.turn(said(0, "before"))
    await writer.flush()
    await asyncio.to_thread(postgres.stop)
    for index in range(1, 501):
        writer.turn(said(index, f"during {index}"))
    await repair.needed.wait()
    await asyncio.to_thread(postgres.start)
    repair.done.set()
    writer.turn(said(501, "after"))
    writer.call_ended(ended())
    await writer.flush()
    assert await texts(engine) == ["before", *(f"during {i}" for i in range(1, 501)), "after"]
    assert (await the_call(engine)).outcome == "sold"
    assert writer.stats.dropped == 0
    await writer.aclose()
    await engine.dispose()


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(happened("error", reason=object()), id="not JSON"),
        pytest.param(said(7, call_id=OTHER), id="of an unknown call"),
        pytest.param(ended(OTHER), id="end of an unknown call"),
        pytest.param(LatencyRecord(call_id="not-a-uuid", name="x", ms=1.0), id="no id"),
        pytest.param(ended(ended_at=NOON.replace(tzinfo=None)), id="naive time"),
    ],
)
async def test_a_record_that_cant_be_stored_stops_no_other(
    writer: RecordWriter, engine: AsyncEngine, bad: object
) -> None:
    writer.call_started(started())
    writer.turn(said(0, "one"))
    writer._accept(bad)  # type: ignore[arg-type]  # any kind of record
    writer.turn(said(1, "two"))
    await writer.flush()
    assert await texts(engine) == ["one", "two"]
    assert (writer.stats.stored, writer.stats.dropped) == (3, 1)


async def test_storing_again_after_a_lost_answer_changes_nothing(engine: AsyncEngine) -> None:
    batch = [
        Entry(SOURCE, number, record)
        for number, record in enumerate((started(), said(0), happened("dtmf"), ended()), 1)
    ]
    for part in (batch[:2], batch, batch):
        assert await RecordTable(engine, "a").store(part) == []
    async with AsyncSession(engine) as session:
        for model in (Call, Turn, Event):
            assert len(list(await session.scalars(select(model)))) == 1


async def test_what_was_taken_back_meanwhile_does_not_come_again(engine: AsyncEngine) -> None:
    batch = [
        Entry(SOURCE, 1, started(caller_number=NUMBER)),
        Entry(SOURCE, 2, happened("do_not_call")),
    ]
    table = RecordTable(engine, "a")
    await table.store(batch)
    assert await DoNotCallRegister(engine).remove(NUMBER)
    await table.store(batch)
    assert await DoNotCallRegister(engine).find(NUMBER) is None


async def test_a_full_backlog_keeps_the_beginning_and_counts_the_rest(engine: AsyncEngine) -> None:
    writer = RecordWriter(engine, capacity=3)
    writer.call_started(started())
    for index in range(5):
        writer.turn(said(index, f"turn {index}"))
    assert (writer.stats.queued, writer.stats.dropped) == (3, 3)
    writer.start()
    await writer.flush()
    writer.turn(said(9, "room again"))
    await writer.aclose()
    assert await texts(engine) == ["turn 0", "turn 1", "room again"]


async def test_closing_without_a_database_ends_and_counts_what_is_lost(engine: AsyncEngine) -> None:
    writer = RecordWriter(engine, sleep=Repair())
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE calls RENAME TO elsewhere"))
    writer.start()
    writer.call_started(started())
    await writer.aclose(grace_s=0.05)
    assert (writer.stats.stored, writer.stats.dropped) == (0, 1)


async def test_a_crashed_process_leaves_no_call_open(engine: AsyncEngine) -> None:
    crashed = RecordWriter(engine, instance="a")
    crashed.start()
    crashed.call_started(started())
    crashed.event(happened("dtmf"))
    crashed.call_started(started(OTHER, started_at=NOON.replace(hour=11)))
    crashed.call_ended(ended(OTHER))
    await crashed.aclose()

    assert await RecordWriter(engine, instance="b").close_orphans() == 0  # not its calls
    restarted = RecordWriter(engine, instance="a")
    assert await restarted.close_orphans() == 1
    assert await restarted.close_orphans() == 0
    call = await the_call(engine)
    assert (call.outcome, call.ended_by, call.ended_at) == ("lost", "crash", NOON)
    assert (await the_call(engine, OTHER)).outcome == "sold"


async def test_a_call_without_any_event_is_closed_at_its_last_known_moment(
    engine: AsyncEngine,
) -> None:
    writer = RecordWriter(engine)
    writer.start()
    writer.call_started(started())
    writer.call_answered(
        CallAnswered(
            call_id=CALL, codec="ulaw", linked_id="17.0", answered_at=NOON.replace(second=2)
        )
    )
    writer.call_started(started(OTHER))
    await writer.aclose()
    assert await writer.close_orphans() == 2
    assert (await the_call(engine)).ended_at == NOON.replace(second=2)
    assert (await the_call(engine, OTHER)).ended_at == NOON


async def test_a_call_that_goes_on_is_linked_to_the_one_it_goes_on_from(
    engine: AsyncEngine,
) -> None:
    writer = RecordWriter(engine)
    writer.start()
    writer.call_started(started())
    await writer.flush()
    await writer.close_orphans()
    for _ in range(2):  # the same once more, as after a commit whose answer was lost
        writer.call_started(started(OTHER))
        writer.event(happened(RESUMED, call_id=OTHER, call=CALL, how="taken_back"))
    await writer.aclose()
    async with AsyncSession(engine) as session:
        earlier, later = await session.get(Call, CALL), await session.get(Call, OTHER)
    assert earlier is not None and later is not None
    assert (earlier.outcome, earlier.ended_by) == ("resumed", "crash")
    assert later.resumes == CALL


async def test_a_call_that_another_process_went_on_with_is_not_lost(engine: AsyncEngine) -> None:
    died, other = RecordWriter(engine, instance="a"), RecordWriter(engine, instance="b")
    died.start()
    died.call_started(started())
    await died.aclose()
    other.start()
    other.call_started(started(OTHER))
    other.event(happened(RESUMED, call_id=OTHER, call=CALL, how="taken_back"))
    await other.aclose()
    assert await RecordWriter(engine, instance="a").close_orphans() == 1
    call = await the_call(engine)
    assert (call.outcome, call.ended_by) == ("resumed", "crash")


async def test_only_a_lost_call_becomes_a_resumed_one(engine: AsyncEngine) -> None:
    writer = RecordWriter(engine)
    writer.start()
    writer.call_started(started())
    writer.call_ended(ended(outcome="no_outcome"))
    writer.call_started(started(OTHER))
    writer.event(happened(RESUMED, call_id=OTHER, call=CALL, how="rang_back"))
    await writer.aclose()
    async with AsyncSession(engine) as session:
        earlier, later = await session.get(Call, CALL), await session.get(Call, OTHER)
    assert earlier is not None and later is not None
    assert (earlier.outcome, later.resumes) == ("no_outcome", CALL)


@pytest.mark.parametrize("text_kept", [False, True])
async def test_a_refused_recording_leaves_the_record(engine: AsyncEngine, text_kept: bool) -> None:
    writer = RecordWriter(engine)
    writer.start()
    record_whole_call(writer)
    writer.call_started(started(OTHER, recording_path="/other.wav"))
    writer.turn(said(0, "mine stays", OTHER))
    writer.event(happened(RECORDING_REFUSED, 3.0, text_kept=text_kept))
    await writer.aclose()
    call = await the_call(engine)
    assert (call.recording_path, call.outcome) == (None, "sold")
    async with AsyncSession(engine) as session:
        turns = (await session.scalars(select(Turn).filter_by(call_id=CALL))).all()
        kinds = (await session.scalars(select(Event.kind).filter_by(call_id=CALL))).all()
    if text_kept:
        assert {turn.text for turn in turns} > {"what does it cost"}
        assert sorted(kinds) == ["barge_in_committed", RECORDING_REFUSED]
    else:
        assert [(t.text, t.heard_text, t.words) for t in turns] == [(NOT_KEPT, None, [])] * 2
        assert kinds == [RECORDING_REFUSED]
    other = await the_call(engine, OTHER)
    assert other.recording_path == "/other.wav"
    assert "mine stays" in await texts(engine)
