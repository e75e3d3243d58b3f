"""The same work on many items, on all cores or on a Ray cluster; results as they come.

An item that fails, or takes its worker process down with it, costs itself only. Whoever stops
taking results (Ctrl-C among the reasons) leaves no worker behind.
"""

import importlib
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import joblib
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import TerminatedWorkerError

from agent.cloning.errors import CloneError

_KNOCK_S = 5.0

Item = TypeVar("Item")
Result = TypeVar("Result")


class Failed(Exception):
    """Why there is no result for an item."""


class _Caught(Generic[Result]):
    """Work that hands its error back as a value: one bad item does not stop the others."""

    def __init__(self, work: Callable[[Any], Result]) -> None:
        self._work = work

    def __call__(self, number: int, item: Any) -> tuple[int, Result | Failed]:
        try:
            return number, self._work(item)
        except Exception as error:
            return number, Failed(str(error) or type(error).__name__)


def each(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    workers: int = 0,
    ray: str = "",
) -> Iterator[tuple[Item, Result | Failed]]:
    """Every item with its result, in the order in which they are done.

    `workers` are processes of this machine, 0 for one a core. `ray` is a cluster's address instead
    ("local" for one on this machine). `work` and items are pickled. Raises CloneError when there
    is no such cluster.
    """
    if ray:
        results = _on_ray(_Caught(work), items, ray, workers)
    else:
        results = _on_cores(_Caught(work), items, workers or os.cpu_count() or 1)
    for number, result in results:
        yield items[number], result


def _on_cores(
    work: _Caught[Result], items: Sequence[Any], workers: int
) -> Iterator[tuple[int, Result | Failed]]:
    waiting = dict(enumerate(items))
    try:
        while waiting:
            begun: list[int] = []
            try:
                for number, result in _in_pool(work, waiting, begun, workers):
                    del waiting[number]
                    yield number, result
            except TerminatedWorkerError:
                # Which of those at work brought it down is seen when each works alone.
                for number in [number for number in begun if number in waiting]:
                    yield _alone(work, number, waiting.pop(number))
    finally:
        if workers > 1:
            get_reusable_executor().shutdown(wait=True, kill_workers=True)


def _in_pool(
    work: _Caught[Result], waiting: dict[int, Any], begun: list[int], workers: int
) -> Iterator[tuple[int, Result | Failed]]:
    def jobs() -> Iterator[Any]:
        for number, item in list(waiting.items()):
            begun.append(number)
            yield joblib.delayed(work)(number, item)

    # A terminal's Ctrl-C goes to all processes; workers that die of it by themselves can leave the
    # pool waiting for them, so it is this process alone that ends them.
    with joblib.parallel_config("loky", initializer=_leave_interrupts):
        # `pre_dispatch` keeps what has begun, and may have to begin again, small.
        pool = joblib.Parallel(
            n_jobs=workers, return_as="generator_unordered", pre_dispatch="n_jobs", batch_size=1
        )
    yield from pool(jobs())


def _leave_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _alone(work: _Caught[Any], number: int, item: Any) -> tuple[int, Any]:
    try:
        # Two workers, since one would be this process.
        pool = joblib.Parallel(n_jobs=2)
        ((_, result),) = pool([joblib.delayed(work)(number, item)])
        return number, result
    except TerminatedWorkerError:
        return number, Failed("the process that worked on it died: too little memory, or a crash")


def _on_ray(
    work: _Caught[Result], items: Sequence[Any], address: str, workers: int
) -> Iterator[tuple[int, Result | Failed]]:
    ray = _connected(address, workers)
    try:
        remote = ray.remote(max_retries=1)(_call)
        shared = ray.put(work)
        at_work: dict[Any, int] = {}
        numbers = iter(range(len(items)))
        room = 2 * max(1, int(ray.cluster_resources().get("CPU", 1)))
        while True:
            while len(at_work) < room and (number := next(numbers, None)) is not None:
                at_work[remote.remote(shared, number, items[number])] = number
            if not at_work:
                return
            for done in ray.wait(list(at_work))[0]:
                number = at_work.pop(done)
                try:
                    yield ray.get(done)
                except ray.exceptions.RayError as error:
                    yield number, Failed(str(error).splitlines()[0])
    finally:
        ray.shutdown()


def _call(work: _Caught[Result], number: int, item: Any) -> tuple[int, Result | Failed]:
    return work(number, item)


def _connected(address: str, workers: int) -> Any:
    try:
        ray: Any = importlib.import_module("ray")
    except ImportError:
        raise CloneError("--ray needs Ray: pip install 'understudy[ray]'.") from None
    cores = {"num_cpus": workers} if workers and address == "local" else {}
    try:
        _knock(address)
        ray.init(address=address, log_to_driver=False, logging_level="ERROR", **cores)
    except (OSError, RuntimeError, ValueError) as error:
        detail = " ".join(str(error).split())[:200]
        raise CloneError(
            f"There is no Ray cluster at {address} ({detail}): start one with `ray start --head`, "
            "or give `--ray local` for one on this machine."
        ) from None
    return ray


def _knock(address: str) -> None:
    """Raises OSError when nobody listens there, which Ray takes two minutes to say."""
    host, colon, port = address.rpartition("//")[2].rpartition(":")
    if colon and port.isdecimal():
        socket.create_connection((host, int(port)), _KNOCK_S).close()
