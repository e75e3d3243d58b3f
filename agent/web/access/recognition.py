"""Finding out who sends a request, by its cookie or its token."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from agent.web.access.person import Person
from agent.web.access.promptly import NO_ANSWER, in_time, reason, unavailable
from agent.web.access.remembered import Remembered
from agent.web.access.secret import digest
from agent.web.access.sessions import Sessions
from agent.web.access.tokens import ApiTokens

Find = Callable[[str, datetime], Awaitable[tuple[Person, datetime] | None]]


class Recognition:
    """Asks the database, remembers its answers, and goes on with them while it is away."""

    def __init__(self, sessions: Sessions, tokens: ApiTokens) -> None:
        self._sessions = sessions
        self._tokens = tokens
        self._remembered = Remembered()
        self._away = False
        self._log = structlog.get_logger("web")

    async def by_session(self, secret: str, now: datetime) -> Person | None:
        """Whose session it is; None: nobody's any more. Raises AccessUnavailable."""
        return await self._who(secret, now, self._sessions.find)

    async def by_token(self, secret: str, now: datetime) -> Person | None:
        """Whose token it is; None: nobody's. Raises AccessUnavailable."""
        return await self._who(secret, now, self._tokens.find)

    def forget(self, secret: str) -> None:
        """Ask the database about it again."""
        self._remembered.forget(digest(secret))

    async def _who(self, secret: str, now: datetime, find: Find) -> Person | None:
        key = digest(secret)
        person = self._remembered.fresh(key, now)
        if person is not None:
            return person
        try:
            async with in_time():
                found = await find(key, now)
        except NO_ANSWER as error:
            self._note(reason(error))
            person = self._remembered.in_outage(key, now)
            if person is None:
                raise unavailable() from None
            return person
        self._note("")
        if found is None:
            self._remembered.forget(key)
            return None
        self._remembered.confirmed(key, *found, now)
        return found[0]

    def _note(self, why: str) -> None:
        """Log the beginning and the end of an outage, not each request in it."""
        if why and not self._away:
            self._log.warning("who is signed in is taken from memory", why=why)
        elif self._away and not why:
            self._log.info("who is signed in is asked of the database again")
        self._away = bool(why)
