"""What a text claims: amounts with their units, dates, names, and words that change an offer.

Claims come in the order of the text, so that two texts can be compared: "Fibre is thirty pounds,
cable is twenty" holds the same numbers as its lie. Read without a model and strictly: an amount
that is hinted at ("a few pounds", "half price", "a tenner") is a claim, too.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum

from text_to_num import alpha2digit


def word_list(text: str) -> frozenset[str]:
    """Words written one after the other, as a set."""
    return frozenset(text.split())


class ClaimKind(Enum):
    """What a claim is about. An amount without a unit is a NUMBER."""

    MONEY = "money"
    PERCENT = "percent"
    TIME = "time"
    SPEED = "speed"
    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    PERIOD = "period"
    OFFER = "offer"
    NEGATION = "negation"


# These have to be in the playbook's facts or in the call's slots, whoever wrote the words.
QUANTITIES = frozenset(
    {
        ClaimKind.MONEY, ClaimKind.PERCENT, ClaimKind.TIME, ClaimKind.SPEED, ClaimKind.NUMBER,
        ClaimKind.DATE,
    }
)  # fmt: skip
# An amount whose number is not said.
SOME = "some"

_DIGITS = word_list(
    "zero nought oh one two three four five six seven eight nine ten eleven twelve "
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty "
    "fifty sixty seventy eighty ninety hundred hundreds thousand thousands million "
    "billion"
)
_ORDINALS = word_list(
    "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth "
    "hundredth"
)
# Ordinary words by themselves ("the first bill", "just a second"); dates beside a month.
_SOFT_ORDINALS = frozenset({"first", "second"})
_REPEATS = frozenset({"double", "treble", "triple"})
_MULTIPLES = frozenset({"hundred", "hundreds", "thousand", "thousands", "million", "billion"})
_PARTS = {"half": ".5", "quarter": ".25", "third": ".33"}
_MONEY_UNITS = word_list("pound pounds quid penny pence p euro euros dollar dollars cent cents")
_SIGNS = frozenset({"£", "$", "€"})
_SLANG = {"fiver": "5", "tenner": "10", "grand": "1000"}
_TIME_UNITS = {
    "second": "second", "seconds": "second", "minute": "minute", "minutes": "minute",
    "hour": "hour", "hours": "hour", "hourly": "hour", "day": "day", "days": "day",
    "daily": "day", "week": "week", "weeks": "week", "weekly": "week", "fortnight": "fortnight",
    "fortnights": "fortnight", "month": "month", "months": "month", "monthly": "month",
    "year": "year", "years": "year", "yearly": "year", "annual": "year", "annually": "year",
}  # fmt: skip
_SPEED_UNITS = word_list("meg megs megabit megabits megabyte megabytes gig gigs gigabit gigabits")
_SKIPPED = frozenset({"working", "whole", "full", "calendar", "more", "extra", "remaining"})
_MONTHS = word_list(
    "january february march april may june july august september october november december"
)
_DAYS = word_list("monday tuesday wednesday thursday friday saturday sunday")
_BEFORE_MONTH = frozenset({"of", "in", "by", "till", "until", "since", "next", "last", "early"})
_OFFERS = {
    "half": "half", "halve": "half", "halved": "half", "twice": "double", "double": "double",
    "doubled": "double", "triple": "triple", "treble": "triple", "quarter": "quarter",
    "dozen": "dozen", "couple": "couple", "free": "free", "gratis": "free",
    "complimentary": "free", "discount": "discount", "discounts": "discount",
    "discounted": "discount", "off": "off", "cheap": "cheaper", "cheaper": "cheaper",
    "cheapest": "cheapest", "less": "less", "lower": "less", "reduced": "less", "more": "more",
    "extra": "more", "save": "save", "saving": "save", "savings": "save", "refund": "refund",
    "refunded": "refund", "cashback": "cashback", "voucher": "voucher", "gift": "gift",
    "bonus": "gift", "unlimited": "unlimited", "guarantee": "guarantee",
    "guaranteed": "guarantee", "promise": "guarantee", "always": "always", "forever": "always",
    "lifetime": "always", "everything": "everything", "today": "today", "tonight": "tonight",
    "tomorrow": "tomorrow", "yesterday": "yesterday", "weekend": "weekend", "next": "next",
    "noon": "noon", "midday": "noon", "midnight": "midnight", "christmas": "christmas",
    "easter": "easter",
}  # fmt: skip
_NEGATIONS = frozenset(
    {"no", "not", "never", "without", "nothing", "none", "nobody", "neither", "nor", "cannot"}
)
_TOKEN = re.compile(r"\d+(?:[.:,]\d+)*(?:st|nd|rd|th)?|[^\W\d_]+(?:'[^\W\d_]+)?|[£$€%]|[.?!:,;]")


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim; `text` is its canonical form, "34" or "18 month" or "friday"."""

    kind: ClaimKind
    text: str


def claims_in(text: str, names: Collection[str] = ()) -> tuple[Claim, ...]:
    """Every claim of a text, in its order.

    Names are capitalised words inside a sentence; those in `names` (lower case) in any writing.
    """
    return tuple(_Reader(text, names).read())


def words_in(text: str) -> frozenset[str]:
    """The words of a text, lower case, without numbers and signs."""
    return frozenset(token.lower() for token in _tokens(text) if token[0].isalpha())


