"""How serving ends: calls may come to their own end, then the queue gets them.

first signal     no new callers, live calls go on; none is left: over
drain_s later, or second signal     the callers left are handed to the fallback queue
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from agent.calls.manager import CallManager

# Who came at the last moment is found within milliseconds, unless Asterisk is away.
_SETTLES_WITHIN_S = 2.0


class StopAsked:
    """Whether the process was asked to stop, and asked again."""

    def __init__(self) -> None:
        self.once = asyncio.Event()
        self.twice = asyncio.Event()

    def again(self) -> None:
        """One more signal has come."""
        (self.twice if self.once.is_set() else self.once).set()


async def serve_until_asked(asked: StopAsked, manager: CallManager, drain_s: float) -> None:
    """Serve, and stop as asked; what ends the manager early (a refusal) is raised."""
    log = structlog.get_logger("app")
    running = asyncio.create_task(manager.run())
    await _first_of(running, asked.once.wait())
    if not running.done():
        await _cancel(running)
        log.info("no new calls are taken", live=manager.live, drain_s=drain_s)
        manager.drain()
        running = asyncio.create_task(manager.run())
        await _first_of(running, manager.settled(), timeout_s=_SETTLES_WITHIN_S)
        await _first_of(running, manager.drained(), asked.twice.wait(), timeout_s=drain_s)
    if manager.live:
        log.info("handing live calls over", calls=manager.live)
    await manager.stop()
    if running.done():
        running.result()
    await _cancel(running)


async def _first_of(
    running: asyncio.Task[None], *others: Coroutine[Any, Any, Any], timeout_s: float | None = None
) -> None:
    """Wait for the first of these; all but `running` are cancelled then."""
    waiting = [asyncio.create_task(other) for other in others]
    await asyncio.wait({running, *waiting}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    await _cancel(*waiting)


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
