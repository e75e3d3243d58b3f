"""The bench's statistics against values worked out by hand or known from tables."""

import numpy as np
import pytest

from tests.bench.turns.estimates import NOTHING, Estimate, per_minute, percentile, share
from tests.bench.turns.metrics import (
    EndOutcome,
    cut_off_at,
    latency_at,
    operating_curve,
    words_lost,
)
from tests.bench.turns.results import Bar
from tests.bench.turns.vads import roc


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(0, 300, 0.0, 1.26), (0, 400, 0.0, 0.95), (20, 400, 3.26, 7.60), (50, 100, 40.38, 59.62)],
)
def test_wilson(hits: int, count: int, low: float, high: float) -> None:
    estimate = share(hits, count)
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=0.01)
    assert estimate.value == pytest.approx(100 * hits / count)


def test_nothing_measured_is_not_zero() -> None:
    assert share(0, 0) is NOTHING
    assert per_minute(0, 0.0) is NOTHING
    assert percentile([], 50) is NOTHING


def test_rates_a_minute() -> None:
    none, some = per_minute(0, 60.0), per_minute(6, 60.0)
    assert (none.value, none.high) == pytest.approx((0.0, 3.689 / 60), abs=1e-4)
    assert (some.low, some.high) == pytest.approx((2.202 / 60, 13.06 / 60), abs=1e-3)


def test_a_percentile_lies_in_its_interval() -> None:
    estimate = percentile(list(np.arange(1001.0)), 95)
    assert estimate.value == 950
    assert estimate.low is not None and estimate.high is not None
    assert 930 < estimate.low < 950 < estimate.high < 970


@pytest.mark.parametrize(
    ("estimate", "at_least", "verdict"),
    [
        (Estimate(3.0, 2.0, 4.0, 99), False, "pass, proven"),
        (Estimate(3.0, 2.0, 6.0, 99), False, "pass"),
        (Estimate(6.0, 4.0, 8.0, 99), False, "fail"),
        (Estimate(6.0, 5.5, 8.0, 99), True, "pass, proven"),
        (Estimate(6.0, 4.0, 8.0, 99), True, "pass"),
        (Estimate(4.0, 3.0, 6.0, 99), True, "fail"),
        (NOTHING, False, "not measured"),
    ],
)
def test_verdicts(estimate: Estimate, at_least: bool, verdict: str) -> None:
    assert Bar("measure", "%", estimate, 5.0, at_least).verdict == verdict


def ends(factor: float, latencies_ms: list[float]) -> list[EndOutcome]:
    """Turns that end at 1 s; a negative latency is a false cut-off."""
    return [
        EndOutcome("p", "i", "clean", "awb", "complete", "", factor, 1.0, 1.0 + ms / 1000, 4.0)
        for ms in latencies_ms
    ]


def test_the_curve_is_read_between_its_points() -> None:
    curve = operating_curve(
        [
            *ends(0.5, [400.0] * 60 + [-100.0] * 40),
            *ends(1.0, [800.0] * 80 + [-100.0] * 20),
            *ends(2.0, [1600.0] * 100),
        ]
    )
    assert cut_off_at(curve, 600).value == pytest.approx(30.0)
    assert latency_at(curve, 5.0).value == pytest.approx(1400.0)
    assert cut_off_at(curve, 200) is NOTHING
    assert latency_at([], 5.0) is NOTHING
    # never reached: more than the longest that was tried
    assert latency_at(curve[:2], 5.0) == Estimate(800.0, 800.0, None, 100)


def test_a_turn_that_is_never_ended_counts_to_the_end_of_its_item() -> None:
    never = EndOutcome("p", "i", "clean", "awb", "slot", "", 1.0, 1.0, None, 4.0)
    assert (never.cut_off, never.latency_ms) == (False, 3000.0)


def test_roc_counts_ties_half() -> None:
    speech = np.array([True, True, False, False])
    assert roc(np.array([0.9, 0.8, 0.2, 0.1], np.float32), speech) == (1.0, 1.0)
    area, _ = roc(np.array([0.5, 0.5, 0.5, 0.5], np.float32), speech)
    assert area == 0.5
    area, recall = roc(np.array([0.9, 0.1, 0.5, 0.1], np.float32), speech)
    assert area == pytest.approx(0.625)
    assert recall == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("heard", "lost"), [("how much is it", 0), ("much is it", 1), ("is", 2), ("", 4), ("no", 4)]
)
def test_words_lost_at_the_onset(heard: str, lost: int) -> None:
    assert words_lost("how much is it", heard) == lost
