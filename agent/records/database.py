"""Opening the database of call records, and saying in one line why it can't be used.

SQLite (the default) and PostgreSQL differ only here; no message made here holds a password.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    SQLAlchemyError,
    StatementError,
)
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from agent.records.errors import DatabaseUnavailable, SchemaMismatch
from agent.records.sealed_columns import give_keys
from agent.sealing.keys import KeyRing

_BUSY_TIMEOUT_MS = 5000
_CONNECT_TIMEOUT_S = 5.0
_COMMAND_TIMEOUT_S = 30.0
_UPGRADE = "`understudy db upgrade` makes them"

# A server that can't be reached is an OSError, with time-outs among them.
_FAILURES = (SQLAlchemyError, OSError)
# SQLSTATE classes: data exceptions, broken constraints, limits of a row or an index.
_BAD_VALUES = ("22", "23", "54")


def normalise_url(url: str) -> URL:
    """The URL with the asyncio driver that this program uses.

    Takes `sqlite:///relative`, `sqlite:////absolute` and `postgresql://user:password@host/name`
    (also `postgres://`, and libpq's `sslmode`). Raises DatabaseUnavailable for anything else.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    match parsed.get_backend_name() if parsed is not None else "":
        case "sqlite" if parsed is not None and parsed.database:
            return parsed.set(drivername="sqlite+aiosqlite")
        case "postgresql" | "postgres" if parsed is not None and parsed.database:
            query = {"ssl" if key == "sslmode" else key: v for key, v in parsed.query.items()}
            return parsed.set(drivername="postgresql+asyncpg", query=query)
    raise DatabaseUnavailable(
        "The setting records.database_url names no database: give sqlite:///PATH or "
        "postgresql://USER:PASSWORD@HOST/DATABASE."
    )


def create_engine(url: str, keys: KeyRing | None = None) -> AsyncEngine:
    """An engine for the URL; a directory for a SQLite file is made, readable by its owner only.

    Words are sealed with `keys`, if there are any. Connects lazily. Raises DatabaseUnavailable when
    the URL or the directory can't be used.
    """
    parsed = normalise_url(url)
    if parsed.get_backend_name() == "postgresql":
        engine = create_async_engine(
            parsed,
            pool_pre_ping=True,
            connect_args={"timeout": _CONNECT_TIMEOUT_S, "command_timeout": _COMMAND_TIMEOUT_S},
        )
    else:
        _make_private_file(parsed)
        engine = create_async_engine(parsed)
        event.listen(engine.sync_engine, "connect", _set_pragmas)
    give_keys(engine, keys or KeyRing())
    return engine


async def check_connection(engine: AsyncEngine) -> None:
    """Connect once. Raises DatabaseUnavailable with the remedy."""
    with explained(engine.url):
        async with engine.connect() as connection:
            await connection.exec_driver_sql("SELECT 1")


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Turn what the drivers raise inside into DatabaseUnavailable or SchemaMismatch."""
    try:
        yield
    except _FAILURES as error:
        raise _explain(url, error) from None


def is_bad_record(error: Exception) -> bool:
    """Whether the values themselves can't be stored, so that trying again can't help."""
    if isinstance(error, IntegrityError | DataError):
        return True
    if isinstance(error, DBAPIError):
        # asyncpg finds some bad values before it sends them.
        of_client = isinstance(getattr(error.orig, "driver_exception", None), ValueError)
        return of_client or (_sqlstate(error) or "")[:2] in _BAD_VALUES
    if isinstance(error, SQLAlchemyError):
        return isinstance(error, StatementError)
    return not isinstance(error, OSError)


def describe(url: URL) -> str:
    """The database as a person names it, without its password."""
    if url.get_backend_name() == "sqlite":
        return f"SQLite database {url.database}"
    host = url.host or url.query.get("host") or "localhost"
    port = f":{url.port}" if url.port else ""
    return f"PostgreSQL database '{url.database}' on {host}{port}"


def reason_of(error: BaseException) -> str:
    """The driver's own words, their first line, without the statement and its values."""
    inner = getattr(error, "orig", None) or error
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror
    driver = getattr(inner, "driver_exception", None) or inner
    return str(driver).strip().split("\n", 1)[0]


def _make_private_file(url: URL) -> None:
    """Calls are personal data: neither directory nor file is readable by other users."""
    if url.database is None or url.database == ":memory:":
        return
    path = Path(url.database)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise DatabaseUnavailable(
            f"The SQLite database {path} can't be created ({error.strerror}): make its directory "
            "writable, or set records.database_url to another place."
        ) from None


def _set_pragmas(connection: Any, _: object) -> None:
    """Readers don't block the writer (WAL), and a lock is waited for instead of an error."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _explain(url: URL, error: Exception) -> DatabaseUnavailable | SchemaMismatch:
    place = describe(url)
    state = _sqlstate(error)
    text = reason_of(error)
    if state == "42P01" or "no such table" in text or "no such column" in text or state == "42703":
        return SchemaMismatch(f"The {place} lacks tables of this version: {_UPGRADE}.")
    if url.get_backend_name() == "sqlite":
        return DatabaseUnavailable(
            f"The {place} can't be used ({text}): check the file, its directory's rights and the "
            "free space, or set records.database_url to another place."
        )
    user = f"user '{url.username}'" if url.username else "the user"
    if state in ("28P01", "28000"):
        return DatabaseUnavailable(
            f"The {place} does not let {user} in: correct the user or password in "
            "records.database_url, or pg_hba.conf on the server."
        )
    if state == "3D000":
        return DatabaseUnavailable(
            f"The server has no {place}: create it (`createdb {url.database}`), or correct "
            "records.database_url."
        )
    if state is None and isinstance(error, OSError):  # TimeoutError is one too
        return DatabaseUnavailable(
            f"The {place} can't be reached ({text or 'no answer'}): start the server, or correct "
            "host and port in records.database_url."
        )
    return DatabaseUnavailable(
        f"The {place} refused ({text}): see the server's log, or correct records.database_url."
    )


def _sqlstate(error: BaseException) -> str | None:
    """PostgreSQL's five characters, from the error itself or from the driver's error within."""
    inner = getattr(error, "orig", None) or error
    state = getattr(inner, "sqlstate", None)
    return state if isinstance(state, str) else None
