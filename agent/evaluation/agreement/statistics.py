"""Agreement of two raters on the scale 0, 1, 2: kappa, AC1, and intervals by resampling calls.

Everything is computed from tables of counts, so that thousands of resamples are one array; tests
hold kappa against scikit-learn's cohen_kappa_score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

LEVELS = (0, 1, 2)
_SIZE = len(LEVELS)
_RESAMPLES = 2000
_PERCENTILES = (2.5, 97.5)
# Quadratic: one step apart counts a quarter of two.
_WEIGHTS = np.subtract.outer(LEVELS, LEVELS) ** 2 / (_SIZE - 1) ** 2

Counts = NDArray[np.float64]
Score = int | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; None where the scores leave it undefined."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of `n` items that both scored. `kappa` is weighted quadratically.

    `confusion[i][j]` counts items that the first rater gave i and the second j; index 3 is "no
    score", whose items count in no figure.
    """

    n: int
    equal: Estimate
    kappa: Estimate
    ac1: Estimate
    confusion: tuple[tuple[int, ...], ...]


def agreement(first: Sequence[Score], second: Sequence[Score], *, seed: int = 7) -> Agreement:
    """Two raters' scores of the same items, of different calls, in the same order."""
    pairs = list(zip(first, second, strict=True))
    tables = _tables(pairs)
    total = tables.sum(axis=0)
    samples = _resampled(tables, seed)
    return Agreement(
        n=int(total.sum()),
        equal=_estimate(_equal(total), _equal(samples)),
        kappa=_estimate(quadratic_kappa(total), quadratic_kappa(samples)),
        ac1=_estimate(gwet_ac1(total), gwet_ac1(samples)),
        confusion=_confusion(pairs),
    )


def mean_kappa(
    criteria: Sequence[tuple[Sequence[Score], Sequence[Score]]], *, seed: int = 7
) -> Estimate:
    """The mean of several criteria's kappas, leaving out undefined ones.

    Every criterion has the same calls in the same order: a call is drawn with all its scores, since
    those of one call go together.
    """
    tables = [_tables(list(zip(first, second, strict=True))) for first, second in criteria]
    if not tables:
        return Estimate(None)
    value = _mean([quadratic_kappa(of.sum(axis=0)) for of in tables])
    return _estimate(value, _mean([quadratic_kappa(_resampled(of, seed)) for of in tables]))


def quadratic_kappa(counts: Counts) -> Counts:
    """Cohen's kappa with quadratic weights of (..., 3, 3) counts: shape (...).

    Cohen 1968, Psychological Bulletin 70, 213. NaN where both raters give one and the same score
    throughout: then there is nothing that chance could be told from.
    """
    total = counts.sum(axis=(-1, -2))
    by_chance = counts.sum(axis=-1)[..., :, None] * counts.sum(axis=-2)[..., None, :]
    seen = (_WEIGHTS * counts).sum(axis=(-1, -2)) * total
    expected = (_WEIGHTS * by_chance).sum(axis=(-1, -2))
    return 1 - _ratio(seen, expected)


def gwet_ac1(counts: Counts) -> Counts:
    """Gwet's AC1 of (..., 3, 3) counts: shape (...); NaN without counts.

    Gwet 2008, British Journal of Mathematical and Statistical Psychology 61, 29. Chance agreement
    is the mean of p (1 - p) over the levels, so that it stays small, and the figure steady, where
    nearly all items get the same score; there kappa falls to 0.
    """
    total = counts.sum(axis=(-1, -2))
    used = _ratio((counts.sum(axis=-1) + counts.sum(axis=-2)) / 2, total[..., None])
    chance = (used * (1 - used)).sum(axis=-1) / (_SIZE - 1)
    return _ratio(_equal(counts) - chance, 1 - chance)


def _equal(counts: Counts) -> Counts:
    return _ratio(np.trace(counts, axis1=-2, axis2=-1), counts.sum(axis=(-1, -2)))


def _ratio(above: Counts, below: Counts) -> Counts:
    """NaN where it is divided by 0."""
    above, below = np.asarray(above, float), np.asarray(below, float)
    known = np.broadcast_to(below != 0, np.broadcast_shapes(above.shape, below.shape))
    quotient: Counts = np.divide(above, below, out=np.full(known.shape, np.nan), where=known)
    return quotient


def _tables(pairs: Sequence[tuple[Score, Score]]) -> Counts:
    """A table of counts for each item, (n, 3, 3); empty for one that somebody did not score."""
    tables = np.zeros((len(pairs), _SIZE, _SIZE))
    for item, (one, other) in enumerate(pairs):
        if one is not None and other is not None:
            tables[item, one, other] = 1
    return tables


def _resampled(tables: Counts, seed: int) -> Counts:
    """Counts of as many items drawn with replacement, (resamples, 3, 3)."""
    count = len(tables)
    if count == 0:
        return np.zeros((_RESAMPLES, _SIZE, _SIZE))
    return np.tensordot(_drawn(count, seed), tables, axes=1)


@lru_cache(maxsize=2)
def _drawn(count: int, seed: int) -> Counts:
    """How often each item is in each resample: the same for all criteria of the same calls."""
    evenly = np.full(count, 1 / count)
    return np.random.default_rng(seed).multinomial(count, evenly, size=_RESAMPLES).astype(float)


def _mean(values: Sequence[Counts]) -> Counts:
    """Over the first axis, without NaN; NaN where there is nothing else."""
    stacked = np.stack(values)
    return _ratio(np.nansum(stacked, axis=0), (~np.isnan(stacked)).sum(axis=0))


def _estimate(value: Counts, samples: Counts) -> Estimate:
    """Percentiles of the resamples in which the figure is defined."""
    if np.isnan(value):
        return Estimate(None)
    low, high = np.nanpercentile(samples, _PERCENTILES)
    return Estimate(float(value), float(low), float(high))


def _confusion(pairs: Sequence[tuple[Score, Score]]) -> tuple[tuple[int, ...], ...]:
    counts = np.zeros((_SIZE + 1, _SIZE + 1), int)
    for one, other in pairs:
        counts[_SIZE if one is None else one, _SIZE if other is None else other] += 1
    return tuple(tuple(int(cell) for cell in row) for row in counts)
