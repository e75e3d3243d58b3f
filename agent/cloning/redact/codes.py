"""Runs of digits and letters said one by one: telephones, cards, references, postcodes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

from agent.cloning.redact.numbers import DIGITS, REPEATS
from agent.cloning.redact.said import Said, Topic
from agent.cloning.redact.spans import Kind, Span
from agent.cloning.redact.words import Text, Word
from agent.dialogue.spoken_digits import digits_at
from agent.dialogue.values.spelling import ALPHABET, spelled_at

# May stand between the characters of one number.
_FILLERS = frozenset(
    {"um", "uh", "er", "erm", "dash", "hyphen", "slash", "stroke", "space", "then"}
)
_JOINS = re.compile(r"[\s,\-…]*")
QUANTITY = re.compile(
    r"[\s,]*(?:(?:and )?a half|point|pounds?|quid|pence|p\b|per\b|%|percent|grand|thousand|million"
    r"|hundred|meg\w*|gig\w*|months?|weeks?|days?|hours?|minutes?|mins?|years?|o'?clock|am\b|pm\b"
    r"|a (?:month|week|year|day|head|night|visit|unit)|each\b|times\b|miles?|people|metres?|feet"
    r"|inch\w*|kilos?|degrees|euros?|dollars?)"
)
_MONEY_BEFORE = re.compile(r"[£$€]\s*$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_TIME_BEFORE = re.compile(r"\b(?:at|by|till|until|before|after|around|half|past|quarter)\s*$")
# Of the emergency services and the like: nobody's own.
_PUBLIC = frozenset({"999", "112", "911", "111", "101", "105", "118", "123"})
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")
_OUTWARD = re.compile(r"[A-Z]{2}\d{1,2}")
_IDENTIFYING: tuple[Topic, ...] = ("card", "account", "reference", "postcode", "phone")
_KIND_OF: dict[Topic, Kind] = {
    "card": "CARD", "account": "ACCOUNT", "reference": "REFERENCE", "postcode": "POSTCODE",
    "phone": "PHONE",
}  # fmt: skip
_NON_GEOGRAPHIC = (
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.SHARED_COST,
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.UAN,
)
_MIN_CODE = 5
_LONG = 5
_TELEPHONE = 9
# So many letters are a spelled name: "forty-one" after it is the house's number.
_SPELLED_OUT = 4
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Code:
    """A run. `value`: its characters; `singles`: digits said one by one; `parts`: words read."""

    value: str
    start: int
    end: int
    singles: int
    parts: int
    commas: bool

    @property
    def letters(self) -> int:
        """How many of its characters are letters."""
        return sum(c.isalpha() for c in self.value)


def codes(text: Text) -> list[Code]:
    """Every run of digits and single letters of a turn; one alone is one, too."""
    found: list[Code] = []
    position = 0
    while position < len(text.words):
        code, after = _run(text, position)
        if code is None:
            position += 1
        else:
            found.append(code)
            position = after
    return found


def personal_codes(said: Said) -> Iterator[Span]:
    """The runs that belong to one person."""
    for code in codes(said.text):
        kind = _kind(said, code)
        if kind is not None:
            yield Span(code.start, code.end, kind, code.value)


def outward_codes(said: Said) -> Iterator[Span]:
    """First halves of postcodes, as said after an address."""
    for code in codes(said.text):
        if _OUTWARD.fullmatch(code.value):
            yield Span(code.start, code.end, "POSTCODE", code.value)


def is_public_number(digits: str) -> bool:
    """A free or shared-cost number, or a short one: a company's or a service's, nobody's own.

    Where numbers are said with a zero before the area, as in Britain, one without it is none of
    theirs: it is read as a North American one.
    """
    if digits in _PUBLIC:
        return True
    try:
        number = phonenumbers.parse(digits, "GB" if digits.startswith("0") else "US")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(number) in _NON_GEOGRAPHIC


def _kind(said: Said, code: Code) -> Kind | None:
    topics = said.topics(code.start)
    if code.letters == len(code.value):
        return "SPELLED" if _is_spelled(said, code, topics) else None
    if code.letters:
        return _mixed_kind(said, code, topics)
    if is_public_number(code.value):
        return None
    if _is_of_a_thing(topics) and len(code.value) < _TELEPHONE:
        return None
    return _digits_kind(said, code, topics)


def _digits_kind(said: Said, code: Code, topics: frozenset[Topic]) -> Kind | None:
    named = _kind_by(topics)
    size = len(code.value)
    if code.singles >= _LONG or size >= _TELEPHONE:
        return named or _kind_by_length(code.value)
    quantity = QUANTITY.match(said.text.low, code.end) or _MONEY_BEFORE.search(
        said.text.low[: code.start]
    )
    time = _TIME_BEFORE.search(said.text.low[: code.start])
    if quantity or time:
        return None
    if size < _SHORT:
        asked = any(said.asked(topic) for topic in ("card", "account", "reference"))
        return named if asked and code.singles > 1 else None
    if code.singles == size:
        price = named is None and (size == _SHORT or "price" in topics)
        return None if price else named or "REFERENCE"
    year = _YEAR.fullmatch(code.value) and "card" not in topics
    return named if code.parts > 1 and not year else None


def _is_of_a_thing(topics: frozenset[Topic]) -> bool:
    return "thing" in topics and topics.isdisjoint(_IDENTIFYING)


def _mixed_kind(said: Said, code: Code, topics: frozenset[Topic]) -> Kind | None:
    digits = len(code.value) - code.letters
    if _POSTCODE.fullmatch(code.value):
        return "POSTCODE"
    if _is_of_a_thing(topics):
        return None
    named = _kind_by(topics & {"reference", "postcode", "account", "card"})
    if len(code.value) >= _MIN_CODE and (digits > 1 or code.letters > 1):
        return named or "REFERENCE"
    return named if len(code.value) >= _SHORT - (named == "POSTCODE") else None


def _is_spelled(said: Said, code: Code, topics: frozenset[Topic]) -> bool:
    size = len(code.value)
    asked = bool(topics & {"spelling", "name", "email"})
    return size >= _LONG or (size >= _SHORT and (code.commas or asked))


def _kind_by(topics: frozenset[Topic]) -> Kind | None:
    return next((_KIND_OF[topic] for topic in _IDENTIFYING if topic in topics), None)


def _kind_by_length(digits: str) -> Kind:
    if len(digits) > 12:
        return "CARD"
    return "PHONE" if digits.startswith("0") or len(digits) >= _TELEPHONE else "REFERENCE"


def _run(text: Text, start: int) -> tuple[Code | None, int]:
    """The run that begins at a word and the position after it."""
    value, singles, parts, commas = "", 0, 0, False
    position, end = start, start
    while position < len(text.words):
        word = text.words[position]
        if position > start and not _JOINS.fullmatch(word.gap):
            break
        if value and word.low in _FILLERS:
            position += 1
            continue
        more, used, single = _item(text, position, value)
        if not used:
            break
        house = len(value) >= _SPELLED_OUT and value.isalpha() and not single
        if more.isdigit() and (house or _POSTCODE.fullmatch(value)):
            break
        commas |= bool(value) and "," in word.gap
        value, singles, parts = value + more, singles + single, parts + 1
        position += used
        end = position
    if not value:
        return None, start + 1
    first, last = text.words[start], text.words[end - 1]
    return Code(value, first.start, last.end, singles, parts, commas), end


def _item(text: Text, position: int, so_far: str) -> tuple[str, int, int]:
    """Characters, words used and how many of them are digits said alone."""
    words, word = text.lows, text.words[position]
    if word.low[0].isdigit():
        digits = re.sub(r"\D", "", word.low)
        plain = word.low.isdigit() and len(digits) != 4
        return digits, 1, len(digits) if plain and len(digits) > 4 else int(len(digits) == 1)
    if word.low == "hundred" and so_far.isdigit():
        return "00", 1, 0
    # "Oh" is a zero; "o" among letters is one of them.
    letter_o = word.low == "o" and so_far[-1:].isalpha()
    digits, used = ("", 0) if letter_o else digits_at(words, position, DIGITS)
    if used and _joined(text, position, used):
        single = len(digits) if word.low in REPEATS else int(len(digits) == 1)
        return digits, used, single
    if not _is_letter(text, position, inside=bool(so_far)):
        return "", 0, 0
    letters, used = spelled_at(words, position, names=False)
    if used and _joined(text, position, used):
        return letters.upper(), used, 0
    return (word.low.upper(), 1, 0) if len(word.low) == 1 else ("", 0, 0)


def _is_letter(text: Text, position: int, *, inside: bool) -> bool:
    """Whether a word stands for a letter; "a" and "i" are words unless among others."""
    word = text.words[position]
    if word.low in REPEATS:
        return position + 1 < len(text.words) and len(text.words[position + 1].low) == 1
    if word.low in ALPHABET:
        return inside
    if len(word.low) != 1 or not word.low.isalpha():
        return False
    if word.low in "ai":
        return _letter_beside(text, position)
    return word.capital or not text.cased or inside


def _letter_beside(text: Text, position: int) -> bool:
    beside = [text.words[p] for p in (position - 1, position + 1) if 0 <= p < len(text.words)]
    return any(_alone(word) for word in beside) and (text.words[position].capital or not text.cased)


def _alone(word: Word) -> bool:
    return len(word.low) == 1 and word.low.isalpha() and word.low not in "ai"


def _joined(text: Text, position: int, used: int) -> bool:
    """Whether the words of one item stand together, no comma or stop between them."""
    inner = text.words[position + 1 : position + used]
    return all(_JOINS.fullmatch(word.gap) for word in inner)
