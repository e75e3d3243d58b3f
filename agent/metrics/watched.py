"""Figures that another part of the house keeps, read when Prometheus asks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
Reading = float | Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Watched:
    """One figure: what Prometheus calls it, what it is, and how to read it.

    `read` is called in a worker thread and must only look: no lock, no database. With a `label` it
    gives a value for each of the label's values; they have to be few. A counter only grows while
    the process lives, and Prometheus adds `_total` to its name.
    """

    name: str
    help: str
    read: Callable[[], Reading]
    kind: Kind = "gauge"
    label: str = ""


def watch_fields(
    prefix: str,
    stats: Callable[[], object],
    *,
    gauges: Mapping[str, str],
    counters: Mapping[str, str],
) -> tuple[Watched, ...]:
    """Watch fields of a stats object; both mappings are from a field's name to its help.

    The name of a field that is a time ends in its unit, and is exported in seconds: `..._ms` of
    the stats becomes `..._seconds`.
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
        self._watched: dict[str, Watched] = {}
        self._log = structlog.get_logger("metrics")

    def add(self, watched: Sequence[Watched]) -> None:
        """Show these, too; a name that is there already is replaced."""
        self._watched.update({figure.name: figure for figure in watched})

    def collect(self) -> Iterator[Metric]:
        """The present values."""
        for figure in tuple(self._watched.values()):
            try:
                yield _family(figure, figure.read())
            except Exception:  # a figure less, and not a scrape less
                self._log.exception("a figure can't be read", metric=figure.name)


def _family(figure: Watched, reading: Reading) -> Metric:
    family_type = CounterMetricFamily if figure.kind == "counter" else GaugeMetricFamily
    if not isinstance(reading, Mapping):
        return family_type(figure.name, figure.help, value=float(reading))
    family = family_type(figure.name, figure.help, labels=[figure.label])
    for value, number in reading.items():
        family.add_metric([value], float(number))
    return family


def _exported(prefix: str, field: str) -> str:
    return f"{prefix}_{field.removesuffix('_ms')}_seconds" if _is_ms(field) else f"{prefix}_{field}"


def _read_field(stats: Callable[[], object], field: str) -> float:
    value: Any = getattr(stats(), field)
    return float(value) / 1000.0 if _is_ms(field) else float(value)


def _is_ms(field: str) -> bool:
    return field.endswith("_ms")
