from collections.abc import Sequence

import pytest
from scipy import stats

from agent.evaluation.simulation.measures import DONE
from agent.evaluation.trends.keeping import ANSWER_TIME
from agent.evaluation.trends.shift import Shift, shifts
from agent.evaluation.trends.trend import trends
from tests.evaluation.trends.scores import INTRODUCTION, score

LEFT = "hung up on"


def shift(measure: str, before: Sequence[float], after: Sequence[float]) -> Shift:
    scores = [score(0, "a", {measure: before}), score(1, "b", {measure: after})]
    (found,) = shifts(trends(scores)[0])
    return found


def shares(won: int, calls: int) -> list[float]:
    return [1.0] * won + [0.0] * (calls - won)


@pytest.mark.parametrize(
    ("measure", "before", "after", "verdict"),
    [
        (DONE, shares(60, 200), shares(110, 200), "better"),
        (LEFT, shares(60, 200), shares(110, 200), "worse"),
        ("turns a call", [20.0, 22.0] * 50, [30.0, 33.0] * 50, "different"),
        (ANSWER_TIME, [500.0, 520.0] * 50, [400.0, 420.0] * 50, "better"),
        (DONE, shares(600, 2000), shares(610, 2000), "no change shown"),
        (DONE, shares(12, 40), shares(14, 40), "too few calls to tell"),
        (INTRODUCTION, [0.5] * 5, [0.5] * 5, "too few calls to tell"),
    ],
)
def test_a_change_is_told_as_sure_as_it_is(
    measure: str, before: list[float], after: list[float], verdict: str
) -> None:
    assert shift(measure, before, after).verdict == verdict


def test_a_difference_of_shares_has_newcombes_interval() -> None:
    found = shift(DONE, shares(48, 80), shares(56, 80))
    # Newcombe 1998, method 10, his example (a): 56 of 70 less 48 of 80 is 0.0524 to 0.3339.
    example = shift(DONE, shares(48, 80), shares(56, 70))
    assert (example.low, example.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert found.change == pytest.approx(0.1)


def test_means_go_by_welchs_test() -> None:
    before, after = [0.2, 0.5, 0.4, 0.9] * 6, [0.6, 0.5, 0.8, 0.9] * 6
    wanted = stats.ttest_ind(after, before, equal_var=False).pvalue
    assert shift(INTRODUCTION, before, after).p_holm == pytest.approx(wanted)


def test_two_calls_of_one_value_each_prove_nothing() -> None:
    assert shift(INTRODUCTION, [0.5, 0.5], [0.25, 0.25]).p_holm > 0.3


def test_every_measure_makes_proof_harder() -> None:
    alone = shift(DONE, shares(60, 200), shares(85, 200)).p_holm
    measures = {DONE: shares(60, 200), LEFT: shares(100, 200), INTRODUCTION: [0.5, 0.6] * 100}
    scores = [
        score(0, "a", measures),
        score(1, "b", {**measures, DONE: shares(85, 200)}),
    ]
    found = {one.measure: one for one in shifts(trends(scores)[0])}
    assert found[DONE].p_holm == pytest.approx(3 * alone)


def test_one_version_has_nothing_to_be_compared_with() -> None:
    assert shifts(trends([score(0, "a", {DONE: shares(1, 4)})] * 2)[0]) == ()
