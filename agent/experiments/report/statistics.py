"""Two variants met different callers, and the report is looked at while calls come in.

Intervals hold at every number of callers at once: who looks every day and stops when zero is
outside errs no more often than who looks once. They are asymptotic confidence sequences for a
difference of means under known shares (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas,
"Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics 52,
2024, theorem 2.2). Group-sequential bounds would be narrower at looks that are planned, but are
void as soon as somebody looks in between, and calls don't come by plan. The price, at the planned
number of callers, is an interval about 1.55 times as wide as one for a single look.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

CONFIDENCE = 0.95
POWER = 0.8
# The theory is asymptotic; `python -m tests.bench.experiment` shows that this many are enough.
LEAST_CALLERS = 100
LEAST_OF_A_KIND = 20
# Below it callers are not shared out as planned. So low because it is looked at often.
MISMATCH = 0.001


@dataclass(frozen=True, slots=True)
class Sample:
    """Callers of a variant in whom something could be measured; `variance` is the sample's."""

    callers: int
    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A variant less the control, with an interval that is valid however often one looks."""

    change: float
    low: float
    high: float

    @property
    def shown(self) -> bool:
        """Whether it is more than chance would explain."""
        return self.low > 0 or self.high < 0


def sample(values: Sequence[float]) -> Sample | None:
    """None of fewer than two values."""
    if len(values) < 2:
        return None
    return Sample(len(values), float(np.mean(values)), float(np.var(values, ddof=1)))


def difference(
    control: Sample | None, variant: Sample | None, *, planned: int, alpha: float = 1 - CONFIDENCE
) -> Difference | None:
    """None as long as there are too few callers for it to hold.

    `planned` is the number of callers, of both together, at which the interval is narrowest; it
    has to be fixed before the first call.
    """
    if control is None or variant is None:
        return None
    if min(control.callers, variant.callers) < LEAST_CALLERS:
        return None
    spread = _spread(control, variant)
    if not spread:
        return None
    callers = control.callers + variant.callers
    half = spread * boundary(callers, planned, alpha)
    change = variant.mean - control.mean
    return Difference(change, change - half, change + half)


def difference_of_shares(
    control: Sample | None, variant: Sample | None, *, planned: int, alpha: float = 1 - CONFIDENCE
) -> Difference | None:
    """The same for yes or no, where some callers of both kinds are to be expected in each variant.

    Otherwise a small variant without a single success would seem to have no variance.
    """
    if control is None or variant is None:
        return None
    callers = control.callers + variant.callers
    yes = (control.callers * control.mean + variant.callers * variant.mean) / callers
    if min(control.callers, variant.callers) * min(yes, 1 - yes) < LEAST_OF_A_KIND:
        return None
    return difference(control, variant, planned=planned, alpha=alpha)


def boundary(callers: float, planned: float, alpha: float) -> float:
    """Standard errors on each side of an estimate, such as 1.96 would be for a single look."""
    # The paper's rho that makes the interval narrowest at `planned`.
    scaled = -special.lambertw(-(alpha**2) / math.e, -1).real - 1
    information = callers * scaled / planned
    crossing = math.log(math.sqrt(information + 1) / alpha)
    return math.sqrt(2 * (information + 1) / information * crossing)


def callers_needed(
    rate: float, effect: float, shares: tuple[float, float], *, planned: int, alpha: float
) -> tuple[int, int]:
    """Callers of both variants together, to find such an effect with 80 % power.

    `rate` is the control's share of successes, `shares` are the control's and the variant's parts
    of these callers. The first figure is for a single look at the end, the second for looks at any
    time; the second is an upper bound, as it counts only who decides at that number.
    """
    other = rate + effect if rate + effect <= 1 else rate - effect
    spread = math.sqrt(rate * (1 - rate) / shares[0] + other * (1 - other) / shares[1])
    power = float(stats.norm.ppf(POWER))
    once = (spread * (float(stats.norm.ppf(1 - alpha / 2)) + power) / effect) ** 2
    always = once
    # The boundary grows like the root of a logarithm: this settles within a few steps.
    for _ in range(100):
        grown = (spread * (boundary(always, planned, alpha) + power) / effect) ** 2
        if abs(grown - always) < 0.5:
            break
        always = grown
    return math.ceil(once), math.ceil(always)


def sharing_p(callers: Mapping[str, int], shares: Mapping[str, float]) -> float | None:
    """Whether callers are shared out as planned: the p-value of a chi-square test; None of nobody.

    A mismatch makes every comparison worthless, for it means that callers got lost in one variant
    (Fabijan et al., "Diagnosing sample ratio mismatch in online controlled experiments", KDD 2019).
    """
    total = sum(callers.values())
    if not total:
        return None
    expected = [total * share for share in shares.values()]
    return float(stats.chisquare([callers.get(name, 0) for name in shares], expected).pvalue)


def at_most(broken: int, calls: int) -> float:
    """The upper 95 % bound of a share (Clopper and Pearson, one-sided)."""
    return 1.0 if broken == calls else float(stats.beta.ppf(CONFIDENCE, broken + 1, calls - broken))


def _spread(control: Sample, variant: Sample) -> float:
    return math.sqrt(control.variance / control.callers + variant.variance / variant.callers)
