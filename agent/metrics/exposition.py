"""Everything that is measured, in one registry, and the text that Prometheus reads."""

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

from agent.metrics.calls import CallMetrics
from agent.metrics.distributions import DistributionCollector, WatchedDistribution
from agent.metrics.watched import Watched, WatchedCollector


class Metrics:
    """One process's metrics; `calls` is an observer for calls' journals."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.calls = CallMetrics(self._registry)
        self._watched = WatchedCollector()
        self._registry.register(self._watched)

    def watch(self, *figures: Watched | WatchedDistribution) -> None:
        """Show what others count; each name once."""
        for figure in figures:
            if isinstance(figure, Watched):
                self._watched.add(figure)
            else:
                self._registry.register(DistributionCollector(figure))

    def render(self) -> bytes:
        """The text exposition format, version 0.0.4. May run in any thread."""
        return generate_latest(self._registry)
