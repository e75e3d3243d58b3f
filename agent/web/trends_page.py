"""`/trends`: whether it is getting better, from kept scores; made beside the server."""

import asyncio
import tempfile
import time
from pathlib import Path

from aiohttp import web

from agent.errors import UnderstudyError
from agent.web.errands import Errands
from agent.web.page import desk_page

# The page loads scipy and reads every score: it is made no more often.
_FRESH_S = 600.0


class TrendsPage:
    """The page of `understudy trends --html`, kept until it is old."""

    def __init__(self, errands: Errands) -> None:
        self._errands = errands
        self._folder = tempfile.TemporaryDirectory(prefix="understudy-trends-")
        self._making: asyncio.Task[bytes] | None = None
        self._begun_s = 0.0
        self.routes = (web.get("/trends", self._show), web.get("/trends/page", self._page))

    async def _show(self, request: web.Request) -> web.Response:
        now_s = time.monotonic()
        made = self._making is not None and self._making.done()
        if self._making is None or (made and now_s - self._begun_s > _FRESH_S):
            self._begun_s = now_s
            self._making = self._errands.begin("trends", "--html", str(self._file))
        done, trouble = self._making.done(), ""
        if done:
            try:
                self._making.result()
            except UnderstudyError as error:
                trouble = str(error)
                self._making = None  # the next visit tries again
        return desk_page(request, "trends.html", done=done, trouble=trouble)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        if not await asyncio.to_thread(self._file.is_file):
            raise web.HTTPNotFound(text="The page has not been made yet: open /trends.")
        return web.FileResponse(self._file)

    @property
    def _file(self) -> Path:
        return Path(self._folder.name) / "trends.html"
