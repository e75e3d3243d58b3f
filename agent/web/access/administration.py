"""Changing who may use the desk; each change is in the audit trail."""

import asyncio
import getpass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from agent.records.records import utc_now
from agent.web.access.audit import Audit, Deed
from agent.web.access.names import normal_name
from agent.web.access.passwords import Passwords, check_strength
from agent.web.access.people import People
from agent.web.access.role import Role
from agent.web.access.tokens import ApiTokens

_COMMAND_LINE = "command line"


class Administration:
    """What a user of this machine may do who can reach the database.

    Every method raises AccountError for what can't be done, DatabaseUnavailable or SchemaMismatch
    when the database can't answer.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._people = People(engine)
        self._tokens = ApiTokens(engine)
        self._audit = Audit(engine)

    async def add_user(self, name: str, role: Role, password: str) -> str:
        """Make somebody who may sign in; the name as it is kept."""
        name = normal_name(name)
        await self._people.add(name, role, await _hashed(password, name), utc_now())
        await self._note("user.added", user=name, role=role.value)
        return name

    async def set_password(self, name: str, password: str) -> None:
        """Give a new password; their sessions end."""
        name = normal_name(name)
        await self._people.set_password(name, await _hashed(password, name), utc_now())
        await self._note("user.password_changed", user=name)

    async def disable_user(self, name: str, *, on: bool) -> None:
        """Keep somebody out, or let them in again; their sessions end."""
        name = normal_name(name)
        await self._people.disable(name, utc_now() if on else None)
        await self._note("user.disabled" if on else "user.enabled", user=name)

    async def remove_user(self, name: str) -> None:
        """Forget somebody; what they did stays in the audit trail."""
        name = normal_name(name)
        await self._people.remove(name)
        await self._note("user.removed", user=name)

    async def add_token(self, name: str, role: Role, lasts: timedelta | None) -> str:
        """A new token, good for so long (None: until it is revoked); its secret, told once."""
        name, now = normal_name(name), utc_now()
        secret = await self._tokens.add(name, role, now, now + lasts if lasts else None)
        await self._note("token.added", token=name, role=role.value)
        return secret

    async def revoke_token(self, name: str) -> None:
        """End a token."""
        name = normal_name(name)
        await self._tokens.revoke(name)
        await self._note("token.revoked", token=name)

    async def _note(self, action: str, **details: str) -> None:
        deed = Deed(who=_operator(), action=action, origin=_COMMAND_LINE, details=details)
        await self._audit.store([deed])


async def _hashed(password: str, name: str) -> str:
    check_strength(password, name)
    return await asyncio.to_thread(lambda: Passwords().hash(password))


def _operator() -> str:
    """The user of this machine; a colon, so that it is nobody of the desk."""
    try:
        return f"unix:{getpass.getuser()}"
    except (OSError, KeyError):  # a number that no user has
        return "unix:unknown"
