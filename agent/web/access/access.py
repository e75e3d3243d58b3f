"""Everything that guards the desk, over one database."""

from collections.abc import AsyncIterator
from datetime import timedelta

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.config import WebSettings
from agent.web.access.audit import AUDIT, Audit
from agent.web.access.checking import PasswordCheck
from agent.web.access.door import DOOR, Door
from agent.web.access.passwords import Passwords
from agent.web.access.people import People
from agent.web.access.recognition import Recognition
from agent.web.access.sessions import Lifetime, Sessions
from agent.web.access.sign_in import SignIn
from agent.web.access.tokens import ApiTokens


class Access:
    """The door, the sign-in pages and the audit trail."""

    def __init__(self, settings: WebSettings, engine: AsyncEngine) -> None:
        people, sessions = People(engine), Sessions(engine, lifetime(settings))
        self.audit = Audit(engine)
        self.door = Door(Recognition(sessions, ApiTokens(engine)), settings.trusted_proxies)
        self.sign_in = SignIn(people, sessions, PasswordCheck(people, Passwords()))

    def join(self, app: web.Application) -> None:
        """Give an application its sign-in pages, and handlers what they ask it for."""
        app[DOOR] = self.door
        app[AUDIT] = self.audit
        app.add_routes(self.sign_in.routes)
        app.cleanup_ctx.append(self._work)

    async def _work(self, _: web.Application) -> AsyncIterator[None]:
        self.audit.start()
        yield
        await self.audit.aclose()


def lifetime(settings: WebSettings) -> Lifetime:
    """How long sessions last."""
    return Lifetime(
        idle=timedelta(minutes=settings.session_idle_min),
        longest=timedelta(hours=settings.session_h),
    )
