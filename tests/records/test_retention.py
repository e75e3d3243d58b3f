"""Deleting by age, on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.records.do_not_call import DoNotCallRegister
from agent.records.erasure import ErasureRefused, holdings
from agent.records.errors import CallNotFound
from agent.records.models import Base, Call, Erasure, Event, Latency, Turn
from agent.records.periods import KeepFor
from agent.records.records import LatencyRecord
from agent.records.retention import Deleted, aged, delete_aged, delete_by_age_at_times, hold
from agent.records.writer import RecordWriter
from tests.records.calls import CALL, NOON, OTHER, ended, happened, said, started

NUMBER = "+447700900123"
DAY = timedelta(days=1)
KEEP = KeepFor(10 * DAY, 20 * DAY, 30 * DAY)
LIVE = "1f0c8a52-0000-4000-8000-000000000003"


@pytest.fixture
async def wav(engine: AsyncEngine, tmp_path: Path) -> Path:
    """An ended call with a recording and a page, a younger one, and a live one."""
    path = tmp_path / "call.wav"
    path.write_bytes(b"RIFF")
    path.with_suffix(".html").write_text("page")
    writer = RecordWriter(engine)
    writer.start()
    for call_id, days in ((CALL, 0), (OTHER, 8)):
        at = NOON + days * DAY
        recording = str(path) if call_id == CALL else None
        writer.call_started(
            started(call_id, caller_number=NUMBER, started_at=at, recording_path=recording)
        )
        writer.turn(said(0, "my name is john smith", call_id))
        writer.event(happened("do_not_call", call_id=call_id))
        writer.latency(LatencyRecord(call_id=call_id, name="decision", ms=1.0))
        writer.call_ended(
            ended(call_id, ended_at=at, slots={"name": "John"}, summary="John called.")
        )
    writer.call_started(started(LIVE))
    writer.turn(said(0, call_id=LIVE))
    await writer.aclose()
    return path


async def kept(engine: AsyncEngine) -> list[int]:
    """Calls, turns, events, latencies."""
    async with AsyncSession(engine) as session:
        kinds: tuple[type[Base], ...] = (Call, Turn, Event, Latency)
        return [await session.scalar(select(func.count()).select_from(k)) or 0 for k in kinds]


async def after(engine: AsyncEngine, days: float, keep: KeepFor = KEEP) -> Deleted:
    return await delete_aged(engine, await aged(engine, keep, NOON + days * DAY))


async def test_first_the_sound_then_the_words_then_the_call(engine: AsyncEngine, wav: Path) -> None:
    assert await after(engine, 9.9) == Deleted()
    assert wav.exists()  # noqa: ASYNC240
    assert await after(engine, 10.1) == Deleted(files=2)
    assert not list(wav.parent.glob("call.*"))
    assert await kept(engine) == [3, 3, 2, 2]
    assert await after(engine, 10.1) == Deleted()
    assert await after(engine, 20.1) == Deleted(transcripts=1)
    assert await kept(engine) == [3, 2, 1, 2]
    async with AsyncSession(engine) as session:
        call = await session.get_one(Call, CALL)
    assert (call.recording_path, call.slots, call.summary) == (None, {}, None)
    assert call.outcome == "sold"
    assert await after(engine, 20.1) == Deleted()
    assert await after(engine, 30.1) == Deleted(calls=1, transcripts=1)
    assert await after(engine, 300.0) == Deleted(calls=1)
    # The live call stays whatever its age.
    assert await kept(engine) == [1, 1, 0, 0]
    assert await DoNotCallRegister(engine).find(NUMBER) is not None


async def test_what_was_deleted_is_noted_in_numbers(engine: AsyncEngine, wav: Path) -> None:
    await after(engine, 30.1)
    async with AsyncSession(engine) as session:
        (note,) = (await session.scalars(select(Erasure))).all()
    assert (note.calls, note.transcripts, note.files, note.reason) == (1, 1, 2, "age")


async def test_nothing_goes_where_everything_is_kept(engine: AsyncEngine, wav: Path) -> None:
    assert await after(engine, 99999.0, KeepFor(None, None, None)) == Deleted()
    assert await kept(engine) == [3, 3, 2, 2]


async def test_a_held_call_is_left_alone(engine: AsyncEngine, wav: Path) -> None:
    assert await hold(engine, CALL, on=True) == CALL
    assert await after(engine, 300.0) == Deleted(calls=1)
    assert wav.exists()  # noqa: ASYNC240
    with pytest.raises(ErasureRefused, match=rf"{CALL} from \{NUMBER} is held: .* --off"):
        await holdings(engine, NUMBER)
    await hold(engine, CALL, on=False)
    assert (await after(engine, 300.0)).calls == 1
    with pytest.raises(CallNotFound):
        await hold(engine, CALL, on=True)


async def test_a_file_that_cannot_be_deleted_keeps_its_call(
    engine: AsyncEngine, wav: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        deleted = await after(engine, 300.0)
    assert deleted == Deleted(calls=1, failed=(f"{wav} (Permission denied)",))
    async with AsyncSession(engine) as session:
        assert (await session.get_one(Call, CALL)).recording_path == str(wav)
    assert (await after(engine, 300.0)).calls == 1


async def test_a_recording_that_is_gone_already_is_no_failure(
    engine: AsyncEngine, wav: Path
) -> None:
    wav.unlink()  # noqa: ASYNC240
    assert await after(engine, 10.1) == Deleted(files=1)
    assert await after(engine, 10.1) == Deleted()


async def test_it_goes_in_parts_and_tells_how_far_it_is(
    engine: AsyncEngine, wav: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.records.retention._CHUNK", 1)
    seen: list[int] = []
    found = await aged(engine, KEEP, NOON + 300 * DAY)
    assert await delete_aged(engine, found, seen.append) == Deleted(calls=2, files=2)
    assert seen == [1, 2]


async def test_the_job_does_it_at_times_and_survives_a_failure(
    engine: AsyncEngine, wav: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 4:
            raise asyncio.CancelledError

    failures = [CallNotFound("for the test")]

    async def failing(*arguments: object) -> object:
        if failures:
            raise failures.pop()
        return await aged(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("agent.records.retention.aged", failing)
    with structlog.testing.capture_logs() as logs, pytest.raises(asyncio.CancelledError):
        await delete_by_age_at_times(engine, KEEP, sleep=sleep)
    assert slept == [60.0, 21600.0, 21600.0, 21600.0]
    assert [log["event"] for log in logs] == ["nothing deleted by age", "deleted by age"]
    assert (await kept(engine))[0] == 1
