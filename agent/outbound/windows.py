"""Whether somebody may be called now, and if not, when next. Pure: time comes in."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from agent.outbound.settings import WindowSettings

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Holidays in a row and weekends end within this; zones that never agree do not.
_HORIZON_DAYS = 60


def is_open(now: datetime, zones: Sequence[ZoneInfo], window: WindowSettings) -> bool:
    """Whether it is calling time in all of the zones. `now` is aware."""
    return all(_open_in(now.astimezone(zone), window) for zone in zones)


def opens_at(now: datetime, zones: Sequence[ZoneInfo], window: WindowSettings) -> datetime | None:
    """When it is calling time next, in UTC; `now` itself if it is. None: not within two months.

    Only openings are tried: calling time in all zones begins when it begins in one of them.
    """
    if is_open(now, zones, window):
        return now.astimezone(UTC)
    starts = sorted(
        start
        for zone in zones
        for day in _days_from(now.astimezone(zone).date())
        if (start := _start(day, zone, window)) > now
    )
    return next((start for start in starts if is_open(start, zones, window)), None)


def _open_in(local: datetime, window: WindowSettings) -> bool:
    if _DAYS[local.weekday()] not in window.days or local.date() in window.holidays:
        return False
    return window.opens <= local.time() < window.closes


def _days_from(first: date) -> list[date]:
    return [first + timedelta(days=number) for number in range(_HORIZON_DAYS)]


def _start(day: date, zone: ZoneInfo, window: WindowSettings) -> datetime:
    # By way of UTC, so that an hour that the clocks skip becomes the one after it.
    return datetime.combine(day, window.opens, zone).astimezone(UTC)
