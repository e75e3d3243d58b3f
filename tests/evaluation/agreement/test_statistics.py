from random import Random

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from agent.evaluation.agreement.statistics import (
    agreement,
    gwet_ac1,
    mean_kappa,
    quadratic_kappa,
)


def ratings(seed: int, n: int = 40) -> tuple[list[int | None], list[int | None]]:
    random = Random(seed)
    first = [random.choice((0, 1, 2, 2)) for _ in range(n)]
    second = [score if random.random() < 0.7 else random.randrange(3) for score in first]
    return list(first), list(second)


@pytest.mark.parametrize("seed", range(5))
def test_kappa_is_that_of_scikit_learn(seed: int) -> None:
    first, second = ratings(seed)

    found = agreement(first, second).kappa.value

    expected = cohen_kappa_score(first, second, labels=(0, 1, 2), weights="quadratic")
    assert found == pytest.approx(expected)


def test_ac1_stays_high_where_nearly_all_scores_are_the_same_and_kappa_falls() -> None:
    # 18 of 20 alike, both slips on rare scores. By hand: pa = 18/20; the shares used are 38/40,
    # 1/40 and 1/40, so pe = (.95*.05 + 2*.025*.975) / 2 = 0.048125.
    counts = np.array([[0.0, 0, 1], [0, 0, 0], [0, 1, 18]])

    assert float(gwet_ac1(counts)) == pytest.approx((0.9 - 0.048125) / 0.951875)
    assert float(quadratic_kappa(counts)) < 0.1


def test_two_who_disagree_on_everything_are_told_so() -> None:
    found = agreement([0, 2, 0, 2], [2, 0, 2, 0])

    assert (found.equal.value, found.kappa.value) == (0.0, -1.0)
    assert found.ac1.value is not None and found.ac1.value < 0


def test_kappa_is_undefined_where_both_give_the_same_score_throughout() -> None:
    found = agreement([2, 2, 2], [2, 2, 2])

    assert found.kappa.value is None
    assert found.equal.value == found.ac1.value == 1.0


def test_an_item_that_one_did_not_score_counts_in_the_confusion_alone() -> None:
    found = agreement([0, 1, 2, None], [0, None, 2, 1])

    assert found.n == 2
    assert found.equal.value == 1.0
    assert found.confusion == ((1, 0, 0, 0), (0, 0, 0, 1), (0, 0, 1, 0), (0, 1, 0, 0))


def test_without_a_common_item_nothing_is_claimed() -> None:
    for found in (agreement([], []), agreement([None, 1], [2, None])):
        assert found.n == 0
        assert found.kappa.value is found.ac1.value is found.equal.value is None


def test_intervals_hold_the_figure_narrow_with_more_calls_and_repeat_with_the_seed() -> None:
    few, many = agreement(*ratings(3, 20)).kappa, agreement(*ratings(3, 400)).kappa

    for one in (few, many):
        assert one.value is not None and one.low is not None and one.high is not None
        assert one.low < one.value < one.high
    assert (many.high or 0) - (many.low or 0) < (few.high or 0) - (few.low or 0)
    assert agreement(*ratings(3, 20)).kappa == few


def test_the_mean_leaves_out_what_is_undefined() -> None:
    sure, plain = ([2, 2, 2, 2], [2, 2, 2, 2]), ([0, 1, 2, 2], [0, 1, 2, 1])

    both = mean_kappa([sure, plain])

    assert both.value == agreement(*plain).kappa.value
    assert mean_kappa([]).value is None
