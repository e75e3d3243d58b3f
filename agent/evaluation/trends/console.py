"""Trends on a terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.evaluation.simulation.measures import DONE, OF_GROUP
from agent.evaluation.trends.keeping import ANSWER_TIME
from agent.evaluation.trends.told import broken, figure, named, sentences, versions_told
from agent.evaluation.trends.trend import Point, Trend

_COLUMNS = {
    "goal": DONE,
    **{name.removeprefix("rubric ").partition(":")[0]: name for name in OF_GROUP.values()},
    "answer": ANSWER_TIME,
}


def print_trend(trend: Trend, console: Console, last: int) -> None:
    """The newest points, what became new when, and what the newest version changed."""
    console.print(f"\n{trend.series}", style="bold")
    columns = {
        short: name
        for short, name in _COLUMNS.items()
        if any(name in point.tallies for point in trend.points)
    }
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", no_wrap=True)
    for column in ("", "calls", *columns):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("gates")
    for point in trend.points[-last:]:
        cells = [_figure(point, name) for name in columns.values()]
        gates = broken(point)
        table.add_row(
            point.label, f"v{point.version.number}", str(point.calls), *cells,
            Text(gates, style="" if gates == "kept" else "red"),
        )  # fmt: skip
    console.print(table)
    for version, changed in versions_told(trend):
        console.print(f"{named(version)}{': new ' if changed else ''}{changed}", style="dim")
    for sentence in sentences(trend):
        console.print(sentence)


def _figure(point: Point, measure: str) -> str:
    found = point.estimate(measure)
    if found is None:
        return "-"
    if found.calls == 1:
        return figure(measure, found.mean).removesuffix(" %")
    half = max(found.high - found.mean, found.mean - found.low)
    scale = 1 if measure == ANSWER_TIME else 100
    return f"{scale * found.mean:.0f} ±{scale * half:.0f}"
