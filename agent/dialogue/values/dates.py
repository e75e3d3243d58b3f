"""Dates as callers say them, from today on: "next tuesday", "the twenty first of november".

British habits: a bare weekday is the coming one, "next tuesday" is that of next week, "tuesday
week" seven days after the coming one. A date without a year is the nearest that the slot allows.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

from text_to_num import alpha2digit

from agent.dialogue.values.numbers import say_number

Range = Literal["any", "future", "past"]

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth", "twenty-first", "twenty-second", "twenty-third",
    "twenty-fourth", "twenty-fifth", "twenty-sixth", "twenty-seventh", "twenty-eighth",
    "twenty-ninth", "thirtieth", "thirty-first",
)  # fmt: skip
_SPANS = {"day": 1, "days": 1, "week": 7, "weeks": 7, "fortnight": 14, "fortnights": 14}
_DAY = r"(?:the )?(?P<day>\d\d?)(?:st|nd|rd|th)?"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_YEAR = r"(?:,? (?:in )?(?P<year>\d{4}|20 \d\d|19 \d\d))?"
_FULL = (
    re.compile(rf"\b{_DAY}(?: day)?(?: of)? {_MONTH}{_YEAR}\b"),
    re.compile(rf"\b{_MONTH} {_DAY}{_YEAR}\b"),
)
_DAY_ALONE = re.compile(r"\bthe (?P<day>\d\d?)(?:st|nd|rd|th)\b")
_SPAN = re.compile(r"\b(?:in )?(?P<count>\d+|a) (?P<unit>days?|weeks?|fortnights?)\b(?! on)")
_YEAR_AHEAD = 366


def parse_date(words: str, today: date, allowed: Range = "any") -> str | None:
    """The one date of a text as "2026-11-21"; None for none, several, or one that is not allowed.

    A weekday beside a date has to be that date's.
    """
    text = str(alpha2digit(words, "en", threshold=0))
    weekday = _weekday_said(text)

    def fits(day: date) -> bool:
        return (weekday is None or day.weekday() == weekday) and _fits(day, today, allowed)

    found = set(_dated(text, today, fits))
    if not found and not re.search(rf"\b{_MONTH}\b", text.replace("may i", "")):
        found = set(_relative(text, today, allowed))
    if len(found) != 1:
        return None
    day = found.pop()
    if day is None or not _fits(day, today, allowed):
        return None
    return day.isoformat()


def say_date(value: str, today: date) -> str:
    """A date as a voice says it; the year only where it is not within the next twelve months."""
    day = date.fromisoformat(value)
    said = f"{_DAYS[day.weekday()].capitalize()} the {_ORDINALS[day.day - 1]} of "
    said += _MONTHS[day.month - 1].capitalize()
    near = 0 <= (day - today).days < _YEAR_AHEAD - 1
    return said if near else f"{said} {_say_year(day.year)}"


def _dated(text: str, today: date, fits: Callable[[date], bool]) -> Iterator[date | None]:
    """Dates with a day of the month; None for one that does not exist or fit."""
    spans: list[tuple[int, int]] = []
    for pattern in _FULL:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in spans):
                continue
            spans.append(match.span())
            month = _MONTHS.index(match["month"]) + 1
            year = match["year"]
            this_year = today.year
            years = [this_year - 1, this_year, this_year + 1]
            if year is not None:
                years = [int(year.replace(" ", ""))]
            yield _nearest((_date(y, month, int(match["day"])) for y in years), today, fits)
    if not spans:
        for match in _DAY_ALONE.finditer(text):
            months = [(today.year * 12 + today.month - 1 + step) for step in (-2, -1, 0, 1, 2)]
            days = (_date(month // 12, month % 12 + 1, int(match["day"])) for month in months)
            yield _nearest(days, today, fits)


def _relative(text: str, today: date, allowed: Range) -> Iterator[date | None]:
    """Dates told from today."""
    padded = f" {text} "
    if " day after tomorrow " in padded:
        yield today + timedelta(2)
        return
    for word, days in (("yesterday", -1), ("today", 0), ("tonight", 0), ("tomorrow", 1)):
        if f" {word} " in padded:
            yield today + timedelta(days)
    for match in re.finditer(
        rf"\b(?:(?P<which>next|this|last) )?(?P<name>{'|'.join(_DAYS)})(?P<week> week)?\b", text
    ):
        coming = (_DAYS.index(match["name"]) - today.weekday() - 1) % 7 + 1
        if match["which"] == "last" or (allowed == "past" and match["which"] is None):
            yield today + timedelta(coming - 7 if coming < 7 else -7)
        elif match["which"] == "next":
            yield today + timedelta(7 - today.weekday() + _DAYS.index(match["name"]))
        else:
            later = 7 if match["week"] or f"week on {match['name']}" in text else 0
            yield today + timedelta(coming + later)
    for match in _SPAN.finditer(text):
        count = 1 if match["count"] == "a" else int(match["count"])
        ago = text[match.end() :].startswith(" ago")
        yield today + timedelta(count * _SPANS[match["unit"]] * (-1 if ago else 1))


def _weekday_said(text: str) -> int | None:
    said = [number for number, name in enumerate(_DAYS) if re.search(rf"\b{name}\b", text)]
    return said[0] if len(said) == 1 else None


def _nearest(days: Iterable[date | None], today: date, fits: Callable[[date], bool]) -> date | None:
    fitting = [day for day in days if day is not None and fits(day)]
    return min(fitting, key=lambda day: abs((day - today).days), default=None)


def _fits(day: date, today: date, allowed: Range) -> bool:
    return allowed == "any" or (day >= today if allowed == "future" else day <= today)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _say_year(year: int) -> str:
    from_two_thousand = year - 2000
    if 0 <= from_two_thousand < 10:
        return "two thousand" + (f" and {_small(from_two_thousand)}" if from_two_thousand else "")
    century, rest = divmod(year, 100)
    return f"{_small(century)} {_small(rest) if rest > 9 else f'oh {_small(rest)}'}"


def _small(number: int) -> str:
    return say_number(str(number)).replace("-", " ")
