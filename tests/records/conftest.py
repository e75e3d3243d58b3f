"""Both databases: every test that takes `database_url` runs on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.records.database import create_engine
from agent.records.migrate import upgrade
from tests.records.postgres import PostgresCluster, find_binaries
from tests.servers import not_installed


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresCluster]:
    binaries = find_binaries()
    if binaries is None:
        not_installed("PostgreSQL", "postgresql", "UNDERSTUDY_REQUIRE_POSTGRES")
    cluster = PostgresCluster(binaries)
    cluster.start()
    yield cluster
    cluster.remove()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new, empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/calls.sqlite3"
    cluster: PostgresCluster = request.getfixturevalue("postgres")
    return await cluster.create_database()


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on a database with this version's schema."""
    await upgrade(database_url)
    engine = create_engine(database_url)
    yield engine
    await engine.dispose()
