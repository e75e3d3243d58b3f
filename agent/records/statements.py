"""How each record becomes a row. Applying one twice leaves the database as applying it once."""

import contextlib
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.records import records
from agent.records.entry import Entry
from agent.records.models import (
    AssignedCall,
    Base,
    Call,
    DoNotCall,
    Event,
    ExperimentRevision,
    Latency,
    Turn,
)
from agent.records.numbers import NotANumber, normalised
from agent.records.records import (
    Assignment,
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    TurnRecord,
)

# Outcomes of calls whose process died; the second where another call goes on with them.
LOST = "lost"
GONE_ON_WITH = "resumed"

# Events whose data have words of the caller.
EVENTS_WITH_WORDS = ("barge_in_committed", "barge_in_resumed", "turn_went_on")

_MODELS: dict[type, type[Base]] = {
    CallStarted: Call,
    TurnRecord: Turn,
    EventRecord: Event,
    LatencyRecord: Latency,
}


async def apply(connection: AsyncConnection, entries: Sequence[Entry], instance: str) -> None:
    """Store entries in their order, runs of one kind in one statement.

    Raises what the driver raises, and LookupError when an update's call is not in the database.
    """
    for kind, run in groupby(entries, key=lambda entry: type(entry.record)):
        if kind in (CallAnswered, CallEnded):
            for entry in run:
                await _update_call(connection, asdict(entry.record))
        else:
            table = _MODELS[kind].__table__
            stored = list(run)
            rows = [_row(entry, instance) for entry in stored]
            await connection.execute(insert_new(connection, table), rows)
            for entry in stored:
                match entry.record:
                    case EventRecord():
                        await _act_on(connection, entry.record)
                    case CallStarted(assignment=Assignment() as assigned) as started:
                        await _assign(connection, started, assigned)


def _row(entry: Entry, instance: str) -> dict[str, Any]:
    values = asdict(entry.record)
    match entry.record:
        case CallStarted():
            values.pop("assignment")
            return {
                **values,
                "id": values.pop("call_id"),
                "instance": instance,
                "slots": {},
                "media": {},
            }
        case EventRecord() | LatencyRecord():
            return {**values, "sequence": entry.sequence}
    return values


async def _act_on(connection: AsyncConnection, event: EventRecord) -> None:
    """What follows from an event besides its own row."""
    match event.kind:
        case records.DO_NOT_CALL:
            await _register(connection, event)
        case records.RESUMED:
            await _link(connection, event)
        case records.RECORDING_REFUSED:
            await _unrecord(connection, event)


async def _assign(connection: AsyncConnection, started: CallStarted, assigned: Assignment) -> None:
    """The call's variant; its experiment is written down with the first call."""
    revision = {
        "id": assigned.revision,
        "experiment": assigned.experiment,
        "began_at": started.started_at,
        "definition": assigned.definition,
    }
    call = {
        "call_id": started.call_id,
        "revision": assigned.revision,
        "variant": assigned.variant,
        "unit": assigned.unit,
    }
    await connection.execute(insert_new(connection, ExperimentRevision.__table__), [revision])
    await connection.execute(insert_new(connection, AssignedCall.__table__), [call])


async def _link(connection: AsyncConnection, event: EventRecord) -> None:
    """The call goes on from another one, which then was not lost after all."""
    earlier = str(event.data["call"])
    await connection.execute(update(Call).where(Call.id == event.call_id).values(resumes=earlier))
    await connection.execute(
        update(Call).where(Call.id == earlier, Call.outcome == LOST).values(outcome=GONE_ON_WITH)
    )


async def _unrecord(connection: AsyncConnection, event: EventRecord) -> None:
    """No recording belongs to the call, and none of its words, unless they may be kept."""
    this_call = event.call_id
    await connection.execute(update(Call).where(Call.id == this_call).values(recording_path=None))
    if event.data["text_kept"]:
        return
    nothing: dict[str, Any] = {"text": records.NOT_KEPT, "heard_text": None, "words": []}
    await connection.execute(update(Turn).where(Turn.call_id == this_call).values(nothing))
    of_this_call = Event.call_id == this_call, Event.kind.in_(EVENTS_WITH_WORDS)
    await connection.execute(delete(Event).where(*of_this_call))


async def _register(connection: AsyncConnection, event: EventRecord) -> None:
    """The caller's number goes on the register with the event, unless it was withheld."""
    told = await connection.scalar(select(Call.caller_number).where(Call.id == event.call_id))
    with contextlib.suppress(NotANumber):
        row = {
            "number": normalised(told or ""),
            "added_at": event.happened_at,
            "source": "call",
            "call_id": event.call_id,
        }
        await connection.execute(insert_new(connection, DoNotCall.__table__), [row])


async def _update_call(connection: AsyncConnection, values: dict[str, Any]) -> None:
    call_id = values.pop("call_id")
    changed = await connection.execute(update(Call).where(Call.id == call_id).values(values))
    if changed.rowcount == 0:
        raise LookupError(f"call {call_id} has no row")


def insert_new(connection: AsyncConnection, table: Any) -> postgresql.Insert | sqlite.Insert:
    """Insert rows that are not there yet; a commit whose answer was lost is repeated safely."""
    if not isinstance(table, Table):
        raise TypeError(f"{table!r} is not a table")
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing(constraint=table.primary_key)
    return sqlite.insert(table).on_conflict_do_nothing(index_elements=table.primary_key.columns)
