"""Trends in words and figures."""

from collections.abc import Iterator, Mapping
from typing import Any

from agent.evaluation.comparison.told import figure as of_calls
from agent.evaluation.simulation.measures import MEASURES
from agent.evaluation.trends.keeping import ANSWER_TIME
from agent.evaluation.trends.shift import Shift, Verdict, shifts, versions_compared
from agent.evaluation.trends.tally import Estimate
from agent.evaluation.trends.trend import Point, Trend, Version

MEASURE_NAMES = (*(measure.name for measure in MEASURES), ANSWER_TIME)
_SAID: tuple[Verdict, ...] = ("worse", "better", "different", "too few calls to tell")
# Where one of these is new, scores before and after are not of one scale.
_YARDSTICKS = frozenset(("rubric", "simulation", "approved facts"))


def sentences(trend: Trend) -> Iterator[str]:
    """What the newest version changed, and how sure that is."""
    compared = versions_compared(trend)
    if compared is None:
        yield f"One version so far, {named(trend.points[-1].version)}: nothing to compare it with."
        return
    before, newest = compared
    yield (
        f"{named(newest)} against {named(before)}, on {trend.whole(newest).calls} and "
        f"{trend.whole(before).calls} calls. New: {', '.join(newest.changed) or 'nothing'}."
    )
    moved = _YARDSTICKS.intersection(newest.changed)
    if moved:
        yield (
            f"How calls are measured has changed, too ({', '.join(sorted(moved))}): a difference "
            "may come from that."
        )
    found = shifts(trend)
    for verdict in _SAID:
        own = [told(shift) for shift in found if shift.verdict == verdict]
        if own:
            yield f"{verdict.capitalize()}: {'; '.join(own)}."
    if not any(shift.verdict in ("better", "worse", "different") for shift in found):
        yield "No change is shown that chance would not explain."


def named(version: Version) -> str:
    """A version as a person names it."""
    return f"v{version.number} ({version.playbook})"


def told(shift: Shift) -> str:
    """One change with its interval."""
    low, high = (figure(shift.measure, value, sign=True) for value in (shift.low, shift.high))
    return f"{shift.measure} {figure(shift.measure, shift.change, sign=True)} ({low} to {high})"


def figure(measure: str, value: float | None, *, sign: bool = False) -> str:
    """As the findings of a simulation have it, and milliseconds as whole ones."""
    if measure not in (one.name for one in MEASURES):
        return "-" if value is None else f"{value:{'+' if sign else ''}.0f}"
    return of_calls(measure, value, sign=sign)


def estimated(measure: str, found: Estimate) -> str:
    """A mean with its interval and its calls; one call has no interval."""
    if found.calls == 1:
        return f"{figure(measure, found.mean)} (1 call)"
    low, high = figure(measure, found.low), figure(measure, found.high)
    return f"{figure(measure, found.mean)} ({low} to {high}, {found.calls} calls)"


def broken(point: Point) -> str:
    """Which gates were broken, in how many calls."""
    found = [f"{name} {gate['broken']}" for name, gate in point.gates.items() if gate["broken"]]
    return ", ".join(found) or "kept"


def as_json(trend: Trend) -> dict[str, Any]:
    """Everything that is shown, unrounded."""
    return {
        "series": trend.series,
        "says": list(sentences(trend)),
        "versions": [
            {
                "number": version.number,
                "playbook": version.playbook,
                "since": version.since.isoformat(),
                "changed": version.changed,
                "made_with": dict(version.parts),
            }
            for version in trend.versions
        ],
        "points": [
            {
                "version": point.version.number,
                "label": point.label,
                "at": point.at.isoformat(),
                "calls": point.calls,
                "measures": {
                    name: _estimate(found)
                    for name in point.tallies
                    if (found := point.estimate(name)) is not None
                },
                "gates": dict(point.gates),
                "funnel": dict(point.funnel),
            }
            for point in trend.points
        ],
        "shifts": {
            one.measure: {
                "before": _estimate(one.before), "after": _estimate(one.after),
                "change": one.change, "low": one.low, "high": one.high, "p_holm": one.p_holm,
                "verdict": one.verdict,
            }
            for one in shifts(trend)
        },
    }  # fmt: skip


def _estimate(found: Estimate) -> Mapping[str, float | None]:
    bounded = found.calls > 1 or found.high <= 1
    return {
        "calls": found.calls,
        "mean": found.mean,
        "low": found.low if bounded else None,
        "high": found.high if bounded else None,
    }
