from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.outbound.pacing import Load, abandons_too_many, dial_at
from agent.outbound.settings import PacingSettings

NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)
SETTINGS = PacingSettings(concurrent=2, per_minute=3, agent_calls=4)


def ago(*seconds: float) -> tuple[datetime, ...]:
    return tuple(NOW - timedelta(seconds=s) for s in seconds)


def test_nobody_is_dialled_beyond_the_campaigns_calls_at_once() -> None:
    assert dial_at(NOW, Load(1, 1, 0, ()), SETTINGS) == NOW
    assert dial_at(NOW, Load(2, 2, 0, ()), SETTINGS) is None


def test_nobody_is_dialled_for_whom_the_agent_has_no_place() -> None:
    assert dial_at(NOW, Load(0, 0, 3, ()), SETTINGS) == NOW
    assert dial_at(NOW, Load(0, 0, 4, ()), SETTINGS) is None
    assert dial_at(NOW, Load(1, 2, 2, ()), SETTINGS) is None, "who rings may answer"


def test_the_fourth_call_waits_until_the_first_is_a_minute_old() -> None:
    assert dial_at(NOW, Load(0, 0, 0, ago(50, 30)), SETTINGS) == NOW
    assert dial_at(NOW, Load(0, 0, 0, ago(50, 30, 10)), SETTINGS) == NOW + timedelta(seconds=10)
    assert dial_at(NOW, Load(0, 0, 0, ago(70, 50, 30)), SETTINGS) == NOW


def test_less_than_one_a_minute() -> None:
    slow = PacingSettings(per_minute=0.5)
    assert dial_at(NOW, Load(0, 0, 0, ago(30)), slow) == NOW + timedelta(seconds=90)
    assert dial_at(NOW, Load(0, 0, 0, ago(150)), slow) == NOW


@given(st.lists(st.floats(0, 300), max_size=60), st.integers(1, 20), st.floats(0.1, 30))
def test_no_minute_has_more_calls_than_allowed(
    gaps: list[float], concurrent: int, per_minute: float
) -> None:
    """Dial whenever it is allowed, with attempts that end at once."""
    settings = PacingSettings(concurrent=concurrent, per_minute=per_minute, agent_calls=99)
    now, begun = NOW, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        at = dial_at(now, Load(0, 0, 0, begun), settings)
        assert at is not None
        assert at >= now
        now = at
        begun.append(now)
    limit = max(1, int(per_minute))
    for first in begun:
        assert sum(first <= b < first + timedelta(seconds=60) for b in begun) <= limit


def test_a_campaign_stops_when_too_many_meet_no_agent() -> None:
    assert not abandons_too_many(0, 0, SETTINGS)
    assert not abandons_too_many(1, 5, SETTINGS), "one is bad luck"
    assert abandons_too_many(2, 60, SETTINGS)
    assert not abandons_too_many(2, 70, SETTINGS)
