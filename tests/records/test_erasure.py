"""Erasing a caller, on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.records.do_not_call import DoNotCallRegister
from agent.records.erasure import ErasureRefused, erase, holdings
from agent.records.models import Base, Call, Erasure, Event, Latency, Turn
from agent.records.writer import RecordWriter
from tests.records.calls import CALL, OTHER, ended, happened, said, started

NUMBER = "+447700900123"


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
    await erase(engine, held)
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
        await erase(engine, held)
    assert await kept(engine, Call) == 2
