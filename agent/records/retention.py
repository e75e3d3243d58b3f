"""Deleting by age: recordings first, then words, then whole calls; the do-not-call register stays.

A call that is held is left alone altogether. What was deleted is noted as numbers, nothing more.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import ColumnElement, and_, delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.errors import UnderstudyError
from agent.records.database import explained
from agent.records.files import companions
from agent.records.models import Call, Erasure, Event, Turn
from agent.records.periods import KeepFor
from agent.records.records import utc_now
from agent.records.store import CallStore

_CHUNK = 200
_FIRST_AFTER_S = 60.0
_EVERY_S = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Aged:
    """One call of which something is to go: its recording, its words, or with `whole` all of it."""

    call_id: str
    recording: Path | None
    transcript: bool
    whole: bool


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was deleted: whole calls, calls that lost their words alone, files.

    `failed` are the files that could not be deleted; their calls are as they were.
    """

    calls: int = 0
    transcripts: int = 0
    files: int = 0
    failed: tuple[str, ...] = ()


async def aged(engine: AsyncEngine, keep: KeepFor, now: datetime) -> tuple[Aged, ...]:
    """What is older than it may be kept, the oldest first. Raises DatabaseUnavailable."""
    whole = _older(keep.calls, now)
    audio = and_(_older(keep.audio, now), Call.recording_path.is_not(None))
    has_words = or_(
        exists().where(Turn.call_id == Call.id), exists().where(Event.call_id == Call.id)
    )
    words = and_(_older(keep.transcripts, now), has_words)
    query = (
        select(Call.id, Call.recording_path, whole, audio, words)
        .where(Call.ended_at.is_not(None), Call.held.is_(False), or_(whole, audio, words))
        .order_by(Call.ended_at)
    )
    with explained(engine.url):
        async with engine.connect() as connection:
            rows = (await connection.execute(query)).all()
    return tuple(
        Aged(
            call_id,
            Path(path) if path and (all_of_it or no_audio) else None,
            bool(no_words) and not all_of_it,
            bool(all_of_it),
        )
        for call_id, path, all_of_it, no_audio, no_words in rows
    )


async def delete_aged(
    engine: AsyncEngine,
    found: Sequence[Aged],
    on_progress: Callable[[int], None] = lambda done: None,
) -> Deleted:
    """Delete files, then rows, a part at a time, and note how much it was.

    A file that can't be deleted keeps its call. Raises DatabaseUnavailable.
    """
    total = Deleted()
    done = 0
    for part in _parts(found):
        deleted, able = await asyncio.to_thread(_delete_files, part)
        whole = [item.call_id for item in able if item.whole]
        words = [item.call_id for item in able if item.transcript]
        deleted = replace(deleted, calls=len(whole), transcripts=len(words))
        with explained(engine.url):
            async with engine.begin() as connection:
                for statement in _statements(able, whole, words):
                    await connection.execute(statement)
                if deleted.calls or deleted.transcripts or deleted.files:
                    await connection.execute(insert(Erasure), [_note(deleted)])
        total = _sum(total, deleted)
        done += len(part)
        on_progress(done)
    return total


async def delete_by_age_at_times(
    engine: AsyncEngine,
    keep: KeepFor,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Do it a minute after the start and then every six hours, for ever; failures are logged."""
    log = structlog.get_logger("retention")
    await sleep(_FIRST_AFTER_S)
    while True:
        try:
            deleted = await delete_aged(engine, await aged(engine, keep, utc_now()))
        except UnderstudyError as error:
            log.warning("nothing deleted by age", reason=str(error))
        else:
            if deleted.calls or deleted.transcripts or deleted.files:
                log.info(
                    "deleted by age",
                    calls=deleted.calls,
                    transcripts=deleted.transcripts,
                    files=deleted.files,
                )
            if deleted.failed:
                log.error(
                    "files can't be deleted", files=len(deleted.failed), first=deleted.failed[0]
                )
        await sleep(_EVERY_S)


async def hold(engine: AsyncEngine, call_id: str, *, on: bool) -> str:
    """Keep a call whatever its age, or no longer; returns its whole id. Raises CallNotFound."""
    call = await CallStore(engine).get(call_id)
    with explained(engine.url):
        async with engine.begin() as connection:
            await connection.execute(update(Call).where(Call.id == call.id).values(held=on))
    return call.id


def _older(kept: timedelta | None, now: datetime) -> ColumnElement[bool]:
    """Whether a call ended longer ago than this."""
    if kept is None:
        return Call.id.is_(None)  # never
    return Call.ended_at < now - kept


def _parts(found: Sequence[Aged]) -> Iterator[Sequence[Aged]]:
    for start in range(0, len(found), _CHUNK):
        yield found[start : start + _CHUNK]


def _delete_files(part: Sequence[Aged]) -> tuple[Deleted, list[Aged]]:
    """Delete what belongs to recordings; returns the calls whose files are gone."""
    able, files, failed = [], 0, []
    for item in part:
        try:
            for path in companions(item.recording) if item.recording else ():
                path.unlink()
                files += 1
        except OSError as error:
            failed.append(f"{error.filename} ({error.strerror})")
        else:
            able.append(item)
    return Deleted(files=files, failed=tuple(failed)), able


def _statements(able: Sequence[Aged], whole: list[str], words: list[str]) -> Iterator[Any]:
    sound = [item.call_id for item in able if item.recording is not None and not item.whole]
    if sound:
        yield update(Call).where(Call.id.in_(sound)).values(recording_path=None)
    if words:
        yield delete(Turn).where(Turn.call_id.in_(words))
        yield delete(Event).where(Event.call_id.in_(words))
        yield update(Call).where(Call.id.in_(words)).values(slots={}, summary=None)
    if whole:
        yield delete(Call).where(Call.id.in_(whole))


def _note(deleted: Deleted) -> dict[str, Any]:
    return {
        "erased_at": utc_now(),
        "calls": deleted.calls,
        "transcripts": deleted.transcripts,
        "files": deleted.files,
        "reason": "age",
    }


def _sum(one: Deleted, other: Deleted) -> Deleted:
    return Deleted(
        one.calls + other.calls,
        one.transcripts + other.transcripts,
        one.files + other.files,
        one.failed + other.failed,
    )
