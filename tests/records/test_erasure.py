"""Erasing a caller, on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.outbound.erasure import erase_again
from agent.outbound.tables import Campaign, Contact
from agent.records.do_not_call import DoNotCallRegister
from agent.records.erasure import ErasureRefused, erase, holdings
from agent.records.models import Base, Call, Erasure, Event, Latency, Tombstone, Turn
from agent.records.records import utc_now
from agent.records.tombstones import Burial, Ledger
from agent.records.writer import RecordWriter
from tests.records.calls import CALL, NOON, OTHER, ended, happened, said, started

NUMBER = "+447700900123"
THIRD = "1f0c8a52-0000-4000-8000-000000000003"


async def kept(engine: AsyncEngine, kind: type[Base]) -> int:
    async with AsyncSession(engine) as session:
        return await session.scalar(select(func.count()).select_from(kind)) or 0


@pytest.fixture
async def recording(engine: AsyncEngine, tmp_path: Path) -> Path:
    """One call of the number with a recording and a page, and one of somebody else."""
    path = tmp_path / "call.wav"
    path.write_bytes(b"RIFF")
    path.with_suffix(".html").write_text("page")
    writer = RecordWriter(engine)
    writer.start()
    writer.call_started(started(caller_number=NUMBER, recording_path=str(path)))
    writer.turn(said(0, "my name is john smith"))
    writer.event(happened("do_not_call"))
    writer.call_ended(ended())
    writer.call_started(started(OTHER, caller_number="+447700900999"))
    writer.turn(said(0, call_id=OTHER))
    writer.call_ended(ended(OTHER))
    await writer.aclose()
    return path


async def test_nothing_of_the_caller_is_left_and_all_of_others_is(
    engine: AsyncEngine, recording: Path, tmp_path: Path
) -> None:
    held = await holdings(engine, NUMBER)
    assert held.call_ids == (CALL,)
    assert set(held.files) == {recording, recording.with_suffix(".html")}
    await erase(engine, held, Ledger(None))
    assert [await kept(engine, kind) for kind in (Call, Turn, Event, Latency)] == [1, 1, 0, 0]
    assert not list(tmp_path.glob("call.*"))  # noqa: ASYNC240
    assert await kept(engine, Erasure) == 1
    # Who must not be called must not be forgotten.
    assert await DoNotCallRegister(engine).find(NUMBER) is not None
    assert (await holdings(engine, NUMBER)).call_ids == ()


async def test_a_live_call_is_not_erased(engine: AsyncEngine) -> None:
    writer = RecordWriter(engine)
    writer.start()
    writer.call_started(started(caller_number=NUMBER))
    await writer.aclose()
    with pytest.raises(ErasureRefused, match="is live"):
        await holdings(engine, NUMBER)


async def test_what_cannot_be_deleted_keeps_its_record(
    engine: AsyncEngine, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, missing_ok: bool) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    held = await holdings(engine, NUMBER)
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(ErasureRefused, match=r"call\.wav can't be deleted: Permission denied"):
        await erase(engine, held, Ledger(None))
    assert await kept(engine, Call) == 2


async def test_a_late_record_does_not_bring_the_caller_back(engine: AsyncEngine) -> None:
    await erase(engine, await holdings(engine, NUMBER), Ledger(None))
    writer = RecordWriter(engine)
    writer.start()
    written_otherwise = NUMBER.replace("+", "00")
    writer.call_started(started(caller_number=written_otherwise))
    writer.turn(said(0, "a late word"))
    writer.call_ended(ended())
    writer.call_started(started(OTHER, caller_number="+447700900999"))
    writer.call_started(started(THIRD, caller_number=NUMBER, started_at=utc_now()))
    await writer.aclose()
    assert writer.stats.dropped == 0
    async with AsyncSession(engine) as session:
        found = set(await session.scalars(select(Call.id)))
        assert found == {OTHER, THIRD}  # who calls again begins anew
        (stone,) = await session.scalars(select(Tombstone))
    assert NUMBER[1:] not in stone.digest


async def test_a_restored_database_is_erased_again(
    engine: AsyncEngine, recording: Path, tmp_path: Path
) -> None:
    ledger = Ledger(tmp_path / "state")
    async with engine.begin() as connection:
        backup = {
            table: [dict(row) for row in (await connection.execute(select(table))).mappings()]
            for table in (Call.__table__, Turn.__table__, Event.__table__)
        }
    await erase(engine, await holdings(engine, NUMBER), ledger)
    await erase_again(engine, ledger)  # nothing came back
    assert await kept(engine, Call) == 1
    async with engine.begin() as connection:
        await connection.execute(delete(Tombstone))
        await connection.execute(delete(Call))
        for table, rows in backup.items():
            await connection.execute(insert(table), rows)
    async with AsyncSession(engine) as session, session.begin():
        campaign = Campaign(name="a", created_at=NOON, touched_at=NOON)
        session.add(campaign)
        await session.flush()
        for row, number in enumerate((NUMBER, "+447700900999")):
            session.add(Contact(campaign_id=campaign.id, row=row, number=number))
    recording.write_bytes(b"RIFF")  # noqa: ASYNC240 - the files come from a back-up, too
    await erase_again(engine, ledger)
    assert [await kept(engine, kind) for kind in (Call, Turn, Tombstone)] == [1, 1, 1]
    assert not recording.exists()  # noqa: ASYNC240
    async with AsyncSession(engine) as session:
        assert list(await session.scalars(select(Contact.number))) == ["+447700900999"]


def test_the_ledger_is_private_and_survives_a_line_cut_off(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "state")
    assert ledger.read() == ()
    burial = Burial("ab", "cd", NOON, (CALL,))
    ledger.add(burial)
    path = tmp_path / "state" / "erasures.jsonl"
    with path.open("a") as file:
        file.write('{"digest": "ef"')
    assert ledger.read() == (burial,)
    assert path.stat().st_mode & 0o077 == 0
