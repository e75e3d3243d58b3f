"""Who is let in: the policy by given figures, and the figures by given meters."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from agent.calls.admission import (
    AdmissionPolicy,
    AdmissionSettings,
    Headroom,
    Verdict,
    measured_load,
)
from agent.calls.gatekeeper import Gatekeeper, RecentLateness
from agent.media.pacing import LatenessMeter
from agent.watchdog.pool import WatchedPool

SETTINGS = AdmissionSettings()
IDLE = Headroom()


def test_an_idle_process_takes_callers() -> None:
    answer = AdmissionPolicy(SETTINGS).ask(IDLE, 0.0)
    assert (answer.verdict, answer.load) == (Verdict.TAKEN, 0.0)


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("loop_lag_ms", 60.0),
        ("pacing_ms", 40.0),
        ("recognition_lag_ms", 1500.0),
        ("decision_wait_ms", 500.0),
        ("synthesis_wait_ms", 1000.0),
    ],
)
def test_each_figure_closes_at_its_limit_and_is_named(figure: str, value: float) -> None:
    below = replace(IDLE, **{figure: 0.99 * value}, waiting=2)
    at = replace(IDLE, **{figure: value}, waiting=2)
    assert AdmissionPolicy(SETTINGS).ask(below, 0.0).verdict is Verdict.TAKEN
    answer = AdmissionPolicy(SETTINGS).ask(at, 0.0)
    assert (answer.verdict, answer.tightest) == (Verdict.QUEUED, figure)
    assert answer.load == pytest.approx(1.0)


def test_closed_it_opens_again_only_well_below_the_limit_and_after_a_while() -> None:
    policy = AdmissionPolicy(SETTINGS)
    full, nearly, easy = (replace(IDLE, pacing_ms=ms, waiting=2) for ms in (41.0, 30.0, 27.0))
    at_s = {0.0: full, 6.0: nearly, 7.0: easy, 8.0: nearly, 9.0: full, 12.0: easy, 14.5: easy}
    verdicts = [policy.ask(headroom, now_s).verdict for now_s, headroom in at_s.items()]
    taken, queued = Verdict.TAKEN, Verdict.QUEUED
    assert verdicts == [queued, queued, taken, taken, queued, queued, taken]


def test_a_few_callers_hear_the_line_and_nobody_hears_it_twice() -> None:
    full = replace(IDLE, loop_lag_ms=80.0)
    policy = AdmissionPolicy(SETTINGS)
    assert policy.ask(full, 0.0).verdict is Verdict.WAITS
    assert policy.ask(replace(full, waiting=2), 0.1).verdict is Verdict.QUEUED
    assert policy.ask(full, 2.0, again=True).verdict is Verdict.QUEUED
    nobody = AdmissionPolicy(AdmissionSettings(may_wait=0))
    assert nobody.ask(full, 0.0).verdict is Verdict.QUEUED


def test_a_number_of_calls_is_a_limit_without_a_memory() -> None:
    policy = AdmissionPolicy(AdmissionSettings(max_calls=2, may_wait=0))
    answers = [policy.ask(replace(IDLE, live=live), 0.0) for live in (1, 2, 1)]
    assert [a.verdict for a in answers] == [Verdict.TAKEN, Verdict.QUEUED, Verdict.TAKEN]
    assert (answers[1].tightest, answers[1].load) == ("max_calls", 1.0)


def test_callers_who_come_at_once_are_counted_before_they_can_be_measured() -> None:
    policy = AdmissionPolicy(SETTINGS)
    verdicts = [policy.ask(replace(IDLE, recent=n, waiting=2), 0.0).verdict for n in range(12)]
    assert verdicts.count(Verdict.TAKEN) == 10
    assert measured_load(replace(IDLE, recent=3, pacing_ms=4.0), SETTINGS) == (
        pytest.approx(0.4),
        "recent",
    )


class Clock:
    def __init__(self) -> None:
        self.now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


class Meters:
    """A gatekeeper with the meters that it reads."""

    def __init__(self, **settings: float) -> None:
        self.loop, self.pacing, self.clock = LatenessMeter(), LatenessMeter(), Clock()
        self.pool = WatchedPool("idle", 1, 1.0)
        self.gatekeeper = Gatekeeper(
            AdmissionSettings.model_validate(settings),
            loop=self.loop,
            pacing=self.pacing,
            decisions=self.pool,
            synthesis=self.pool,
            now=self.clock,
        )


@pytest.fixture
def meters() -> Iterator[Meters]:
    meters = Meters()
    yield meters
    meters.pool.shutdown()


def test_the_figures_are_those_of_the_last_seconds() -> None:
    meter = LatenessMeter()
    recent = RecentLateness(meter)
    for second in range(20):
        recent.sample(float(second))
        for _ in range(50):
            meter.observe(0.08 if second < 8 else 0.002)
        if second == 7:
            assert recent.ms == pytest.approx(80, abs=1)
    assert recent.ms == pytest.approx(2, abs=1)
    assert meter.percentile_ms(95) == pytest.approx(80, abs=1)


def test_the_gatekeeper_lets_two_wait_and_sends_the_others_on(meters: Meters) -> None:
    for _ in range(100):
        meters.loop.observe(0.09)
    answers = [meters.gatekeeper.ask(1, 0.0).verdict for _ in range(3)]
    assert answers == [Verdict.WAITS, Verdict.WAITS, Verdict.QUEUED]
    meters.gatekeeper.waited()
    assert meters.gatekeeper.ask_again(2, 0.0).verdict is Verdict.QUEUED
    assert meters.gatekeeper.ask(1, 0.0).verdict is Verdict.WAITS
    stats = meters.gatekeeper.stats
    assert stats.verdicts == {"waits": 3, "queued": 2}
    assert stats.refused == {"loop_lag_ms": 2}
    assert stats.load == pytest.approx(1.5, abs=0.01)


def test_recognition_that_is_late_closes(meters: Meters) -> None:
    answer = meters.gatekeeper.ask(3, 1600.0)
    assert (answer.verdict, answer.tightest) == (Verdict.WAITS, "recognition_lag_ms")


def test_a_caller_who_waits_is_not_counted_against_itself() -> None:
    meters = Meters(max_calls=2)
    assert meters.gatekeeper.ask(2, 0.0).verdict is Verdict.WAITS
    assert meters.gatekeeper.ask_again(2, 0.0).verdict is Verdict.TAKEN
    meters.pool.shutdown()


def test_not_enforced_it_only_notes_what_it_would_have_done() -> None:
    meters = Meters(enforce=False, max_calls=1, may_wait=0)
    assert meters.gatekeeper.ask(1, 0.0).verdict is Verdict.QUEUED
    assert not meters.gatekeeper.enforces
    assert meters.gatekeeper.stats.refused == {"max_calls": 1}
    meters.pool.shutdown()
