"""What the agent's records say of a call that was placed for it."""

import asyncio
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.outbound.outcomes import Outcome, Result, answered
from agent.records.database import explained
from agent.records.models import Call, Event
from agent.records.store import CallStore

# The agent's writer stores a call's end within milliseconds, unless its database is away.
_STORED_WITHIN_S = 8.0
_LOOK_S = 0.15
_CALL_KINDS = ("answered_by",)


class CallRecords:
    """Reads them from the database that the agent writes to."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._store = CallStore(engine)

    async def call_of(self, channel_id: str) -> Call | None:
        """The call of a channel. Raises DatabaseUnavailable."""
        return await self._store.of_channel(channel_id)

    async def result(self, channel_id: str, *, patience_s: float) -> Result | None:
        """What became of a call that was answered; None while it has no record of its end."""
        waited_s = 0.0
        while True:
            call = await self._store.of_channel(channel_id)
            if call is not None and call.ended_at is not None:
                party = await self._party(call.id)
                outcome = answered(party, call.outcome)
                return Result(
                    outcome,
                    call.hangup_cause or 0,
                    call.answered_at,
                    call.id,
                    (call.outcome or "") if outcome is Outcome.TALKED else "",
                )
            if waited_s >= patience_s:
                return None
            await asyncio.sleep(_LOOK_S)
            waited_s += _LOOK_S

    async def settled(self, channel_id: str, cause: int, answered_at: datetime | None) -> Result:
        """The result of an answered call that is over; without a record nobody took it."""
        result = await self.result(channel_id, patience_s=_STORED_WITHIN_S)
        return result or Result(Outcome.ABANDONED, cause, answered_at)

    async def _party(self, call_id: str) -> str | None:
        """The last judgement counts: who asked who calls may have been followed by a person."""
        query = select(Event).where(Event.call_id == call_id, Event.kind.in_(_CALL_KINDS))
        query = query.order_by(Event.sequence.desc()).limit(1)
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                event = (await session.scalars(query)).first()
        return None if event is None else str(event.data["party"])
