import asyncio
import stat
from pathlib import Path

import pytest

from agent.errors import UnderstudyError
from agent.records.database import check_connection, create_engine, describe, normalise_url
from agent.records.errors import DatabaseUnavailable
from agent.records.migrate import upgrade
from tests.records.postgres import PASSWORD, PostgresCluster

SECRET = "s3cret-pw"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///calls.db", "sqlite+aiosqlite:///calls.db"),
        ("sqlite:////var/calls.db", "sqlite+aiosqlite:////var/calls.db"),
        ("postgresql://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgres://u:p@h:5433/d", "postgresql+asyncpg://u:p@h:5433/d"),
        ("postgresql+asyncpg://h/d", "postgresql+asyncpg://h/d"),
        ("postgresql://h/d?sslmode=require", "postgresql+asyncpg://h/d?ssl=require"),
    ],
)
def test_urls_get_the_asyncio_drivers(given: str, used: str) -> None:
    assert normalise_url(given).render_as_string(hide_password=False) == used


@pytest.mark.parametrize(
    "url", ["", "calls.db", f"mysql://u:{SECRET}@h/d", f"postgresql://u:{SECRET}@h", "sqlite://"]
)
def test_other_urls_are_refused_with_the_forms_that_work(url: str) -> None:
    with pytest.raises(
        DatabaseUnavailable, match=r"give sqlite:///PATH or postgresql://"
    ) as caught:
        normalise_url(url)
    assert SECRET not in str(caught.value)


async def test_a_sqlite_file_is_private_waits_for_locks_and_checks_references(
    tmp_path: Path,
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/new/calls.db")
    async with engine.connect() as connection:
        pragmas = [
            (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        ]
    await engine.dispose()
    assert pragmas == ["wal", 1, 5000]
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new/calls.db").stat().st_mode) == 0o600


def test_a_directory_that_cant_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnavailable, match=r"file/calls\.db can't be created \(.+\): make"):
        create_engine(f"sqlite:///{tmp_path}/file/calls.db")


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "calls.db").write_bytes(b"a shopping list, not a database" * 100)
    with pytest.raises(DatabaseUnavailable, match=r"calls\.db can't be used \(file is not a dat"):
        await upgrade(f"sqlite:///{tmp_path}/calls.db")


async def refused(url: str) -> str:
    engine = create_engine(url)
    with pytest.raises(UnderstudyError) as caught:
        await check_connection(engine)
    await engine.dispose()
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__  # the driver's own text stays out of tracebacks
    return str(caught.value)


@pytest.mark.postgres
async def test_a_wrong_password_is_one_line_without_it(postgres: PostgresCluster) -> None:
    message = await refused(postgres.url("postgres", password=SECRET))
    assert "does not let user 'understudy' in: correct the user or password" in message
    assert SECRET not in message


@pytest.mark.postgres
async def test_a_missing_database_comes_with_the_command_that_makes_it(
    postgres: PostgresCluster,
) -> None:
    message = await refused(postgres.url("nowhere"))
    assert "no PostgreSQL database 'nowhere'" in message
    assert "`createdb nowhere`" in message
    assert PASSWORD not in message


async def test_nobody_listens() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    message = await refused(f"postgresql://u:{SECRET}@127.0.0.1:{port}/calls")
    assert f"'calls' on 127.0.0.1:{port} can't be reached" in message
    assert "start the server" in message
    assert SECRET not in message


def test_no_description_holds_a_password() -> None:
    url = normalise_url(f"postgresql://u:{SECRET}@h:5433/d?password={SECRET}")
    assert describe(url) == "PostgreSQL database 'd' on h:5433"
