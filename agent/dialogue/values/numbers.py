"""Counts and amounts of money, from spoken words and back."""

import re
from decimal import Decimal

from text_to_num import alpha2digit

_UP_TO_NINETEEN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_ROUND = (
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
_SAID_SO = {
    "tenner": "10 pounds", "fiver": "5 pounds", "grand": "1000 pounds", "quid": "pounds",
    "pound": "pounds", "p": "pence", "penny": "pence", "couple": "2",
}  # fmt: skip
# "Oh" is a zero behind a number, or before digits read out one by one; elsewhere it is a sigh.
_OH = frozenset({"oh", "o"})
_DIGITS = frozenset(_UP_TO_NINETEEN[:10])
_NUMBER_WORDS = frozenset({*_UP_TO_NINETEEN, *_ROUND[2:], "hundred", "thousand", *_OH})
# "Nothing special" is no price.
_COSTS_NOTHING = re.compile(
    r"(?:(?:i|we|it|it's|that|that's|i'm|we're|is|am|are|pay|paying|costs|um|well|for|absolutely)"
    r" )*(?:nothing|free)(?: (?:at all|at the moment|now|a month|really|of charge|to be honest))?"
)
_ROUGH = frozenset({"odd", "ish", "about", "around", "roughly"})
_MAX_DIGITS = 12


def parse_number(words: str) -> str | None:
    """The one number of a text, "300" or "2.5"; None for none, for several, and for ranges.

    Digits read out one by one ("four five two one") are one number, as on a meter.
    """
    text = _as_digits(" ".join(_with_zeros(words.split())))
    numbers = _NUMBER.findall(text)
    if len(numbers) > 1 and all(len(number) == 1 for number in numbers):
        apart = re.search(r"\d\D*?[a-z]\D*?\d", text)
        return None if apart or len(numbers) > _MAX_DIGITS else "".join(numbers)
    return str(numbers[0]) if len(numbers) == 1 else None


def say_number(value: str) -> str:
    """A number as a voice says it; leading zeros make it digits."""
    whole, _, part = value.partition(".")
    if len(whole) > 1 and whole.startswith("0"):
        return " ".join(_UP_TO_NINETEEN[int(digit)] for digit in whole)
    said = _say_whole(int(whole))
    if not part:
        return said
    return f"{said} point {' '.join(_UP_TO_NINETEEN[int(digit)] for digit in part)}"


def parse_money(words: str) -> str | None:
    """An amount in pounds, "26.99" or "30"; None where more than one amount may be meant.

    "Twenty six ninety nine" is 26.99: pounds, then two digits of pence right after them.
    """
    if _COSTS_NOTHING.fullmatch(words):
        return "0"
    said = (_SAID_SO.get(word, word) for word in _with_zeros(_unrough(words)))
    text = _as_digits(" ".join(said))
    text = re.sub(r"\ba (?=(?:\d|pounds))", "", text)
    text = re.sub(r"(?<!\d )\bpounds (?=\d+ pounds)", "", text)
    if "pound" in words.split():
        text = re.sub(r"^(.*?)(?<!\d )(?<!\d)\bpounds\b", r"\g<1>1 pounds", text, count=1)
    amounts = re.findall(
        r"(\d+(?:\.\d+)?)(?: pounds)?(?: and)? (\d\d?) pence"
        r"|(\d+) pounds(?: and)? (\d\d)\b(?! pounds)"
        r"|(?<!\d )(\d+) (\d\d)\b(?! \d)"
        r"|(\d\d?) pence"
        r"|(\d+(?:\.\d\d?)?)(?: pounds)?",
        text,
    )
    if len(amounts) != 1:
        return None
    first, pence, pounds, more, short, cents, only_pence, plain = amounts[0]
    if plain:
        return _pounds(plain)
    return _pounds(
        f"{first or pounds or short or 0}.{int(pence or more or cents or only_pence):02}"
    )


def say_money(value: str) -> str:
    """An amount as a voice says it."""
    pounds, _, pence = value.partition(".")
    said_pence = _say_whole(int(pence.ljust(2, "0"))) if pence.strip("0") else ""
    if pounds == "0" and said_pence:
        return f"{said_pence} pence"
    unit = "pound" if pounds == "1" else "pounds"
    said = f"{_say_whole(int(pounds))} {unit}"
    if pence.startswith("0") and said_pence:
        return f"{said} and {said_pence} pence"
    return f"{said} {said_pence}".strip()


def within(value: str, at_least: float | None, at_most: float | None) -> bool:
    """Whether a value lies in what a slot allows."""
    number = Decimal(value)
    low = at_least is None or number >= Decimal(str(at_least))
    return low and (at_most is None or number <= Decimal(str(at_most)))


def _as_digits(words: str) -> str:
    return str(alpha2digit(words, "en", threshold=0))


def _with_zeros(words: list[str]) -> list[str]:
    """With "zero" for what is said instead of it; without other words that sound like it."""
    found: list[str] = []
    for at, word in enumerate(words):
        if word == "nought":
            found.append("zero")
        elif word not in _OH:
            found.append(word)
        elif (at and words[at - 1] in _NUMBER_WORDS) or (
            len(words) > at + 2 and {*words[at + 1 : at + 3]} <= _DIGITS | _OH
        ):
            found.append("zero")
    return found


def _unrough(words: str) -> list[str]:
    return [word for word in words.split() if word not in _ROUGH]


def _pounds(amount: str) -> str:
    return f"{Decimal(amount):.2f}".removesuffix(".00")


def _say_whole(number: int) -> str:
    if number < 20:
        return _UP_TO_NINETEEN[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        return _ROUND[tens] + (f"-{_UP_TO_NINETEEN[rest]}" if rest else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        said = f"{_UP_TO_NINETEEN[hundreds]} hundred"
        return f"{said} and {_say_whole(rest)}" if rest else said
    size, name = (1_000_000, "million") if number >= 1_000_000 else (1000, "thousand")
    many, rest = divmod(number, size)
    joined = " and " if 0 < rest < 100 else " "
    return f"{_say_whole(many)} {name}" + (f"{joined}{_say_whole(rest)}" if rest else "")
