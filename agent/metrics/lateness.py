"""A `LatenessMeter` as a Prometheus histogram, without a second count of the same thing."""

from collections.abc import Callable, Iterator

from prometheus_client.metrics_core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from agent.media.pacing import LatenessMeter
from agent.metrics.buckets import LATENESS_S


class LatenessCollector(Collector):
    """Shows what a meter has counted, in seconds."""

    def __init__(self, name: str, text: str, meter: Callable[[], LatenessMeter]) -> None:
        self._name = name
        self._text = text
        self._meter = meter

    def collect(self) -> Iterator[Metric]:
        """The meter's present counts."""
        meter = self._meter()
        counts = [(str(limit), meter.up_to(limit * 1000.0)) for limit in LATENESS_S]
        family = HistogramMetricFamily(self._name, self._text)
        family.add_metric(
            [], [*counts, ("+Inf", meter.count)], sum_value=meter.mean_ms * meter.count / 1000.0
        )
        yield family
