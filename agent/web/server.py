"""The web server: one address, and rooms behind it."""

from collections.abc import Sequence

from aiohttp import web
from aiohttp.typedefs import Handler

from agent.config import WebSettings
from agent.errors import UnderstudyError
from agent.web.room import Room

# A browser that holds half a recording back must not hold the process back.
_SHUTDOWN_S = 0.5


class WebError(UnderstudyError):
    """The web server can't start."""


class WebServer:
    """Serves on one address; loopback unless configured, since its pages have no sign-in yet."""

    def __init__(self, settings: WebSettings, rooms: Sequence[Room]) -> None:
        self._settings = settings
        app = web.Application(middlewares=[_explain])
        app.add_routes([web.get("/", _home)])
        for room in rooms:
            app.add_routes(room.routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)

    async def start(self) -> None:
        """Listen. Raises WebError when the address is taken."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._settings.host, self._settings.port)
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


async def _home(_: web.Request) -> web.Response:
    raise web.HTTPFound("/calls")


@web.middleware
async def _explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 503 with the one line of an error, such as a database that is away."""
    try:
        return await handler(request)
    except UnderstudyError as error:
        raise web.HTTPServiceUnavailable(text=str(error)) from None
