"""Reading call records."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.records.database import explained
from agent.records.errors import CallNotFound
from agent.records.models import Call, Event, Latency, Turn
from agent.records.report import CallReport, build_report

_SHORTEST_PREFIX = 4


class CallStore:
    """The read side. The objects it returns are detached: plain values, no further queries.

    Every method raises DatabaseUnavailable or SchemaMismatch when the database can't answer.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def list_calls(
        self, *, since: datetime | None = None, outcome: str | None = None, limit: int = 50
    ) -> Sequence[Call]:
        """The newest calls first; live ones included. `since` must be aware."""
        query = select(Call).order_by(Call.started_at.desc(), Call.id).limit(limit)
        if since is not None:
            query = query.where(Call.started_at >= since)
        if outcome is not None:
            query = query.where(Call.outcome == outcome)
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                return (await session.scalars(query)).all()

    async def get(self, call_id: str) -> Call:
        """The call of an id, or of the beginning of one. Raises CallNotFound."""
        first, last = _id_range(call_id)
        query = select(Call).where(Call.id.between(first, last)).limit(2)
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                found = (await session.scalars(query)).all()
        if not found:
            raise CallNotFound(f"No call has the id '{call_id}': `understudy calls list` has all.")
        if len(found) > 1:
            raise CallNotFound(f"Several calls begin with '{call_id}': give more of the id.")
        return found[0]

    async def of_channel(self, channel_id: str) -> Call | None:
        """The call of an Asterisk channel, the newest if there were several; None: no call."""
        query = select(Call).where(Call.channel_id == channel_id)
        query = query.order_by(Call.started_at.desc()).limit(1)
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                return (await session.scalars(query)).first()

    async def report(self, call_id: str) -> CallReport:
        """Everything about one call, by id or the beginning of one. Raises CallNotFound."""
        call = await self.get(call_id)
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                turns = (await session.scalars(select(Turn).filter_by(call_id=call.id))).all()
                events = (await session.scalars(select(Event).filter_by(call_id=call.id))).all()
                latencies = await session.scalars(
                    select(Latency).filter_by(call_id=call.id).order_by(Latency.sequence)
                )
                return build_report(call, turns, events, latencies.all())


def _id_range(prefix: str) -> tuple[str, str]:
    """First and last UUID that begin so: a comparison both databases answer from the index."""
    digits = prefix.replace("-", "").lower()
    if not re.fullmatch(rf"[0-9a-f]{{{_SHORTEST_PREFIX},32}}", digits):
        raise CallNotFound(
            f"'{prefix}' is not a call's id: give it, or at least its first {_SHORTEST_PREFIX} "
            "characters, as `understudy calls list` shows it."
        )
    return str(UUID(digits.ljust(32, "0"))), str(UUID(digits.ljust(32, "f")))
