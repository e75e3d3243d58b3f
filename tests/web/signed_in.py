"""Ways in for tests of pages: a token for an HTTP client, a cookie for a browser."""

import secrets

from sqlalchemy.ext.asyncio import AsyncEngine

from agent.config import WebSettings
from agent.records.records import utc_now
from agent.web.access.access import lifetime
from agent.web.access.passwords import Passwords
from agent.web.access.people import People
from agent.web.access.role import Role
from agent.web.access.sessions import Sessions
from agent.web.access.tokens import ApiTokens

PASSWORD = "correct horse battery staple"


async def bearer(engine: AsyncEngine, role: Role = Role.SUPERVISOR) -> dict[str, str]:
    """Headers of a program with a role; `ClientSession(headers=...)` sends them always."""
    name = f"test-{secrets.token_hex(4)}"
    token = await ApiTokens(engine).add(name, role, utc_now(), None)
    return {"Authorization": f"Bearer {token}"}


async def add_person(engine: AsyncEngine, name: str, role: Role = Role.SUPERVISOR) -> None:
    """Somebody whose password is PASSWORD."""
    await People(engine).add(name, role, Passwords().hash(PASSWORD), utc_now())


async def session_cookie(engine: AsyncEngine, name: str) -> dict[str, str]:
    """The cookie of a session of somebody who was added, for a server without TLS."""
    account = await People(engine).find(name)
    assert account is not None
    return {"understudy": await Sessions(engine, lifetime(WebSettings())).begin(account, utc_now())}
