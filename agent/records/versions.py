"""Which versions of playbooks have led calls."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.records.database import explained
from agent.records.models import Call


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """One content of a playbook's file, and the calls that it led."""

    playbook: str
    version: str
    sha256: str
    calls: int
    first_at: datetime
    last_at: datetime


async def versions_seen(engine: AsyncEngine) -> tuple[VersionSeen, ...]:
    """Those of all calls, the one that was last used first. Raises DatabaseUnavailable."""
    of = Call.playbook_id, Call.playbook_version, Call.playbook_sha256
    last: Any = func.max(Call.started_at, type_=Call.started_at.type)
    first: Any = func.min(Call.started_at, type_=Call.started_at.type)
    query = select(*of, func.count(), first, last).group_by(*of).order_by(last.desc())
    query = query.where(Call.playbook_sha256.is_not(None))
    with explained(engine.url):
        async with engine.connect() as connection:
            rows = (await connection.execute(query)).all()
    return tuple(VersionSeen(*row) for row in rows)
