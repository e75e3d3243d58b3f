"""Where each point of a plot is drawn, in the units of its picture."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from agent.evaluation.trends.told import MEASURE_NAMES, broken, estimated, figure, versions_told
from agent.evaluation.trends.trend import SHARES, Point, Trend

WIDTH, HEIGHT = 320.0, 160.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 8.0, 14.0, 18.0
_DAY = len("2026-03-02")


@dataclass(frozen=True, slots=True)
class Mark:
    """A point with its interval; `title` tells it in words."""

    x: float
    y: float
    low: float
    high: float
    version: int
    newest: bool
    gates_kept: bool
    title: str


@dataclass(frozen=True, slots=True)
class Change:
    """Where a version came into use; `label` is its number."""

    x: float
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One measure over time.

    `lines` are paths through the points of one version each, and whether it is the newest; `ticks`
    stand on the measure's axis; `ends` are the first and the last day.
    """

    measure: str
    marks: tuple[Mark, ...]
    lines: tuple[tuple[str, bool], ...]
    changes: tuple[Change, ...]
    ticks: tuple[tuple[float, str], ...]
    ends: tuple[str, str]


def plots(trend: Trend) -> Iterator[Plot]:
    """A plot for each measure that some point has, those of simulations first."""
    extra = dict.fromkeys(name for point in trend.points for name in point.tallies)
    for name in dict.fromkeys((*MEASURE_NAMES, *extra)):
        if any(name in point.tallies for point in trend.points):
            yield _plot(trend, name)


def _plot(trend: Trend, measure: str) -> Plot:
    bottom, top = _range(trend, measure)

    def y(value: float) -> float:
        share = (min(max(value, bottom), top) - bottom) / (top - bottom)
        return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)

    slots = {label: at for at, label in enumerate(dict.fromkeys(p.label for p in trend.points))}
    step = (WIDTH - _LEFT - _RIGHT) / len(slots)

    def x(point: Point) -> float:
        return _LEFT + (slots[point.label] + 0.5) * step

    newest = trend.newest
    marks = []
    for point in trend.points:
        found = point.estimate(measure)
        if found is not None:
            title = f"{point.label}, v{point.version.number}: {estimated(measure, found)}"
            marks.append(
                Mark(
                    x(point), y(found.mean), y(found.low), y(found.high),
                    point.version.number, point.version == newest, broken(point) == "kept", title,
                )
            )  # fmt: skip
    first = {point.version: point for point in reversed(trend.points)}
    changes = tuple(
        Change(x(first[one]) - step / 2, f"v{one.number}", changed)
        for one, changed in versions_told(trend)
        if changed
    )
    ticks = tuple((y(value), figure(measure, value)) for value in (bottom, (bottom + top) / 2, top))
    lines = tuple((_line(marks, one.number), one == newest) for one in trend.versions)
    ends = (trend.points[0].label[:_DAY], trend.points[-1].label[:_DAY])
    return Plot(measure, tuple(marks), lines, changes, ticks, ends)


def _line(marks: list[Mark], version: int) -> str:
    own = [f"{mark.x:.1f} {mark.y:.1f}" for mark in marks if mark.version == version]
    return f"M{' L'.join(own)}" if len(own) > 1 else ""


def _range(trend: Trend, measure: str) -> tuple[float, float]:
    """Round ends that hold every interval; of one call only its value counts."""
    found = [one for point in trend.points if (one := point.estimate(measure)) is not None]
    ends = [
        end for one in found for end in ((one.mean,) if one.calls == 1 else (one.low, one.high))
    ]
    low, high = min(ends), max(ends)
    unit = 0.1 if measure in SHARES else 10.0 ** math.floor(math.log10(max(high, 1.0)))
    bottom, top = math.floor(low / unit) * unit, math.ceil(high / unit) * unit
    if measure in SHARES:
        # Ten points fill no plot: what is small shall look small.
        bottom = max(0.0, min(bottom, top - 0.2))
        top = min(1.0, max(top, bottom + 0.2))
    return bottom, top if top > bottom else bottom + unit
