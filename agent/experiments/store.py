"""Reading what the records keep of experiments."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.errors import UnderstudyError
from agent.records.database import explained
from agent.records.models import AssignedCall, Call, Event, ExperimentRevision, Turn
from agent.records.records import DO_NOT_CALL

_CHUNK = 200


class ExperimentNotFound(UnderstudyError):
    """No call belongs to an experiment, or a revision, of this name."""


@dataclass(frozen=True, slots=True)
class Revision:
    """An experiment as it was configured; `number` counts its revisions from 1.

    `callers` and `calls` are by variant, live calls included; `last_at` is the newest call's start.
    """

    id: str
    experiment: str
    number: int
    began_at: datetime
    last_at: datetime | None
    definition: Mapping[str, Any]
    callers: Mapping[str, int]
    calls: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """An ended call of an experiment with its turns; `removed`: the number went on the register."""

    assigned: AssignedCall
    call: Call
    turns: Sequence[Turn]
    removed: bool


class ExperimentStore:
    """The read side. Every method raises DatabaseUnavailable or SchemaMismatch, too."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def revisions(self, experiment: str = "") -> Sequence[Revision]:
        """Those of one experiment or of all, in the order in which they began.

        Raises ExperimentNotFound for the name of none.
        """
        query = select(ExperimentRevision).order_by(
            ExperimentRevision.began_at, ExperimentRevision.id
        )
        counts = (
            select(
                AssignedCall.revision,
                AssignedCall.variant,
                func.count(),
                func.count(AssignedCall.unit.distinct()),
                func.max(Call.started_at),
            )
            .join(Call, Call.id == AssignedCall.call_id)
            .group_by(AssignedCall.revision, AssignedCall.variant)
        )
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                rows = (await session.scalars(query)).all()
                counted = (await session.execute(counts)).all()
        names = sorted({row.experiment for row in rows})
        if experiment and experiment not in names:
            raise ExperimentNotFound(
                f"No call belongs to an experiment '{experiment}' (there are calls of "
                f"{', '.join(names) or 'none'}): correct the name, or run it first."
            )
        made = []
        for name in [experiment] if experiment else names:
            own = [row for row in rows if row.experiment == name]
            made += [_revision(row, number, counted) for number, row in enumerate(own, start=1)]
        return made

    async def ended_calls(self, revision: str) -> AsyncIterator[Sequence[RecordedCall]]:
        """All of a revision's calls that are over, in the order of their start, some at a time."""
        query = (
            select(AssignedCall, Call)
            .join(Call, Call.id == AssignedCall.call_id)
            .where(AssignedCall.revision == revision, Call.ended_at.is_not(None))
            .order_by(Call.started_at, Call.id)
        )
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                found = (await session.execute(query)).all()
                for start in range(0, len(found), _CHUNK):
                    chunk = [(row[0], row[1]) for row in found[start : start + _CHUNK]]
                    yield await _with_words(session, chunk)


async def _with_words(
    session: AsyncSession, calls: Sequence[tuple[AssignedCall, Call]]
) -> Sequence[RecordedCall]:
    ids = [call.id for _, call in calls]
    turns = select(Turn).where(Turn.call_id.in_(ids)).order_by(Turn.call_id, Turn.index)
    by_call: dict[str, list[Turn]] = {}
    for turn in (await session.scalars(turns)).all():
        by_call.setdefault(turn.call_id, []).append(turn)
    events = select(Event.call_id).where(Event.call_id.in_(ids), Event.kind == DO_NOT_CALL)
    removed = set((await session.scalars(events)).all())
    return [
        RecordedCall(assigned, call, by_call.get(call.id, ()), call.id in removed)
        for assigned, call in calls
    ]


def _revision(row: ExperimentRevision, number: int, counted: Sequence[Any]) -> Revision:
    own = [count for count in counted if count[0] == row.id]
    return Revision(
        id=row.id,
        experiment=row.experiment,
        number=number,
        began_at=row.began_at,
        last_at=max((last for *_, last in own), default=None),
        definition=row.definition,
        callers={variant: callers for _, variant, _, callers, _ in own},
        calls={variant: calls for _, variant, calls, _, _ in own},
    )
