"""Work that takes as long as it is charged, whatever it takes on this machine."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class ChargedExecutor(Executor):
    """Runs a job at once and hands out its result when its time is over.

    A job takes `base_s` of the running loop's time and what `charge` adds to it meanwhile. Jobs
    don't wait for each other.
    """

    def __init__(self, base_s: float = 0.0) -> None:
        self._base_s = base_s
        self._charged_s = 0.0

    def charge(self, seconds: float) -> None:
        """The job under way takes so much longer."""
        self._charged_s += seconds

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> "Future[_T]":
        """Run it; the future is done later, or has the job's error at once."""
        future: Future[_T] = Future()
        self._charged_s = self._base_s
        try:
            result = fn(*args, **kwargs)
        except Exception as error:
            future.set_exception(error)
            return future
        asyncio.get_running_loop().call_later(self._charged_s, _finish, future, result)
        return future


def _finish(future: "Future[Any]", result: Any) -> None:
    if future.set_running_or_notify_cancel():
        future.set_result(result)
