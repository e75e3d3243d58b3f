"""Histograms that another part of the house keeps, read when Prometheus asks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from prometheus_client.metrics_core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from agent.media.pacing import LatenessMeter
from agent.metrics.buckets import LATENESS_S
from agent.watchdog.durations import Histogram


@dataclass(frozen=True, slots=True)
class WatchedDistribution:
    """What Prometheus calls it, what it is, and how to read it, one for each of a label's values.

    `read` is called in a worker thread and must only look. The name's end is `_seconds`.
    """

    name: str
    help: str
    read: Callable[[], Mapping[str, Histogram]]
    label: str = ""


class DistributionCollector(Collector):
    """Reads one watched distribution for each scrape."""

    def __init__(self, watched: WatchedDistribution) -> None:
        self._watched = watched

    def collect(self) -> Iterator[Metric]:
        """The present counts."""
        watched = self._watched
        labels = [watched.label] if watched.label else []
        family = HistogramMetricFamily(watched.name, watched.help, labels=labels)
        for value, counted in watched.read().items():
            bounds = [*map(str, counted.bounds_s), "+Inf"]
            buckets = list(zip(bounds, accumulate(counted.counts), strict=True))
            family.add_metric([value] if labels else [], buckets, sum_value=counted.sum_s)
        yield family


def of_lateness(meter: LatenessMeter) -> Histogram:
    """What a meter has counted, by bounds that matter to a cadence of 20 ms."""
    up_to = [meter.up_to(bound_s * 1000.0) for bound_s in LATENESS_S]
    steps = zip((*up_to, meter.count), (0, *up_to), strict=True)
    counts = tuple(here - below for here, below in steps)
    sum_s = meter.mean_ms * meter.count / 1000.0
    return Histogram(LATENESS_S, counts, sum_s, meter.max_ms / 1000.0)
