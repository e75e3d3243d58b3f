"""Erasing what is kept of a caller; that it was done is kept, the number is not."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.errors import UnderstudyError
from agent.records.database import explained
from agent.records.models import Call, Erasure
from agent.records.records import utc_now
from agent.sealing.sound import SUFFIX

# What a recording has beside it.
_COMPANIONS = (".wav", SUFFIX, ".html")


class ErasureRefused(UnderstudyError):
    """Something of it can't be erased now."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is kept of a number: calls, and the files that belong to them."""

    call_ids: tuple[str, ...]
    files: tuple[Path, ...]


async def holdings(engine: AsyncEngine, number: str) -> Holdings:
    """What is kept of the calls from a number, which is written as the records have it.

    Raises ErasureRefused while such a call is live or held, and DatabaseUnavailable.
    """
    # Not the whole row: nobody needs the key of encrypted words to erase them.
    query = select(Call.id, Call.ended_at, Call.held, Call.recording_path)
    query = query.where(Call.caller_number == number).order_by(Call.started_at)
    with explained(engine.url):
        async with engine.connect() as connection:
            calls = (await connection.execute(query)).all()
    if any(call.ended_at is None for call in calls):
        raise ErasureRefused(f"A call from {number} is live: erase it when it has ended.")
    held = next((call.id for call in calls if call.held), None)
    if held is not None:
        raise ErasureRefused(
            f"The call {held} from {number} is held: end that with `understudy calls hold {held} "
            "--off`, if it may end."
        )
    recordings = [Path(call.recording_path) for call in calls if call.recording_path]
    files = [file for path in recordings for file in companions(path)]
    return Holdings(tuple(c.id for c in calls), tuple(files))


def companions(recording: Path) -> tuple[Path, ...]:
    """The files that belong to a recording, itself included, as far as they exist."""
    files = (recording.with_suffix(suffix) for suffix in _COMPANIONS)
    return tuple(file for file in files if file.exists())


async def erase(engine: AsyncEngine, held: Holdings) -> None:
    """Delete files, then rows with all that belongs to them, and leave a note without the number.

    Raises ErasureRefused for a file that can't be deleted; nothing is taken from the database then.
    """
    try:
        await asyncio.to_thread(_delete, held.files)
    except OSError as error:
        raise ErasureRefused(f"{error.filename} can't be deleted: {error.strerror}.") from None
    note = {"erased_at": utc_now(), "calls": len(held.call_ids), "files": len(held.files)}
    with explained(engine.url):
        async with engine.begin() as connection:
            await connection.execute(delete(Call).where(Call.id.in_(held.call_ids)))
            await connection.execute(insert(Erasure), [note])


def _delete(files: tuple[Path, ...]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
