"""The board and live calls' pages: `/`, `/live/CALL`, and the streams that keep them up to date."""

import asyncio
from collections.abc import Callable, Sequence

from aiohttp import web

from agent.records.records import utc_now
from agent.web.access.audit import note
from agent.web.access.person import Role, person_of
from agent.web.board.board_view import BoardView
from agent.web.board.call_view import CallView
from agent.web.board.feed import Feed
from agent.web.board.live_board import LiveBoard
from agent.web.board.live_call import LiveCall
from agent.web.board.pieces import PACKAGE, templates
from agent.web.board.presence import ASKED_EVERY_S, Presence
from agent.web.board.queues import QueueWatch
from agent.web.board.stream import Seat, View, message
from agent.web.board.vitals import Vital
from agent.web.page import desk_page

# A reader who takes longer for one message is given up.
_WRITTEN_WITHIN_S = 5.0
_HEADERS = {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
_FIRST = b"retry: 1000\n\n"
_BOARD = "board"


class BoardRoom:
    """Live calls in the browser."""

    def __init__(
        self,
        board: LiveBoard,
        queues: QueueWatch,
        vitals: Callable[[], Sequence[Vital]],
        look: Callable[[], None],
        *,
        listens: bool,
    ) -> None:
        """`look` has `board` see what calls do now; `listens`: calls can be listened to."""
        self._board = board
        self._queues = queues
        self._vitals = vitals
        self._look = look
        self._listens = listens
        self._templates = templates()
        self._feed = Feed(look, queues.refresh)
        board.on_news(self._feed.news)
        self.routes = (
            web.get("/", self._show_board),
            web.get("/board/events", self._board_events),
            web.get("/live/{call_id}", self._show_call),
            web.get("/live/{call_id}/events", self._call_events),
        )

    async def _show_board(self, request: web.Request) -> web.Response:
        self._look()
        parts = self._board_view().parts()
        return desk_page(request, "board.html", package=PACKAGE, parts=parts, now=utc_now())

    async def _show_call(self, request: web.Request) -> web.Response:
        self._look()
        call = self._board.calls.get(request.match_info["call_id"])
        if call is None:  # it has ended, or never was: its record knows
            raise web.HTTPSeeOther(f"/calls/{request.match_info['call_id']}")
        note(request, "call.opened", call_id=call.call_id, live=True)
        supervises = person_of(request).role is Role.SUPERVISOR
        return desk_page(
            request,
            "live_call.html",
            package=PACKAGE,
            call=call,
            parts=self._call_view(call).parts(),
            now=utc_now(),
            may_order=supervises,
            may_listen=supervises and self._listens,
        )

    async def _board_events(self, request: web.Request) -> web.StreamResponse:
        return await self._stream(request, _BOARD, self._board_view)

    async def _call_events(self, request: web.Request) -> web.StreamResponse:
        call_id = request.match_info["call_id"]
        call = self._board.calls.get(call_id)
        if call is None:
            # 204 is how a browser is told not to come again (WHATWG HTML, section 9.2.3).
            return web.Response(status=204)
        return await self._stream(request, call_id, lambda: self._call_view(call))

    def _board_view(self) -> BoardView:
        return BoardView(self._board, self._queues, self._vitals, self._templates)

    def _call_view(self, call: LiveCall) -> CallView:
        return CallView(call, self._board, self._queues, self._templates)

    async def _stream(
        self, request: web.Request, name: str, view: Callable[[], View]
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers=_HEADERS)
        with self._feed.seat(name, view) as seat:
            try:
                await response.prepare(request)
                await response.write(_FIRST)
                await _send(seat, request, response)
            except (ConnectionError, TimeoutError):
                if request.transport is not None:  # it may never read what it was sent
                    request.transport.abort()
        return response


async def _send(seat: Seat, request: web.Request, response: web.StreamResponse) -> None:
    """Until the reader is lost or signs out. Raises ConnectionError and TimeoutError."""
    presence = Presence(request)
    while (text := await seat.take(ASKED_EVERY_S)) is not None:
        there = await presence.holds()
        async with asyncio.timeout(_WRITTEN_WITHIN_S):
            await response.write(text if there else message("signed-out", ""))
        if not there:
            return
