"""An event loop whose clock is not the machine's: it jumps to whatever is due next.

Code that waits on asyncio alone runs as it is, and as fast as it can: a call of two minutes is over
when its work is done. Nothing may come from outside (threads, sockets): while the loop waits for
that no time passes, and where nothing else is due it never would.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


class NothingDue(RuntimeError):
    """All tasks wait, and no timer would ever wake one: in real time this would hang."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Starts at second 0."""

    def __init__(self) -> None:
        self._now_s = 0.0
        super().__init__(_Jumps(self._jump))

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._now_s

    def _jump(self, seconds: float) -> None:
        self._now_s += seconds


def run_virtually(main: Coroutine[Any, Any, _T]) -> _T:
    """As `asyncio.run`, in virtual time. Raises NothingDue where that would hang."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


class _Jumps(selectors.DefaultSelector):
    """Never waits: what it was to wait for, the clock is put forward by."""

    def __init__(self, jump: Callable[[float], None]) -> None:
        super().__init__()
        self._jump = jump

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise NothingDue("nothing is due, now or ever")
        if not ready and timeout:
            self._jump(timeout)
        return ready
