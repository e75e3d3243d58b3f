"""Pools whose jobs may never return; the threads and the waiting are real."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from agent.watchdog.engines import EnginesStuck, EngineWatch
from agent.watchdog.pool import EngineHung, WatchedPool


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Hanging:
    """A native call that does not return until the test is over."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.over = threading.Event()

    def __call__(self) -> str:
        self.entered.release()
        self.over.wait(10)
        return "too late"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    hanging = Hanging()
    yield hanging
    hanging.over.set()


def in_time(pool: WatchedPool, value: str) -> str:
    return pool.submit(lambda: value).result(2)


def test_a_pool_gives_results_and_errors(clock: Clock) -> None:
    pool = WatchedPool("asr", 2, 1.0, now=clock)
    assert in_time(pool, "heard") == "heard"
    with pytest.raises(ZeroDivisionError):
        pool.submit(lambda: 1 // 0).result(2)
    stats = pool.stats
    assert (stats.done, stats.failed, stats.hung, stats.waits.count) == (2, 1, 0, 2)
    pool.shutdown()


def test_a_job_that_hangs_is_given_up_and_those_behind_it_are_done(
    clock: Clock, hanging: Hanging
) -> None:
    renewed: list[str] = []
    pool = WatchedPool("tts", 1, 2.0, renew=lambda: renewed.append("voice"), now=clock)
    hung, behind = pool.submit(hanging), pool.submit(lambda: "spoken")
    hanging.entered.acquire()
    clock.now_s += 2.0
    assert pool.give_up_late() == 0
    clock.now_s += 0.1
    assert pool.stats.oldest_wait_s == pytest.approx(2.1)
    assert pool.give_up_late() == 1
    with pytest.raises(EngineHung, match="'tts' did nothing for 2 s"):
        hung.result(0)
    assert behind.result(2) == "spoken"
    assert renewed == ["voice"]
    assert (pool.stats.hung, pool.stats.stuck, pool.stats.done) == (1, 1, 1)
    pool.shutdown()


def test_the_deadline_counts_from_the_start_of_a_job(clock: Clock, hanging: Hanging) -> None:
    pool = WatchedPool("decide", 1, 2.0, now=clock)
    pool.submit(hanging)
    hanging.entered.acquire()
    slow = pool.submit(hanging)
    clock.now_s += 3.0
    assert pool.give_up_late() == 1
    hanging.entered.acquire()
    clock.now_s += 1.0
    assert pool.give_up_late() == 0
    assert not slow.done()
    hanging.over.set()
    assert slow.result(2) == "too late"
    pool.shutdown()


def test_a_thread_that_comes_back_after_all_is_no_longer_stuck(
    clock: Clock, hanging: Hanging
) -> None:
    pool = WatchedPool("asr", 1, 1.0, now=clock)
    hung = pool.submit(hanging)
    hanging.entered.acquire()
    clock.now_s += 1.1
    pool.give_up_late()
    hanging.over.set()
    for _ in range(200):
        if not pool.stats.stuck:
            break
        threading.Event().wait(0.01)
    assert (pool.stats.stuck, pool.stats.hung) == (0, 1)
    assert isinstance(hung.exception(0), EngineHung)
    assert in_time(pool, "heard") == "heard"
    pool.shutdown()


def test_a_process_that_stood_still_blames_no_engine(clock: Clock, hanging: Hanging) -> None:
    pool = WatchedPool("asr", 1, 2.0, now=clock)
    pool.submit(hanging)
    hanging.entered.acquire()
    clock.now_s += 61.0
    pool.forgive(60.0)
    assert pool.give_up_late() == 0
    clock.now_s += 1.1
    assert pool.give_up_late() == 1


def test_closing_does_not_wait_for_a_stuck_thread(clock: Clock, hanging: Hanging) -> None:
    pool = WatchedPool("asr", 1, 0.05, now=clock)
    pool.submit(hanging)
    waiting = pool.submit(lambda: None)
    hanging.entered.acquire()
    pool.shutdown(wait=True, cancel_futures=True)
    assert waiting.cancelled()
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(lambda: None)


async def test_too_many_stuck_threads_ask_for_a_new_process(hanging: Hanging) -> None:
    watch = EngineWatch(max_stuck=2)
    pool = watch.pool("decide", 1, 0.05)
    watch.start()
    for stuck in (1, 2):
        with pytest.raises(EngineHung):
            await asyncio.get_running_loop().run_in_executor(pool, hanging)
        assert watch.stats.stuck == stuck
        watch.raise_if_exhausted() if stuck == 1 else None
    await asyncio.wait_for(watch.exhausted.wait(), 1)
    with pytest.raises(EnginesStuck, match="2 threads hang"):
        watch.raise_if_exhausted()
    await watch.aclose()


async def test_a_cancelled_wait_takes_a_job_out_of_the_queue(hanging: Hanging) -> None:
    pool = WatchedPool("asr", 1, 5.0)
    loop = asyncio.get_running_loop()
    first = loop.run_in_executor(pool, hanging)
    ran: list[int] = []
    second = loop.run_in_executor(pool, ran.append, 1)
    second.cancel()
    hanging.over.set()
    assert await first == "too late"
    assert await loop.run_in_executor(pool, len, ran) == 0
    pool.shutdown()