class _Reader:
    def __init__(self, text: str, names: Collection[str]) -> None:
        self._tokens = _tokens(text)
        self._low = [token.lower() for token in self._tokens]
        self._names = names

    def read(self) -> Iterator[Claim]:
        position = 0
        while position < len(self._tokens):
            end = self._run_end(position)
            if end > position:
                used, claims = self._amount(position, end)
                yield from claims
                position = used
            else:
                yield from self._word(position)
                position += 1

    # -- amounts

    def _run_end(self, start: int) -> int:
        """The end of the words that make a number, `start` where there is none."""
        end = start
        while end < len(self._low):
            word, following = self._low[end], self._at(end + 1)
            joins = word == "and" and end > start and self._is_number(end + 1)
            opens = word in ("a", "an") and following in _MULTIPLES
            repeats = word in _REPEATS and (following in _DIGITS or following.isdigit())
            point = word == "point" and end > start and following in _DIGITS
            if not (self._is_number(end) or joins or opens or repeats or point):
                break
            end += 1
        return end

    def _is_number(self, position: int) -> bool:
        word = self._at(position)
        if word in _SOFT_ORDINALS:
            return self._beside_month(position)
        if word == "oh":  # by itself it is a sigh
            return {self._at(position - 1), self._at(position + 1)} & _DIGITS != set()
        return word in _DIGITS or word in _ORDINALS or word[:1].isdigit()

    def _amount(self, start: int, end: int) -> tuple[int, list[Claim]]:
        """The claims of a number's words and the position after them and their unit."""
        words = " ".join(self._low[start:end]).removeprefix("a ").replace("oh", "zero")
        digits = alpha2digit(words, "en", threshold=0).replace(",", "")
        values = [_plain(value) for value in re.findall(r"\d+(?:[.:]\d+)?", digits)] or [words]
        if self._low[end : end + 2] == ["and", "a"] and self._at(end + 2) in _PARTS:
            values[-1] = f"{values[-1]}{_PARTS[self._at(end + 2)]}"
            end += 3
        unit_at = end
        while self._at(unit_at) in _SKIPPED:
            unit_at += 1
        kind, unit, used = self._unit(unit_at, self._at(start - 1) if start else "")
        if kind is ClaimKind.NUMBER:
            return end, [Claim(kind, value) for value in values]
        return used, [Claim(kind, f"{value} {unit}".strip()) for value in values]

    def _unit(self, position: int, before: str) -> tuple[ClaimKind, str, int]:
        word, following = self._at(position), self._at(position + 1)
        if before in _SIGNS:
            return ClaimKind.MONEY, "", position
        if word in _MONEY_UNITS:
            return ClaimKind.MONEY, "penny" if word in ("penny", "pence", "p") else "", position + 1
        if word in _SIGNS:
            return ClaimKind.MONEY, "", position + 1
        if word in ("%", "percent"):
            return ClaimKind.PERCENT, "", position + 1
        if word == "per" and following == "cent":
            return ClaimKind.PERCENT, "", position + 2
        if word in _TIME_UNITS:
            return ClaimKind.TIME, _TIME_UNITS[word], position + 1
        if word in _SPEED_UNITS:
            return ClaimKind.SPEED, "gig" if word.startswith("gig") else "", position + 1
        return ClaimKind.NUMBER, "", position

    # -- words

    def _word(self, position: int) -> Iterator[Claim]:
        word = self._low[position]
        if word in _SLANG:
            yield Claim(ClaimKind.MONEY, _SLANG[word])
        elif word in _MONEY_UNITS and word != "p" and self._at(position - 1) != "per":
            yield Claim(ClaimKind.MONEY, "1" if self._at(position - 1) == "a" else SOME)
        elif word in ("percent", "%", "percentage") or (
            word == "per" and self._at(position + 1) == "cent"
        ):
            yield Claim(ClaimKind.PERCENT, SOME)
        elif word in _DAYS or (word in _MONTHS and self._is_month(position)):
            yield Claim(ClaimKind.DATE, word)
        elif word in _OFFERS:
            yield Claim(ClaimKind.OFFER, _OFFERS[word])
        elif word in _NEGATIONS or word.endswith("n't"):
            yield Claim(ClaimKind.NEGATION, "not")
        elif word in _TIME_UNITS:
            yield Claim(ClaimKind.PERIOD, _TIME_UNITS[word])
        elif self._is_name(position):
            yield Claim(ClaimKind.NAME, word.removesuffix("'s"))

    def _is_month(self, position: int) -> bool:
        """Whether "may" and "march" mean a month; the others always do."""
        if self._low[position] not in ("may", "march"):
            return True
        near = (self._at(position - 1), self._at(position + 1))
        capital = self._tokens[position][0].isupper() and not self._starts_sentence(position)
        return capital or near[0] in _BEFORE_MONTH or any(_numeric(word) for word in near)

    def _beside_month(self, position: int) -> bool:
        before = self._at(position - 1)
        if before == "the":
            before = self._at(position - 2)
        after = self._at(position + 1)
        if after == "of":
            after = self._at(position + 2)
        tens = self._at(position - 1) in _DIGITS
        return tens or before in _MONTHS or after in _MONTHS

    def _is_name(self, position: int) -> bool:
        token = self._tokens[position]
        word = token.lower().removesuffix("'s")
        if word in self._names:
            return True
        if not token[0].isupper() or re.fullmatch(r"i(?:'\w+)?", word):
            return False
        return not self._starts_sentence(position)

    def _starts_sentence(self, position: int) -> bool:
        return position == 0 or self._tokens[position - 1] in ".?!:"

    def _at(self, position: int) -> str:
        return self._low[position] if 0 <= position < len(self._low) else ""


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.replace("’", "'").replace("-", " "))


def _numeric(word: str) -> bool:
    return word in _DIGITS or word in _ORDINALS or word in _SOFT_ORDINALS or word[:1].isdigit()


def _plain(value: str) -> str:
    """ "34.00" and "034" as they are meant."""
    return re.sub(r"\.0+$", "", value)
