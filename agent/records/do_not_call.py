"""The register of numbers that are not to be called, whoever calls."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.records.database import explained
from agent.records.models import DoNotCall
from agent.records.numbers import normalised
from agent.records.records import utc_now
from agent.records.statements import insert_new


class DoNotCallRegister:
    """Reads and changes the register; calls write to it by their records.

    Every method raises DatabaseUnavailable or SchemaMismatch when the database can't answer.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def find(self, number: str) -> DoNotCall | None:
        """The entry of a number, if it must not be called. Raises NotANumber."""
        key = normalised(number)
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                return await session.get(DoNotCall, key)

    async def all(self) -> Sequence[DoNotCall]:
        """Every entry, the newest first."""
        query = select(DoNotCall).order_by(DoNotCall.added_at.desc(), DoNotCall.number)
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                return (await session.scalars(query)).all()

    async def add(self, numbers: Iterable[str], source: str) -> int:
        """Put numbers on it, all or none; returns how many are new. Raises NotANumber."""
        keys = dict.fromkeys(normalised(number) for number in numbers)
        now = utc_now()
        rows = [{"number": n, "added_at": now, "source": source, "call_id": None} for n in keys]
        count = select(func.count()).select_from(DoNotCall)
        with explained(self._engine.url):
            async with self._engine.begin() as connection:
                before = await connection.scalar(count) or 0
                if rows:
                    await connection.execute(insert_new(connection, DoNotCall.__table__), rows)
                return (await connection.scalar(count) or 0) - before

    async def remove(self, number: str) -> bool:
        """Take a number off, by its owner's wish; whether it was there. Raises NotANumber."""
        key = normalised(number)
        with explained(self._engine.url):
            async with self._engine.begin() as connection:
                done = await connection.execute(delete(DoNotCall).where(DoNotCall.number == key))
        return done.rowcount > 0
