"""All stores: every test that takes `store` runs on SQLite, on PostgreSQL and on Redis."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.snapshots.database import DatabaseSnapshots
from agent.snapshots.redis import RedisSnapshots
from agent.snapshots.store import SnapshotStore
from tests.records.conftest import postgres  # noqa: F401  a fixture
from tests.records.postgres import PostgresCluster
from tests.servers import not_installed
from tests.snapshots.redis_server import RedisServer, find_binary

KEEP = timedelta(hours=4)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    binary = find_binary()
    if binary is None:
        not_installed("Redis", "redis-server", "UNDERSTUDY_REQUIRE_REDIS")
    server = RedisServer(binary)
    server.start()
    yield server
    server.remove()


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgres", marks=pytest.mark.postgres),
        pytest.param("redis", marks=pytest.mark.redis),
    ]
)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SnapshotStore]:
    """A new, empty store."""
    if request.param == "redis":
        server: RedisServer = request.getfixturevalue("redis_server")
        redis = RedisSnapshots(server.url(), KEEP)
        await redis._redis.flushall()
        yield redis
        await redis.aclose()
        return
    url = f"sqlite:///{tmp_path}/calls.sqlite3"
    if request.param == "postgres":
        cluster: PostgresCluster = request.getfixturevalue("postgres")
        url = await cluster.create_database()
    await upgrade(url)
    engine = create_engine(url)
    yield DatabaseSnapshots(engine)
    await engine.dispose()
