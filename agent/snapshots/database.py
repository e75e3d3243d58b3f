"""Saved calls in the database of call records."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.errors import UnderstudyError
from agent.records.database import explained, is_bad_record, reason_of
from agent.records.models import Snapshot
from agent.snapshots.saved_call import SavedCall
from agent.snapshots.store import SnapshotRefused, SnapshotsUnavailable, read


class DatabaseSnapshots:
    """Implements `snapshots.store.SnapshotStore`; the engine stays its owner's."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def save(self, saved: SavedCall) -> None:
        """One row a call, overwritten."""
        content = await asyncio.to_thread(saved.model_dump, mode="json")
        row = {
            "call_id": saved.call_id,
            "channel_id": saved.channel_id,
            "caller_number": saved.caller_number,
            "saved_at": saved.saved_at,
            "content": content,
        }
        module = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        insert = module.insert(Snapshot.__table__)
        rest = {name: insert.excluded[name] for name in row if name != "call_id"}
        await self._change(
            insert.values(row).on_conflict_do_update(index_elements=["call_id"], set_=rest)
        )

    async def load(self, call_id: str) -> SavedCall | None:
        """By primary key."""
        return await self._first(select(Snapshot.content).where(Snapshot.call_id == call_id))

    async def latest(self, channel_id: str, number: str | None) -> SavedCall | None:
        """One query: the channel's rows stand before the number's."""
        same_channel = Snapshot.channel_id == channel_id
        wanted = same_channel
        if number is not None:
            wanted = or_(same_channel, Snapshot.caller_number == number)
        rank = case((same_channel, 0), else_=1)
        query = select(Snapshot.content).where(wanted)
        return await self._first(query.order_by(rank, Snapshot.saved_at.desc()).limit(1))

    async def delete(self, call_ids: Collection[str]) -> None:
        """By primary key."""
        await self._change(delete(Snapshot).where(Snapshot.call_id.in_(call_ids)))

    async def count_of(self, number: str) -> int:
        """Counted by the index of numbers."""
        query = select(func.count()).where(Snapshot.caller_number == number)
        with _explained(self._engine):
            async with self._engine.connect() as connection:
                return await connection.scalar(query) or 0

    async def erase(self, number: str) -> int:
        """By the index of numbers."""
        return await self._change(delete(Snapshot).where(Snapshot.caller_number == number))

    async def purge(self, before: datetime) -> int:
        """By the index of times."""
        return await self._change(delete(Snapshot).where(Snapshot.saved_at < before))

    async def aclose(self) -> None:
        """The engine is not this store's to close."""

    async def _first(self, query: Any) -> SavedCall | None:
        with _explained(self._engine):
            async with self._engine.connect() as connection:
                content = await connection.scalar(query)
        return None if content is None else read(content)

    async def _change(self, statement: Any) -> int:
        with _explained(self._engine):
            async with self._engine.begin() as connection:
                return (await connection.execute(statement)).rowcount


@contextmanager
def _explained(engine: AsyncEngine) -> Iterator[None]:
    try:
        with explained(engine.url):
            try:
                yield
            except Exception as error:
                if is_bad_record(error):
                    raise SnapshotRefused(f"can't be stored: {reason_of(error)}") from None
                raise
    except SnapshotRefused:
        raise
    except UnderstudyError as error:
        raise SnapshotsUnavailable(str(error)) from None
