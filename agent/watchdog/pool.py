"""A pool of threads for native code that may never return.

A job that runs longer than its deadline is given up: its future fails, its thread is left alone
and another one takes its place, so that the jobs behind it go on. Python can't stop a thread inside
native code; the threads are daemons, so that one which never returns does not keep the process.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar

from agent.errors import UnderstudyError
from agent.watchdog.durations import Durations, Histogram

_P = ParamSpec("_P")
_T = TypeVar("_T")


class EngineHung(UnderstudyError):
    """A piece of an engine's work was not done by its deadline, and nobody waits for it now."""


@dataclass(frozen=True, slots=True)
class PoolStats:
    """One pool at a moment: `waiting` and `running` jobs, and the age of the oldest of each.

    `hung` counts jobs that were given up since the start, `stuck` those whose threads have not come
    back. `waits` is the time from submission to start, `runs` that from start to end.
    """

    threads: int
    waiting: int
    oldest_wait_s: float
    running: int
    done: int
    failed: int
    hung: int
    stuck: int
    waits: Histogram
    runs: Histogram


@dataclass(frozen=True, slots=True)
class _Job:
    future: Future[Any]
    work: Callable[[], Any]
    queued_s: float


class _Worker:
    """A thread's present job; `abandoned` once that was given up."""

    def __init__(self) -> None:
        self.job: _Job | None = None
        self.since_s = 0.0
        self.abandoned = False
        self.thread: threading.Thread | None = None


class WatchedPool(Executor):
    """Runs jobs in `threads` daemon threads; `give_up_late` is to be called a few times a second.

    The deadline counts from a job's start: what waits behind a slow one is not hung.
    """

    def __init__(
        self,
        name: str,
        threads: int,
        deadline_s: float,
        *,
        renew: Callable[[], None] = lambda: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`renew` is called when a job was given up: its engine may hold a lock for ever."""
        self.name = name
        self._deadline_s = deadline_s
        self._renew = renew
        self._now = now
        self._jobs: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._done = self._failed = self._hung = self._stuck = 0
        self._waits, self._runs = Durations(), Durations()
        self._workers = [self._start() for _ in range(threads)]

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> "Future[_T]":
        """Queue a job. Its future raises EngineHung when it is given up."""
        future: Future[_T] = Future()
        with self._changed:
            if self._closed:
                raise RuntimeError(f"the pool {self.name} is closed")
            # In the context of who asks: what is logged in the job names its call.
            job = partial(copy_context().run, fn, *args, **kwargs)
            self._jobs.append(_Job(future, job, self._now()))
            self._changed.notify()
        return future

    def give_up_late(self) -> int:
        """Give up every job that is past its deadline; returns how many there were."""
        late: list[_Job] = []
        with self._changed:
            now_s = self._now()
            for place, worker in enumerate(self._workers):
                if worker.job is not None and now_s - worker.since_s > self._deadline_s:
                    worker.abandoned = True
                    late.append(worker.job)
                    self._workers[place] = self._start()
            self._hung += len(late)
            self._stuck += len(late)
        if late:
            self._renew()
        for job in late:
            job.future.set_exception(
                EngineHung(
                    f"The engine '{self.name}' did nothing for {self._deadline_s:g} s and was "
                    "replaced: raise its deadline (section watchdog) if it is only slow."
                )
            )
        return len(late)

    def forgive(self, seconds: float) -> None:
        """Time in which the whole process stood still counts for no job."""
        with self._changed:
            for worker in self._workers:
                worker.since_s += seconds

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the threads; a job under way is waited for until its deadline at most."""
        with self._changed:
            self._closed = True
            if cancel_futures:
                for job in self._jobs:
                    job.future.cancel()
                self._jobs.clear()
            self._changed.notify_all()
        if wait:
            for worker in self._workers:
                if worker.thread is not None:
                    worker.thread.join(self._deadline_s)

    @property
    def stats(self) -> PoolStats:
        """At this moment."""
        with self._changed:
            return PoolStats(
                threads=len(self._workers),
                waiting=len(self._jobs),
                oldest_wait_s=self._now() - self._jobs[0].queued_s if self._jobs else 0.0,
                running=sum(worker.job is not None for worker in self._workers),
                done=self._done,
                failed=self._failed,
                hung=self._hung,
                stuck=self._stuck,
                waits=self._waits.histogram(),
                runs=self._runs.histogram(),
            )

    def _start(self) -> _Worker:
        worker = _Worker()
        worker.thread = threading.Thread(
            target=self._serve, args=(worker,), name=self.name, daemon=True
        )
        worker.thread.start()
        return worker

    def _serve(self, worker: _Worker) -> None:
        while self._take(worker):
            self._run(worker)
            if worker.abandoned:
                return

    def _take(self, worker: _Worker) -> bool:
        """Wait for a job; False when there will be none."""
        with self._changed:
            while True:
                while not self._jobs and not self._closed:
                    self._changed.wait()
                if not self._jobs:
                    return False
                job = self._jobs.popleft()
                if job.future.set_running_or_notify_cancel():
                    break
            worker.job, worker.since_s = job, self._now()
            self._waits.observe(worker.since_s - job.queued_s)
            return True

    def _run(self, worker: _Worker) -> None:
        job = worker.job
        assert job is not None  # noqa: S101 - `_take` has set it
        result: Any = None
        error: BaseException | None = None
        try:
            result = job.work()
        except BaseException as raised:
            error = raised
        with self._changed:
            if worker.abandoned:  # it came back after all, and nobody waits
                self._stuck -= 1
                return
            worker.job = None
            self._done += 1
            self._failed += error is not None
            self._runs.observe(self._now() - worker.since_s)
        if error is not None:
            job.future.set_exception(error)
        else:
            job.future.set_result(result)
