"""Work beside a call that ends with it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog


class CallTasks:
    """Tasks of one owner; a failure is logged and told, never lost."""

    def __init__(self, on_failed: Callable[[str], None]) -> None:
        self._on_failed = on_failed
        self._tasks: set[asyncio.Task[None]] = set()
        self._log = structlog.get_logger("calls")

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run it beside the call."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    async def aclose(self) -> None:
        """Cancel what is under way and wait for its end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._log.error("call task failed", error=repr(task.exception()))
            self._on_failed(str(task.exception()))
