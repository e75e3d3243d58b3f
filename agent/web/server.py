"""The web server: one address, one door, and rooms behind it."""

from collections.abc import Sequence

from aiohttp import web

from agent.config import WebSettings
from agent.web.access.access import Access
from agent.web.access.headers import security_headers
from agent.web.access.visit import visit_of
from agent.web.exposure import WebError, protection_of
from agent.web.room import Room
from agent.web.static_files import StaticFiles
from agent.web.trouble import explain

# A browser that holds half a recording back must not hold the process back.
_SHUTDOWN_S = 0.5
_LARGEST_BODY = 1024 * 1024


class WebServer:
    """Serves on one address; every request passes the door of `access` first."""

    def __init__(self, settings: WebSettings, rooms: Sequence[Room], access: Access) -> None:
        """Raises WebError for an address without the protection it needs, or bad TLS files."""
        self._settings = settings
        self._tls = protection_of(settings)
        app = web.Application(
            middlewares=[explain, access.door.middleware], client_max_size=_LARGEST_BODY
        )
        app.on_response_prepare.append(_protect)
        access.join(app)
        for room in (StaticFiles(), *rooms):
            app.add_routes(room.routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)

    async def start(self) -> None:
        """Listen. Raises WebError when the address is taken."""
        await self._runner.setup()
        site = web.TCPSite(
            self._runner, self._settings.host, self._settings.port, ssl_context=self._tls
        )
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise WebError(
                f"The web server can't listen on {self._settings.host}:{self._settings.port} "
                f"({error.strerror}): stop what uses it, or set web.port."
            ) from None

    async def stop(self) -> None:
        """Stop listening and close connections."""
        await self._runner.cleanup()


async def _protect(request: web.Request, response: web.StreamResponse) -> None:
    visit = visit_of(request)
    response.headers.update(security_headers(visit.nonce, secure=visit.peer.secure))
    # Pages are about people: no copy stays in a browser or a proxy unless a handler says so.
    response.headers.setdefault("Cache-Control", "no-store")
