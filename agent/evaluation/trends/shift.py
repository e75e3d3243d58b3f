"""Whether the newest version differs from the one before it, by what was kept of both.

Only sums are kept, so calls are not paired: where two versions met the same simulated customers,
`understudy simulate --vs` sees smaller differences than this.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal

from scipy import stats

from agent.evaluation.comparison.statistics import holm
from agent.evaluation.simulation.measures import MEASURES
from agent.evaluation.trends.keeping import ANSWER_TIME
from agent.evaluation.trends.tally import Estimate, is_binary
from agent.evaluation.trends.trend import SHARES, Point, Trend, Version

_ALPHA = 0.05
# Student's interval of so few calls is too narrow where values pile up at one end.
_FEW = 20
# An interval of a share that is wider than this leaves open what a manager asks.
_TOO_WIDE = 0.2
# The same for other measures, as a share of the mean before.
_TOO_WIDE_OF_MEAN = 0.4
Verdict = Literal["better", "worse", "different", "no change shown", "too few calls to tell"]
_BETTER = {measure.name: measure.better for measure in MEASURES} | {ANSWER_TIME: -1}


@dataclass(frozen=True, slots=True)
class Shift:
    """A measure from one version to the next: the change of its mean, with a 95 % interval."""

    measure: str
    before: Estimate
    after: Estimate
    change: float
    low: float
    high: float
    p_holm: float
    verdict: Verdict


def versions_compared(trend: Trend) -> tuple[Version, Version] | None:
    """The newest version and the one that was in use before it; None while there is one only."""
    before = [point.version for point in trend.points if point.version != trend.newest]
    return (before[-1], trend.newest) if before else None


def shifts(trend: Trend) -> tuple[Shift, ...]:
    """Every measure that both versions have; p-values are corrected by Holm for all of them."""
    compared = versions_compared(trend)
    if compared is None:
        return ()
    before, after = (trend.whole(version) for version in compared)
    found = [shift for name in before.tallies if (shift := _shift(name, before, after))]
    corrected = holm([one.p_holm for one in found])
    return tuple(_told(replace(one, p_holm=p)) for one, p in zip(found, corrected, strict=True))


def _shift(name: str, before: Point, after: Point) -> Shift | None:
    a, b = before.estimate(name), after.estimate(name)
    if a is None or b is None:
        return None
    change = b.mean - a.mean
    # MOVER (Zou and Donner, Statistics in Medicine 27, 2008), which for shares is Newcombe's
    # hybrid score interval (ibid. 17, 1998).
    low = change - math.hypot(b.mean - b.low, a.high - a.mean)
    high = change + math.hypot(b.high - b.mean, a.mean - a.low)
    binary = is_binary(before.tallies[name]) and is_binary(after.tallies[name])
    p = _fisher(a, b) if binary else _welch(a, b)
    return Shift(name, a, b, change, low, high, p, "no change shown")


def _fisher(a: Estimate, b: Estimate) -> float:
    won, tried = [round(one.mean * one.calls) for one in (a, b)], [a.calls, b.calls]
    table = [won, [calls - own for calls, own in zip(tried, won, strict=True)]]
    return float(stats.fisher_exact(table).pvalue)


def _welch(a: Estimate, b: Estimate) -> float:
    if min(a.calls, b.calls) < 2 or (not a.sd and a.mean == b.mean):
        return 1.0
    if not a.sd and not b.sd:
        # Each side is of one value: the permutation test is Fisher's.
        return float(stats.fisher_exact([[a.calls, 0], [0, b.calls]]).pvalue)
    found = stats.ttest_ind_from_stats(
        b.mean, b.sd, b.calls, a.mean, a.sd, a.calls, equal_var=False
    )
    return float(found.pvalue)


def _told(shift: Shift) -> Shift:
    wide = _TOO_WIDE if shift.measure in SHARES else _TOO_WIDE_OF_MEAN * abs(shift.before.mean)
    verdict: Verdict
    if shift.p_holm < _ALPHA:
        way = shift.change * _BETTER.get(shift.measure, 0)
        verdict = "better" if way > 0 else "worse" if way < 0 else "different"
    elif shift.high - shift.low > wide or min(shift.before.calls, shift.after.calls) < _FEW:
        verdict = "too few calls to tell"
    else:
        verdict = "no change shown"
    return replace(shift, verdict=verdict)
