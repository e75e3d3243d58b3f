"""What stands in a cell: money, a time, a duration, a label."""

import re
from datetime import UTC, datetime
from pathlib import PurePath

from agent.cloning.ingest.sound_file import SOUND_SUFFIXES

_MONEY = re.compile(r"^[-+]?\s*\D{0,4}?\s*(?P<number>[-+]?[\d.,' ]*\d)\s*(?:[A-Z]{3}|[€£$¥])?$")
_CLOCK = re.compile(r"^(?:(\d+):)?(\d{1,3}):([0-5]?\d)(?:\.\d+)?$")
_SECONDS = re.compile(r"^(\d+(?:[.,]\d+)?)\s*(s|sec|secs|seconds|m|min|mins|minutes)?$", re.I)
_TIME_FORMS = (
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M",
    "%d.%m.%Y", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y", "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M", "%m/%d/%Y", "%m/%d/%Y %I:%M %p", "%d %b %Y %H:%M", "%d %B %Y %H:%M",
    "%d %b %Y", "%d %B %Y", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y%m%d%H%M%S", "%Y%m%d-%H%M%S",
)  # fmt: skip
# Seconds since 1970 of the years 2001 to 2065, as Asterisk's unique ids begin.
_EPOCH = re.compile(r"^[12]\d{9}(\.\d+)?$")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_DIGIT_RUN = re.compile(r"\d{5,}")


def money(cell: str) -> float | None:
    """A number with or without a currency, by English or by continental points and commas."""
    matched = _MONEY.match(cell.strip())
    if matched is None:
        return None
    digits = re.sub(r"[ ']", "", matched["number"])
    point, comma = digits.rfind("."), digits.rfind(",")
    if comma > point and (point >= 0 or len(digits) - comma - 1 != 3):
        digits = digits.replace(".", "").replace(",", ".")
    else:
        digits = digits.replace(",", "")
    try:
        value = float(digits)
    except ValueError:
        return None
    return -value if cell.strip().startswith("-") and value > 0 else value


def time(cell: str) -> datetime | None:
    """A date with or without a time of day, the day first where both readings are possible."""
    if _EPOCH.match(cell):
        return datetime.fromtimestamp(float(cell), UTC)
    if not re.search(r"\D", cell) and len(cell) != 14:
        # An eight-digit number is more often a reference than a date without dashes.
        return None
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        pass
    for form in _TIME_FORMS:
        try:
            return datetime.strptime(cell, form)  # noqa: DTZ007 (local time, as the table has it)
        except ValueError:
            continue
    return None


def is_time(cell: str) -> bool:
    """Whether it is a date or a time that `time` reads."""
    return time(cell) is not None


def seconds(cell: str, *, minutes: bool = False) -> float | None:
    """A duration: 125, 125.3, 2:05, 0:02:05, 125 s, 2 min; bare numbers are seconds."""
    clock = _CLOCK.match(cell)
    if clock is not None:
        hours, minute, second = (int(part or 0) for part in clock.groups())
        return float(3600 * hours + 60 * minute + second)
    matched = _SECONDS.match(cell)
    if matched is None:
        return None
    number = float(matched[1].replace(",", "."))
    unit = (matched[2] or ("m" if minutes else "s")).lower()
    return 60 * number if unit.startswith("m") else number


def is_duration(cell: str) -> bool:
    """Whether it is one that `seconds` reads."""
    return seconds(cell) is not None


def is_path_of_sound(cell: str) -> bool:
    """Whether it names a sound file."""
    return PurePath(cell).suffix.lower() in SOUND_SUFFIXES


def is_label(cell: str) -> bool:
    """Whether it is a name of a group: a few words, nothing that tells one person."""
    return len(cell.split()) <= 4 and "@" not in cell and not _DIGIT_RUN.search(cell)


def words_of(name: str) -> list[str]:
    """The words of a column's name, lower case: "OrderValue", "order_value", "ORDER VALUE"."""
    return [word.lower() for word in _WORD.findall(name)]
