"""Times of the day and hours between two of them, as people say them."""

import re
from dataclasses import dataclass

from agent.cloning.mine.spoken_numbers import Number, SpokenNumbers
from agent.cloning.mine.units import MEASURES, MONEY, PERIODS, singular

_TILL = frozenset({"till", "until", "to", "til", "through"})
_HALF_DAYS = {"am": 0, "a.m": 0, "pm": 12, "p.m": 12}
_PARTS_OF_DAY = re.compile(r"(?:in the (?:morning|afternoon|evening)|at night)\b")
# Beside such a word "nine to five" are hours without "till", "a.m." or "between".
_OPENING = re.compile(
    r"\b(?:open|opening|shut|closed?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekdays?|"
    r"weekends?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time ("18:00") or hours ("09:00-17:30") in tokens `first` up to `after`, exclusive.

    `measure` tells one from another: hours of the day, for two of them as start * 100 + end.
    """

    first: int
    after: int
    said: str
    measure: float


def time_of_day(said: SpokenNumbers, number: Number) -> Clock | None:
    """ "Six in the evening", "eleven a.m.", "three o'clock"."""
    hour = _hour(number) if number.value > 0 else None
    if hour is None:
        return None
    after, shift = _half_day(said, number.last + 1)
    if said.low(number.last + 1) == "o":  # o'clock
        after, shift = _half_day(said, number.last + 3)
    elif shift is None:
        return None
    at = _day_hours(hour, shift)
    return None if at > 24 else Clock(number.first, after, _shown(at), at)


def hours_between(said: SpokenNumbers, number: Number, text: str) -> Clock | None:
    """ "Eight till one", "between nine and five thirty", "8 a.m. to 8 p.m."."""
    if number.value <= 0:
        return None
    between = said.low(number.first - 1) == "between"
    joint, from_shift = _half_day(said, number.last + 1)
    low = said.low(joint)
    if not (low in _TILL or (between and low == "and")):
        return None
    until_at, until_half = _half(said, joint + 1)
    until = said.number(until_at)
    hours = [_hour(number), _hour(until)] if until is not None else [None]
    if until is None or None in hours:
        return None
    after, to_shift = _half_day(said, until.last + 1)
    said_so = between or low not in ("to", "through") or to_shift is not None
    said_so = said_so or bool(_OPENING.search(text))
    if not said_so or singular(said.low(after)) in (*PERIODS, *MEASURES, *MONEY):
        return None
    halves = [
        at for at in (number.first - 1, number.first - 2) if _half(said, at)[0] == number.first
    ]
    start = _day_hours(hours[0] or 0.0, from_shift) + (0.5 if halves else 0)
    end = _day_hours(hours[1] or 0.0, to_shift) + until_half
    if end <= start and to_shift is None:
        end += 12
    if end > 24:
        return None
    first = min([*halves, number.first - 1 if between else number.first])
    return Clock(first, after, f"{_shown(start)}-{_shown(end)}", start * 100 + end)


def _half(said: SpokenNumbers, position: int) -> tuple[int, float]:
    """Behind "half" or "half past", and the half hour that they add."""
    if said.low(position) != "half":
        return position, 0.0
    return position + (2 if said.low(position + 1) == "past" else 1), 0.5


def _half_day(said: SpokenNumbers, position: int) -> tuple[int, int | None]:
    """Behind "a.m." and the like, and the hours to add to the clock's; None: nothing is said."""
    word = said.low(position).rstrip(".")
    if word in _HALF_DAYS:
        return position + 1, _HALF_DAYS[word]
    part = _PARTS_OF_DAY.match(" ".join(map(said.low, range(position, position + 3))))
    if part:
        return position + len(part[0].split()), 0 if "morning" in part[0] else 12
    if word in ("a", "p") and said.low(position + 1) == "m":
        return position + 2, _HALF_DAYS[f"{word}m"]
    return position, None


def _hour(number: Number) -> float | None:
    """Hours of "nine", "five thirty", "17.30"; None for what no clock shows."""
    whole, minutes = number.parts[0], number.parts[1] if len(number.parts) == 2 else 0.0
    if len(number.parts) == 1:
        whole, minutes = divmod(round(number.value * 100), 100)
    fits = len(number.parts) <= 2 and 1 <= whole <= 24 and minutes in (0, 15, 30, 45)
    return whole + minutes / 60 if fits else None


def _day_hours(hour: float, shift: int | None) -> float:
    """The hour of the day; what is said without a.m. or p.m. and is before seven is p.m."""
    if shift is not None:
        return hour % 12 + shift
    return hour + 12 if hour < 7 else hour


def _shown(hour: float) -> str:
    return f"{int(hour):02}:{round(hour % 1 * 60):02}"
