"""Keeps all open pages up to date, and costs nothing while none is open."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator

import structlog

from agent.errors import UnderstudyError
from agent.web.board.stream import Audience, Seat, View

# Levels and phases are looked at five times a second; words are sent within a moment.
_LOOK_S = 0.2
_GATHER_S = 0.03
_REFRESH_S = 2.0
_MOST_SEATS = 500


class TooManyWatch(UnderstudyError):
    """So many pages are open that one more is refused."""


class Feed:
    """The audiences of all views; a view is there as long as somebody looks at it."""

    def __init__(self, look: Callable[[], None], refresh: Callable[[], Awaitable[None]]) -> None:
        """`look` sees what calls do at this moment; `refresh` asks what takes longer to answer."""
        self._look = look
        self._refresh = refresh
        self._audiences: dict[str, Audience] = {}
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._due: asyncio.TimerHandle | None = None
        self._log = structlog.get_logger("web.board")

    @contextlib.contextmanager
    def seat(self, name: str, view: Callable[[], View]) -> Iterator[Seat]:
        """A place in the audience of the view of this name, made by `view` for the first.

        Raises TooManyWatch.
        """
        if sum(map(len, self._audiences.values())) >= _MOST_SEATS:
            raise TooManyWatch(
                f"{_MOST_SEATS} pages of the desk are open: close some, then reload this one."
            )
        if not self._tasks:
            self._look()
            self._tasks = tuple(
                asyncio.create_task(self._again_and_again(step, pause_s))
                for step, pause_s in ((self._see, _LOOK_S), (self._refresh, _REFRESH_S))
            )
        if name not in self._audiences:
            self._audiences[name] = Audience(view())
        audience = self._audiences[name]
        seat = Seat()
        try:
            audience.enter(seat)
            yield seat
        finally:
            audience.leave(seat)
            if not audience:
                self._audiences.pop(name, None)
            if not self._audiences:
                self._rest()

    def news(self) -> None:
        """Something was told of a call: send it with whatever else comes within a moment."""
        if self._audiences and self._due is None:
            self._due = asyncio.get_running_loop().call_later(_GATHER_S, self._tell)

    def _rest(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = ()
        if self._due is not None:
            self._due.cancel()
            self._due = None

    async def _see(self) -> None:
        self._look()
        self._tell()

    def _tell(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
        for name, audience in self._audiences.items():
            try:
                audience.tell()
            except Exception:  # one call that can't be shown must not hide the others
                self._log.exception("a page was not brought up to date", page=name)

    async def _again_and_again(self, step: Callable[[], Awaitable[None]], pause_s: float) -> None:
        while True:
            try:
                await step()
            except Exception:  # what can't be seen now may be seen next time
                self._log.exception("live calls could not be looked at")
            await asyncio.sleep(pause_s)
