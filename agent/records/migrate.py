"""Bringing a database to this version's schema (Alembic)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

import agent
from agent.records.database import create_engine, describe, explained
from agent.records.errors import SchemaMismatch


async def upgrade(url: str, revision: str = "head") -> None:
    """Apply every migration up to `revision`; does nothing when the schema is there already.

    Raises DatabaseUnavailable when the database can't be used, SchemaMismatch when it is newer
    than this program.
    """
    engine = create_engine(url)
    try:
        with explained(engine.url):
            async with engine.begin() as connection:
                await connection.run_sync(_upgrade, revision)
    finally:
        await engine.dispose()


def in_models(name: str | None, kind: str, parents: object) -> bool:
    """For Alembic's comparisons: all but the search's tables and indexes is in the models."""
    return not (name or "").startswith(("search_", "ix_search_"))


async def downgrade(url: str, revision: str) -> None:
    """Undo migrations down to `revision`; `base` removes every table and its content."""
    engine = create_engine(url)
    try:
        with explained(engine.url):
            async with engine.begin() as connection:
                await connection.run_sync(
                    lambda c: command.downgrade(alembic_config(connection=c), revision)
                )
    finally:
        await engine.dispose()


async def current(url: str) -> str | None:
    """The database's revision; None when it has no schema. Raises DatabaseUnavailable."""
    engine = create_engine(url)
    try:
        return await _revision(engine)
    finally:
        await engine.dispose()


def latest() -> str:
    """The revision that this version of the program works with."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if head is None:
        raise SchemaMismatch(
            f"There are no migrations in {migrations_dir()}: reinstall Understudy."
        )
    return head


async def check_schema(engine: AsyncEngine) -> None:
    """Raises SchemaMismatch unless the schema is this version's, DatabaseUnavailable likewise."""
    found = await _revision(engine)
    if found != latest():
        raise SchemaMismatch(
            f"The {describe(engine.url)} has schema {found or 'none'} and this version needs "
            f"{latest()}: run `understudy db upgrade`, or install the version that made it."
        )


def alembic_config(*, connection: Connection | None = None) -> Config:
    """Alembic's settings without a file; env.py uses the connection when one is given."""
    config = Config()
    config.set_main_option("script_location", str(migrations_dir()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def migrations_dir(package_dir: Path | None = None) -> Path:
    """Where the migrations are: inside an installed package, or beside it in a checkout."""
    package_dir = package_dir or Path(agent.__file__).parent
    installed = package_dir / "migrations"
    return installed if installed.is_dir() else package_dir.parent / "migrations"


async def _revision(engine: AsyncEngine) -> str | None:
    with explained(engine.url):
        async with engine.connect() as connection:
            return await connection.run_sync(
                lambda c: MigrationContext.configure(c).get_current_revision()
            )


def _upgrade(connection: Connection, revision: str) -> None:
    config = alembic_config(connection=connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in known:
        raise SchemaMismatch(
            f"The database has schema {found}, which this version does not know: install the "
            "version that made it, or a newer one."
        )
    command.upgrade(config, revision)
