import pytest

from agent.turns.half_duplex import HalfDuplex
from agent.turns.settings import HalfDuplexSettings


def judged(verdicts: str, **settings: object) -> HalfDuplex:
    """y: the caller meant to interrupt, n: it did not; one a second."""
    policy = HalfDuplex(HalfDuplexSettings.model_validate(settings))
    for second, verdict in enumerate(verdicts):
        policy.judged(float(second), meant=verdict == "y")
    return policy


@pytest.mark.parametrize(
    ("verdicts", "active"),
    [
        ("nnnnn", False),  # too few to tell
        ("yyyyyyyyyn", False),  # 90 %
        ("yyyyyyyynn", True),
        ("nnyyyyyyyyyyyy", True),
        ("yyyyyyyyyyyyyy", False),
    ],
)
def test_accuracy_below_ninety_percent(verdicts: str, active: bool) -> None:
    assert judged(verdicts).active is active


def test_a_loud_echo_goes_by_turns_at_once_and_back_after_a_minute() -> None:
    policy = judged("")
    policy.echo(5.0, 12.0)
    assert not policy.active
    policy.echo(10.0, 8.0)
    assert policy.active
    policy.check(69.0)
    assert policy.active
    policy.check(70.0)
    assert not policy.active
    assert policy.seconds(100.0) == pytest.approx(60.0)


def test_the_hint_is_given_once_a_call() -> None:
    policy = judged("n" * 10)
    assert [policy.take_hint(), policy.take_hint()] == [True, False]
    policy.check(200.0)
    policy.echo(300.0, 3.0)
    assert policy.active
    assert not policy.take_hint()


def test_it_can_be_switched_off() -> None:
    assert not judged("n" * 20, enabled=False).active


def test_a_supervisor_decides_whatever_the_line_is_like() -> None:
    call = HalfDuplex(HalfDuplexSettings(enabled=False))
    call.order(5.0, on=True)
    assert call.active
    call.check(500.0)
    assert call.active, "it does not wear off"
    call.order(505.0, on=False)
    assert not call.active
    assert call.seconds(600.0) == 500.0


def test_once_switched_off_it_stays_off() -> None:
    call = HalfDuplex(HalfDuplexSettings())
    call.echo(0.0, 3.0)
    assert call.active
    call.order(1.0, on=False)
    call.echo(2.0, 3.0)
    assert not call.active
