"""Finding past calls."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.records.database import explained
from agent.records.errors import BadCursor
from agent.records.finding.conditions import conditions
from agent.records.finding.wanted import CallsWanted
from agent.records.finding.words import Excerpt, excerpts
from agent.records.models import AssignedCall, Call

PAGE = 50
# Counting on would cost more than anybody learns from it.
MOST_COUNTED = 10_000
_RECENT = 1000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Page:
    """Calls, newest first; `older` is the cursor of the next page, None on the last one.

    `excerpts` has where the words were found, by call.
    """

    calls: Sequence[Call]
    excerpts: dict[str, Excerpt]
    older: str | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What the newest calls offer to choose from."""

    outcomes: tuple[str, ...]
    queues: tuple[str, ...]
    playbooks: tuple[str, ...]
    variants: tuple[str, ...]


class Finder:
    """Looks calls up; what it returns is detached.

    Every method raises DatabaseUnavailable or SchemaMismatch when the database can't answer.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def page(self, wanted: CallsWanted, after: str | None = None, limit: int = PAGE) -> Page:
        """So many calls older than the cursor `after`. Raises BadCursor."""
        calls, older = await self._some_of(wanted, after, limit)
        found: dict[str, Excerpt] = {}
        if wanted.q:
            with explained(self._engine.url):
                async with self._engine.connect() as connection:
                    found = await excerpts(connection, wanted.q, [call.id for call in calls])
        return Page(calls, found, older)

    async def count(self, wanted: CallsWanted) -> int:
        """How many there are; MOST_COUNTED stands for so many or more."""
        some = self._chosen(wanted).with_only_columns(Call.id).limit(MOST_COUNTED).subquery()
        with explained(self._engine.url):
            async with self._engine.connect() as connection:
                return await connection.scalar(select(func.count()).select_from(some)) or 0

    async def every(self, wanted: CallsWanted) -> AsyncIterator[Call]:
        """All of them, newest first, a page at a time."""
        after: str | None = None
        while True:
            calls, after = await self._some_of(wanted, after, _AT_ONCE)
            for call in calls:
                yield call
            if after is None:
                return

    async def choices(self) -> Choices:
        """From the newest 1000 calls and all experiments."""
        columns = (Call.outcome, Call.transfer_queue, Call.playbook_id, Call.playbook_version)
        newest = select(*columns).order_by(Call.started_at.desc()).limit(_RECENT).subquery()
        with explained(self._engine.url):
            async with self._engine.connect() as connection:
                rows = (await connection.execute(select(newest).distinct())).all()
                variants = (await connection.scalars(select(AssignedCall.variant).distinct())).all()
        return Choices(
            _some(row[0] for row in rows),
            _some(row[1] for row in rows),
            _some(f"{row[2]} {row[3]}" for row in rows if row[2]),
            _some(variants),
        )

    async def _some_of(
        self, wanted: CallsWanted, after: str | None, limit: int
    ) -> tuple[Sequence[Call], str | None]:
        query = self._chosen(wanted)
        if after is not None:
            query = query.where(_older_than(after))
        query = query.order_by(Call.started_at.desc(), Call.id.desc()).limit(limit + 1)
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                calls = (await session.scalars(query)).all()
        return calls[:limit], _cursor(calls[limit - 1]) if len(calls) > limit else None

    def _chosen(self, wanted: CallsWanted) -> Select[Call]:
        return select(Call).where(*conditions(wanted, self._engine.dialect.name))


def _some(values: Any) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))


def _cursor(call: Call) -> str:
    """Where a page ends, as text for an address."""
    place = json.dumps([call.started_at.isoformat(), call.id])
    return urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _older_than(cursor: str) -> ColumnElement[bool]:
    try:
        began, call_id = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        at = datetime.fromisoformat(began)
        offset = at.utcoffset()
        call_id = str(UUID(call_id))
    except (ValueError, TypeError, AttributeError):
        offset = None
    if offset is None:
        raise BadCursor("This page's address was cut off: go back to the first page.")
    return or_(Call.started_at < at, and_(Call.started_at == at, Call.id < call_id))
