"""Servers on loopback in a thread of their own, for targets that are reached over a socket."""

import asyncio
import atexit
import logging
import threading
from collections.abc import Coroutine
from functools import cache
from typing import Any, TypeVar

from agent.calls.orders import Order, Outcome, Result
from agent.config import WebSettings
from agent.records.database import create_engine
from agent.records.models import Base
from agent.records.recordings import Recordings
from agent.records.store import CallStore
from agent.sealing.keys import KeyRing
from agent.web.access.access import Access
from agent.web.access.role import Role
from agent.web.history import History
from agent.web.orders import Orders
from agent.web.server import WebServer
from tests.fuzz.scratch import folder
from tests.web.signed_in import add_person, bearer
from tests.web.test_server import free_port

_T = TypeVar("_T")
_PATIENCE_S = 30.0


class Background:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Wait for what a coroutine returns."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE_S)


@cache
def background() -> Background:
    """The process's one."""
    return Background()


class Desk:
    """The real web server over a real database: sign-in, past calls, orders to live calls."""

    def __init__(self, port: int, token: str, broken: "Broken") -> None:
        self.port = port
        self.token = token
        self._broken = broken

    def trouble(self) -> BaseException | None:
        """What has left a handler since it was last asked."""
        found, self._broken.error = self._broken.error, None
        return found


class Broken(logging.Handler):
    """Takes the exceptions that aiohttp turns into status 500."""

    error: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            self.error = record.exc_info[1]


@cache
def desk() -> Desk:
    """Started when it is first asked for; ends with the process."""
    return background().run(_open_desk())


async def _open_desk() -> Desk:
    engine = create_engine(f"sqlite:///{folder() / 'desk.sqlite3'}")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    # The proxy's headers are believed, so that they are read at all.
    settings = WebSettings(port=free_port(), trusted_proxies=("127.0.0.0/8",))
    rooms = (
        Orders(_Taken(), {"ann": "PJSIP/agent1"}),
        History(CallStore(engine), Recordings(folder(), KeyRing())),
    )
    server = WebServer(settings, rooms, Access(settings, engine))
    await server.start()
    await add_person(engine, "ann")
    token = (await bearer(engine, Role.SUPERVISOR))["Authorization"].removeprefix("Bearer ")
    broken = Broken()
    logger = logging.getLogger("aiohttp.server")
    logger.addHandler(broken)
    logger.propagate = False
    atexit.register(lambda: background().run(server.stop()))
    return Desk(settings.port, token, broken)


class _Taken:
    """Implements `web.orders.OrderTaker`."""

    async def order(self, call_id: str, order: Order, *, by: str) -> Outcome:
        return Outcome(Result.DONE, "Done.")
