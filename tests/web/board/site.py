"""The desk's live pages on a real port, over calls that are played again."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import numpy as np
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.asterisk.queues import MemberState, QueueMember, QueueState
from agent.calls.glimpse import Glimpse
from agent.config import WebSettings
from agent.web.access.access import Access
from agent.web.board.listen_room import ListenRoom
from agent.web.board.live_board import LiveBoard
from agent.web.board.queues import QueueWatch
from agent.web.board.room import BoardRoom
from agent.web.board.vitals import Vital
from agent.web.server import WebServer
from tests.web.board.replayed_call import LENGTH_S, ReplayedCall

_STEP_S = 0.1
FRAME_S = 0.02
_MEMBERS = (
    QueueMember("Zoe", "PJSIP/agent1", MemberState.FREE),
    QueueMember("Adam", "PJSIP/agent2", MemberState.BUSY),
    QueueMember("Mina", "PJSIP/agent3", MemberState.PAUSED),
)


class OneQueue:
    """Implements `board.queues.QueueSource`."""

    async def state(self, queue: str) -> QueueState | None:
        return QueueState(queue, 2, 1, 1, 35, _MEMBERS) if queue == "sales" else None


class ToneTaps:
    """A tone on each leg, or silence; implements `board.listening.Taps`."""

    def __init__(self) -> None:
        self.sounding = True
        self.open_taps = 0

    @contextlib.asynccontextmanager
    async def open(self, call_id: str) -> AsyncIterator[AsyncIterator[bytes]]:
        self.open_taps += 1
        try:
            yield self._frames()
        finally:
            self.open_taps -= 1

    async def _frames(self) -> AsyncIterator[bytes]:
        phase = 2 * np.pi * np.arange(160) / 160
        tones = np.stack([np.sin(10 * phase), np.sin(14 * phase)], axis=1)
        loud = (tones * [8000, 4000]).astype("<i2").tobytes()
        due_s = time.monotonic()
        while True:
            due_s += FRAME_S
            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
            yield loud if self.sounding else bytes(len(loud))


class OrderBook:
    """Notes the orders that pages send."""

    def __init__(self) -> None:
        self.orders: list[dict[str, str]] = []
        self.routes = (web.post("/live/{call_id}/orders", self._order),)

    async def _order(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.orders.append({key: str(value) for key, value in form.items() if key != "csrf_token"})
        return web.Response(text="Done.", content_type="text/html")


@dataclass
class BoardSite:
    """A server, and what its pages show."""

    url: str
    engine: AsyncEngine
    board: LiveBoard
    taps: ToneTaps
    orders: OrderBook
    open_server: Callable[[], WebServer]
    glimpses: Callable[[], list[Glimpse]] = list
    vitals: list[Vital] = field(default_factory=lambda: [Vital("asterisk")])

    def look(self) -> None:
        self.board.look(self.glimpses())

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Its server runs within the block."""
        self._server = self.open_server()
        await self._server.start()
        try:
            yield
        finally:
            await self._server.stop()

    @contextlib.asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Its server is away within the block."""
        await self._server.stop()
        try:
            yield
        finally:
            self._server = self.open_server()
            await self._server.start()

    def replay(self, count: int, *, at_s: float = 0.0) -> list[ReplayedCall]:
        """Calls that stand at this second of the sample."""
        calls = [ReplayedCall(number, self.board) for number in range(count)]
        for call in calls:
            call.begin()
            call.play(at_s)
        self.glimpses = lambda: [call.glimpse(at_s) for call in calls]
        return calls

    async def play(self, count: int) -> None:
        """Calls in real time, each a little later than the last, until cancelled."""
        began_s = time.monotonic()
        calls: list[tuple[float, ReplayedCall]] = []
        numbers = iter(range(1_000_000))

        def age_s(start_s: float) -> float:
            return time.monotonic() - began_s - start_s

        def add(start_s: float) -> None:
            call = ReplayedCall(next(numbers), self.board)
            call.begin()
            calls.append((start_s, call))

        for number in range(count):
            add(-number * LENGTH_S / count)
        self.glimpses = lambda: [call.glimpse(age_s(start_s)) for start_s, call in calls]
        while True:
            for start_s, call in list(calls):
                call.play(age_s(start_s))
                if age_s(start_s) >= LENGTH_S:
                    call.end()
                    calls.remove((start_s, call))
                    add(start_s + LENGTH_S)
            await asyncio.sleep(_STEP_S)


@contextlib.asynccontextmanager
async def board_site(engine: AsyncEngine) -> AsyncIterator[BoardSite]:
    """A site over this database of people."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    board, taps, orders = LiveBoard(), ToneTaps(), OrderBook()
    queues = QueueWatch(OneQueue(), lambda: ("sales", "service"))
    settings = WebSettings(port=port)

    def open_server() -> WebServer:
        room = BoardRoom(board, queues, lambda: site.vitals, site.look, listens=True)
        return WebServer(settings, (room, ListenRoom(taps), orders), Access(settings, engine))

    site = BoardSite(f"http://127.0.0.1:{port}", engine, board, taps, orders, open_server)
    async with site.serving():
        yield site
