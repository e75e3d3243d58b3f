"""Amounts in what people say: where they stand, their value and their unit.

Reads spoken numbers ("four hundred and twenty-five meg", "eighteen ninety-nine", "eight till
one") and written ones, in text with case and punctuation and in a recogniser's text without
either. A number that is part of a name ("the Five Hundred") is no amount.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from text_to_num import alpha2digit

from agent.dialogue.claims import word_list
from agent.dialogue.values.numbers import say_number

_SMALL = word_list(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty "
    "ninety"
)
_NUMBER = _SMALL | {"zero", "oh", "nought", "hundred", "thousand", "million"}
_MULTIPLES = frozenset({"hundred", "thousand", "million"})
_SINGLE_DIGITS = word_list("zero oh one two three four five six seven eight nine")
_MONEY = {
    "pound": "GBP", "pounds": "GBP", "quid": "GBP", "£": "GBP", "euro": "EUR", "euros": "EUR",
    "€": "EUR", "dollar": "USD", "dollars": "USD", "bucks": "USD", "$": "USD",
}  # fmt: skip
_HUNDREDTHS = {"pence": "GBP", "p": "GBP", "penny": "GBP", "cents": "USD", "cent": "USD"}
_SLANG = {"tenner": 10, "fiver": 5}
# Days in each, to compare "a month before" with "thirty days before".
_PERIODS = {
    "second": 1 / 86400, "sec": 1 / 86400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1,
    "night": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365,
}  # fmt: skip
_MEASURES = {
    "meg": ("speed", "Mbit/s", 1), "megabit": ("speed", "Mbit/s", 1),
    "gigabit": ("speed", "Gbit/s", 1000), "gig": ("data", "GB", 1),
    "megabyte": ("speed", "MB", 1), "gigabyte": ("data", "GB", 1),
    "mile": ("distance", "miles", 1.609),
    "kilometre": ("distance", "km", 1), "kilometer": ("distance", "km", 1),
    "metre": ("length", "m", 1), "meter": ("length", "m", 1), "foot": ("length", "ft", 0.305),
    "feet": ("length", "ft", 0.305), "inch": ("length", "in", 0.0254),
    "inche": ("length", "in", 0.0254), "kilo": ("weight", "kg", 1),
    "kilogram": ("weight", "kg", 1), "litre": ("volume", "l", 1), "degree": ("degrees", "°", 1),
    "percent": ("percent", "%", 1), "%": ("percent", "%", 1),
}  # fmt: skip
_QUALIFIERS = frozenset({"working", "business", "calendar", "full", "whole", "clear", "more"})
_KEPT_QUALIFIERS = frozenset({"working", "business"})
_RATE_WORDS = {"monthly": "month", "weekly": "week", "daily": "day", "yearly": "year",
               "annually": "year", "nightly": "night", "hourly": "hour"}  # fmt: skip
_DETERMINERS = frozenset({"a", "an", "per", "each", "every"})
_AFTER_A_PERIOD = frozenset({"before", "after", "ahead", "later", "notice", "beforehand", "free"})
_ORDINALS = word_list("first second third fourth fifth sixth seventh eighth ninth th st nd rd")
_SINCE = frozenset({"since", "in", "from"})
_AGED = frozenset({"over", "under", "aged", "below", "age"})
_PERSON = re.compile(
    r"\b(?:some|any|every)(?:body|one)\b|\b(?:people|person|adults?|child(?:ren)?|kids?|"
    r"guests?|drivers?|customers?|pensioners?|patients?|be)\b",
    re.IGNORECASE,
)
_EACH = frozenset({"head", "person", "piece", "time", "visit", "guest", "item"})
_LEFT = frozenset({"left", "remaining", "outstanding"})
_TILL = frozenset({"till", "until", "to", "til", "through"})
_HALF_DAYS = {"am": 0, "a.m": 0, "pm": 12, "p.m": 12}
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[ap]\.m\b\.?|[^\W\d_]+|['’][^\W\d_]+|[^\s\w]|_")
_SENTENCE_END = frozenset('.?!:…—"“')


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in a text. `start` and `end` are character offsets with unit and rate.

    `dimension` is what can be compared ("money", "duration", "hours" of a day, "speed", "count
    visit", ...), "" for a bare number; `measure` its value in one unit for the dimension; `rate`
    what it is for each of ("month", "visit"), "" where it is said once.
    """

    start: int
    end: int
    value: int | float | str
    dimension: str
    unit: str
    measure: float
    rate: str = ""

    @property
    def full_unit(self) -> str:
        """As in a playbook: GBP/month."""
        return f"{self.unit}/{self.rate}" if self.rate else self.unit


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    low: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Number:
    first: int
    last: int
    value: float
    parts: tuple[float, ...]


