"""Figures of models, loop and admission."""

from agent.calls.gatekeeper import AdmissionStats
from agent.metrics.engines import admission_figures, engine_figures, loop_figures
from agent.metrics.exposition import Metrics
from agent.watchdog.durations import Histogram
from agent.watchdog.engines import EngineStats
from agent.watchdog.loop import LoopMonitor
from agent.watchdog.pool import PoolStats
from tests.metrics.scrape import value

POOL = PoolStats(
    threads=2,
    waiting=3,
    oldest_wait_s=0.2,
    running=2,
    done=8,
    failed=0,
    hung=1,
    stuck=1,
    waits=Histogram((0.01, 0.1), (5, 2, 1), 1.5, 0.9),
    runs=Histogram((0.01, 0.1), (0, 8, 0), 0.4, 0.08),
)
ENGINES = EngineStats({"asr": POOL, "tts": POOL}, {("tts", "no_sound"): 4})
MONITOR = LoopMonitor(stall_ms=100.0)
ADMISSIONS = AdmissionStats({"taken": 9, "queued": 1}, {"loop_lag_ms": 1}, 0.8)


def test_models_tell_what_waits_what_takes_time_and_what_hangs() -> None:
    metrics = Metrics()
    metrics.watch(*engine_figures(lambda: ENGINES))
    waits = [
        value(metrics, "understudy_model_wait_seconds_bucket", pool="asr", le=bound)
        for bound in ("0.01", "0.1", "+Inf")
    ]
    assert waits == [5, 7, 8]
    assert value(metrics, "understudy_model_run_seconds_sum", pool="tts") == 0.4
    assert value(metrics, "understudy_model_waiting", pool="asr") == 3
    assert value(metrics, "understudy_model_threads", pool="asr") == 2
    assert value(metrics, "understudy_model_stuck", pool="tts") == 1
    assert value(metrics, "understudy_model_hung_total", pool="tts") == 1
    assert value(metrics, "understudy_model_faults_total", engine="tts", kind="no_sound") == 4


def test_the_loop_tells_its_lateness_and_its_stalls() -> None:
    metrics, loop = Metrics(), LoopMonitor(stall_ms=100.0)
    loop.lateness.observe(0.35)
    loop.stalls = 2
    metrics.watch(*loop_figures(loop))
    assert value(metrics, "understudy_loop_lateness_seconds_bucket", le="0.075") == 0
    assert value(metrics, "understudy_loop_lateness_seconds_count") == 1
    assert value(metrics, "understudy_loop_longest_stall_seconds") == 0.35
    assert value(metrics, "understudy_loop_stalls_total") == 2


def test_admission_tells_what_was_full() -> None:
    metrics = Metrics()
    metrics.watch(*admission_figures(lambda: ADMISSIONS))
    assert value(metrics, "understudy_admission_verdicts_total", verdict="taken") == 9
    assert value(metrics, "understudy_admission_refused_total", reason="loop_lag_ms") == 1
    assert value(metrics, "understudy_admission_load") == 0.8
