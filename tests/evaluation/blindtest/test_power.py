"""Sample sizes, held against simulated tests and published figures."""

import numpy as np
import pytest
from scipy import stats

from agent.evaluation.blindtest import power


@pytest.mark.parametrize("effect", [0.35, 0.5])
def test_so_many_pairs_show_the_difference_four_times_in_five(effect: float) -> None:
    pairs = power.pairs_to_tell(effect)
    drawn = np.random.default_rng(3).normal(effect, 1.0, (2000, pairs))
    shown = (stats.wilcoxon(drawn, axis=1).pvalue < 0.05).mean()
    assert shown == pytest.approx(0.8, abs=0.03)  # three standard errors
    assert power.effect_told(pairs) == pytest.approx(effect, rel=0.02)


def test_so_many_pairs_show_not_worse_four_times_in_five() -> None:
    pairs = power.pairs_not_worse(0.10, 0.20)
    drawn = np.random.default_rng(4).normal(0.0, 0.2, (4000, pairs))
    shown = (stats.ttest_1samp(drawn, -0.10, axis=1, alternative="greater").pvalue < 0.05).mean()
    assert shown == pytest.approx(0.8, abs=0.025)


@pytest.mark.parametrize(
    ("found", "known"),
    [
        # Connor (1987) and Fleiss' formulae as any textbook has them; 3/n for the gates.
        (power.mcnemar_pairs(0.15, 0.05), 155),
        (power.mcnemar_pairs(0.30, 0.10), 77),
        (power.calls_of_each(0.10, 0.15), 686),
        (power.calls_of_each(0.05, 0.08), 1059),
        (power.calls_without_failure(0.01), 299),
        (power.calls_without_failure(0.05), 59),
        (power.calls_for_kappa(0.7, 0.5, 0.15), 88),
    ],
)
def test_formulae_give_what_is_published(found: int, known: int) -> None:
    assert found == known


def test_judgments_are_enough_by_the_test_that_the_report_makes() -> None:
    n = power.judgments_above_chance(0.65)

    def shown(total: int) -> float:
        needed = next(
            right for right in range(total)
            if stats.binomtest(right, total, 0.5, alternative="greater").pvalue < 0.05
        )  # fmt: skip
        return float(stats.binom.sf(needed - 1, total, 0.65))

    assert shown(n) >= 0.8
    assert shown(n - 1) < 0.8


def test_too_few_pairs_show_nothing_however_large() -> None:
    assert power.effect_told(5) is None  # five signs alike: p = 0.0625
    assert power.signed_rank_power(5, 3.0) == 0.0
    with pytest.raises(ValueError, match="can't be shown"):
        power.pairs_to_tell(0.0)
