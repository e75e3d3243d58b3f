"""PostgreSQL killed, hung, slow, refusing, lying; the agent's process killed: nothing is lost."""

import asyncio
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.records.spool import Spool, count_waiting, spool_path
from agent.records.writer import RecordWriter
from agent.records.writing import opened_writer
from agent.sealing.keys import KeyRing
from tests.records.calls import CALL, ended, happened, started
from tests.records.cutting_proxy import CuttingProxy
from tests.records.postgres import PostgresCluster

pytestmark = pytest.mark.postgres


@pytest.fixture
async def url(postgres: PostgresCluster) -> str:
    url = await postgres.create_database()
    await upgrade(url)
    return url


@pytest.fixture
async def engine(url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(url)
    yield engine
    await engine.dispose()


@pytest.fixture
def open_spool(tmp_path: Path) -> Callable[[], Spool]:
    return partial(Spool, spool_path(tmp_path / "spool", "understudy"))


async def a_moment(_: float) -> None:
    await asyncio.sleep(0.02)


async def numbers(engine: AsyncEngine) -> list[int]:
    """What the events say, in their order."""
    async with engine.connect() as connection:
        rows = await connection.execute(text("SELECT data FROM events ORDER BY sequence"))
        return [row[0]["number"] for row in rows]


def record(writer: RecordWriter, first: int, count: int) -> None:
    for number in range(first, first + count):
        writer.event(happened("dtmf", number=number))


async def failed(writer: RecordWriter) -> None:
    async with asyncio.timeout(20):
        while not writer.stats.failures:  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.01)


async def test_a_server_killed_in_the_middle_of_a_batch(
    postgres: PostgresCluster, engine: AsyncEngine, open_spool: Callable[[], Spool]
) -> None:
    writer = RecordWriter(engine, open_spool=open_spool, sleep=a_moment)
    writer.start()
    writer.call_started(started())
    record(writer, 0, 3000)
    while not writer.stats.stored:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    await asyncio.to_thread(postgres.stop)
    record(writer, 3000, 500)
    await failed(writer)
    await asyncio.to_thread(postgres.start)
    await writer.flush()
    await writer.aclose()
    assert await numbers(engine) == list(range(3500))
    assert (writer.stats.dropped, writer.stats.at_risk) == (0, 0)


