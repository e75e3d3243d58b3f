import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from agent.metrics.exposition import Metrics
from tests.metrics.scrape import value


def test_work_is_timed_from_asking_and_from_beginning() -> None:
    metrics, go_on = Metrics(), threading.Event()
    with metrics.measured("tts", ThreadPoolExecutor(1)) as pool:
        first = pool.submit(go_on.wait)
        second = pool.submit(divmod, 7, 2)
        time.sleep(0.05)
        assert value(metrics, "understudy_model_waiting", pool="tts") == 1
        go_on.set()
        assert first.result() is True
        assert second.result() == (3, 1)
    assert value(metrics, "understudy_model_waiting", pool="tts") == 0
    waits = [
        value(metrics, "understudy_model_wait_seconds_bucket", pool="tts", le=bound)
        for bound in ("0.02", "+Inf")
    ]
    assert waits == [1, 2]
    assert (value(metrics, "understudy_model_run_seconds_sum", pool="tts") or 0) >= 0.05


def test_failed_work_is_timed_and_still_fails() -> None:
    metrics = Metrics()
    with metrics.measured("asr", ThreadPoolExecutor(1)) as pool:
        with pytest.raises(ZeroDivisionError):
            pool.submit(divmod, 1, 0).result()
        assert pool.submit(divmod, 7, 2).result() == (3, 1)
    assert value(metrics, "understudy_model_run_seconds_count", pool="asr") == 2


def test_cancelled_work_waits_no_more() -> None:
    metrics, go_on = Metrics(), threading.Event()
    with metrics.measured("decide", ThreadPoolExecutor(1)) as pool:
        pool.submit(go_on.wait)
        assert pool.submit(divmod, 7, 2).cancel()
        go_on.set()
    assert value(metrics, "understudy_model_waiting", pool="decide") == 0
    assert value(metrics, "understudy_model_run_seconds_count", pool="decide") == 1
