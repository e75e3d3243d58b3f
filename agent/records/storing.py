"""Records into the database, each once, however often and by whomever they are brought."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

import structlog
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agent.records.database import is_bad_record
from agent.records.entry import Entry
from agent.records.models import SpoolPosition
from agent.records.records import CallStarted, Record
from agent.records.statements import apply
from agent.records.tombstones import Burial, buried_by

Refused = tuple[Record, Exception]


class RecordTable:
    """The database's side of the writer.

    What of a source is stored stands in the same transaction as the records: a commit whose answer
    was lost, a replay after a crash and two processes replaying the same spool change nothing.
    """

    def __init__(self, engine: AsyncEngine, instance: str) -> None:
        self._engine = engine
        self._instance = instance
        self._erased: set[str] = set()
        self._log = structlog.get_logger("records")

    async def store(self, batch: Sequence[Entry]) -> list[Refused]:
        """One transaction; a batch with bad records goes one by one. Returns the bad ones.

        Raises what the driver raises when the database can't be used; the batch may be stored then.
        """
        try:
            async with self._engine.begin() as connection:
                for source, entries in groupby(batch, key=lambda entry: entry.source):
                    await self._store(connection, source, list(entries))
        except Exception as error:
            if not is_bad_record(error):
                raise
            if len(batch) == 1:
                return [(batch[0].record, error)]
        else:
            return []
        return [refused for entry in batch for refused in await self.store([entry])]

    async def _store(
        self, connection: AsyncConnection, source: str, entries: Sequence[Entry]
    ) -> None:
        stored = await self._lock_position(connection, source)
        new = [entry for entry in entries if entry.sequence > stored]
        if not new:
            return
        wanted = await self._without_erased(connection, new)
        await apply(connection, wanted, self._instance)
        position = update(SpoolPosition).where(SpoolPosition.source == source)
        await connection.execute(position.values(stored=new[-1].sequence))

    async def _without_erased(
        self, connection: AsyncConnection, entries: Sequence[Entry]
    ) -> Sequence[Entry]:
        """Leave out calls from before their number was erased; few calls come so late."""
        begun = [entry.record for entry in entries if isinstance(entry.record, CallStarted)]
        if begun:
            burials = await buried_by(connection, min(call.started_at for call in begun))
            for call in begun if burials else ():
                covered = await asyncio.to_thread(
                    _covered, burials, call.caller_number or "", call.started_at
                )
                if covered:
                    self._erased.add(call.call_id)
                    self._log.warning(
                        "late call of an erased number left out", call_id=call.call_id
                    )
        return [entry for entry in entries if entry.record.call_id not in self._erased]

    async def _lock_position(self, connection: AsyncConnection, source: str) -> int:
        """The last number stored; nobody else stores of this source until the transaction ends."""
        row = {"source": source, "instance": self._instance, "stored": 0}
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        statement = (
            dialect.insert(SpoolPosition)
            .values(row)
            .on_conflict_do_update(index_elements=["source"], set_={"instance": self._instance})
            .returning(SpoolPosition.stored)
        )
        return int((await connection.execute(statement)).scalar_one())


def _covered(burials: Sequence[Burial], number: str, at: datetime) -> bool:
    return any(burial.covers(number, at) for burial in burials)
