"""A table of calls out of a database, by a query of the user's."""

import asyncio
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url
from sqlalchemy.engine import URL, CursorResult
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from agent.cloning.errors import CloneError
from agent.cloning.ingest.table import Table, table

_VARIABLE = re.compile(r"\$\{(\w+)\}")
# The drivers that this program comes with, where the URL names none.
_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_ASYNC_DRIVERS = frozenset({"asyncpg", "aiosqlite", "aiomysql", "asyncmy", "psycopg_async"})


def is_database(calls: str) -> bool:
    """Whether it is a database URL rather than a file's path."""
    return "://" in calls


def read_query(calls: str, query: str) -> Table:
    """What the query gives; `${NAME}` in the URL is taken from the environment.

    Raises CloneError, in words without the password.
    """
    url = _url(calls)
    if not query.strip():
        raise CloneError(
            f"{_shown(url)} is a database: give the query that gives a row a call with --query."
        )
    try:
        if url.get_driver_name() in _ASYNC_DRIVERS:
            columns, rows = asyncio.run(_read_async(url, query))
        else:
            columns, rows = _read(url, query)
    except ModuleNotFoundError as error:
        raise CloneError(
            f"{_shown(url)} needs the Python package {error.name}: install it, or export the "
            "calls as CSV."
        ) from None
    except (SQLAlchemyError, OSError) as error:
        detail = " ".join(str(getattr(error, "orig", None) or error).split())[:200]
        raise CloneError(
            f"{_shown(url)} can't be asked ({detail}): correct --calls or --query."
        ) from None
    return table(
        _shown(url), columns, [["" if cell is None else str(cell) for cell in row] for row in rows]
    )


def expanded(calls: str) -> str:
    """With every `${NAME}` replaced. Raises CloneError for one that is not set."""

    def value(match: re.Match[str]) -> str:
        found = os.environ.get(match[1])
        if found is None:
            raise CloneError(
                f"The environment variable {match[1]}, which --calls names, is not set: export it."
            )
        return found

    return _VARIABLE.sub(value, calls)


def _url(calls: str) -> URL:
    try:
        url = make_url(expanded(calls))
        if url.drivername in _DRIVERS:
            url = url.set(drivername=_DRIVERS[url.drivername])
        url.get_dialect()
    except (ArgumentError, ValueError, SQLAlchemyError):
        raise CloneError(
            "--calls names no database that can be opened: give sqlite:////PATH or "
            "postgresql://USER:${PASSWORD}@HOST/DATABASE."
        ) from None
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        # Opening it would make an empty one.
        raise CloneError(f"There is no SQLite file {url.database}: correct --calls.")
    return url


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _read(url: URL, query: str) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return _fetched(connection.exec_driver_sql(query))
    finally:
        engine.dispose()


async def _read_async(url: URL, query: str) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return _fetched(await connection.exec_driver_sql(query))
    finally:
        await engine.dispose()


def _fetched(result: CursorResult[Any]) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
    return list(result.keys()), [tuple(row) for row in result.all()]
