"""Writing call records without a call ever waiting for the database."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import case, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import aliased
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    wait_exponential_jitter,
)

from agent.errors import UnderstudyError
from agent.records.backlog import Backlog
from agent.records.database import describe, explained, reason_of
from agent.records.entry import Entry
from agent.records.models import Call, Event
from agent.records.records import (
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    Record,
    TurnRecord,
)
from agent.records.spool import Spool
from agent.records.statements import GONE_ON_WITH, LOST
from agent.records.storing import RecordTable, Refused

_CAPACITY = 20_000  # some 100 calls of 10 minutes
# Building the statements of more turns holds the event loop for over 5 ms (tests.bench.spool).
_BATCH_SIZE = 40
_FIRST_RETRY_S = 0.2
_LONGEST_RETRY_S = 5.0


@dataclass(frozen=True, slots=True)
class WriterStats:
    """Records waiting, stored and given up since the start, and failed attempts in a row.

    `at_risk` of those waiting are in memory alone, where a crash would cost them; `spool_failures`
    are the disk's failed attempts in a row.
    """

    queued: int
    stored: int
    dropped: int
    failures: int
    at_risk: int
    spool_failures: int


class RecordWriter:
    """Takes records from live calls and stores them in order, in the background.

    The recording methods return at once and never raise. Every record goes to the spool, if there
    is one, and leaves it when the database has it; while the database is away it is tried again,
    also by the next process. `capacity` bounds memory: beyond it records are on the disk alone, or
    dropped and counted where no disk takes them. Use from one event loop. `instance` names this
    agent process among those sharing the database.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        instance: str = "understudy",
        capacity: int = _CAPACITY,
        open_spool: Callable[[], Spool] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._engine = engine
        self._instance = instance
        self._table = RecordTable(engine, instance)
        self._backlog = Backlog(capacity, open_spool)
        self._sleep = sleep
        self._stored = self._dropped = self._failures = 0
        self._full = False
        self._changed = asyncio.Condition()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("records")

    @property
    def stats(self) -> WriterStats:
        """Counters for metrics and health."""
        return WriterStats(
            queued=len(self._backlog),
            stored=self._stored,
            dropped=self._dropped,
            failures=self._failures,
            at_risk=self._backlog.at_risk,
            spool_failures=self._backlog.failures,
        )

    def start(self) -> None:
        """Begin to store what is recorded, from now or from before."""
        self._task = asyncio.create_task(self._drain(), name="record writer")

    async def close_orphans(self) -> int:
        """Close this instance's calls that a crashed process left open; returns how many.

        To be called before the first call. What that process left in the spool is stored first,
        since it may have their ends; the others end at the last moment that is known of them, with
        outcome 'lost', or 'resumed' where another process has gone on with them meanwhile. Raises
        DatabaseUnavailable, SpoolError and KeyMissing.
        """
        await self._replay()
        last_event = (
            select(func.max(Event.happened_at)).where(Event.call_id == Call.id).scalar_subquery()
        )
        later = aliased(Call)
        gone_on_with = exists().where(later.resumes == Call.id)
        orphans = (
            update(Call)
            .where(Call.ended_at.is_(None), Call.instance == self._instance)
            .values(
                ended_at=func.coalesce(last_event, Call.answered_at, Call.started_at),
                outcome=case((gone_on_with, GONE_ON_WITH), else_=LOST),
                ended_by="crash",
            )
        )
        with explained(self._engine.url):
            async with self._engine.begin() as connection:
                closed = (await connection.execute(orphans)).rowcount
        if closed:
            self._log.warning("calls of an earlier process closed as lost", calls=closed)
        return closed

    def call_started(self, record: CallStarted) -> None:
        """A call has come in; the first record of every call."""
        self._accept(record)

    def call_answered(self, record: CallAnswered) -> None:
        """The agent has picked up."""
        self._accept(record)

    def turn(self, record: TurnRecord) -> None:
        """One side has finished a turn."""
        self._accept(record)

    def event(self, record: EventRecord) -> None:
        """Something happened."""
        self._accept(record)

    def latency(self, record: LatencyRecord) -> None:
        """Something took time."""
        self._accept(record)

    def call_ended(self, record: CallEnded) -> None:
        """The call is over; the last record of every call."""
        self._accept(record)

    async def flush(self) -> None:
        """Return when everything recorded before is stored; waits while the database is away."""
        target = self._backlog.newest
        async with self._changed:
            await self._changed.wait_for(lambda: not self._backlog or self._backlog.done >= target)

    async def aclose(self, grace_s: float = 5.0) -> None:
        """Store what is left, for at most `grace_s`, and stop.

        What then waits in the spool the next process stores; the rest counts as dropped.
        """
        if self._task is not None:
            try:
                async with asyncio.timeout(grace_s):
                    await self.flush()
            except TimeoutError:
                self._log.warning("database away at shutdown", records=len(self._backlog))
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        lost = await self._backlog.aclose()
        self._dropped += lost
        if lost:
            self._log.error("records lost at shutdown", records=lost)

    def _accept(self, record: Record) -> None:
        if self._backlog.append(record):
            self._wake.set()
            return
        self._dropped += 1
        if not self._full:
            self._full = True
            self._log.error("backlog of records is full, new ones are dropped until it drains")

    async def _replay(self) -> None:
        """Store what an earlier process left."""
        left = await self._backlog.start()
        if left:
            self._log.info("storing records that an earlier process left", records=left)
        while batch := await self._backlog.head(_BATCH_SIZE):
            with explained(self._engine.url):
                refused = await self._table.store(batch)
            await self._settle(batch, refused)

    async def _drain(self) -> None:
        try:
            if await self._backlog.start():
                self._wake.set()
        except UnderstudyError as error:
            self._log.error("records are in memory alone", reason=str(error))
        while True:
            await self._wake.wait()
            self._wake.clear()
            while batch := await self._backlog.head(_BATCH_SIZE):
                await self._store_with_patience(batch)

    async def _store_with_patience(self, batch: Sequence[Entry]) -> None:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(lambda error: isinstance(error, Exception)),
            wait=wait_exponential_jitter(
                multiplier=_FIRST_RETRY_S, max=_LONGEST_RETRY_S, jitter=_FIRST_RETRY_S
            ),
            sleep=self._sleep,
            before_sleep=self._note_failure,
        ):
            with attempt:
                refused = await self._table.store(batch)
        if self._failures:
            self._log.info("database is back", queued=len(self._backlog), dropped=self._dropped)
        self._failures = 0
        await self._settle(batch, refused)

    async def _settle(self, batch: Sequence[Entry], refused: Sequence[Refused]) -> None:
        self._backlog.discard(len(batch))
        self._full = False
        self._stored += len(batch) - len(refused)
        self._dropped += len(refused)
        for record, error in refused:
            self._log.error(
                "record can't be stored and is dropped",
                record=type(record).__name__,
                call_id=record.call_id,
                reason=reason_of(error),
            )
        async with self._changed:
            self._changed.notify_all()

    def _note_failure(self, state: RetryCallState) -> None:
        self._failures += 1
        if self._failures == 1:
            error = state.outcome.exception() if state.outcome else None
            self._log.error(
                "database away, records wait",
                database=describe(self._engine.url),
                reason=reason_of(error) if error else "",
            )
