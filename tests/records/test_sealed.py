"""With a key words are unreadable in the database and readable through the same doors."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.records.database import create_engine
from agent.records.erasure import erase, holdings
from agent.records.migrate import upgrade
from agent.records.store import CallStore
from agent.records.tombstones import Ledger
from agent.records.writer import RecordWriter
from agent.sealing.errors import KeyMissing
from agent.sealing.keys import KeyRing
from tests.records.calls import CALL, OTHER, ended, happened, record_whole_call, said, started

KEYS = KeyRing([b"k" * 32])
WORDS = ("Larkfield. How", "what does it cost", "LK1 2AB", "evidence", "asked for a person")


@pytest.fixture
async def sealed(database_url: str) -> AsyncIterator[AsyncEngine]:
    """A database with one whole call, of which nothing was stored plain."""
    await upgrade(database_url)
    engine = create_engine(database_url, KEYS)
    await record(engine)
    yield engine
    await engine.dispose()


async def record(engine: AsyncEngine) -> None:
    writer = RecordWriter(engine)
    writer.start()
    record_whole_call(writer)
    writer.call_ended(ended(slots={"postcode": "LK1 2AB"}, summary="asked for a person"))
    await writer.aclose()
    assert writer.stats.dropped == 0


async def everything(engine: AsyncEngine) -> str:
    """All rows as the database has them."""
    async with engine.connect() as connection:
        rows = [
            tuple(row)
            for table in ("calls", "turns", "events")
            for row in await connection.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
        ]
    return str(rows)


async def test_nobody_reads_it_in_the_database(sealed: AsyncEngine) -> None:
    found = await everything(sealed)
    assert not [word for word in WORDS if word in found]
    assert "sealed:v1" in found


async def test_whoever_has_the_key_reads_what_was_recorded(
    sealed: AsyncEngine, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/plain.sqlite3"
    await upgrade(url)
    plain = create_engine(url)
    await record(plain)
    reports = [(await CallStore(engine).report(CALL)).as_dict() for engine in (sealed, plain)]
    for report in reports:
        for row in (*report["events"], *report["latencies"]):
            row.pop("sequence")
    assert reports[0] == reports[1]
    assert all(word in json.dumps(reports[0]) for word in WORDS)
    await plain.dispose()


async def test_without_the_key_one_line_says_what_to_set(
    sealed: AsyncEngine, database_url: str
) -> None:
    keyless = create_engine(database_url)
    with pytest.raises(KeyMissing, match=r"records\.encryption_key_file"):
        await CallStore(keyless).report(CALL)
    with pytest.raises(KeyMissing):
        await CallStore(keyless).list_calls()
    # Whoever asks to be erased need not wait for the key.
    await erase(keyless, await holdings(keyless, "+441632960123"), Ledger(None))
    assert await CallStore(sealed).list_calls() == []
    await keyless.dispose()


async def test_calls_from_before_the_key_are_read_beside_those_from_after(
    engine: AsyncEngine, database_url: str
) -> None:
    await record(engine)
    with_key = create_engine(database_url, KEYS)
    writer = RecordWriter(with_key)
    writer.start()
    writer.call_started(started(OTHER))
    writer.turn(said(0, "now sealed", OTHER))
    writer.event(happened("dtmf", call_id=OTHER, digit="1"))
    await writer.aclose()
    store = CallStore(with_key)
    assert (await store.report(CALL)).turns[1].text == "what does it cost"
    assert (await store.report(OTHER)).turns[0].text == "now sealed"
    assert (await store.report(OTHER)).events[0].data == {"digit": "1"}
    await with_key.dispose()
