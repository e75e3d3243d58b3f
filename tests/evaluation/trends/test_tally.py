import pytest
from scipy import stats

from agent.evaluation.trends.tally import estimate, is_binary, tally, together
from agent.records.models import Tally


def of(*values: float | None) -> Tally:
    found = tally(values)
    assert found is not None
    return found


def test_calls_without_an_opportunity_do_not_count() -> None:
    assert of(1.0, None, 0.5) == {"calls": 2, "sum": 1.5, "squares": 1.25}
    assert tally([None]) is None


def test_sums_of_parts_are_the_sums_of_the_whole() -> None:
    assert together([of(0.25, 0.5), of(1.0)]) == of(0.25, 0.5, 1.0)


@pytest.mark.parametrize(
    ("values", "binary"),
    [((0.0, 1.0, 1.0), True), ((1.0,), True), ((0.5, 1.0), False), ((412.0, 388.0), False)],
)
def test_yes_or_no_is_told_from_other_shares(values: tuple[float, ...], binary: bool) -> None:
    assert is_binary(of(*values)) is binary


def test_a_share_of_yes_has_wilsons_interval() -> None:
    found = estimate(of(*[1.0] * 8, *[0.0] * 2), share=True)
    # Newcombe 1998, method 3, for 8 of 10.
    assert (found.low, found.high) == pytest.approx((0.490, 0.943), abs=0.001)


def test_other_means_have_students_interval() -> None:
    values = [0.2, 0.4, 0.9, 0.5]
    found = estimate(of(*values), share=True)
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (found.mean, found.low, found.high) == pytest.approx((0.5, low, min(high, 1)))


def test_one_call_leaves_everything_open() -> None:
    assert estimate(of(0.5), share=True).high == 1.0
    assert estimate(of(412.0), share=False).high == float("inf")
