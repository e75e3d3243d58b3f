"""How many calls a question needs, and what so many can show.

Wilcoxon's signed ranks need pi/3 times the pairs of the t test where differences are normal
(Lehmann, Nonparametrics, 1975); the t test's power is that of the noncentral t distribution.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, log, pi, sqrt

from scipy import optimize, stats

ALPHA, POWER = 0.05, 0.8
LEAST_EFFECT = 0.02
_LARGEST_EFFECT = 5.0
_WILCOXON = 3 / pi
# An exact test's power goes up and down by one judgment; so many in a row have to be enough.
_SAWTOOTH = 12


@dataclass(frozen=True, slots=True)
class Need:
    """One row of the table: `n` is in `unit`."""

    question: str
    case: str
    n: int
    unit: str


def signed_rank_power(pairs: int, effect: float, alpha: float = ALPHA) -> float:
    """Of Wilcoxon's test, two-sided; `effect` is the mean difference over its SD.

    To show the opposite is no success and does not count. 0 where not even pairs that all differ
    the same way reach `alpha`.
    """
    if 2 * 0.5**pairs > alpha:
        return 0.0
    worth = pairs * _WILCOXON
    edge = stats.t.ppf(1 - alpha / 2, worth - 1)
    return float(stats.nct.sf(edge, worth - 1, abs(effect) * sqrt(worth)))


def pairs_to_tell(effect: float, power: float = POWER, alpha: float = ALPHA) -> int:
    """The fewest pairs that show a difference of this size so often.

    Raises ValueError below LEAST_EFFECT, for which no test of calls is ever large enough.
    """
    if abs(effect) < LEAST_EFFECT:
        raise ValueError(f"an effect of {effect} can't be shown")
    return _fewest(lambda n: signed_rank_power(n, effect, alpha) >= power)


def effect_told(pairs: int, power: float = POWER, alpha: float = ALPHA) -> float | None:
    """The least difference over its SD that so many pairs show so often; None: too few for any."""
    if signed_rank_power(pairs, _LARGEST_EFFECT, alpha) < power:
        return None
    found = optimize.brentq(
        lambda effect: signed_rank_power(pairs, effect, alpha) - power, 0.0, _LARGEST_EFFECT
    )
    return float(found)


def pairs_not_worse(
    margin: float, spread: float, power: float = POWER, alpha: float = ALPHA
) -> int:
    """Pairs to show 'not worse by `margin`' where there is no difference; `spread`: its SD.

    One-sided at `alpha`, by the t test.
    """

    def enough(pairs: int) -> bool:
        if pairs < 2 or not spread:
            return pairs >= 2
        edge = stats.t.ppf(1 - alpha, pairs - 1)
        return bool(stats.nct.sf(edge, pairs - 1, margin / spread * sqrt(pairs)) >= power)

    return _fewest(enough)


def calls_for_kappa(kappa: float, prevalence: float, half_width: float) -> int:
    """Calls that two raters score yes or no, for a 95 % interval of so much either way.

    Donner and Eliasziw, Statistics in Medicine 11, 1511 (1992).
    """
    mixed = 2 * prevalence * (1 - prevalence)
    spread = (1 - kappa) * ((1 - kappa) * (1 - 2 * kappa) + kappa * (2 - kappa) / mixed)
    return ceil(spread * (_z(ALPHA / 2) / half_width) ** 2)


def mcnemar_pairs(gained: float, lost: float) -> int:
    """Pairs of which such shares change one way and the other (Connor, Biometrics 43, 1987)."""
    both, change = gained + lost, gained - lost
    root = _z(ALPHA / 2) * sqrt(both) + _z(1 - POWER) * sqrt(both - change**2)
    return ceil((root / change) ** 2)


def judgments_above_chance(true: float) -> int:
    """'Human or AI?' told rightly in such a share: exact binomial test, one-sided."""

    def enough(n: int) -> bool:
        edge = stats.binom.isf(ALPHA, n, 0.5) + 1
        return bool(stats.binom.sf(edge - 1, n, true) >= POWER)

    return _fewest(lambda n: all(enough(n + more) for more in range(_SAWTOOTH)))


def calls_without_failure(share: float) -> int:
    """Calls without a failure that put its share below this at 95 %."""
    return ceil(log(1 - 0.95) / log(1 - share))


def calls_of_each(first: float, second: float) -> int:
    """Calls of each arm to tell two rates apart (Fleiss, without continuity correction)."""
    middle = (first + second) / 2
    root = _z(ALPHA / 2) * sqrt(2 * middle * (1 - middle)) + _z(1 - POWER) * sqrt(
        first * (1 - first) + second * (1 - second)
    )
    return ceil((root / (second - first)) ** 2)


def needs() -> tuple[Need, ...]:
    """The usual questions: alpha 0.05 two-sided and power 0.8 where nothing else is said."""
    return tuple(_needs())


def _needs() -> Iterator[Need]:
    for effect in (0.5, 0.35, 0.3, 0.2):
        yield Need("difference in a group's score", f"{effect} SD", pairs_to_tell(effect), "pairs")
    for spread in (0.15, 0.20, 0.25, 0.30):
        case = f"margin 0.10, SD of differences {spread:.2f}, one-sided"
        yield Need("not worse than people", case, pairs_not_worse(0.10, spread), "pairs")
    for width, prevalence in ((0.15, 0.5), (0.15, 0.2), (0.10, 0.5), (0.10, 0.2)):
        case = f"0.7 +- {width:.2f}, prevalence {prevalence}"
        yield Need("raters' kappa", case, calls_for_kappa(0.7, prevalence, width), "calls")
    for true in (0.65, 0.60):
        case = f"{true:.0%} right, one-sided"
        yield Need("'human or AI?' above chance", case, judgments_above_chance(true), "judgments")
    for gained, lost in ((0.15, 0.05), (0.20, 0.10), (0.30, 0.10)):
        case = f"{gained:.0%} gained, {lost:.0%} lost"
        yield Need("yes or no in pairs (McNemar)", case, mcnemar_pairs(gained, lost), "pairs")
    for share in (0.05, 0.01):
        case = f"below {share:.0%} at 95 %"
        yield Need("a gate without failure", case, calls_without_failure(share), "calls")
    for first, second in ((0.05, 0.08), (0.10, 0.15), (0.10, 0.20)):
        case = f"{first:.0%} against {second:.0%}"
        yield Need("rates of success", case, calls_of_each(first, second), "calls each")


def _z(tail: float) -> float:
    return float(stats.norm.isf(tail))


def _fewest(enough: Callable[[int], bool]) -> int:
    """The least n that is enough, and all greater ones with it."""
    top = 2
    while not enough(top):
        top *= 2
    low = top // 2
    while low < top:
        middle = (low + top) // 2
        low, top = (low, middle) if enough(middle) else (middle + 1, top)
    return top
