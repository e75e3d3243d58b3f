"""What the watch over models and event loop has to show, and admission, which decides by it."""

from collections.abc import Callable, Mapping

from agent.calls.gatekeeper import AdmissionStats
from agent.metrics.distributions import WatchedDistribution, of_lateness
from agent.metrics.watched import Watched
from agent.watchdog.engines import EngineStats
from agent.watchdog.loop import LoopMonitor
from agent.watchdog.pool import PoolStats


def engine_figures(
    stats: Callable[[], EngineStats],
) -> tuple[Watched | WatchedDistribution, ...]:
    """How long work waits for its model, how long it takes, and what hangs or fails."""

    def by_pool(read: Callable[[PoolStats], float]) -> Callable[[], Mapping[str, float]]:
        return lambda: {name: read(pool) for name, pool in stats().pools.items()}

    pool = ("pool",)
    return (
        WatchedDistribution(
            "understudy_model_wait_seconds",
            "Time that work for a model waits for its turn, by pool",
            lambda: {name: pool.waits for name, pool in stats().pools.items()},
            label="pool",
        ),
        WatchedDistribution(
            "understudy_model_run_seconds",
            "Time that a model works on one job, by pool",
            lambda: {name: pool.runs for name, pool in stats().pools.items()},
            label="pool",
        ),
        Watched(
            "understudy_model_threads",
            "Threads that may work at once, by pool",
            by_pool(lambda pool: pool.threads),
            labels=pool,
        ),
        Watched(
            "understudy_model_waiting",
            "Work that waits for a model, by pool",
            by_pool(lambda pool: pool.waiting),
            labels=pool,
        ),
        Watched(
            "understudy_model_stuck",
            "Threads that were given up and have not come back, by pool",
            by_pool(lambda pool: pool.stuck),
            labels=pool,
        ),
        Watched(
            "understudy_model_hung",
            "Work that the watchdog gave up, by pool",
            by_pool(lambda pool: pool.hung),
            kind="counter",
            labels=pool,
        ),
        Watched(
            "understudy_model_faults",
            "What models did that they should not, by model and kind",
            lambda: stats().faults,
            kind="counter",
            labels=("engine", "kind"),
        ),
    )


def loop_figures(monitor: LoopMonitor) -> tuple[Watched | WatchedDistribution, ...]:
    """How punctual the event loop is."""
    return (
        WatchedDistribution(
            "understudy_loop_lateness_seconds",
            "How late the event loop comes to a timer",
            lambda: {"": of_lateness(monitor.lateness)},
        ),
        Watched(
            "understudy_loop_longest_stall_seconds",
            "The longest time that the event loop stood still, since the start",
            lambda: monitor.lateness.max_ms / 1000.0,
        ),
        Watched(
            "understudy_loop_stalls",
            "Times that the event loop stood still; the log has where",
            lambda: float(monitor.stalls),
            kind="counter",
        ),
    )


def admission_figures(stats: Callable[[], AdmissionStats]) -> tuple[Watched, ...]:
    """Who was let in, and what was full where somebody was not."""
    return (
        Watched(
            "understudy_admission_verdicts",
            "Callers by what was decided: taken, waits, queued",
            lambda: stats().verdicts,
            kind="counter",
            labels=("verdict",),
        ),
        Watched(
            "understudy_admission_refused",
            "Callers who went to the queue at once, by the figure that was full",
            lambda: stats().refused,
            kind="counter",
            labels=("reason",),
        ),
        Watched(
            "understudy_admission_load",
            "Load when a caller was last asked about; 1 is full",
            lambda: stats().load,
        ),
    )
