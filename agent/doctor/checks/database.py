"""Whether the database answers, has this version's schema, and can be written."""

import uuid
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import URL, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.config import Settings
from agent.doctor.finding import Finding, fail, ok
from agent.errors import UnderstudyError
from agent.records.database import create_engine, describe, explained, normalise_url
from agent.records.errors import DatabaseUnavailable
from agent.records.migrate import check_schema, current
from agent.records.models import SpoolPosition

_LOST = "Records wait on this machine's disk; history, sign-in and retention do not work."


async def look(settings: Settings) -> Sequence[Finding]:
    """Connect, compare revisions, write a row and take it back."""
    url = settings.records.database_url.get_secret_value()
    try:
        parsed = normalise_url(url)
        if not_made_yet(parsed):
            return [ok(f"the {describe(parsed)} is made at the first start")]
        found = await current(url)
    except DatabaseUnavailable as error:
        return [_down(error)]
    engine = create_engine(url)
    try:
        return await _look_inside(engine, found)
    finally:
        await engine.dispose()


async def _look_inside(engine: AsyncEngine, revision: str | None) -> list[Finding]:
    place = describe(engine.url)
    if revision is None:
        return [
            fail(
                f"the {place} has no tables: it was never migrated",
                "No command that reads records works. `understudy serve` would migrate it.",
                "understudy db upgrade",
            )
        ]
    try:
        await check_schema(engine)
    except UnderstudyError as error:
        return [
            fail(
                str(error).partition(": ")[0],
                "No command that reads records works. A start of `understudy serve` migrates an "
                "older database; a newer one it refuses.",
                "understudy db upgrade; where it does not know the schema, install the version of "
                "understudy that made it",
            )
        ]
    try:
        await _write(engine)
    except UnderstudyError as error:
        return [
            fail(
                f"the {place} can be read and not written ({error})",
                _LOST,
                "Give the user INSERT, UPDATE and DELETE on all tables (PostgreSQL), or the "
                "process the right to write file and folder (SQLite)",
            )
        ]
    return [ok(f"the {place} answers, has this version's schema, and takes a row")]


async def _write(engine: AsyncEngine) -> None:
    row = {"source": str(uuid.uuid4()), "instance": "doctor", "stored": 0}
    with explained(engine.url):
        async with engine.connect() as connection:
            await connection.execute(insert(SpoolPosition).values(row))
            await connection.rollback()


def not_made_yet(url: URL) -> bool:
    """A SQLite file that is still missing, which looking must not make."""
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()


def _down(error: DatabaseUnavailable) -> Finding:
    seen, _, remedy = str(error).partition(": ")
    return fail(seen, _LOST, remedy[:1].upper() + remedy[1:])
