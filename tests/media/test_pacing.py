"""The lateness meter."""

import pytest

from agent.media.pacing import LatenessMeter


def meter_of(*lateness_ms: float) -> LatenessMeter:
    meter = LatenessMeter()
    for each in lateness_ms:
        meter.observe(each / 1000)
    return meter


def test_figures() -> None:
    meter = meter_of(*[1.0] * 98, 6.0, 12.0)
    assert meter.count == 100
    assert meter.late == 2
    assert meter.mean_ms == pytest.approx(1.16)
    assert meter.max_ms == pytest.approx(12.0)
    assert [meter.percentile_ms(p) for p in (50, 99, 100)] == [1.25, 6.25, 12.25]


def test_early_counts_as_punctual_and_very_late_is_not_lost() -> None:
    meter = meter_of(-3.0, 5000.0)
    assert meter.max_ms == 5000.0
    assert meter.mean_ms == 2500.0
    assert meter.percentile_ms(100) == 100.0


def test_nothing_measured() -> None:
    assert (meter_of().mean_ms, meter_of().percentile_ms(99)) == (0.0, 0.0)


def test_merged() -> None:
    merged = LatenessMeter.merged([meter_of(1.0, 1.0), meter_of(7.0)])
    assert (merged.count, merged.late, merged.max_ms) == (3, 1, 7.0)
    assert merged.mean_ms == 3.0
