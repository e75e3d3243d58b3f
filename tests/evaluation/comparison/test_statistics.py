import numpy as np
import pytest
from scipy import stats

from agent.evaluation.comparison.statistics import compare, holm, mean_interval


def test_holm_corrects_as_in_its_paper() -> None:
    # Sorted: 0.005 * 4, 0.01 * 3, 0.03 * 2, 0.04 * 1, none less than the one before it.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_mcnemar_counts_only_the_pairs_that_differ() -> None:
    a = [1.0] * 10 + [0.0] * 20 + [1.0] * 2 + [0.0] * 12
    b = [1.0] * 10 + [0.0] * 20 + [0.0] * 2 + [1.0] * 12
    (found,) = compare({"won": a}, {"won": b})
    assert found.test == "McNemar"
    assert found.p == pytest.approx(stats.binomtest(12, 14).pvalue)
    assert found.effect == pytest.approx(10 / 14)
    assert found.change == pytest.approx(10 / 44)
    assert found.low < found.change < found.high


def test_scores_go_by_signed_ranks_and_leave_out_what_was_not_scored() -> None:
    random = np.random.default_rng(3)
    a = random.normal(1.0, 0.3, 60)
    b = a + random.normal(0.2, 0.2, 60)
    (found,) = compare({"D": [*a, None, 1.0]}, {"D": [*b, 1.0, None]})
    assert (found.test, found.pairs) == ("Wilcoxon", 60)
    assert found.p == pytest.approx(stats.wilcoxon(b, a).pvalue)
    assert 0 < found.low < found.change < found.high < 0.4
    assert found.effect > 0.5


def test_chance_is_found_about_as_often_as_it_may_be() -> None:
    random = np.random.default_rng(5)
    wrongly = 0
    for _ in range(200):
        a, b = (random.integers(0, 2, 80).astype(float).tolist() for _ in range(2))
        (found,) = compare({"won": a}, {"won": b})
        wrongly += found.p < 0.05
    assert wrongly / 200 <= 0.07


def test_no_difference_is_no_finding() -> None:
    same = [0.2, 0.4, 0.9]
    (found,) = compare({"A": same}, {"A": same})
    assert (found.p, found.p_holm, found.effect, found.change) == (1.0, 1.0, 0.0, 0.0)


def test_several_measures_are_corrected_together() -> None:
    strong, none = [0.0] * 20, [0.0, 1.0] * 10
    found = compare(
        {"won": strong, "other": none}, {"won": [1.0] * 20, "other": list(reversed(none))}
    )
    assert found[0].p_holm == pytest.approx(2 * found[0].p)
    assert found[1].p_holm == 1.0


@pytest.mark.parametrize(
    ("a", "b"), [({"x": [1.0]}, {"y": [1.0]}), ({"x": [1.0]}, {"x": [1.0, 0.0]})]
)
def test_what_is_not_paired_is_refused(
    a: dict[str, list[float]], b: dict[str, list[float]]
) -> None:
    with pytest.raises(ValueError, match="A"):
        compare(a, b)


def test_pairs_that_go_together_tell_less_than_as_many_that_do_not() -> None:
    values = [0.0] * 10 + [0.2] * 10 + [0.4] * 10
    together = [name for name in "abc" for _ in range(10)]
    low, high = mean_interval(values, together)
    alone = mean_interval(values)
    # Of three clusters the mean is that of one of them in one draw of nine: 0 and 0.4 are reached.
    assert (low, high) == (0.0, pytest.approx(0.4))
    assert 0.13 < alone[0] < alone[1] < 0.27
    narrow = mean_interval(values, together, 0.5)
    assert low < narrow[0] < narrow[1] < high


def test_clusters_change_intervals_and_no_test() -> None:
    a, b = [0.0, 0.1, 0.3, 0.2, 0.5, 0.1], [0.2, 0.4, 0.3, 0.6, 0.7, 0.2]
    (plain,) = compare({"x": a}, {"x": b})
    (clustered,) = compare({"x": a}, {"x": b}, ["s", "s", "t", "t", "u", "u"])
    assert (plain.p, plain.effect, plain.change) == (
        clustered.p,
        clustered.effect,
        clustered.change,
    )
    assert (plain.low, plain.high) != (clustered.low, clustered.high)
