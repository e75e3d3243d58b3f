"""A server with a room of every mark, and browsers that come to it."""

import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar, web
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.config import WebSettings
from agent.web.access.access import Access
from agent.web.access.audit import note
from agent.web.access.door import still_signed_in
from agent.web.access.marks import needs, open_to_all
from agent.web.access.person import person_of
from agent.web.access.role import Role
from agent.web.page import desk_page
from agent.web.server import WebServer
from tests.web.signed_in import PASSWORD

HTML = {"Accept": "text/html"}


class Room:
    """`/board` and `/orders` bear no mark; the others are as they are called."""

    def __init__(self) -> None:
        self.routes = (
            web.get("/", self._name),
            web.get("/calls", self._calls),
            web.get("/board", self._name),
            web.post("/orders", self._order),
            web.get("/open", self._open),
            web.get("/pop", self._pop),
            web.get("/metrics", self._metrics),
            web.get("/stream", self._stream),
        )

    async def _calls(self, request: web.Request) -> web.Response:
        return desk_page(request, "trouble.html", reason="Calls", text="None.")

    async def _name(self, request: web.Request) -> web.Response:
        return web.Response(text=person_of(request).name)

    async def _order(self, request: web.Request) -> web.Response:
        note(request, "call.ordered", call_id="5b7e2f0a-93c1-4d57-8a44-0c2f6f1e9b21", order="end")
        return web.Response(text=str((await request.post()).get("text", "")))

    @open_to_all
    async def _open(self, _: web.Request) -> web.Response:
        return web.Response(text="open")

    @needs(Role.AGENT)
    async def _pop(self, _: web.Request) -> web.Response:
        return web.Response(text="pop")

    @needs(Role.MONITOR, this_machine=True)
    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(text="metrics")

    async def _stream(self, request: web.Request) -> web.Response:
        return web.Response(text=str(await still_signed_in(request)))


@dataclass
class Desk:
    """A running server and one browser's cookies."""

    url: str
    access: Access
    browser: ClientSession

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and text; redirects are not followed."""
        found = await self.answer("GET", path, headers=headers)
        return found.status, await found.text()

    async def answer(self, method: str, path: str, **options: Any) -> ClientResponse:
        """An answer whose body has been read."""
        options = {"allow_redirects": False, **options}
        async with self.browser.request(method, self.url + path, **options) as response:
            await response.read()
            return response

    async def csrf_token(self, path: str = "/sign-in") -> str:
        """What a page's forms send back."""
        _, page = await self.get(path)
        found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)
        assert found, page
        return found[1]

    async def sign_in(
        self, name: str, password: str = PASSWORD, path: str = "/sign-in"
    ) -> ClientResponse:
        """Fill in the form and send it."""
        form = {"csrf_token": await self.csrf_token(), "name": name, "password": password}
        return await self.answer("POST", path, data=form)


@contextlib.asynccontextmanager
async def desk(engine: AsyncEngine, port: int, **settings: Any) -> AsyncIterator[Desk]:
    """A server and a browser that has no cookie yet."""
    chosen = WebSettings(port=port, **settings)
    access = Access(chosen, engine)
    server = WebServer(chosen, [Room()], access)
    await server.start()
    try:
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
            yield Desk(f"http://127.0.0.1:{port}", access, browser)
    finally:
        await server.stop()
