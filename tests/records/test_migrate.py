from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

import agent.outbound.tables
import agent.web.access.tables  # noqa: F401  (the schema is complete with it)
from agent.records.database import create_engine
from agent.records.errors import SchemaMismatch
from agent.records.migrate import (
    check_schema,
    current,
    downgrade,
    in_models,
    latest,
    migrations_dir,
    upgrade,
)
from agent.records.models import Base

TABLES = {"calls", "turns", "events", "latencies", "do_not_call", "erasures", "snapshots"}
TABLES |= {"campaigns", "contacts", "attempts", "scores"}
TABLES |= {"experiment_revisions", "assigned_calls", "spool_positions", "tombstones"}
TABLES |= {"people", "sessions", "api_tokens", "audit"}


async def tables(url: str) -> set[str]:
    engine = create_engine(url)
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda c: inspect(c).get_table_names())
    await engine.dispose()
    return {name for name in names if in_models(name, "table", {})} - {"alembic_version"}


async def test_models_and_migrations_agree(engine: AsyncEngine) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": in_models}
        )
        return list(compare_metadata(context, Base.metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_up_and_down_again(database_url: str) -> None:
    assert await current(database_url) is None
    await upgrade(database_url)
    assert await current(database_url) == latest()
    assert await tables(database_url) == TABLES
    await upgrade(database_url)  # nothing left to do
    await downgrade(database_url, "base")
    assert await current(database_url) is None
    assert await tables(database_url) == set()


async def test_a_schema_that_is_not_this_versions_is_named(database_url: str) -> None:
    engine = create_engine(database_url)
    with pytest.raises(SchemaMismatch, match="has schema none and this version needs"):
        await check_schema(engine)
    await upgrade(database_url)
    await check_schema(engine)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaMismatch, match="has schema 9999"):
        await check_schema(engine)
    with pytest.raises(SchemaMismatch, match="9999, which this version does not know"):
        await upgrade(database_url)
    await engine.dispose()


def test_migrations_are_found_in_a_checkout_and_in_an_installed_package(tmp_path: Path) -> None:
    package = tmp_path / "agent"
    (tmp_path / "migrations").mkdir()
    package.mkdir()
    assert migrations_dir(package) == tmp_path / "migrations"
    (package / "migrations").mkdir()
    assert migrations_dir(package) == package / "migrations"
