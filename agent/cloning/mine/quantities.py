"""Amounts in what people say: where they stand, their value and their unit.

Reads spoken numbers ("four hundred and twenty-five miles", "eighteen ninety-nine", "eight till
one") and written ones, in text with case and punctuation and in a recogniser's text without
either. A number that is part of a name ("the Three Hundred") is no amount.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from agent.cloning.mine.clock import hours_between, time_of_day
from agent.cloning.mine.spoken_numbers import Number, SpokenNumbers
from agent.cloning.mine.units import (
    HUNDREDTHS,
    MEASURES,
    MONEY,
    PERIODS,
    RATE_WORDS,
    SLANG,
    singular,
)
from agent.dialogue.claims import word_list
from agent.dialogue.values.numbers import say_number

_QUALIFIERS = frozenset({"working", "business", "calendar", "full", "whole", "clear", "more"})
_KEPT_QUALIFIERS = frozenset({"working", "business"})
_EVERY = frozenset({"each", "every"})
_DETERMINERS = frozenset({"a", "an", "per", "each", "every"})
_AFTER_A_PERIOD = frozenset({"before", "after", "ahead", "later", "notice", "beforehand", "free"})
_BEFORE_A_PERIOD = frozenset({"got", "have", "has", "within", "takes", "lasts"})
_LONG = PERIODS["week"]
_ORDINALS = word_list("first second third fourth fifth sixth seventh eighth ninth th st nd rd")
_SINCE = frozenset({"since", "in", "from"})
_AGED = frozenset({"over", "under", "aged", "below", "age", "turn", "turned", "turns"})
_OR_OVER = frozenset({"or over", "or older", "or above", "and over", "and older", "or under"})
_PERSON = re.compile(
    r"\b(?:some|any|every)(?:body|one)\b|\b(?:people|person|adults?|child(?:ren)?|kids?|"
    r"guests?|drivers?|customers?|pensioners?|patients?|members?|students?|be|they|you)\b",
    re.IGNORECASE,
)
_ENDS = frozenset({"", ".", ",", ";", "!", "—", "-"})
_CHILD = 13
# "Two hundred, and parts under fifty": what is under is no age.
_OTHER_SCALE = re.compile(
    r"\b(?:pounds?|quid|euros?|dollars?|bucks|per cent|percent|pence|miles?|hundred|thousand|"
    r"hours?|minutes?|days?|weeks?|months?)\b|[£$€%]",
    re.IGNORECASE,
)
# Behind a number they end what is said of it, or count what a customer has or asks.
_NOT_COUNTED = word_list(
    "is was has does this us yes times things ways bits questions points reasons others options "
    "kids adults others names numbers words calls always perhaps unless minus less across "
    "towards as sometimes its his hers yours ours theirs ones"
)
_RATES_OF_INTEREST = frozenset({"apr", "apy", "aer"})
_SHARES_OF_ONE = {"quarter": 0.25, "half": 0.5}
_POINTS = frozenset({("percentage", "point"), ("a", "point"), ("a", "percent")})
_NO_RATE = frozenset({"duration", "age", "year", "time", "hours"})
_EACH = frozenset({"head", "person", "piece", "time", "visit", "guest", "item"})
# Behind an article and a sum they count nothing: "thirty dollars a lot", "a bit".
_NO_EACH = frozenset({"bit", "lot", "little", "few", "couple", "good", "bad", "tad", "touch"})
# Behind "each" they begin something else: "twenty pounds each that you'd get back".
_NO_THING = word_list(
    "that which who you we they it if when and or for with plus on at in of to from so but way "
    "is are was comes"
)
# "One fifty a night" is a hundred and fifty; "four fifty a jar" is not. By the piece, and less
# for things than for people and their time.
_DEAR = frozenset({*PERIODS, "head", "person", "visit", "guest", "room", "ticket"})
_ROUND_CENTS = frozenset({25, 50, 75, 95, 99, 49, 79, 29, 89})
_LEFT = frozenset({"left", "remaining", "outstanding"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in a text. `start` and `end` are character offsets with unit and rate.

    `dimension` is what can be compared ("money", "duration", "hours" of a day, "speed", ...), ""
    for a bare number; `measure` its value in one unit for the dimension (days for durations);
    `rate` what it is for each of ("month", "visit"), "" where it is said once.
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


class _Reader:
    def __init__(self, text: str, names: Collection[str]) -> None:
        self._text = text
        self._said = SpokenNumbers(text, names)

    def read(self) -> Iterator[Quantity]:
        position = 0
        while position < len(self._said.tokens):
            number = self._said.number(position)
            if number is None:
                found = self._without_number(position)
                if found is not None:
                    yield found
                position += 1
                continue
            clock = self._clock(number)
            if self._is_nothing_of(number):
                number = replace(number, value=0.0, parts=(0.0,))
            if clock is None and (number.value < 0 or self._is_no_amount(number)):
                position = number.last + 1
                continue
            found, position = clock or self._amount(number)
            yield found

    def numbers(self) -> Iterator[tuple[int, int]]:
        amounts = [(amount.start, amount.end) for amount in self.read()]
        yield from amounts
        position = 0
        while position < len(self._said.tokens):
            last = self._said.run_end(position)
            if last < position:
                position += 1
                continue
            start, end = self._said.tokens[position].start, self._said.tokens[last].end
            inside = any(first <= start and end <= stop for first, stop in amounts)
            pronoun = self._text[start:end].lower() == "one"
            if not inside and not pronoun and not self._said.is_name(position, last):
                yield start, end
            position = last + 1

    def _is_no_amount(self, number: Number) -> bool:
        """A date, a time of day, a pronoun, a multiple."""
        after = number.last + 1
        if self._low(after) == "-":
            after += 1
        low = self._low(after)
        pronoun = number.value == 1 and singular(low) not in (*PERIODS, *MEASURES, *MONEY)
        return (
            pronoun
            or low in _ORDINALS
            or low in ("o", "o'clock", "am", "pm")
            or self._low(number.first - 1) == "past"
        )

    def _is_nothing_of(self, number: Number) -> bool:
        """ "Nought per cent", not the zero of a telephone number."""
        after = f"{self._low(number.last + 1)} {self._low(number.last + 2)}"
        return (
            number.first == number.last
            and self._low(number.first) in ("zero", "nought")
            and after.startswith(("per cent", "percent", "%"))
        )

    def _clock(self, number: Number) -> tuple[Quantity, int] | None:
        hours = hours_between(self._said, number, self._text)
        found = hours or time_of_day(self._said, number)
        if found is None:
            return None
        kind = "hours" if hours else "time"
        start, end = self._said.tokens[found.first].start, self._said.end(found.after - 1)
        return Quantity(start, end, found.said, kind, kind, found.measure), found.after

    # -- units

    def _amount(self, number: Number) -> tuple[Quantity, int]:
        """The amount of a number, and the token after it."""
        before = self._low(number.first - 1)
        if before in MONEY and not before.isalpha():
            start = self._said.tokens[number.first - 1].start
            return self._with_rate(self._money(start, number, MONEY[before]), number.last + 1)
        position, kept = number.last + 1, ""
        if self._low(position) == "-":
            position += 1
        while self._low(position) in _QUALIFIERS:
            kept = self._low(position) if self._low(position) in _KEPT_QUALIFIERS else kept
            position += 1
        word = self._low(position)
        start = self._said.tokens[number.first].start
        if word == "grand":
            value = number.value * 1000
            base = Quantity(start, self._said.end(position), _plain(value), "money", "", value)
            return self._with_rate(base, position + 1)
        half = self._halves(position)
        if half and singular(self._low(position + half)) in PERIODS:
            number = replace(number, value=number.value + 0.5, parts=(number.value + 0.5,))
            position += half
            word = self._low(position)
        if word in MONEY:
            return self._pounds(start, number, position)
        found = self._with_unit(start, number, position, kept) or self._count(start, number)
        return found or self._with_rate(self._bare(start, number), number.last + 1)

    def _with_unit(
        self, start: int, number: Number, position: int, kept: str
    ) -> tuple[Quantity, int] | None:
        """By the unit at a position; None where there is none. `kept`: "working" of days."""
        word, unit = self._low(position), singular(self._low(position))
        if word == "per" and self._low(position + 1) in ("cent", "percent"):
            position, unit = position + 1, "%"
        # "Five point four nine APR", "a quarter point less".
        if word in _RATES_OF_INTEREST:
            unit = "%"
        # "At sixty-two thirty days": the unit belongs to the number beside it.
        value = (
            number.parts[-1] if len(number.parts) > 1 and number.parts[0] >= 10 else number.value
        )
        if word in HUNDREDTHS and not (word == "p" and len(self._low(position + 1)) == 1):
            value = number.value / 100
            dimension, name, factor = "money", HUNDREDTHS[word], 1.0
        elif unit in PERIODS:
            half = self._halves(position + 1)
            value, position = (value + 0.5, position + half) if half else (value, position)
            name = f"{kept} {unit}{'' if value == 1 else 's'}".strip()
            dimension, factor = "duration", PERIODS[unit]
        elif unit in MEASURES:
            dimension, name, factor = MEASURES[unit]
        else:
            return None
        end = self._said.end(position)
        base = Quantity(start, end, _plain(value), dimension, name, value * factor)
        return self._with_rate(base, position + 1)

    def _count(self, start: int, number: Number) -> tuple[Quantity, int] | None:
        """Things counted, at most two words behind the number: "three aftercare visits"."""
        value = number.value
        if value != int(value) or not 2 <= value < 100 or len(number.parts) > 1:
            return None
        position = number.last + 1
        for last in (position, position + 1, position + 2):
            word = self._low(last)
            if word == "-":
                continue
            if not word.isalpha() or word in _NO_THING or word in _NOT_COUNTED:
                return None
            if len(word) > 2 and word.endswith("s") and not word.endswith("ss"):
                name = self._text[self._said.tokens[position].start : self._said.end(last)].lower()
                base = Quantity(start, self._said.end(last), int(value), "count", name, value)
                return self._with_rate(base, last + 1)
        return None

    def _halves(self, position: int) -> int:
        """How many words "and a half" takes here; 0 where it is not said."""
        said = [self._low(at) for at in range(position, position + 3)]
        return 3 if said == ["and", "a", "half"] else 0

    def _bare(self, start: int, number: Number) -> Quantity:
        """Without a unit; a year, an age, or pounds and pence without the word."""
        end, value, parts = self._said.end(number.last), number.value, number.parts
        before = self._low(number.first - 1)
        if before in _SINCE and len(parts) == 2 and parts[0] in (19, 20):
            year = int(parts[0] * 100 + parts[1])
            return Quantity(start, end, year, "year", "year", year)
        if before in _SINCE and len(parts) == 1 and 1900 <= value < 2100 and value == int(value):
            return Quantity(start, end, int(value), "year", "year", value)
        if 5 <= value < 100 and self._is_age(before, number):
            return Quantity(start, end, _plain(value), "age", "years old", value)
        if len(parts) == 2 and min(parts) >= 10:
            value = parts[0] + parts[1] / 100
        return Quantity(start, end, _plain(value), "", "", value)

    def _is_age(self, before: str, number: Number) -> bool:
        """ "Under twelve", "twenty-three or over", "you have to be at least eighteen"."""
        behind = f"{self._low(number.last + 1)} {self._low(number.last + 2)}"
        at_least = f"{self._low(number.first - 2)} {before}"
        be = self._low(number.first - 3)
        up = before == "from" and self._low(number.last + 1) in ("up", "upwards", "onwards")
        ends = self._low(number.last + 1) in _ENDS and before in ("under", "over", "below")
        if up or (be == "be" and at_least == "at least"):
            return True
        if ends and number.value >= _CHILD and not _OTHER_SCALE.search(self._text):
            return True
        return bool(_PERSON.search(self._text)) and (before in _AGED or behind in _OR_OVER)

    def _pounds(self, start: int, number: Number, position: int) -> tuple[Quantity, int]:
        """Pounds, and pence after them: "eight pounds fifty"."""
        low, parts = self._low(position), number.parts
        start_word = self._said.low(number.first)
        if low in ("dollar", "pound", "euro") and start_word == "one" and len(parts) == 2:
            # "One eighty-five dollar fee" is one fee; "a one-eighty-five dollar fee" is not.
            article = self._low(number.first - 1) in (*_DETERMINERS, "the", "this", "that")
            if not article and self._low(number.first + 1) != "-":
                first = number.first + 1
                number = replace(number, first=first, value=parts[1], parts=parts[1:])
                start = self._said.tokens[first].start
        base = self._money(start, number, MONEY[low])
        base = replace(base, end=self._said.end(position))
        joined = self._cents_behind(base, position + 1)
        if joined is not None:
            return joined
        pence = self._said.number(position + 1)
        if pence is not None and 10 <= pence.value < 100 and len(pence.parts) == 1:
            after = self._low(pence.last + 1)
            if singular(after) not in PERIODS and after not in MONEY:
                value = float(base.measure + pence.value / 100)
                base = replace(base, end=self._said.end(pence.last), value=value, measure=value)
                position = pence.last
        return self._with_rate(base, position + 1)

    def _cents_behind(self, base: Quantity, position: int) -> tuple[Quantity, int] | None:
        """ "Nineteen dollars and ninety-nine cents" is one amount."""
        cents = self._said.number(position + (self._low(position) == "and"))
        if cents is None or self._low(cents.last + 1) not in HUNDREDTHS or cents.value >= 100:
            return None
        value = float(base.measure + cents.value / 100)
        end = self._said.end(cents.last + 1)
        return self._with_rate(
            replace(base, end=end, value=_plain(value), measure=value), cents.last + 2
        )

    def _money(self, start: int, number: Number, currency: str) -> Quantity:
        value = number.value
        if len(number.parts) == 2 and number.parts[0] >= 10:
            value = number.parts[0] + number.parts[1] / 100
        return Quantity(start, self._said.end(number.last), _plain(value), "money", currency, value)

    def _with_rate(self, base: Quantity, position: int) -> tuple[Quantity, int]:
        """The amount with what it is for each of; a bare number with a rate is money."""
        money = base.dimension == "money"
        if self._low(position) == "for" and self._low(position + 1) in _EVERY and money:
            return self._with_rate(base, position + 1)
        word = self._low(position)
        left = word in _EVERY and self._low(position + 1) in _LEFT
        used = position + (2 if left else 1)
        following = singular(self._low(used))
        if word in RATE_WORDS:
            rate, used = RATE_WORDS[word], position
        elif word == "apiece":
            rate, used = "piece", position
        elif (
            (word in _DETERMINERS and (following in PERIODS or following in _EACH or word == "per"))
            or (word in _EVERY and money and following not in _NO_THING)
            or (word in ("a", "an") and money and following not in _NO_EACH)
            or (word in ("a", "an") and self._is_price_of_a_piece(base, following))
            or (word in ("a", "an") and self._is_said_in_two(base) and following not in _NO_EACH)
        ):
            rate = following
        else:
            return base, position
        if base.dimension in _NO_RATE or not rate.isalpha():
            return base, position
        if not left and self._low(used + 1) in _LEFT:
            left, used = True, used + 1
        rate = f"{rate} left" if left else rate
        if self._is_price_of_a_piece(base, rate):
            base = replace(base, value=base.measure / 100, measure=base.measure / 100)
        base = replace(base, dimension=base.dimension or "money")
        return replace(base, end=self._said.end(used), rate=rate), used + 1

    def _is_price_of_a_piece(self, base: Quantity, rate: str) -> bool:
        """ "Four seventy-five" of a thing, said without "hundred": its cents are the second."""
        said = self._text[base.start : base.end].lower()
        return (
            not base.dimension
            and isinstance(base.value, int)
            and 100 < base.value < 1000
            and base.value % 100 in _ROUND_CENTS
            and rate not in _DEAR
            and "hundred" not in said
            and not any(sign.isdigit() for sign in said)
        )

    def _is_said_in_two(self, base: Quantity) -> bool:
        """ "Twelve-eighty an eye": a price, whatever its size."""
        return not base.dimension and isinstance(base.value, float)

    # -- amounts without a number

    def _without_number(self, position: int) -> Quantity | None:
        """ "A tenner", "a couple of days", "half an hour", "a month before"."""
        low, following = self._low(position), self._low(position + 1)
        period, third = singular(following), singular(self._low(position + 2))
        start = self._said.tokens[position].start
        if low in SLANG:
            end = self._said.end(position)
            return Quantity(start, end, SLANG[low], "money", "GBP", SLANG[low])
        end = self._said.end(position + 2)
        if low == "couple" and following == "of" and third in PERIODS:
            return Quantity(start, end, 2, "duration", f"{third}s", 2 * PERIODS[third])
        if low == "couple" and following == "of" and third == "grand":
            return self._with_rate(Quantity(start, end, 2000, "money", "", 2000), position + 3)[0]
        if low in ("a", "an") and period in PERIODS and self._halves(position + 2):
            end, unit = self._said.end(position + 4), f"{period}s"
            return Quantity(start, end, 1.5, "duration", unit, 1.5 * PERIODS[period])
        shares = _SHARES_OF_ONE.get(low)
        in_three = (following, third) in _POINTS
        if shares and (in_three or following in ("point", "percent")):
            end = self._said.end(position + (2 if in_three else 1))
            return Quantity(start, end, shares, "percent", "%", shares)
        if low == "half" and following in ("a", "an") and third in PERIODS:
            value, unit = (30, "minutes") if third == "hour" else (0.5, f"{third}s")
            return Quantity(start, end, value, "duration", unit, PERIODS[third] / 2)
        whole = low in ("a", "an") and self._low(position - 1) != "half"
        given = self._low(position - 1) in _BEFORE_A_PERIOD and PERIODS.get(period, 0) >= _LONG
        if whole and period in PERIODS and (third in _AFTER_A_PERIOD or given):
            end = self._said.end(position + 1)
            return Quantity(start, end, 1, "duration", period, PERIODS[period])
        return None

    def _low(self, position: int) -> str:
        return self._said.low(position)


def _plain(value: float) -> int | float:
    return int(value) if value == int(value) else round(value, 4)