def quantities(text: str, names: Collection[str] = ()) -> tuple[Quantity, ...]:
    """The amounts of a text in its order; `names` are lower-case names that hold a number."""
    return tuple(_Reader(text, names).read())


def number_spans(text: str, names: Collection[str] = ()) -> tuple[tuple[int, int], ...]:
    """Where numbers of any kind stand: amounts, dates, times, digits read out; not in names.

    "One" by itself is mostly a pronoun and counts only beside a unit.
    """
    return tuple(sorted(_Reader(text, names).numbers()))


def spoken(text: str) -> str:
    """A text with its digits in words, as a voice says them; other signs of money too."""
    text = re.sub(r"[£$€]\s?([\d.,]+)", lambda m: f"{m[1]} {_SIGN_WORDS[m[0][0]]}", text)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    return re.sub(r"\d+(?:\.\d+)?", lambda m: say_number(m[0]), text).replace("%", " percent")


_SIGN_WORDS = {"£": "pounds", "$": "dollars", "€": "euros"}


def singular(word: str) -> str:
    """A noun of counting in its singular; good enough for units."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


class _Reader:
    def __init__(self, text: str, names: Collection[str]) -> None:
        self._text = text
        self._tokens = [
            _Token(m[0], m[0].lower(), m.start(), m.end()) for m in _TOKEN.finditer(text)
        ]
        self._named = _inside_names(text, names)
        self._cased = any(token.text[0].isupper() for token in self._tokens)

    def read(self) -> Iterator[Quantity]:
        position = 0
        while position < len(self._tokens):
            number = self._number(position)
            if number is None:
                found = self._without_number(position)
                if found is not None:
                    yield found
                position += 1
                continue
            hours = self._hours(number) if number.value > 0 else None
            if hours is None and (number.value < 0 or self._is_no_amount(number)):
                position = number.last + 1
                continue
            found, position = hours or self._amount(number)
            yield found

    def numbers(self) -> Iterator[tuple[int, int]]:
        amounts = [(amount.start, amount.end) for amount in self.read()]
        yield from amounts
        position = 0
        while position < len(self._tokens):
            last = self._run_end(position)
            if last < position:
                position += 1
                continue
            start, end = self._tokens[position].start, self._tokens[last].end
            inside = any(first <= start and end <= stop for first, stop in amounts)
            pronoun = self._text[start:end].lower() == "one"
            if not inside and not pronoun and not self._is_name(position, last):
                yield start, end
            position = last + 1

    # -- numbers

    def _number(self, first: int) -> _Number | None:
        """The number whose words start here; a negative value: a name or a row of digits."""
        last = self._run_end(first)
        if last < first:
            return None
        if self._is_name(first, last):
            return _Number(first, last, -1, ())
        words = " ".join(
            token.low
            for token in self._tokens[first : last + 1]
            if token.low not in ("-", "a", "an")
        )
        digits = str(alpha2digit(words.replace(",", ""), "en", threshold=0))
        parts = tuple(float(part) for part in re.findall(r"\d+(?:\.\d+)?", digits))
        if not parts or self._is_row_of_digits(first, last):
            return _Number(first, last, -1, ())
        return _Number(first, last, _joined(parts), parts)

    def _run_end(self, first: int) -> int:
        last, position = first - 1, first
        while position < len(self._tokens):
            low = self._low(position)
            if (low in _NUMBER and not self._at_name(position)) or low[:1].isdigit():
                last = position
            elif not self._joins(position, last if last >= first else None):
                break
            position += 1
        return last

    def _joins(self, position: int, last: int | None) -> bool:
        """Whether a word belongs to a number without being one; `last` is its last one so far."""
        low, following = self._low(position), self._low(position + 1)
        if last is None:
            return low in ("a", "an") and following in _MULTIPLES
        return (
            (low == "-" and last == position - 1)
            or (low == "point" and following in _NUMBER)
            or (low == "and" and self._low(last) in _MULTIPLES and following in _SMALL)
        )

    def _is_name(self, first: int, last: int) -> bool:
        """A number in capitals: "the Five Hundred", but not "Five hundred" at the beginning."""
        if any(self._at_name(position) for position in range(first, last + 1)):
            return True
        return any(
            self._tokens[position].text[0].isupper() and not self._opens(position)
            for position in range(first, last + 1)
        )

    def _opens(self, position: int) -> bool:
        return position == 0 or self._low(position - 1) in _SENTENCE_END

    def _at_name(self, position: int) -> bool:
        token = self._tokens[position]
        return any(start <= token.start < end for start, end in self._named)

    def _is_row_of_digits(self, first: int, last: int) -> bool:
        words = [t.low for t in self._tokens[first : last + 1] if t.low not in ("-", "and")]
        spelled = len(words) > 2 and all(word in _SINGLE_DIGITS for word in words)
        beside = {self._low(first - 1), self._low(last + 1)} & {"double", "treble", "triple"}
        return bool(beside) or spelled or words[0] in ("oh", "zero", "nought")

    def _is_no_amount(self, number: _Number) -> bool:
        """A date, a time of day, a pronoun, a multiple."""
        after = number.last + 1
        if self._low(after) == "-":
            after += 1
        low = self._low(after)
        pronoun = number.value == 1 and singular(low) not in (*_PERIODS, *_MEASURES, *_MONEY)
        return (
            pronoun
            or low in _ORDINALS
            or low in ("o", "o'clock", "am", "pm")
            or self._low(number.first - 1) == "past"
        )

    # -- units

    def _amount(self, number: _Number) -> tuple[Quantity, int]:
        start = self._tokens[number.first].start
        before = self._low(number.first - 1)
        position = number.last + 1
        if self._low(position) in ("-",):
            position += 1
        kept = ""
        while self._low(position) in _QUALIFIERS:
            kept = self._low(position) if self._low(position) in _KEPT_QUALIFIERS else kept
            position += 1
        if self._low(position) == "per" and self._low(position + 1) == "cent":
            base = Quantity(start, self._end(position + 1), _plain(number.value), "percent", "%",
                            number.value)  # fmt: skip
            return base, position + 2
        if before in _MONEY and not before.isalpha():
            base = self._money(self._tokens[number.first - 1].start, number, _MONEY[before])
            return self._with_rate(base, number.last + 1)
        word = self._low(position)
        if word in _MONEY:
            return self._pounds(start, number, position)
        if word in _HUNDREDTHS and not (word == "p" and len(self._low(position + 1)) == 1):
            value = number.value / 100
            base = Quantity(start, self._end(position), value, "money", _HUNDREDTHS[word], value)
            return self._with_rate(base, position + 1)
        unit = singular(word)
        if unit in _PERIODS:
            name = f"{kept} {unit}s".strip() if number.value != 1 else f"{kept} {unit}".strip()
            base = Quantity(start, self._end(position), _plain(number.value), "duration", name,
                            number.value * _PERIODS[unit])  # fmt: skip
            return self._with_rate(base, position + 1)
        if unit in _MEASURES:
            dimension, name, factor = _MEASURES[unit]
            base = Quantity(start, self._end(position), _plain(number.value), dimension, name,
                            number.value * factor)  # fmt: skip
            return self._with_rate(base, position + 1)
        bare = Quantity(start, self._end(number.last), _plain(number.value), "", "", number.value)
        if before in _SINCE and len(number.parts) == 2 and number.parts[0] in (19, 20):
            value = number.parts[0] * 100 + number.parts[1]
            return replace(bare, value=int(value), dimension="year", unit="year", measure=value), (
                number.last + 1
            )
        if before in _AGED and 5 <= number.value < 100 and _PERSON.search(self._text):
            return replace(bare, dimension="age", unit="years old"), number.last + 1
        if len(number.parts) == 2 and number.parts[1] >= 10 and number.parts[0] >= 10:
            value = number.parts[0] + number.parts[1] / 100
            bare = replace(bare, value=value, measure=value)
        return self._with_rate(bare, number.last + 1)

    def _pounds(self, start: int, number: _Number, position: int) -> tuple[Quantity, int]:
        """Pounds, and pence after them: "eight pounds fifty"."""
        base = self._money(start, number, _MONEY[self._low(position)])
        base = replace(base, end=self._end(position))
        pence = self._number(position + 1)
        if pence is not None and 10 <= pence.value < 100 and len(pence.parts) == 1:
            after = self._low(pence.last + 1)
            if singular(after) not in _PERIODS and after not in _MONEY:
                value = float(base.measure + pence.value / 100)
                base = replace(base, end=self._end(pence.last), value=value, measure=value)
                position = pence.last
        return self._with_rate(base, position + 1)

    def _money(self, start: int, number: _Number, currency: str) -> Quantity:
        value = number.value
        if len(number.parts) == 2 and number.parts[0] >= 10:
            value = number.parts[0] + number.parts[1] / 100
        return Quantity(start, self._end(number.last), _plain(value), "money", currency, value)

    def _with_rate(self, base: Quantity, position: int) -> tuple[Quantity, int]:
        """The amount with what it is for each of; a bare number with a rate is money."""
        word, following = self._low(position), singular(self._low(position + 1))
        money = base.dimension == "money"
        if word in ("each", "every") and following in _LEFT:
            position, following = position + 1, singular(self._low(position + 2))
            left = True
        else:
            left = False
        if word in _RATE_WORDS:
            rate, used = _RATE_WORDS[word], position
        elif word == "for" and self._low(position + 1) in ("each", "every") and money:
            return self._with_rate(base, position + 1)
        elif (
            word in _DETERMINERS and (following in _PERIODS or following in _EACH or word == "per")
        ) or (word in ("each", "every") and following.isalpha() and money):
            rate, used = following, position + 1
        else:
            return base, position
        if base.dimension == "duration" or not rate.isalpha():
            return base, position
        if left or self._low(used + 1) in _LEFT:
            rate, used = f"{rate} left", used if left else used + 1
        if not base.dimension:
            base = replace(base, dimension="money")
        return replace(base, end=self._end(used), rate=rate), used + 1

    # -- hours of a day

    def _hours(self, number: _Number) -> tuple[Quantity, int] | None:
        """ "eight till one", "between nine and five thirty", "8 a.m. to 8 p.m."."""
        between = self._low(number.first - 1) == "between"
        joint, from_shift = self._half_day(number.last + 1)
        low = self._low(joint)
        if not (low in _TILL or (between and low == "and")):
            return None
        until_at, until_half = self._half(joint + 1)
        until = self._number(until_at)
        hours = [_hour(number), _hour(until)] if until is not None else [None]
        if until is None or None in hours:
            return None
        position, to_shift = self._half_day(until.last + 1)
        said_so = between or low not in ("to", "through") or to_shift is not None
        if not said_so or singular(self._low(position)) in (*_PERIODS, *_MEASURES, *_MONEY):
            return None
        halves = [
            at for at in (number.first - 1, number.first - 2) if self._half(at)[0] == number.first
        ]
        start = _day_hours(hours[0] or 0.0, from_shift) + (0.5 if halves else 0)
        end = _day_hours(hours[1] or 0.0, to_shift) + until_half
        if end <= start:
            end += 12
        if end > 24:
            return None
        first = min([*halves, number.first - 1 if between else number.first])
        clock = f"{_clock(start)}-{_clock(end)}"
        found = Quantity(self._tokens[first].start, self._end(position - 1), clock, "hours",
                         "hours", start * 100 + end)  # fmt: skip
        return found, position

    def _half(self, position: int) -> tuple[int, float]:
        """Behind "half" or "half past", and the half hour that they add."""
        if self._low(position) != "half":
            return position, 0.0
        return position + (2 if self._low(position + 1) == "past" else 1), 0.5

    def _half_day(self, position: int) -> tuple[int, int | None]:
        word = self._low(position).rstrip(".")
        if word in _HALF_DAYS:
            return position + 1, _HALF_DAYS[word]
        if word in ("a", "p") and self._low(position + 1) == "m":
            return position + 2, _HALF_DAYS[f"{word}m"]
        return position, None

    # -- amounts without a number

    def _without_number(self, position: int) -> Quantity | None:
        token = self._tokens[position]
        following = singular(self._low(position + 1))
        if token.low in _SLANG:
            return Quantity(token.start, token.end, _SLANG[token.low], "money", "GBP",
                            _SLANG[token.low])  # fmt: skip
        end = self._end(position + 1)
        if token.low == "couple" and following == "of":
            unit = singular(self._low(position + 2))
            if unit in _PERIODS:
                return Quantity(token.start, self._end(position + 2), 2, "duration", f"{unit}s",
                                2 * _PERIODS[unit])  # fmt: skip
        half_of = singular(self._low(position + 2))
        if token.low == "half" and self._low(position + 1) in ("a", "an") and half_of in _PERIODS:
            value, unit = (30, "minutes") if half_of == "hour" else (0.5, f"{half_of}s")
            return Quantity(token.start, self._end(position + 2), value, "duration", unit,
                            _PERIODS[half_of] / 2)  # fmt: skip
        later = self._low(position + 2) in _AFTER_A_PERIOD and self._low(position - 1) != "half"
        if token.low in ("a", "an") and following in _PERIODS and later:
            return Quantity(token.start, end, 1, "duration", following, _PERIODS[following])
        return None

    def _low(self, position: int) -> str:
        return self._tokens[position].low if 0 <= position < len(self._tokens) else ""

    def _end(self, position: int) -> int:
        return self._tokens[min(position, len(self._tokens) - 1)].end


def _inside_names(text: str, names: Collection[str]) -> list[tuple[int, int]]:
    low = text.lower().replace("-", " ")
    return [m.span() for name in names for m in re.finditer(rf"\b{re.escape(name)}\b", low)]


def _joined(parts: tuple[float, ...]) -> float:
    """ "four twenty-five" is 425; other rows of numbers are what their first one is."""
    if len(parts) == 2 and 1 <= parts[0] <= 9 and 10 <= parts[1] < 100:
        return parts[0] * 100 + parts[1]
    if len(parts) > 1 and not (len(parts) == 2 and parts[0] >= 10 and parts[1] >= 10):
        return -1
    return parts[0]


def _hour(number: _Number) -> float | None:
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


def _clock(hour: float) -> str:
    return f"{int(hour):02}:{round(hour % 1 * 60):02}"


def _plain(value: float) -> int | float:
    return int(value) if value == int(value) else round(value, 4)


def is_number_word(word: str) -> bool:
    """Whether a lower-case word can be part of a number."""
    return word in _NUMBER or word.isdigit()
