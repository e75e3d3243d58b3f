"""Values with their 95 % intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval; `count` is what it was taken from, None: nothing."""

    value: float | None
    low: float | None
    high: float | None
    count: float


NOTHING = Estimate(None, None, None, 0)


def share(hits: int, count: int) -> Estimate:
    """A rate in percent with its Wilson interval."""
    if not count:
        return NOTHING
    interval = stats.binomtest(hits, count).proportion_ci(0.95, "wilson")
    return Estimate(100 * hits / count, 100 * interval.low, 100 * interval.high, count)


def per_minute(events: int, minutes: float) -> Estimate:
    """Events a minute with the exact Poisson interval."""
    if not minutes:
        return NOTHING
    low = stats.chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
    high = stats.chi2.ppf(0.975, 2 * events + 2) / 2
    return Estimate(events / minutes, low / minutes, high / minutes, round(minutes, 1))


def percentile(values: Sequence[float], percent: float) -> Estimate:
    """A percentile with its bootstrap interval, resampled by item with a fixed seed."""
    if not values:
        return NOTHING
    data = np.asarray(values)
    rng = np.random.default_rng(0)
    drawn = np.percentile(
        data[rng.integers(0, len(data), (_RESAMPLES, len(data)))], percent, axis=1
    )
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Estimate(float(np.percentile(data, percent)), float(low), float(high), len(data))
