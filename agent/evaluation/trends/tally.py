"""Measures as sums: they add up over calls, and say how sure a mean is."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scipy import stats

from agent.records.models import Tally

_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over `calls`, with its 95 % interval; of one call the interval is its whole range."""

    calls: int
    mean: float
    low: float
    high: float
    sd: float


def tally(values: Iterable[float | None]) -> Tally | None:
    """The sums of those that are known; None where none is."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return Tally(calls=len(known), sum=sum(known), squares=sum(value**2 for value in known))


def together(tallies: Sequence[Tally]) -> Tally:
    """The tally of all their calls."""
    return Tally(
        calls=sum(one["calls"] for one in tallies),
        sum=math.fsum(one["sum"] for one in tallies),
        squares=math.fsum(one["squares"] for one in tallies),
    )


def is_binary(one: Tally) -> bool:
    """Whether each call had 0 or 1: of values from 0 to 1 only those equal their squares' sum."""
    return one["sum"] <= one["calls"] and math.isclose(one["sum"], one["squares"], abs_tol=1e-9)


def estimate(one: Tally, *, share: bool) -> Estimate:
    """Shares of yes-or-no by Wilson's interval, other means by Student's t.

    `share` keeps the interval between 0 and 1.
    """
    calls, mean = one["calls"], one["sum"] / one["calls"]
    spread = max(0.0, one["squares"] - one["sum"] ** 2 / calls)
    sd = math.sqrt(spread / (calls - 1)) if calls > 1 else 0.0
    if share and is_binary(one):
        found = stats.binomtest(round(one["sum"]), calls).proportion_ci(_CONFIDENCE, "wilson")
        return Estimate(calls, mean, float(found.low), float(found.high), sd)
    if calls == 1:
        return Estimate(1, mean, 0.0 if share else -math.inf, 1.0 if share else math.inf, sd)
    half = float(stats.t.ppf((1 + _CONFIDENCE) / 2, calls - 1)) * sd / math.sqrt(calls)
    low, high = mean - half, mean + half
    return Estimate(calls, mean, max(0.0, low), min(1.0, high) if share else high, sd)
