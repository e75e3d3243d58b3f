"""How long work waits for its model, and how long it then takes."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

from prometheus_client import CollectorRegistry, Histogram

from agent.metrics.buckets import WAITS_S
from agent.metrics.watched import Watched

_P = ParamSpec("_P")
_T = TypeVar("_T")


class MeasuredPool(Executor):
    """Another executor whose jobs are timed, from being asked for to begin and to end.

    `on_job` gets both times in seconds, in the job's thread, for a job that failed, too.
    """

    def __init__(self, pool: Executor, on_job: Callable[[float, float], None]) -> None:
        self._pool = pool
        self._on_job = on_job
        self._lock = threading.Lock()
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """Jobs that have not begun."""
        return self._waiting

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> "Future[_T]":
        """Have the job done by the pool."""
        asked_s = time.perf_counter()

        def timed() -> _T:
            self._count(-1)
            began_s = time.perf_counter()
            try:
                return fn(*args, **kwargs)
            finally:
                self._on_job(began_s - asked_s, time.perf_counter() - began_s)

        self._count(1)
        job = self._pool.submit(timed)
        job.add_done_callback(self._forget_cancelled)
        return job

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As the pool itself does it."""
        self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def _forget_cancelled(self, job: "Future[_T]") -> None:
        if job.cancelled():  # it never began
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._lock:
            self._waiting += change


class PoolMetrics:
    """Times of all pools, by what they do."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._pools: dict[str, MeasuredPool] = {}
        self._waits = Histogram(
            "understudy_model_wait_seconds",
            "Time that work for a model waits for its turn, by pool",
            ["pool"],
            buckets=WAITS_S,
            registry=registry,
        )
        self._runs = Histogram(
            "understudy_model_run_seconds",
            "Time that a model works on one job, by pool",
            ["pool"],
            buckets=WAITS_S,
            registry=registry,
        )

    def measured(self, name: str, pool: Executor) -> MeasuredPool:
        """The pool, timed under this name from now on."""
        waits, runs = self._waits.labels(name), self._runs.labels(name)

        def on_job(wait_s: float, run_s: float) -> None:
            waits.observe(wait_s)
            runs.observe(run_s)

        self._pools[name] = MeasuredPool(pool, on_job)
        return self._pools[name]

    @property
    def watched(self) -> Watched:
        """How much waits for each pool now."""
        return Watched(
            "understudy_model_waiting",
            "Work that waits for a model, by pool",
            lambda: {name: pool.waiting for name, pool in tuple(self._pools.items())},
            label="pool",
        )
