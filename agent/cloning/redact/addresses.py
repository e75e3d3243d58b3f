"""Streets and houses as they are said."""

import re
from collections.abc import Iterable, Iterator

from agent.cloning.redact.namebook import NameBook
from agent.cloning.redact.said import Said
from agent.cloning.redact.spans import Span
from agent.cloning.redact.words import Text
from agent.dialogue.spoken_digits import UNITS, digits_at

_STREETS = frozenset(
    {"street", "road", "lane", "avenue", "crescent", "terrace", "mews", "boulevard"}
)
# Streets and houses whose names are everyday words as well: they need a sign that one is meant.
_PERHAPS = frozenset(
    {
        "close", "drive", "rise", "row", "walk", "way", "place", "gardens", "grove", "hill",
        "park", "square", "view", "court", "green", "gate", "parade", "end", "yard", "wharf",
        "quay", "house", "cottage", "cottages", "lodge", "farm", "barn", "mill", "hall", "manor",
        "villa", "villas", "tower", "towers", "point", "heights", "buildings", "mansions",
        "rectory", "vicarage", "bungalow", "fields", "meadow", "meadows", "wood", "croft", "garth",
        "circle", "estate", "embankment", "bank", "hollow", "orchard", "paddock", "ridge", "field",
        "chase", "dale", "mount", "vale", "common", "lea", "rest", "st",
    }
)  # fmt: skip
# Of those, the ones that a number and a noun before them make a street.
_WAYS = frozenset(
    {"way", "close", "drive", "rise", "row", "walk", "court", "gardens", "grove", "croft", "mews"}
)
_HOUSES = frozenset({"cottage", "cottages", "lodge", "farm", "barn", "rectory", "vicarage"})
_UNIT = frozenset({"flat", "apartment", "unit", "number", "suite", "plot"})
_NO_NAMES = frozenset(
    {
        "the", "a", "an", "your", "my", "our", "their", "his", "her", "this", "that", "down",
        "up", "on", "in", "off", "of", "along", "across", "every", "each", "any", "per", "same",
        "whole", "other", "next", "which", "what", "pounds", "month", "months", "is", "was",
        "and", "or", "to", "for", "with", "at", "from", "by", "over", "into", "it", "'s",
        "you", "we", "they", "i", "not", "no", "main", "front", "new", "old", "right", "long",
        "wrong", "one", "high", "meg", "years", "year", "minutes", "hours", "days", "weeks",
        "minute", "hour", "mile", "miles", "day", "week", "metre",
    }
)  # fmt: skip
_ANSWERS = frozenset({"it", "'s", "is", "number", "yes", "yeah", "um", "er", "erm", "uh", "at"})
_NAMED_HOUSE = re.compile(
    r"[,.]? (?:(?:and )?it[’']s |at |called )?(?:the )?"
    r"(?P<name>[A-Z][a-z]+(?:[’']s)?(?: [A-Z][a-z]+)*)(?=[.,!?]|$)"
)
_NAMED_AT_END = re.compile(r" (?:it's|at) the (?P<name>\w+(?: \w+)?)$")
_MAX_NAME = 4
_MAX_LOWER = 3
_MAX_NUMBER = 4


def addresses(said: Said, names: NameBook, company: frozenset[str]) -> Iterator[Span]:
    """Every place where somebody lives."""
    text = said.text
    asked = said.asked("address") or said.asked("postcode")
    for position, word in enumerate(text.words):
        if word.low in _STREETS or word.low in _PERHAPS:
            start = _street_start(said, position, names, asked=asked)
            if start is not None and not company & set(text.lows[start : position + 1]):
                yield _span(text, _with_house(text, _with_unit(text, start)), position + 1)
        elif word.low in _UNIT and (end := _unit_end(text, position, asked)):
            yield _span(text, position, end)
    if asked:
        yield from _answer(said)


def repeated(said: Said, told: Iterable[Span]) -> Iterator[Span]:
    """Streets and houses of this call said again, with the number before them."""
    text = said.text
    for name in sorted({_street_name(span.key) for span in told if span.kind == "ADDRESS"}):
        size = len(name)
        for position in range(len(text.words) - size + 1) if size else ():
            number = _number_start(text, position)
            same = tuple(text.lows[position : position + size]) == name
            if same and (size > 1 or number < position):
                yield _span(text, number, position + size)


def _street_name(key: str) -> tuple[str, ...]:
    """The words of an address after its last number."""
    words = key.split()
    numbers = [at for at, word in enumerate(words) if _is_digits(word) or len(word) == 1]
    return tuple(words[numbers[-1] + 1 :] if numbers else words)


def beside_postcode(said: Said, postcodes: Iterable[Span], names: NameBook) -> Iterator[Span]:
    """What stands right before a postcode, from its number on, and the house named after it."""
    text = said.text
    for postcode in postcodes:
        after = next((n for n, w in enumerate(text.words) if w.start >= postcode.start), 0)
        name = after
        while name > 0 and after - name < _MAX_NAME and _is_place(text, name - 1):
            name -= 1
        number = _number_start(text, name)
        if number < name < after and name - number <= _MAX_NUMBER:
            yield _span(text, _with_unit(text, number), after)
        yield from _house_after(text, postcode.end, names)


def numbered(said: Said, names: NameBook) -> Iterator[Span]:
    """In answer to "what's the address?": a number and the name after it; with capitals only."""
    text = said.text
    if not (text.cased and (said.asked("address") or said.asked("postcode"))):
        return
    for position in range(len(text.words)):
        end = position
        while end < len(text.words) and _is_number(text, end) and not text.ends(end):
            end += 1
        name = end
        while name < len(text.words) and name - end < _MAX_NAME and _is_name_part(text, name):
            name += 1
            if text.ends(name - 1) or "," in text.follows(name - 1):
                break
        if position < end < name and not names.is_word(text.lows[end]) | (name - end > 1):
            yield _span(text, position, name)


