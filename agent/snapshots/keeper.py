"""Writing snapshots without a call ever waiting for their store."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential

from agent.records.records import utc_now
from agent.snapshots.saved_call import SavedCall
from agent.snapshots.store import SnapshotRefused, SnapshotStore, SnapshotsUnavailable

# Calls with something unwritten; each has one snapshot at most, some kilobytes.
_CAPACITY = 1000
_FIRST_RETRY_S = 0.4
_LONGEST_RETRY_S = 5.0
_PURGE_EVERY_S = 3600.0


@dataclass(frozen=True, slots=True)
class KeeperStats:
    """Calls with something unwritten, snapshots written, failed attempts, and those given up."""

    waiting: int
    written: int
    failures: int
    dropped: int


class SnapshotKeeper:
    """Takes the newest snapshot of each call and writes it in the background.

    `keep` and `forget` return at once and never raise. While the store is away the newest snapshot
    of each call stays in memory and is tried again; one log line tells that it is away. Use from
    one event loop.
    """

    def __init__(
        self,
        store: SnapshotStore,
        *,
        keep: timedelta,
        capacity: int = _CAPACITY,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Snapshots older than `keep` are deleted."""
        self._store = store
        self._keep = keep
        self._capacity = capacity
        self._sleep = sleep
        self._waiting: dict[str, SavedCall | None] = {}  # None: to be deleted
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._tasks: list[asyncio.Task[None]] = []
        self._written = self._failures = self._dropped = self._failures_in_a_row = 0
        self._log = structlog.get_logger("snapshots")

    @property
    def stats(self) -> KeeperStats:
        """Counters for metrics."""
        return KeeperStats(len(self._waiting), self._written, self._failures, self._dropped)

    def start(self) -> None:
        """Begin to write."""
        self._tasks = [
            asyncio.create_task(self._write_all(), name="snapshot keeper"),
            asyncio.create_task(self._purge_at_times(), name="snapshot purge"),
        ]

    def keep(self, saved: SavedCall) -> None:
        """Write it in place of the call's older one."""
        self._put(saved.call_id, saved)

    def forget(self, call_id: str) -> None:
        """The call is over, nothing of it is gone on with."""
        self._put(call_id, None)

    async def load(self, call_id: str) -> SavedCall | None:
        """The newest snapshot of a call. Raises as the store does."""
        if call_id in self._waiting:
            return self._waiting[call_id]
        return await self._store.load(call_id)

    async def latest(self, channel_id: str, number: str | None) -> SavedCall | None:
        """As the store's, once everything kept so far is written. Raises as the store does."""
        await self._idle.wait()
        return await self._store.latest(channel_id, number)

    async def flush(self) -> None:
        """Return when everything kept so far is written; waits while the store is away."""
        await self._idle.wait()

    async def aclose(self, grace_s: float = 3.0) -> None:
        """Write what is left, for at most `grace_s`, and stop."""
        if not self._tasks:
            return
        try:
            async with asyncio.timeout(grace_s):
                await self.flush()
        except TimeoutError:
            self._log.error("snapshots lost at shutdown", calls=len(self._waiting))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def _put(self, call_id: str, saved: SavedCall | None) -> None:
        if call_id not in self._waiting and len(self._waiting) >= self._capacity:
            self._dropped += 1
            return
        self._waiting[call_id] = saved
        self._idle.clear()
        self._wake.set()

    async def _write_all(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self._write_with_patience()
            self._idle.set()

    async def _write_with_patience(self) -> None:
        """Write the one that has waited longest: a call that talks fast must not be in the way."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(SnapshotsUnavailable),
            wait=wait_exponential(multiplier=_FIRST_RETRY_S, max=_LONGEST_RETRY_S),
            sleep=self._sleep,
            before_sleep=self._note_failure,
        ):
            with attempt:
                call_id, saved = next(iter(self._waiting.items()))
                await self._write(call_id, saved)

    async def _write(self, call_id: str, saved: SavedCall | None) -> None:
        try:
            if saved is None:
                await self._store.delete([call_id])
            else:
                await self._store.save(saved)
        except SnapshotsUnavailable:
            raise
        except Exception as error:
            self._dropped += 1
            reason = str(error) if isinstance(error, SnapshotRefused) else repr(error)
            self._log.error("snapshot dropped", call_id=call_id, reason=reason)
        else:
            self._written += 1
            if self._failures_in_a_row:
                self._log.info("snapshots are stored again", waiting=len(self._waiting))
            self._failures_in_a_row = 0
        newest = self._waiting.pop(call_id)
        if newest is not saved:
            # It has changed meanwhile, and now waits behind the others.
            self._waiting[call_id] = newest

    def _note_failure(self, state: RetryCallState) -> None:
        self._failures += 1
        self._failures_in_a_row += 1
        if self._failures_in_a_row == 1:
            error = state.outcome.exception() if state.outcome else None
            self._log.error("snapshots can't be stored; calls go on", reason=str(error))

    async def _purge_at_times(self) -> None:
        while True:
            try:
                purged = await self._store.purge(utc_now() - self._keep)
            except SnapshotsUnavailable as error:
                self._log.warning("old snapshots not deleted", reason=str(error))
            else:
                if purged:
                    self._log.info("old snapshots deleted", calls=purged)
            await self._sleep(_PURGE_EVERY_S)
