"""The database of people, asked by somebody who waits for a page."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog

from agent.records.errors import DatabaseUnavailable, SchemaMismatch
from agent.web.access.errors import AccessUnavailable
from agent.web.access.remembered import GRACE

_PATIENCE_S = 2.0
# What a database that is away or hangs raises inside `in_time`.
NO_ANSWER = (DatabaseUnavailable, SchemaMismatch, TimeoutError)


def in_time() -> asyncio.Timeout:
    """Raises TimeoutError after the time that a page may wait for the database."""
    return asyncio.timeout(_PATIENCE_S)


@contextlib.asynccontextmanager
async def promptly() -> AsyncIterator[None]:
    """Raises AccessUnavailable where the database does not answer in time, or not at all.

    Strangers are not told where it is or what is wrong with it: the log is.
    """
    try:
        async with in_time():
            yield
    except NO_ANSWER as error:
        structlog.get_logger("web").error("nobody can sign in", why=reason(error))
        raise unavailable() from None


def reason(error: Exception) -> str:
    """Why there was no answer, for the log."""
    return str(error) or "no answer in time"


def unavailable() -> AccessUnavailable:
    """What is told of it."""
    return AccessUnavailable(
        "Nobody can sign in now: the database of people does not answer. Who is signed in stays so "
        f"for {GRACE.seconds // 60} minutes. The agent's log says what is wrong with the database."
    )
