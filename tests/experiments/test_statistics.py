"""Intervals that hold at every look, sample sizes, and how callers were shared out."""

import math

import numpy as np
import pytest

from agent.experiments.report.statistics import (
    Sample,
    at_most,
    boundary,
    callers_needed,
    difference,
    difference_of_shares,
    sample,
    sharing_p,
)

EVEN = (0.5, 0.5)


def shares(callers: int, rate: float) -> Sample:
    return Sample(callers, rate, rate * (1 - rate) * callers / (callers - 1))


def test_a_sample_is_callers_mean_and_variance() -> None:
    assert sample([1.0, 2.0, 6.0]) == Sample(3, 3.0, 7.0)
    assert sample([1.0]) is None


def test_the_interval_is_narrowest_at_the_planned_number_and_wider_than_for_one_look() -> None:
    at = {callers: boundary(callers, 2000, 0.05) / math.sqrt(callers) for callers in (500, 2000)}
    other = {callers: boundary(callers, 500, 0.05) / math.sqrt(callers) for callers in (500, 2000)}
    assert at[2000] < other[2000]
    assert other[500] < at[500]
    # Waudby-Smith et al. (2024), section 2: Lambert's W gives the best width in closed form.
    assert boundary(2000, 2000, 0.05) == pytest.approx(3.035, abs=0.001)


def test_a_difference_far_from_chance_is_shown_and_a_small_one_is_not() -> None:
    found = difference_of_shares(shares(1000, 0.10), shares(1000, 0.18), planned=2000)
    assert found is not None
    assert found.shown
    assert (found.low + found.high) / 2 == pytest.approx(found.change) == pytest.approx(0.08)
    small = difference_of_shares(shares(1000, 0.10), shares(1000, 0.13), planned=2000)
    assert small is not None
    assert not small.shown
    # A single look would have shown it, at p = 0.035.
    assert small.change / (small.high - small.change) * boundary(2000, 2000, 0.05) > 1.96


@pytest.mark.parametrize(
    ("control", "variant"),
    [
        (shares(99, 0.3), shares(500, 0.3)),
        (shares(5000, 0.05), shares(300, 0.0)),
        (shares(5000, 0.97), shares(300, 1.0)),
        (shares(300, 0.0), shares(300, 0.0)),
        (None, shares(300, 0.3)),
    ],
    ids=["few callers", "few successes expected", "few failures expected", "none", "nobody"],
)
def test_too_few_callers_tell_nothing(control: Sample | None, variant: Sample) -> None:
    assert difference_of_shares(control, variant, planned=2000) is None


def test_callers_who_are_all_the_same_tell_nothing() -> None:
    assert difference(Sample(500, 2.0, 0.0), Sample(500, 2.0, 0.0), planned=2000) is None


def test_looking_often_makes_no_false_winners() -> None:
    """A small form of `python -m tests.bench.experiment`."""
    random = np.random.default_rng(3)
    shown = ordinary = 0
    for _ in range(200):
        treated, success = random.random(1000) < 0.5, random.random(1000) < 0.2
        looks = []
        for now in range(100, 1001, 50):
            arms = [success[:now][treated[:now] == arm] for arm in (False, True)]
            control, variant = (shares(len(arm), float(arm.mean())) for arm in arms)
            found = difference_of_shares(control, variant, planned=1000)
            error = math.sqrt(control.variance / len(arms[0]) + variant.variance / len(arms[1]))
            wald = abs(variant.mean - control.mean) > 1.96 * error
            looks.append((found is not None and found.shown, wald))
        shown += any(look[0] for look in looks)
        ordinary += any(look[1] for look in looks)
    assert shown <= 0.05 * 200
    assert ordinary > 0.15 * 200, "what an interval for one look does"


@pytest.mark.parametrize(
    ("rate", "effect", "an_arm"),
    # Fleiss, Levin and Paik's table of two proportions; also in the guide's section 5.2.
    [(0.05, 0.03, 1059), (0.10, 0.05, 686), (0.10, 0.10, 199)],
)
def test_a_single_look_needs_what_tables_say(rate: float, effect: float, an_arm: int) -> None:
    once, always = callers_needed(rate, effect, EVEN, planned=2000, alpha=0.05)
    assert once / 2 == pytest.approx(an_arm, rel=0.02)
    assert 1.5 < always / once < 3


def test_uneven_shares_and_more_variants_need_more_callers() -> None:
    plain = callers_needed(0.1, 0.05, EVEN, planned=2000, alpha=0.05)
    uneven = callers_needed(0.1, 0.05, (0.8, 0.2), planned=2000, alpha=0.05)
    more = callers_needed(0.1, 0.05, EVEN, planned=2000, alpha=0.025)
    assert all(a < b for a, b in zip(plain, uneven, strict=True))
    assert all(a < b for a, b in zip(plain, more, strict=True))
    assert callers_needed(0.98, 0.05, EVEN, planned=2000, alpha=0.05)[0] > 0


def test_callers_lost_in_one_variant_are_noticed() -> None:
    planned = {"old": 0.5, "new": 0.4, "holdout": 0.1}
    fair = sharing_p({"old": 505, "new": 390, "holdout": 105}, planned)
    lost = sharing_p({"old": 505, "new": 300, "holdout": 105}, planned)
    assert fair is not None
    assert lost is not None
    assert fair > 0.5
    assert lost < 0.001
    assert sharing_p({"old": 505}, planned) < 1e-6  # type: ignore[operator]
    assert sharing_p({}, planned) is None


def test_a_gate_that_was_never_broken_has_a_bound() -> None:
    assert at_most(0, 59) == pytest.approx(0.05, abs=0.001)
    assert at_most(0, 299) == pytest.approx(0.01, abs=0.0001)
    assert (at_most(3, 3), at_most(0, 0)) == (1.0, 1.0)
