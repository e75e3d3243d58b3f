"""Figures of models, loop and admission, of stand-ins with what is read of them."""

from dataclasses import dataclass, field

from agent.media.pacing import LatenessMeter
from agent.metrics.distributions import Counted
from agent.metrics.engines import admission_figures, engine_figures, loop_figures
from agent.metrics.exposition import Metrics
from tests.metrics.scrape import value

WAITS = Counted((0.01, 0.1), (5, 2, 1), 1.5)
RUNS = Counted((0.01, 0.1), (0, 8, 0), 0.4)


@dataclass
class Pool:
    threads: int = 2
    waiting: int = 3
    hung: int = 1
    stuck: int = 1
    waits: Counted = WAITS
    runs: Counted = RUNS


@dataclass
class Engines:
    pools: dict[str, Pool] = field(default_factory=lambda: {"asr": Pool(), "tts": Pool(stuck=0)})
    faults: dict[tuple[str, str], int] = field(default_factory=lambda: {("tts", "no_sound"): 4})


@dataclass
class Loop:
    lateness: LatenessMeter = field(default_factory=LatenessMeter)
    stalls: int = 2


@dataclass
class Admissions:
    verdicts: dict[str, int] = field(default_factory=lambda: {"taken": 9, "queued": 1})
    refused: dict[str, int] = field(default_factory=lambda: {"loop_lag_ms": 1})
    load: float = 0.8


def test_models_tell_what_waits_what_takes_time_and_what_hangs() -> None:
    metrics = Metrics()
    metrics.watch(*engine_figures(Engines))
    waits = [
        value(metrics, "understudy_model_wait_seconds_bucket", pool="asr", le=bound)
        for bound in ("0.01", "0.1", "+Inf")
    ]
    assert waits == [5, 7, 8]
    assert value(metrics, "understudy_model_run_seconds_sum", pool="tts") == 0.4
    assert value(metrics, "understudy_model_waiting", pool="asr") == 3
    assert value(metrics, "understudy_model_stuck", pool="tts") == 0
    assert value(metrics, "understudy_model_hung_total", pool="tts") == 1
    assert value(metrics, "understudy_model_faults_total", engine="tts", kind="no_sound") == 4


def test_the_loop_tells_its_lateness_and_its_stalls() -> None:
    metrics, loop = Metrics(), Loop()
    loop.lateness.observe(0.35)
    metrics.watch(*loop_figures(loop))
    assert value(metrics, "understudy_loop_lateness_seconds_bucket", le="0.075") == 0
    assert value(metrics, "understudy_loop_lateness_seconds_count") == 1
    assert value(metrics, "understudy_loop_longest_stall_seconds") == 0.35
    assert value(metrics, "understudy_loop_stalls_total") == 2


def test_admission_tells_what_was_full() -> None:
    metrics = Metrics()
    metrics.watch(*admission_figures(Admissions))
    assert value(metrics, "understudy_admission_verdicts_total", verdict="taken") == 9
    assert value(metrics, "understudy_admission_refused_total", reason="loop_lag_ms") == 1
    assert value(metrics, "understudy_admission_load") == 0.8
