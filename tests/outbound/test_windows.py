from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.outbound.settings import WindowSettings
from agent.outbound.windows import is_open, opens_at

WINDOW = WindowSettings()
LONDON, NEW_YORK, LOS_ANGELES, SAMOA = (
    ZoneInfo(name)
    for name in ("Europe/London", "America/New_York", "America/Los_Angeles", "Pacific/Pago_Pago")
)
ZONES = st.lists(
    st.sampled_from((LONDON, NEW_YORK, LOS_ANGELES, SAMOA)), min_size=1, max_size=3, unique=True
)
MOMENTS = st.integers(0, 700 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        ("2026-01-07 09:00", LONDON, True),  # a Wednesday in winter
        ("2026-01-07 08:59", LONDON, False),
        ("2026-01-07 19:59", LONDON, True),
        ("2026-01-07 20:00", LONDON, False),
        ("2026-07-08 08:30", LONDON, True),  # summer time
        ("2026-01-10 12:00", LONDON, False),  # a Saturday
        ("2026-01-07 13:00", NEW_YORK, False),
        ("2026-01-07 14:00", NEW_YORK, True),
        ("2026-01-08 00:30", NEW_YORK, True),  # 19:30 the day before
    ],
)
def test_calling_time_is_by_the_clock_there(moment: str, zone: ZoneInfo, expected: bool) -> None:
    assert is_open(at(moment), [zone], WINDOW) is expected


def test_a_number_of_several_zones_is_called_when_it_is_time_in_all() -> None:
    zones = [NEW_YORK, LOS_ANGELES]
    assert not is_open(at("2026-01-07 15:00"), zones, WINDOW)
    assert opens_at(at("2026-01-07 15:00"), zones, WINDOW) == at("2026-01-07 17:00")
    assert not is_open(at("2026-01-08 01:30"), zones, WINDOW)  # 20:30 in New York


def test_holidays_and_weekends_are_waited_out() -> None:
    window = WindowSettings(holidays=(date(2026, 12, 25), date(2026, 12, 28)))
    thursday_night = at("2026-12-24 21:00")
    assert opens_at(thursday_night, [LONDON], window) == at("2026-12-29 09:00")


def test_zones_whose_windows_never_meet_are_never_called() -> None:
    short = WindowSettings(opens=time(9), closes=time(10))
    assert opens_at(at("2026-01-07 12:00"), [LONDON, LOS_ANGELES], short) is None


def test_an_hour_that_the_clocks_skip_opens_after_it() -> None:
    window = WindowSettings(days=("sun",), opens=time(1, 30), closes=time(5))
    found = opens_at(at("2026-03-29 00:00"), [LONDON], window)
    assert found == at("2026-03-29 01:30")
    assert is_open(found, [LONDON], window)


@given(MOMENTS, ZONES)
def test_the_opening_found_is_open_and_the_first(moment: datetime, zones: list[ZoneInfo]) -> None:
    found = opens_at(moment, zones, WINDOW)
    if found is None:
        return
    assert found >= moment
    assert is_open(found, zones, WINDOW)
    probe = moment
    while probe < found:
        assert not is_open(probe, zones, WINDOW)
        probe += timedelta(minutes=17)


def test_a_window_that_closes_before_it_opens_is_refused() -> None:
    with pytest.raises(ValueError, match="has to open before it closes"):
        WindowSettings(opens=time(20), closes=time(9))
