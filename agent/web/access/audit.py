"""The audit trail: who did what, to which call, from where.

Whoever acts does not wait for it: an entry is logged at once, and stored as soon as the database
takes it.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import structlog
from aiohttp import web
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.records.database import explained
from agent.records.errors import DatabaseUnavailable, SchemaMismatch
from agent.records.records import utc_now
from agent.records.statements import insert_new
from agent.web.access.person import person_of
from agent.web.access.tables import AuditEntry
from agent.web.access.visit import visit_of

_MOST_WAITING = 10_000  # while the database is away; the log has the others
_TRIED_AGAIN_S = 5.0
_LAST_TRY_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One entry; `action` is like "call.opened", `details` has no words of callers."""

    who: str
    action: str
    origin: str
    call_id: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    happened_at: datetime = field(default_factory=utc_now)
    id: str = field(default_factory=lambda: str(uuid4()))


class Audit:
    """Stores entries and reads them; in the background from `start` to `aclose`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._waiting: deque[Deed] = deque(maxlen=_MOST_WAITING)
        self._more = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("audit")

    def start(self) -> None:
        """Begin to store."""
        self._task = asyncio.create_task(self._run())

    async def aclose(self) -> None:
        """Store what waits, if the database takes it now."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        with contextlib.suppress(DatabaseUnavailable, SchemaMismatch, TimeoutError):
            async with asyncio.timeout(_LAST_TRY_S):
                await self.store_waiting()

    def write(self, deed: Deed) -> None:
        """Log it, and store it soon."""
        shown = {k: v for k, v in asdict(deed).items() if k not in ("id", "happened_at")}
        self._log.info("audit", **shown)
        self._waiting.append(deed)
        self._more.set()

    async def store(self, deeds: Sequence[Deed]) -> None:
        """Store them at once, each once. Raises DatabaseUnavailable or SchemaMismatch."""
        rows = [asdict(deed) for deed in deeds]
        with explained(self._engine.url):
            async with self._engine.begin() as connection:
                await connection.execute(insert_new(connection, AuditEntry.__table__), rows)

    async def store_waiting(self) -> None:
        """Store what waits. Raises as `store` does; nothing is lost then."""
        while self._waiting:
            some = list(self._waiting)
            await self.store(some)
            stored = {deed.id for deed in some}
            while self._waiting and self._waiting[0].id in stored:
                self._waiting.popleft()

    async def read(
        self, *, since: datetime | None = None, who: str | None = None, limit: int = 1000
    ) -> Sequence[AuditEntry]:
        """The newest entries, the oldest of them first. Raises as `store` does."""
        query = select(AuditEntry).order_by(AuditEntry.happened_at.desc()).limit(limit)
        if since is not None:
            query = query.where(AuditEntry.happened_at >= since)
        if who is not None:
            query = query.where(AuditEntry.who == who)
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                return (await session.scalars(query)).all()[::-1]

    async def _run(self) -> None:
        away = False
        while True:
            await self._more.wait()
            self._more.clear()
            try:
                await self.store_waiting()
                away = False
            except (DatabaseUnavailable, SchemaMismatch) as error:
                if not away:
                    self._log.warning("audit entries wait for the database", why=str(error))
                away = True
                await asyncio.sleep(_TRIED_AGAIN_S)
                self._more.set()


AUDIT = web.AppKey("audit", Audit)


def note(request: web.Request, action: str, *, call_id: str | None = None, **details: Any) -> None:
    """Write down what the person behind a request did; returns at once."""
    request.app[AUDIT].write(
        Deed(
            who=person_of(request).name,
            action=action,
            origin=visit_of(request).peer.address,
            call_id=call_id,
            details=details,
        )
    )
