"""Trends in words and figures."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from agent.evaluation.comparison.told import figure as of_calls
from agent.evaluation.simulation.measures import MEASURES
from agent.evaluation.trends.keeping import ANSWER_TIME
from agent.evaluation.trends.shift import Shift, Verdict, shifts, versions_compared
from agent.evaluation.trends.tally import Estimate
from agent.evaluation.trends.trend import Point, Trend, Version

MEASURE_NAMES = (*(measure.name for measure in MEASURES), ANSWER_TIME)
_SHOWN: tuple[Verdict, ...] = ("worse", "better", "different")
_WHOLE = 100
# Where one of these is new, scores before and after are not of one scale.
_YARDSTICKS = frozenset(("rubric", "simulation", "approved facts"))


def sentences(trend: Trend) -> Iterator[str]:
    """What the newest version changed, and how sure that is."""
    newest = trend.whole(trend.newest)
    yield f"{named(newest.version)}, {newest.calls} calls: gates {_broken_of(newest)}."
    compared = versions_compared(trend)
    if compared is None:
        yield "It is the only version so far: there is nothing to compare it with."
        return
    before, after = compared
    changed = after.changed_from(before)
    yield (
        f"Compared with {named(before)}, {trend.whole(before).calls} calls, which differs in: "
        f"{', '.join(changed)}."
    )
    moved = _YARDSTICKS.intersection(changed)
    if moved:
        yield (
            f"How calls are measured differs, too ({', '.join(sorted(moved))}): a change of "
            "figures may come from that."
        )
    found = shifts(trend)
    for verdict in _SHOWN:
        own = [told(shift) for shift in found if shift.verdict == verdict]
        if own:
            yield f"{verdict.capitalize()}: {'; '.join(own)}."
    if not any(shift.verdict in _SHOWN for shift in found):
        yield "No change is shown that chance would not explain."
    few = [shift.measure for shift in found if shift.verdict == "too few calls to tell"]
    if few:
        yield f"Too few calls to tell: {', '.join(few)}."


def versions_told(trend: Trend) -> Iterator[tuple[Version, str]]:
    """Each version, and what differs from the one that came into use before it."""
    yield trend.versions[0], ""
    for before, version in pairwise(trend.versions):
        yield version, ", ".join(version.changed_from(before))


def named(version: Version) -> str:
    """A version as a person names it."""
    return f"v{version.number} ({version.playbook})"


def told(shift: Shift) -> str:
    """One change with its interval."""
    low, high = (figure(shift.measure, value, sign=True) for value in (shift.low, shift.high))
    return f"{shift.measure} {figure(shift.measure, shift.change, sign=True)} ({low} to {high})"


def figure(measure: str, value: float | None, *, sign: bool = False) -> str:
    """As the findings of a simulation have it; what is none of theirs with three digits."""
    if measure in (one.name for one in MEASURES):
        return of_calls(measure, value, sign=sign)
    if value is None:
        return "-"
    return f"{value:{'+' if sign else ''}{'.0f' if abs(value) >= _WHOLE else '.3g'}}"


def estimated(measure: str, found: Estimate) -> str:
    """A mean with its interval and its calls; one call has no interval."""
    if found.calls == 1:
        return f"{figure(measure, found.mean)} (1 call)"
    low, high = figure(measure, found.low), figure(measure, found.high)
    return f"{figure(measure, found.mean)} ({low} to {high}, {found.calls} calls)"


def _broken_of(point: Point) -> str:
    found = [
        f"{name} ({gate['broken']} of {gate['calls']})"
        for name, gate in point.gates.items()
        if gate["broken"]
    ]
    return f"broken: {', '.join(found)}" if found else "kept"


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
                "changed": changed,
                "made_with": dict(version.parts),
            }
            for version, changed in versions_told(trend)
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
