import asyncio
import time

import pytest

from agent.evaluation.virtual_time.executor import ChargedExecutor
from agent.evaluation.virtual_time.loop import NothingDue, run_virtually
from agent.media.clock import MediaClock


def now() -> float:
    return asyncio.get_running_loop().time()


def test_an_hour_of_waiting_takes_no_time() -> None:
    async def wait() -> float:
        await asyncio.sleep(3600)
        return now()

    began_s = time.monotonic()
    assert run_virtually(wait()) == pytest.approx(3600)
    assert time.monotonic() - began_s < 1


def test_what_is_due_earlier_comes_first_whoever_asked_first() -> None:
    order: list[tuple[str, float]] = []

    async def after(seconds: float, name: str) -> None:
        await asyncio.sleep(seconds)
        order.append((name, round(now(), 6)))

    async def all_of_them() -> None:
        await asyncio.gather(after(2, "late"), after(1, "early"), after(1.5, "between"))

    run_virtually(all_of_them())
    assert order == [("early", 1.0), ("between", 1.5), ("late", 2.0)]


def test_a_time_out_is_one_in_virtual_time() -> None:
    async def never() -> None:
        async with asyncio.timeout(7):
            await asyncio.sleep(8)

    with pytest.raises(TimeoutError):
        run_virtually(never())


def test_what_would_hang_for_ever_is_an_error() -> None:
    async def hang() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(NothingDue):
        run_virtually(hang())


def test_the_media_clock_ticks_every_20_ms_and_misses_none() -> None:
    class Ticks:
        def __init__(self) -> None:
            self.at: list[float] = []

        def tick(self, deadline_s: float, send: bool) -> None:
            assert send
            self.at.append(deadline_s)

    async def minute() -> list[float]:
        clock, ticks = MediaClock(asyncio.get_running_loop().time), Ticks()
        clock.register(ticks, lambda error: None)
        await asyncio.sleep(60.01)
        clock.close()
        return ticks.at

    at = run_virtually(minute())
    assert len(at) == 3001
    assert at[-1] == pytest.approx(60.0)


def test_work_takes_what_it_is_charged() -> None:
    async def work() -> tuple[str, float, float]:
        executor, loop = ChargedExecutor(base_s=0.01), asyncio.get_running_loop()

        def long() -> str:
            executor.charge(0.2)
            return "done"

        result = await loop.run_in_executor(executor, long)
        after_s = now()
        await loop.run_in_executor(executor, lambda: None)
        return result, after_s, now()

    result, first_s, second_s = run_virtually(work())
    assert result == "done"
    assert (first_s, second_s) == (pytest.approx(0.21), pytest.approx(0.22))


def test_an_error_of_the_work_is_raised_where_it_is_waited_for() -> None:
    def fails() -> None:
        raise LookupError("no")

    async def work() -> None:
        await asyncio.get_running_loop().run_in_executor(ChargedExecutor(), fails)

    with pytest.raises(LookupError):
        run_virtually(work())