def _is_name_part(text: Text, position: int) -> bool:
    word = text.words[position]
    return word.capital or word.low == "'s"


def _is_place(text: Text, position: int) -> bool:
    word = text.words[position]
    if text.ends(position) or _is_number(text, position):
        return False
    if word.low in ("'s", "the"):
        return True
    return word.capital if text.cased else word.low not in _NO_NAMES and len(word.low) > 1


def _house_after(text: Text, end: int, names: NameBook) -> Iterator[Span]:
    """ "..., it's the Old Forge" after a postcode."""
    match = (_NAMED_HOUSE if text.cased else _NAMED_AT_END).match(text.said, end)
    if match and match["name"].split()[0].lower() not in names.first:
        yield Span(match.start("name"), match.end("name"), "ADDRESS", match["name"].lower())


def _street_start(said: Said, last: int, names: NameBook, *, asked: bool) -> int | None:
    """Where a street that ends with this word begins, its number included; None for no street."""
    text, kind = said.text, said.text.words[last]
    if text.cased and not kind.capital:
        return None
    start = last
    while start > 0 and last - start < _MAX_NAME and _names_street(text, start - 1, last):
        start -= 1
    if start == last:
        return None
    number = _number_start(text, start)
    numbered = number < start
    close = (
        bool({"address", "postcode"} & said.topics(text.words[last].start))
        or _postcode_follows(text, last)
        or "postcode" in text.low
    )
    if text.cased:
        sure = kind.low in _STREETS or kind.low in _HOUSES or numbered or asked or close
        return number if sure else None
    if kind.low in _STREETS and (numbered or asked or close):
        return number
    name = text.lows[start:last]
    if kind.low in _WAYS and numbered and not any(map(names.is_doing, name)):
        return number
    return number if (numbered or kind.low in _HOUSES) and (asked or close) else None


def _names_street(text: Text, position: int, last: int) -> bool:
    word, following = text.words[position], text.words[position + 1]
    if "," in following.gap or text.ends(position) or _numbers_at(text, position):
        return False
    if text.cased:
        return word.low == "'s" or (
            word.capital and word.low not in {"the", "i"} and word.low not in UNITS
        )
    if word.low == "'s":
        return True
    return word.low not in _NO_NAMES and len(word.low) > 1 and last - position <= _MAX_LOWER


def _number_start(text: Text, street: int) -> int:
    """Where the number before a street begins: "two hundred and six", "twelve a"."""
    start = street
    if start > 0 and text.ends(start - 1):
        return start
    if start > 0 and len(text.lows[start - 1]) == 1 and start > 1 and _numbers_at(text, start - 2):
        start -= 1
    while start > 0 and street - start < _MAX_NUMBER and not text.ends(start - 1):
        low = text.lows[start - 1]
        joins = low in ("hundred", "and") and start > 1 and _is_number(text, start - 2)
        if not (joins or _numbers_at(text, start - 1)):
            break
        start -= 1
    return start


def _with_unit(text: Text, start: int) -> int:
    """Back over "flat eighteen," and "number"."""
    for back in range(1, 5):
        position = start - back
        if position < 0 or text.ends(position):
            break
        if text.lows[position] in _UNIT:
            return position
    return start


def _with_house(text: Text, start: int) -> int:
    """Back over "The Gables, "."""
    the = start - 1
    while the > 0 and text.words[the].capital and text.lows[the] != "the":
        the -= 1
    house = start - the in (2, 3) and text.lows[the] == "the" and "," in text.words[start].gap
    return the if house and not any(map(text.ends, range(the, start))) else start


def _unit_end(text: Text, position: int, asked: bool) -> int:
    """The end of "flat eighteen", "flat B"; 0 for "flat fee" and "number one"."""
    low = text.lows[position]
    end = position + 1
    if low in ("number", "unit", "suite", "plot") and not asked:
        return 0
    while end < len(text.words) and not text.ends(end - 1) and _numbers_at(text, end):
        end += 1
    if end == position + 1 and end < len(text.words) and not text.ends(position):
        word = text.words[end]
        letter = len(word.low) == 1 and word.low.isalpha() and word.low not in ("i", "s")
        if letter and (word.capital if text.cased else word.low != "a"):
            return end + 1
    return end if end > position + 1 else 0


def _answer(said: Said) -> Iterator[Span]:
    """The house number that answers "what's the house number?"."""
    text = said.text
    for position in range(len(text.words)):
        if any(low not in _ANSWERS for low in text.lows[:position]):
            return
        end = position
        while end < len(text.words) and _is_number(text, end):
            end += 1
        if (
            set(text.lows[position:end]) - {"oh", "o"}
            and (end == len(text.words) or text.ends(end - 1))
            and end <= 4
        ):
            yield _span(text, position, end)
            return


def _postcode_follows(text: Text, last: int) -> bool:
    following = text.lows[last + 1 : last + 4]
    return len(following) > 1 and sum(len(low) == 1 for low in following) > 1


def _numbers_at(text: Text, position: int) -> bool:
    return _is_digits(text.lows[position])


def _is_digits(low: str) -> bool:
    return low[0].isdigit() or bool(digits_at([low], 0, UNITS)[1])


def _is_number(text: Text, position: int) -> bool:
    return text.lows[position] == "hundred" or _numbers_at(text, position)


def _span(text: Text, start: int, end: int) -> Span:
    key = " ".join(text.lows[start:end])
    return Span(text.words[start].start, text.words[end - 1].end, "ADDRESS", key)
