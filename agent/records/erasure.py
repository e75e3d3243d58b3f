"""Erasing what is kept of a caller; that it was done is kept, the number is not."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.records.database import explained
from agent.records.errors import ErasureRefused
from agent.records.files import delete_files, files_of
from agent.records.models import Call, Erasure
from agent.records.records import utc_now
from agent.records.tombstones import Ledger, bury, new_burial


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is kept of a number: calls, and the files that belong to them."""

    number: str
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
    files = await asyncio.to_thread(files_of, [call.recording_path for call in calls])
    return Holdings(number, tuple(call.id for call in calls), files)


async def erase(engine: AsyncEngine, held: Holdings, ledger: Ledger) -> None:
    """Delete files, then rows with all that belongs to them; leave a note without the number.

    A tombstone keeps what was recorded until now from coming back. Raises ErasureRefused for a file
    that can't be deleted, and LedgerError; nothing is taken from the database then.
    """
    now = utc_now()
    burial = await new_burial(engine, held.number, now, held.call_ids)
    await asyncio.to_thread(delete_files, held.files)
    await asyncio.to_thread(ledger.add, burial)
    note = {"erased_at": now, "calls": len(held.call_ids), "files": len(held.files)}
    with explained(engine.url):
        async with engine.begin() as connection:
            await connection.execute(delete(Call).where(Call.id.in_(held.call_ids)))
            await connection.execute(insert(Erasure), [note])
            await bury(connection, [burial])
