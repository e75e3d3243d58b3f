"""Two versions met the same customers: is what differs more than chance?

Pairs are calls of the same persona and seed. Yes-or-no outcomes go by McNemar's exact test, scores
by Wilcoxon's signed ranks, and all tests of one comparison by Holm's correction. Intervals are
paired bootstraps (percentile, seeded) over the pairs, or over clusters of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

_RESAMPLES = 2000
_SEED = 1
_CONFIDENCE = 0.95
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Difference:
    """B against A in one measure.

    `effect` is the share of untied pairs in which B is higher, less that in which A is (-1 to 1):
    the matched-pairs rank-biserial correlation for scores, its plain form for yes-or-no outcomes.
    `p` is two-sided; `p_holm` is corrected for all measures of the comparison.
    """

    measure: str
    pairs: int
    a: float
    b: float
    low: float
    high: float
    effect: float
    p: float
    p_holm: float
    test: str

    @property
    def change(self) -> float:
        """B less A, of the means."""
        return self.b - self.a


def compare(
    a: Mapping[str, Sequence[float | None]],
    b: Mapping[str, Sequence[float | None]],
    clusters: Sequence[str] | None = None,
) -> tuple[Difference, ...]:
    """Each measure of A against the same of B, pair by pair; a pair with a None is left out.

    `clusters` names what each pair has in common with others, which then are drawn together for the
    intervals. Raises ValueError where A and B differ in measures or in length.
    """
    if a.keys() != b.keys():
        raise ValueError(f"A has {sorted(a)}, B has {sorted(b)}")
    found = [
        one for name in a if (one := _difference(name, a[name], b[name], clusters)) is not None
    ]
    corrected = holm([one.p for one in found])
    return tuple(replace(one, p_holm=p) for one, p in zip(found, corrected, strict=True))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down correction (Scandinavian Journal of Statistics 6, 1979), in given order."""
    order = np.argsort(p_values)
    corrected, worst = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        worst = max(worst, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[int(index)] = worst
    return corrected


def mean_interval(
    change: Sequence[float], clusters: Sequence[str] | None = None, confidence: float = _CONFIDENCE
) -> tuple[float, float]:
    """The bootstrap interval of a mean; with `clusters`, one a value, whole clusters are drawn.

    Drawing clusters: Cameron, Gelbach and Miller, Review of Economics and Statistics 90 (2008).
    Percentiles are expanded for how few there are: Hesterberg, The American Statistician 69 (2015).
    Below ten clusters or so the interval is still too narrow.
    """
    values = np.array(change, float)
    if clusters is None:
        return _interval(values, confidence)
    names = sorted(set(clusters))
    of = np.array([names.index(cluster) for cluster in clusters])
    sums, sizes = np.bincount(of, values), np.bincount(of)
    drawn = np.random.default_rng(_SEED).integers(len(names), size=(_RESAMPLES, len(names)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    few = max(len(names), 2)
    widened = stats.t.isf((1 - confidence) / 2, few - 1) * np.sqrt(few / (few - 1))
    low, high = np.quantile(means, stats.norm.cdf([-widened, widened]))
    return float(low), float(high)


def _difference(
    name: str,
    a: Sequence[float | None],
    b: Sequence[float | None],
    clusters: Sequence[str] | None,
) -> Difference | None:
    if len(a) != len(b):
        raise ValueError(f"{name}: {len(a)} calls of A, {len(b)} of B")
    kept = [i for i in range(len(a)) if a[i] is not None and b[i] is not None]
    if not kept:
        return None
    first, second = (np.array([side[i] for i in kept], float) for side in (a, b))
    own = None if clusters is None else [clusters[i] for i in kept]
    low, high = mean_interval(second - first, own)
    binary = set(np.unique(np.concatenate([first, second]))) <= {0.0, 1.0}
    p, effect = _mcnemar(first, second) if binary else _wilcoxon(first, second)
    return Difference(
        measure=name,
        pairs=len(kept),
        a=float(first.mean()),
        b=float(second.mean()),
        low=low,
        high=high,
        effect=effect,
        p=p,
        p_holm=p,
        test="McNemar" if binary else "Wilcoxon",
    )


def _mcnemar(a: Numbers, b: Numbers) -> tuple[float, float]:
    gained, lost = int(((b == 1) & (a == 0)).sum()), int(((a == 1) & (b == 0)).sum())
    if gained + lost == 0:
        return 1.0, 0.0
    p = float(stats.binomtest(gained, gained + lost, 0.5).pvalue)
    return p, (gained - lost) / (gained + lost)


def _wilcoxon(a: Numbers, b: Numbers) -> tuple[float, float]:
    change = b - a
    if not change.any():
        return 1.0, 0.0
    untied = change[change != 0]
    ranks = stats.rankdata(np.abs(untied))
    effect = float((ranks[untied > 0].sum() - ranks[untied < 0].sum()) / ranks.sum())
    return float(stats.wilcoxon(b, a, zero_method="wilcox").pvalue), effect


def _interval(change: Numbers, confidence: float) -> tuple[float, float]:
    if len(change) < 2 or not change.std():
        return float(change.mean()), float(change.mean())
    found = stats.bootstrap(
        (change,),
        np.mean,
        n_resamples=_RESAMPLES,
        confidence_level=confidence,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    return float(found.low), float(found.high)
