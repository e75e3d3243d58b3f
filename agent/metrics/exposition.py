"""Everything that is measured, in one registry, and the text that Prometheus reads."""

from collections.abc import Callable
from concurrent.futures import Executor

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

from agent.media.pacing import LatenessMeter
from agent.metrics.calls import CallMetrics
from agent.metrics.lateness import LatenessCollector
from agent.metrics.pools import PoolMetrics
from agent.metrics.watched import Watched, WatchedCollector


class Metrics:
    """One process's metrics; `calls` is an observer for calls' journals."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.calls = CallMetrics(self._registry)
        self._pools = PoolMetrics(self._registry)
        self._watched = WatchedCollector()
        self._registry.register(self._watched)
        self.watch(self._pools.watched)

    def measured(self, name: str, pool: Executor) -> Executor:
        """A pool of model work, timed under this name."""
        return self._pools.measured(name, pool)

    def watch(self, *figures: Watched) -> None:
        """Show what others count."""
        self._watched.add(figures)

    def watch_lateness(self, name: str, text: str, meter: Callable[[], LatenessMeter]) -> None:
        """Show a meter as a histogram; `name` without its `_seconds`."""
        self._registry.register(LatenessCollector(f"{name}_seconds", text, meter))

    def render(self) -> bytes:
        """The text exposition format, version 0.0.4. May run in any thread."""
        return generate_latest(self._registry)
