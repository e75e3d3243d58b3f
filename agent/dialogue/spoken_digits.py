"""Digits read out one by one: telephone numbers, postcodes, card numbers."""

from dataclasses import dataclass

UNITS = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "owe": "0", "one": "1", "won": "1",
    "two": "2", "three": "3", "tree": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "ate": "8", "nine": "9",
}  # fmt: skip
# Only where a number was asked for: in free speech these are mostly small words.
LOOSE_UNITS = {**UNITS, "to": "2", "too": "2", "for": "4", "fore": "4", "sex": "6", "sick": "6"}
_TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14",
    "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
_TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fifty": "5", "sixty": "6", "seventy": "7",
    "eighty": "8", "ninety": "9",
}  # fmt: skip
_REPEATS = {"double": 2, "triple": 3, "treble": 3}
DIGIT_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class DigitRun:
    """Consecutive digits in a text: words `start` (inclusive) to `end` (exclusive)."""

    digits: str
    start: int
    end: int


def digit_runs(text: str, *, loose: bool = False) -> list[DigitRun]:
    """Every run of spoken or written digits; "double oh", "nine hundred", "fifty six" are read."""
    words = text.lower().replace("-", " ").replace(",", " ").split()
    units = LOOSE_UNITS if loose else UNITS
    runs: list[DigitRun] = []
    position = 0
    while position < len(words):
        start, digits = position, ""
        while position < len(words):
            more, used = digits_at(words, position, units)
            if not used:
                break
            digits += more
            position += used
        if digits:
            runs.append(DigitRun(digits, start, position))
        else:
            position += 1
    return runs


def say_digits(digits: str, groups: tuple[int, ...]) -> str:
    """Digits as words in groups, so that a voice pauses between them."""
    parts, rest = [], digits
    for size in groups:
        parts.append(rest[:size])
        rest = rest[size:]
    parts.append(rest)
    return ", ".join(" ".join(DIGIT_NAMES[int(d)] for d in part) for part in parts if part)


def digits_at(words: list[str], position: int, units: dict[str, str]) -> tuple[str, int]:
    """The digits that start at a word, and how many words they take (0: none)."""
    word = words[position]
    following = words[position + 1] if position + 1 < len(words) else ""
    if word.isdigit():
        return word, 1
    if word in _REPEATS and (following in units or (following.isdigit() and len(following) == 1)):
        return units.get(following, following) * _REPEATS[word], 2
    if word in units:
        return (units[word] + "00", 2) if following == "hundred" else (units[word], 1)
    if word in _TEENS:
        return _TEENS[word], 1
    if word in _TENS:
        if following in UNITS and UNITS[following] != "0":
            return _TENS[word] + UNITS[following], 2
        return _TENS[word] + "0", 1
    return "", 0
