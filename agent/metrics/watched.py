"""Figures that another part of the house keeps, read when Prometheus asks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import structlog
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

Kind = Literal["gauge", "counter"]
Reading = float | Mapping[str, float] | Mapping[tuple[str, str], float]
# Prometheus counts in seconds; the house's names end in their unit.
_UNITS = {"_ms": 1000.0, "_s": 1.0}


@dataclass(frozen=True, slots=True)
class Watched:
    """One figure: what Prometheus calls it, what it is, and how to read it.

    `read` is called in a worker thread and must only look. With one or two `labels` it gives a
    number for each combination of their values that there is; those have to be few. A counter only
    grows while the process lives, and Prometheus adds `_total` to its name.
    """

    name: str
    help: str
    read: Callable[[], Reading]
    kind: Kind = "gauge"
    labels: tuple[str, ...] = ()


def watch_fields(
    prefix: str,
    stats: Callable[[], object],
    *,
    gauges: Mapping[str, str],
    counters: Mapping[str, str],
) -> tuple[Watched, ...]:
    """Watch fields of a stats object; both mappings are from a field's name to its help.

    A time, whose field's name ends in its unit, is shown in seconds: `away_ms` as `away_seconds`.
    """
    kinds: tuple[tuple[Kind, Mapping[str, str]], ...] = (("gauge", gauges), ("counter", counters))
    return tuple(
        Watched(_exported(prefix, field), text, partial(_read_field, stats, field), kind)
        for kind, texts in kinds
        for field, text in texts.items()
    )


class WatchedCollector(Collector):
    """Reads all watched figures for one scrape; one that can't be read is left out."""

    def __init__(self) -> None:
        self._watched: list[Watched] = []
        self._log = structlog.get_logger("metrics")

    def add(self, figure: Watched) -> None:
        """Show it, too."""
        self._watched.append(figure)

    def collect(self) -> Iterator[Metric]:
        """The present values."""
        for figure in tuple(self._watched):
            try:
                yield _family(figure, figure.read())
            except Exception:  # a figure less, and not a scrape less
                self._log.exception("a figure can't be read", metric=figure.name)


def _family(figure: Watched, reading: Reading) -> Metric:
    family_type = CounterMetricFamily if figure.kind == "counter" else GaugeMetricFamily
    family = family_type(figure.name, figure.help, labels=figure.labels)
    if not isinstance(reading, Mapping):
        family.add_metric([], float(reading))
        return family
    for values, number in reading.items():
        family.add_metric([values] if isinstance(values, str) else values, float(number))
    return family


def _exported(prefix: str, field: str) -> str:
    unit = _unit(field)
    return f"{prefix}_{field.removesuffix(unit)}_seconds" if unit else f"{prefix}_{field}"


def _read_field(stats: Callable[[], object], field: str) -> float:
    value: Any = getattr(stats(), field)
    return float(value) / _UNITS.get(_unit(field), 1.0)


def _unit(field: str) -> str:
    return next((unit for unit in _UNITS if field.endswith(unit)), "")