async def test_a_server_that_hangs_is_given_up_and_tried_again(
    postgres: PostgresCluster,
    url: str,
    open_spool: Callable[[], Spool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agent.records.database._COMMAND_TIMEOUT_S", 0.5)
    monkeypatch.setattr("agent.records.database._CONNECT_TIMEOUT_S", 0.5)
    engine = create_engine(url)
    writer = RecordWriter(engine, open_spool=open_spool, sleep=a_moment)
    writer.start()
    writer.call_started(started())
    record(writer, 0, 10)
    await writer.flush()
    postgres.freeze()
    try:
        record(writer, 10, 10)
        await failed(writer)
        begun = time.monotonic()
        await writer.aclose(grace_s=0.2)
        await engine.dispose()
        assert time.monotonic() - begun < 5
    finally:
        postgres.thaw()
    assert (writer.stats.queued, writer.stats.dropped) == (10, 0)
    engine = create_engine(url)
    again = RecordWriter(engine, open_spool=open_spool)
    assert await again.close_orphans() == 1
    await again.aclose()
    assert await numbers(engine) == list(range(20))
    await engine.dispose()


async def test_a_commit_whose_answer_is_lost_counts_once(
    url: str, engine: AsyncEngine, open_spool: Callable[[], Spool]
) -> None:
    async with CuttingProxy(url) as proxy:
        through = create_engine(proxy.url)
        writer = RecordWriter(through, open_spool=open_spool, sleep=a_moment)
        writer.start()
        writer.call_started(started())
        await writer.flush()
        proxy.cut_after = b"COMMIT"
        record(writer, 0, 5)
        await failed(writer)
        assert await numbers(engine) == list(range(5))  # stored, and the writer does not know
        async with engine.begin() as connection:
            # What was done with them meanwhile is not undone by storing them again.
            await connection.execute(text("DELETE FROM events WHERE data ->> 'number' = '2'"))
        proxy.cut_after = None
        await writer.flush()
        await writer.aclose()
        await through.dispose()
    assert (proxy.cuts >= 1, await numbers(engine)) == (True, [0, 1, 3, 4])


async def test_a_slow_server_delays_and_nothing_else(
    url: str, engine: AsyncEngine, open_spool: Callable[[], Spool]
) -> None:
    async with CuttingProxy(url) as proxy:
        through = create_engine(proxy.url)
        writer = RecordWriter(through, open_spool=open_spool)
        writer.start()
        proxy.delay_s = 0.01
        begun = time.monotonic()
        writer.call_started(started())
        record(writer, 0, 1000)
        assert time.monotonic() - begun < 0.2
        await writer.flush()
        await writer.aclose()
        await through.dispose()
    assert await numbers(engine) == list(range(1000))


async def test_a_server_that_only_reads_makes_records_wait(
    engine: AsyncEngine, open_spool: Callable[[], Spool], tmp_path: Path
) -> None:
    read_only = 'ALTER DATABASE "{}" SET default_transaction_read_only = {}'
    admin = create_engine(str(engine.url.render_as_string(hide_password=False)))
    name = engine.url.database

    async def set_read_only(value: str) -> None:
        async with admin.connect() as connection:
            await connection.execute(text("SET default_transaction_read_only = off"))
            await connection.execute(text(read_only.format(name, value)))
            await connection.commit()
        await engine.dispose()

    await set_read_only("on")
    writer = RecordWriter(engine, open_spool=open_spool, sleep=a_moment)
    writer.start()
    writer.call_started(started())
    record(writer, 0, 5)
    await failed(writer)
    assert (writer.stats.stored, writer.stats.dropped) == (0, 0)
    assert count_waiting(tmp_path / "spool") == {"understudy.sqlite3": 6}
    await set_read_only("off")
    await writer.flush()
    await writer.aclose()
    await admin.dispose()
    assert await numbers(engine) == list(range(5))


async def test_two_processes_that_replay_the_same_spool_store_it_once(
    url: str, engine: AsyncEngine, tmp_path: Path
) -> None:
    left = tmp_path / "a"
    spool = Spool(spool_path(left, "understudy"))
    spool.close()
    writer = RecordWriter(engine, open_spool=partial(Spool, spool.path), sleep=a_moment)
    writer._table.store = asyncio.Event().wait  # type: ignore[method-assign, assignment]
    writer.start()
    writer.call_started(started())
    record(writer, 0, 2000)
    await writer.aclose(grace_s=0.1)
    shutil.copytree(left, tmp_path / "b")
    engines = [create_engine(url) for _ in "ab"]
    both = [
        RecordWriter(one, open_spool=partial(Spool, spool_path(tmp_path / name, "understudy")))
        for one, name in zip(engines, "ab", strict=True)
    ]
    await asyncio.gather(*(one.close_orphans() for one in both))
    for one, its_engine in zip(both, engines, strict=True):
        await one.aclose()
        await its_engine.dispose()
    assert await numbers(engine) == list(range(2000))
    assert sum(one.stats.dropped for one in both) == 0


_PROCESS = """
import asyncio, sys
from pathlib import Path
from agent.records.database import create_engine
from agent.records.writing import opened_writer
from agent.sealing.keys import KeyRing
from tests.records.calls import happened, started

async def main():
    engine = create_engine(sys.argv[1])
    async with opened_writer(engine, Path(sys.argv[2]), "understudy", KeyRing()) as writer:
        writer.call_started(started())
        number = 0
        while True:
            writer.event(happened("dtmf", number=number))
            number += 1
            if writer.stats.at_risk < 50:
                print(number - writer.stats.at_risk, flush=True)
            await asyncio.sleep(0.0005)

asyncio.run(main())
"""


async def test_a_killed_process_loses_nothing_that_was_on_the_disk(
    url: str, engine: AsyncEngine, tmp_path: Path
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PROCESS, url, str(tmp_path), stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    safe = 0
    while safe < 400:
        safe = int(await process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    rest = (await process.stdout.read()).split()
    await process.wait()
    safe = int(rest[-1]) if rest else safe
    async with opened_writer(engine, tmp_path, "understudy", KeyRing()):
        pass
    stored = await numbers(engine)
    assert stored == list(range(len(stored)))
    assert len(stored) >= safe - 1  # the first record of all is the call's
    async with engine.connect() as connection:
        outcome = await connection.scalar(text(f"SELECT outcome FROM calls WHERE id = '{CALL}'"))  # noqa: S608
    assert outcome == "lost"


async def test_a_call_that_ended_while_the_database_was_away_is_not_lost(
    engine: AsyncEngine, open_spool: Callable[[], Spool], postgres: PostgresCluster
) -> None:
    writer = RecordWriter(engine, open_spool=open_spool, sleep=a_moment)
    writer.start()
    writer.call_started(started())
    await writer.flush()
    await asyncio.to_thread(postgres.stop)
    writer.call_ended(ended())
    await failed(writer)
    await writer.aclose(grace_s=0.1)
    await asyncio.to_thread(postgres.start)
    restarted = RecordWriter(engine, open_spool=open_spool)
    assert await restarted.close_orphans() == 0
    await restarted.aclose()
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT outcome FROM calls")) == "sold"
