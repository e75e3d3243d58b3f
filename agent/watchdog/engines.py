"""All pools of a process: hung jobs are given up; too many, and the process should be restarted."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from agent.errors import UnderstudyError
from agent.watchdog.faults import Faults
from agent.watchdog.pool import PoolStats, WatchedPool

_EVERY_S = 0.1
# So late, the process was suspended or the loop blocked: no engine is to blame for that time.
_STOOD_STILL_S = 1.0


class EnginesStuck(UnderstudyError):
    """So many engines hang that only a new process helps."""


@dataclass(frozen=True, slots=True)
class EngineStats:
    """The pools by name, and what engines did wrong, by (engine, kind)."""

    pools: Mapping[str, PoolStats] = field(default_factory=dict)
    faults: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def stuck(self) -> int:
        """Threads that are inside engines and have not come back."""
        return sum(pool.stuck for pool in self.pools.values())


class EngineWatch:
    """Looks after the pools of engines several times a second."""

    def __init__(self, max_stuck: int) -> None:
        """With `max_stuck` threads that don't come back `exhausted` is set."""
        self.faults = Faults()
        self.exhausted = asyncio.Event()
        self._max_stuck = max_stuck
        self._pools: list[WatchedPool] = []
        self._task: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("watchdog")

    def pool(
        self,
        name: str,
        threads: int,
        deadline_s: float,
        renew: Callable[[], None] = lambda: None,
    ) -> WatchedPool:
        """A new pool that is looked after."""
        pool = WatchedPool(name, threads, deadline_s, renew=renew)
        self._pools.append(pool)
        return pool

    @property
    def stats(self) -> EngineStats:
        """At this moment."""
        return EngineStats({pool.name: pool.stats for pool in self._pools}, self.faults.counts)

    def start(self) -> None:
        """Look after them from now on; call inside a running loop."""
        self._task = asyncio.create_task(self._watch())

    async def aclose(self) -> None:
        """Look no more, and end the pools' threads; a stuck one is left behind."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for pool in self._pools:
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)

    def check(self) -> None:
        """Give up what is late."""
        for pool in self._pools:
            given_up = pool.give_up_late()
            if given_up:
                self._log.error(
                    "engine hangs: replaced",
                    engine=pool.name,
                    jobs=given_up,
                    stuck=self.stats.stuck,
                )
        if self.stats.stuck >= self._max_stuck and not self.exhausted.is_set():
            self._log.critical("engines hang: this process should be restarted")
            self.exhausted.set()

    def raise_if_exhausted(self) -> None:
        """Raises EnginesStuck, which ends the process with a status that restarts it."""
        if self.exhausted.is_set():
            raise EnginesStuck(
                f"{self._max_stuck} threads hang in speech or language engines: the process ended "
                "so that its service manager starts a new one; its log names the engines."
            )

    def missed(self, seconds: float) -> None:
        """This watch was late itself: the process stood still, and its engines with it."""
        for pool in self._pools:
            pool.forgive(seconds)

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due_s = loop.time() + _EVERY_S
            await asyncio.sleep(_EVERY_S)
            if loop.time() - due_s >= _STOOD_STILL_S:
                self.missed(loop.time() - due_s)
            self.check()
