"""A call as it happens, read from the database that the agent writes to."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.calls.journal import CallObserver
from agent.outbound.records import CallRecords
from agent.records.database import explained
from agent.records.models import Event, Turn
from agent.records.records import EventRecord, TurnRecord

_LOOK_S = 0.3


class CallTail:
    """Shows one call's turns and events to an observer until it is stopped."""

    def __init__(self, engine: AsyncEngine, observer: CallObserver) -> None:
        self._engine = engine
        self._records = CallRecords(engine)
        self._observer = observer
        self._turns = 0
        self._sequence = 0

    async def follow(self, channel_id: str) -> None:
        """Show what is new, again and again; cancel it at the end and call `show` once more."""
        while True:
            await self.show(channel_id)
            await asyncio.sleep(_LOOK_S)

    async def show(self, channel_id: str) -> None:
        """What is new of the channel's call; nothing while there is none."""
        call = await self._records.call_of(channel_id)
        if call is None:
            return
        turns = select(Turn).where(Turn.call_id == call.id, Turn.index >= self._turns)
        events = select(Event).where(Event.call_id == call.id, Event.sequence > self._sequence)
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                new_turns = (await session.scalars(turns.order_by(Turn.index))).all()
                new_events = (await session.scalars(events.order_by(Event.sequence))).all()
        for event in new_events:
            self._sequence = event.sequence
            self._observer.event(
                EventRecord(call_id=call.id, kind=event.kind, at_s=event.at_s, data=event.data)
            )
        for turn in new_turns:
            self._turns = turn.index + 1
            self._observer.turn(
                TurnRecord(
                    call_id=call.id,
                    index=turn.index,
                    speaker=turn.speaker,
                    text=turn.text,
                    start_s=turn.start_s,
                    end_s=turn.end_s,
                    heard_text=turn.heard_text,
                    confidence=turn.confidence,
                    stage=turn.stage,
                    intent=turn.intent,
                    interrupted=turn.interrupted,
                )
            )
