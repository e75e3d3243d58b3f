"""Whatever happens between a record's acceptance and the database: stored once, in order."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.records.backlog import Backlog
from agent.records.database import create_engine
from agent.records.entry import Entry
from agent.records.migrate import upgrade
from agent.records.spool import Spool, SpoolError, spool_path
from agent.records.storing import RecordTable, Refused
from agent.records.writer import RecordWriter
from tests.records.calls import CALL, ended, happened, said, started


class FaultyDisk(Spool):
    """A spool whose disk is full for as long as the test says."""

    full = False

    def write(self, entries: Sequence[Entry], stored: int) -> None:
        if self.full:
            raise SpoolError("no space left")
        super().write(entries, stored)


class FaultyTable(RecordTable):
    """A database that refuses, or loses the answer to a commit, when its plan says so."""

    def __init__(self, engine: AsyncEngine, plan: list[str]) -> None:
        super().__init__(engine, "understudy")
        self._plan = plan

    async def store(self, batch: Sequence[Entry]) -> list[Refused]:
        fate = self._plan.pop() if self._plan else "stored"
        if fate == "refused":
            raise OSError("away")
        refused = await super().store(batch)
        if fate == "answer lost":
            raise OSError("connection reset")
        return refused


class Process:
    """One run of the agent's record keeping, which can be killed."""

    def __init__(self, engine: AsyncEngine, directory: Path, plan: list[str]) -> None:
        self.spool: FaultyDisk | None = None
        self.writer = RecordWriter(
            engine, capacity=4, open_spool=lambda: self._open(directory), sleep=self._a_moment
        )
        self.writer._table = FaultyTable(engine, plan)
        self.accepted: list[int] = []

    def _open(self, directory: Path) -> Spool:
        self.spool = FaultyDisk(spool_path(directory, "understudy"))
        return self.spool

    async def _a_moment(self, _: float) -> None:
        await asyncio.sleep(0)

    def accept(self, number: int) -> None:
        dropped = self.writer.stats.dropped
        self.writer.event(happened("dtmf", number=number))
        if self.writer.stats.dropped == dropped:
            self.accepted.append(number)

    async def kill(self) -> int:
        """What is only in memory is gone; returns how many records of this run were safe."""
        safe = len(self.accepted) - self.writer.stats.at_risk
        backlog = self.writer._backlog
        assert self.writer._task is not None
        self.writer._task.cancel()
        if backlog._starting is not None:
            await backlog._starting  # what the disk has begun it ends
        if backlog._task is not None:
            backlog._task.cancel()
        await asyncio.gather(self.writer._task, return_exceptions=True)
        assert backlog._thread is not None
        await asyncio.to_thread(backlog._thread.shutdown)
        if self.spool is not None:
            self.spool.close()
        return safe


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the schema and one call."""
    path = tmp_path_factory.mktemp("replay") / "template.sqlite3"

    async def make() -> None:
        await upgrade(f"sqlite:///{path}")
        engine = create_engine(f"sqlite:///{path}")
        await RecordTable(engine, "understudy").store([Entry(CALL, 1, started())])
        await engine.dispose()

    asyncio.run(make())
    return path


async def stored_numbers(engine: AsyncEngine) -> list[int]:
    async with engine.connect() as connection:
        rows = await connection.execute(
            text("SELECT json_extract(data, '$.number') FROM events ORDER BY rowid")
        )
        return [int(row[0]) for row in rows]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("accept"), st.integers(1, 9)),
        st.tuples(st.just("wait"), st.sampled_from([0, 0, 1, 3])),
        st.tuples(st.just("disk"), st.sampled_from([0, 1])),
        st.tuples(st.just("kill"), st.just(0)),
    ),
    max_size=14,
)
FATES = st.lists(st.sampled_from(["stored", "refused", "answer lost"]), max_size=12)


@given(steps=STEPS, plan=FATES)
@settings(max_examples=40, deadline=None)
def test_any_interleaving_stores_each_record_once_and_in_order(
    template: Path, steps: list[tuple[str, int]], plan: list[str]
) -> None:
    async def run(directory: Path) -> None:
        database = directory / "calls.sqlite3"
        shutil.copy(template, database)
        engine = create_engine(f"sqlite:///{database}")
        runs: list[tuple[list[int], int]] = []
        process = Process(engine, directory, plan)
        process.writer.start()
        number = 0
        for step, amount in steps:
            if step == "accept":
                for _ in range(amount):
                    number += 1
                    process.accept(number)
            elif step == "wait":
                await asyncio.sleep(amount / 1000)
            elif step == "disk" and process.spool is not None:
                process.spool.full = bool(amount)
            elif step == "kill":
                runs.append((process.accepted, await process.kill()))
                process = Process(engine, directory, plan)
                process.writer.start()
        if process.spool is not None:
            process.spool.full = False
        plan.clear()
        await process.writer.flush()
        await process.writer.aclose()
        runs.append((process.accepted, len(process.accepted)))
        stored = await stored_numbers(engine)
        await engine.dispose()
        assert stored == sorted(set(stored))
        for accepted, safe in runs:
            of_this_run = [number for number in stored if number in accepted]
            assert of_this_run == accepted[: len(of_this_run)]
            assert len(of_this_run) >= safe

    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(run(Path(directory)))


@pytest.fixture
def open_spool(tmp_path: Path) -> Callable[[], Spool]:
    return lambda: Spool(spool_path(tmp_path / "spool", "understudy"))


async def put(backlog: Backlog, first: int, count: int) -> None:
    for number in range(first, first + count):
        assert backlog.append(said(number))


async def indices(backlog: Backlog) -> list[int]:
    found: list[int] = []
    while batch := await backlog.head(3):
        found += [entry.record.index for entry in batch]  # type: ignore[union-attr]
        backlog.discard(len(batch))
    return found


async def test_what_does_not_fit_into_memory_is_on_the_disk(
    open_spool: Callable[[], Spool],
) -> None:
    backlog = Backlog(5, open_spool)
    await backlog.start()
    for number in range(40):
        assert backlog.append(said(number))
        while backlog.at_risk > 3:  # noqa: ASYNC110 - it is the disk that is waited for
            await asyncio.sleep(0.001)
    assert (len(backlog), len(backlog._memory)) == (40, 5)
    assert await indices(backlog) == list(range(40))
    assert len(backlog) == 0
    assert await backlog.aclose() == 0


async def test_what_a_process_leaves_comes_before_what_the_next_one_takes(
    open_spool: Callable[[], Spool],
) -> None:
    first = Backlog(50, open_spool)
    await first.start()
    await put(first, 0, 7)
    assert await first.aclose() == 0
    second = Backlog(50, open_spool)
    await put(second, 7, 2)  # before the start
    assert await second.start() == 7
    await put(second, 9, 3)
    assert len(second) == 12
    assert await indices(second) == list(range(12))
    await second.aclose()
    third = Backlog(50, open_spool)
    assert await third.start() == 0
    await third.aclose()


async def test_a_full_disk_leaves_memory_and_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.records.backlog._RETRY_S", 0.005)
    disk = FaultyDisk(spool_path(tmp_path, "a"))
    disk.full = True
    backlog = Backlog(5, lambda: disk)
    await backlog.start()
    taken = [backlog.append(said(number)) for number in range(12)]
    await asyncio.sleep(0.05)
    assert taken == [True] * 5 + [False] * 7
    assert (backlog.at_risk, backlog.failures > 1) == (5, True)
    disk.full = False
    await asyncio.sleep(0.05)
    assert (backlog.at_risk, backlog.failures) == (0, 0)
    assert await indices(backlog) == list(range(5))
    await backlog.aclose()


async def test_orphans_are_closed_after_what_the_crashed_process_had_left(
    engine: AsyncEngine, open_spool: Callable[[], Spool]
) -> None:
    crashed = RecordWriter(engine, open_spool=open_spool, sleep=asyncio.Event().wait)  # type: ignore[arg-type]
    crashed._table = FaultyTable(engine, ["refused"])
    crashed.start()
    crashed.call_started(started())
    crashed.call_ended(ended())
    await crashed.aclose(grace_s=0.05)
    assert (crashed.stats.dropped, crashed.stats.queued) == (0, 2)
    restarted = RecordWriter(engine, open_spool=open_spool)
    assert await restarted.close_orphans() == 0
    assert restarted.stats.stored == 2
    await restarted.aclose()
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT outcome FROM calls"))).scalar_one() == "sold"


async def test_a_disk_that_sqlite_finds_full_takes_the_rest_later(
    engine: AsyncEngine, open_spool: Callable[[], Spool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.records.backlog._RETRY_S", 0.005)
    opened: list[Spool] = []

    def opening() -> Spool:
        spool = open_spool()
        spool._connection.execute("PRAGMA max_page_count = 6")
        opened.append(spool)
        return spool

    writer = RecordWriter(engine, open_spool=opening, sleep=asyncio.Event().wait)  # type: ignore[arg-type]
    writer._table = FaultyTable(engine, ["refused"])
    writer.start()
    writer.call_started(started())
    for number in range(100):
        writer.turn(said(number, "long " * 50))
    async with asyncio.timeout(20):
        while not writer.stats.spool_failures:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert (writer.stats.queued, writer.stats.dropped) == (101, 0)
    await asyncio.to_thread(opened[0]._connection.execute, "PRAGMA max_page_count = 10000")
    await writer.aclose(grace_s=0.01)
    assert writer.stats.dropped == 0
    again = RecordWriter(engine, open_spool=open_spool)
    await again.close_orphans()
    await again.aclose()
    assert again.stats.stored == 101
