"""Records on their way to the database: in order, in memory, and on the disk behind it.

Memory holds the oldest; what does not fit is on the disk alone. While the disk takes nothing
everything is in memory, up to its bound.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from typing import TypeVar
from uuid import uuid4

import structlog

from agent.errors import UnderstudyError
from agent.records.entry import Entry
from agent.records.records import Record
from agent.records.spool import Spool, SpoolError
from agent.sealing.errors import KeyMissing

_WRITE_SIZE = 500
_READ_SIZE = 2000
# One commit writes all that came meanwhile; a kill costs at most what came since.
_GATHER_S = 0.01
_FORGET_AFTER_S = 1.0
_RETRY_S = 1.0
_CLOSE_S = 5.0

_Result = TypeVar("_Result")


class Backlog:
    """First in, first out. When it is full new records are refused: what is kept has no gaps.

    Use from one event loop; `start` opens the spool, everything on the disk is done by one thread.
    Without a spool it is memory alone.
    """

    def __init__(self, capacity: int, open_spool: Callable[[], Spool] | None = None) -> None:
        """`capacity`: records in memory; `open_spool` is called in the thread."""
        self._capacity = capacity
        self._open_spool = open_spool
        self._spool: Spool | None = None
        self._thread = ThreadPoolExecutor(1, "spool") if open_spool else None
        self._source = str(uuid4())
        self._sequence = 0
        self._memory: deque[Entry] = deque()
        self._unwritten: deque[Entry] = deque()
        self._beyond = 0  # entries behind the last one in memory
        self._loaded = 0  # the number up to which everything is or was in memory
        self._done = 0  # the number up to which the database has everything
        self._forgotten = 0  # the same, as far as the disk knows
        self._failures = 0
        self._wake = asyncio.Event()
        self._starting: asyncio.Task[int] | None = None
        self._task: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("spool")

    def __len__(self) -> int:
        return len(self._memory) + self._beyond

    @property
    def newest(self) -> int:
        """The number of the last entry."""
        return self._sequence

    @property
    def done(self) -> int:
        """The number up to which the database has everything."""
        return self._done

    @property
    def at_risk(self) -> int:
        """Records that a crash would cost now."""
        return len(self) if self._open_spool is None else len(self._unwritten)

    @property
    def failures(self) -> int:
        """Failed attempts of the disk in a row."""
        return self._failures

    async def start(self) -> int:
        """Open the spool, once; returns how many records an earlier process left.

        Raises SpoolError and KeyMissing.
        """
        if self._open_spool is None:
            return 0
        if self._starting is None:
            self._starting = asyncio.create_task(self._start(self._open_spool))
        # Who no longer waits for it must not leave a file open that nobody knows of.
        return await asyncio.shield(self._starting)

    async def _start(self, open_spool: Callable[[], Spool]) -> int:
        spool = await self._in_thread(open_spool)
        try:
            waiting = await self._in_thread(spool.waiting)
            chunk = await self._in_thread(spool.read, 0, _READ_SIZE)
        except UnderstudyError:
            await self._in_thread(spool.close)
            raise
        self._spool = spool
        # What came before the start is younger than what was left.
        if self._unwritten and self._unwritten[0].sequence <= waiting.last:  # a clock set back
            self._sequence = waiting.last
            self._unwritten = deque(replace(e, sequence=self._next()) for e in self._unwritten)
        self._sequence = max(self._sequence, waiting.last)
        self._memory = deque(chunk.entries)
        self._beyond = waiting.records - chunk.rows + len(self._unwritten)
        self._loaded = chunk.last
        self._task = asyncio.create_task(self._write_all(spool), name="spool")
        self._wake.set()
        return waiting.records

    def append(self, record: Record) -> bool:
        """Keep a record; False when there is no room."""
        entry = Entry(self._source, self._next(), record)
        if not self._beyond and len(self._memory) < self._capacity:
            self._memory.append(entry)
            self._loaded = entry.sequence
        elif self._spool is not None and len(self._unwritten) < self._capacity:
            self._beyond += 1
        else:
            return False
        if self._open_spool is not None:
            self._unwritten.append(entry)
            self._wake.set()
        return True

    async def head(self, count: int) -> tuple[Entry, ...]:
        """The oldest entries, at most `count`; they stay until discarded."""
        while not self._memory and self._beyond:
            await self._refill()
        return tuple(islice(self._memory, count))

    def discard(self, count: int) -> None:
        """Forget the oldest `count` entries, which the database has."""
        for _ in range(count):
            self._done = self._memory.popleft().sequence
        _drop_up_to(self._unwritten, self._done)

    async def aclose(self) -> int:
        """Put on the disk what is in memory alone, for at most 5 s; returns what is lost."""
        with contextlib.suppress(UnderstudyError, TimeoutError):
            async with asyncio.timeout(_CLOSE_S):
                await self.start()
                if self._task is not None and self._spool is not None:
                    self._task.cancel()
                    await asyncio.gather(self._task, return_exceptions=True)
                    self._task = None
                    while self._unwritten or self._forgotten < self._done:
                        await self._write(self._spool)
                    await self._in_thread(self._spool.close)
        if self._thread is not None:
            self._thread.shutdown(wait=False)
        return self.at_risk

    def _next(self) -> int:
        # From the clock, so that it also exceeds the numbers of an earlier process.
        self._sequence = max(self._sequence + 1, time.time_ns() // 1000)
        return self._sequence

    async def _refill(self) -> None:
        """Into memory what is on the disk alone; the youngest may not have got there."""
        if self._spool is None:
            return
        try:
            chunk = await self._in_thread(self._spool.read, self._loaded, _READ_SIZE)
        except (SpoolError, KeyMissing) as error:
            self._note_failure(error)
            await asyncio.sleep(_RETRY_S)
            return
        if chunk.rows:
            self._memory.extend(chunk.entries)
            self._beyond -= chunk.rows
            self._loaded = chunk.last
        else:
            self._memory.extend(e for e in self._unwritten if e.sequence > self._loaded)
            self._beyond = 0
            self._loaded = self._sequence

    async def _write_all(self, spool: Spool) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_FORGET_AFTER_S):
                    await self._wake.wait()
            self._wake.clear()
            while self._unwritten or self._forgotten < self._done:
                try:
                    await self._write(spool)
                except SpoolError as error:
                    self._note_failure(error)
                    await asyncio.sleep(_RETRY_S)
                else:
                    await asyncio.sleep(_GATHER_S)

    async def _write(self, spool: Spool) -> None:
        batch, done = tuple(islice(self._unwritten, _WRITE_SIZE)), self._done
        await self._in_thread(spool.write, batch, done)
        if batch:
            _drop_up_to(self._unwritten, batch[-1].sequence)
        self._forgotten = done
        if self._failures:
            self._log.info("the spool works again", spool=str(spool.path))
        self._failures = 0

    def _note_failure(self, error: UnderstudyError) -> None:
        self._failures += 1
        if self._failures == 1:
            self._log.error("records are in memory alone", reason=str(error))

    async def _in_thread(self, work: Callable[..., _Result], *arguments: object) -> _Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, work, *arguments)


def _drop_up_to(entries: deque[Entry], sequence: int) -> None:
    while entries and entries[0].sequence <= sequence:
        entries.popleft()
