import pytest

from agent.cloning.ingest.outcomes import means_failure, means_success, understand_outcomes


@pytest.mark.parametrize(
    "outcome",
    ["Sale", "SOLD", "appointment_booked", "renewed", "Resolved", "converted", "ClosedWon", "Yes"],
)
def test_words_of_success(outcome: str) -> None:
    assert means_success(outcome)


@pytest.mark.parametrize(
    "outcome",
    ["no_sale", "Not booked", "unresolved", "Lost", "callback booked", "order cancelled", "NoSale"],
)
def test_words_of_failure_go_before_words_of_success(outcome: str) -> None:
    assert not means_success(outcome)
    assert means_failure(outcome)


def test_neutral_words_are_neither() -> None:
    assert not means_success("transferred")
    assert not means_failure("transferred")


def test_won_is_what_brought_something() -> None:
    calls = [("Tariff A", 120.0)] * 3 + [("Tariff B", 90.0)] + [("info", 0.0)] * 5 + [("", None)]
    success = understand_outcomes(calls, (), ())
    assert success.won == {"tariff a", "tariff b"}
    assert success.of("Info", None) is False
    assert success.of("", None) is None


def test_a_value_that_every_call_has_tells_nothing() -> None:
    """A customer's premium, or a satisfaction of one to five."""
    calls = [("resolved", 4.0), ("escalated", 2.0), ("resolved", 3.0)]
    assert understand_outcomes(calls, (), ()).won == {"resolved"}


def test_a_cancelled_order_with_a_value_is_not_won() -> None:
    calls = [("order cancelled", 99.0), ("order", 99.0), ("enquiry", None), ("enquiry", None)]
    assert understand_outcomes(calls, (), ()).won == {"order"}


def test_without_outcomes_a_value_decides() -> None:
    success = understand_outcomes([("", 10.0), ("", 0.0)], (), ())
    assert [success.of("", value) for value in (10.0, 0.0, None)] == [True, False, None]


def test_what_the_user_says_is_all_there_is() -> None:
    calls = [("sale", 10.0), ("stage 3", 0.0), ("other", 0.0)]
    success = understand_outcomes(calls, ("Stage 3",), ())
    assert (success.won, success.lost) == ({"stage 3"}, {"sale", "other"})
    both = understand_outcomes(calls, ("stage 3",), ("other",))
    assert both.of("sale", 10.0) is None
