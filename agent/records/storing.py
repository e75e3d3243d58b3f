"""Records into the database, each once, however often and by whomever they are brought."""

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agent.records.database import is_bad_record
from agent.records.entry import Entry
from agent.records.models import SpoolPosition
from agent.records.records import Record
from agent.records.statements import apply

Refused = tuple[Record, Exception]


class RecordTable:
    """The database's side of the writer.

    What of a source is stored stands in the same transaction as the records: a commit whose answer
    was lost, a replay after a crash and two processes replaying the same spool change nothing.
    """

    def __init__(self, engine: AsyncEngine, instance: str) -> None:
        self._engine = engine
        self._instance = instance

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
        await apply(connection, new, self._instance)
        position = update(SpoolPosition).where(SpoolPosition.source == source)
        await connection.execute(position.values(stored=new[-1].sequence))

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
