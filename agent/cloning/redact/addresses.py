"""Streets and houses as they are said."""

import re
from collections.abc import Iterable, Iterator

from agent.cloning.redact.codes import QUANTITY
from agent.cloning.redact.lists import words
from agent.cloning.redact.namebook import NameBook
from agent.cloning.redact.numbers import is_digits, is_number
from agent.cloning.redact.said import Said
from agent.cloning.redact.spans import Span
from agent.cloning.redact.words import Text
from agent.dialogue.spoken_digits import UNITS

_STREETS = frozenset(
    {"street", "road", "lane", "avenue", "crescent", "terrace", "mews", "boulevard", "parkway"}
)
# Of those that may be meant, the ones that a number and a noun before them make a street.
_WAYS = frozenset(
    {"way", "close", "drive", "rise", "row", "walk", "court", "gardens", "grove", "croft", "mews"}
)
_HOUSES = frozenset({"cottage", "cottages", "lodge", "farm", "barn", "rectory", "vicarage"})
_FLATS = frozenset({"flat", "apartment", "apt"})
# Parts of a house and of an estate, and of much else: an address has to be the subject.
_PARTS = frozenset({"unit", "number", "suite", "plot", "building", "block", "lot"})
_UNIT = _FLATS | _PARTS
_NUMBERED_ROADS = frozenset({"road", "route", "highway"})
_HALF = ["and", "a", "half"]
_ROOMS = re.compile(r"[\s,-]*(?:bed\w*|rooms?)\b")
# Small words inside the names of places.
_INSIDE = frozenset({"of", "on", "upon", "y", "le", "la", "under", "by", "next", "in"})
_ANSWERS = frozenset({"it", "'s", "is", "number", "yes", "yeah", "um", "er", "erm", "uh", "at"})
_NAMED_HOUSE = re.compile(
    r"[,.]? (?:(?:and )?it[’']s |at |called )?(?:the )?"
    r"(?P<name>[A-Z][a-z]+(?:[’']s)?(?: [A-Z][a-z]+)*)(?=[.,!?]|$)"
)
_THE_HOUSE = re.compile(r"\b(?:it[’']s|is|at) the (?P<name>[A-Z][a-z]+(?: [A-Z][a-z]+)+)")
_NAMED_AT_END = re.compile(r" (?:it's|at) the (?P<name>\w+(?: \w+)?)$")
_JOINING = frozenset({"hundred", "thousand", "and"})
_MAX_NAME = 4
_MAX_LOWER = 3
_MAX_SMALL = 2
_MAX_NUMBER = 4
_MAX_ROAD_NUMBER = 3


def addresses(said: Said, names: NameBook, company: frozenset[str]) -> Iterator[Span]:
    """Every place where somebody lives."""
    text = said.text
    asked = said.asked("address") or said.asked("postcode")
    for position, word in enumerate(text.words):
        if word.low in _STREETS or word.low in words("streets_perhaps"):
            start = _street_start(said, position, names, asked=asked)
            if start is not None and not company & set(text.lows[start : position + 1]):
                end = _road_number_end(text, position)
                yield _span(text, _with_house(text, _with_unit(text, start)), end)
        elif word.low in _UNIT and (end := _unit_end(text, position, asked)):
            yield _span(text, position, end)
    if asked:
        yield from _answer(said)


def repeated(said: Said, told: Iterable[Span]) -> Iterator[Span]:
    """Streets and houses of this call said again, with the numbers before and after them."""
    text = said.text
    keys = sorted({tuple(span.key.split()) for span in told if span.kind == "ADDRESS"})
    flats = [key[1:] for key in keys if key[0] in _UNIT]
    for key in keys:
        if not all(map(is_number, key)):
            for position in _places_of(key, text):
                yield _span(text, position, position + len(key))
    for name in sorted(set(map(_street_name, keys))):
        telling = any(
            len(word) > _MAX_SMALL and word not in words("no_street_names") for word in name
        )
        for position in _places_of(name, text) if telling else ():
            number, end = _number_start(text, position), position + len(name)
            if len(name) > 1 or number < position:
                flat = next((f for f in flats if tuple(text.lows[end : end + len(f)]) == f), ())
                yield _span(text, number, end + len(flat))


def _places_of(parts: tuple[str, ...], text: Text) -> Iterator[int]:
    size = len(parts)
    for position in range(len(text.words) - size + 1):
        if tuple(text.lows[position : position + size]) == parts:
            yield position


def _street_name(key: tuple[str, ...]) -> tuple[str, ...]:
    """The words of an address after its number; "road nine" keeps the nine."""
    counted = [is_number(part) or len(part) == 1 or part == "half" for part in key]
    if all(counted):
        return ()
    last = max(at for at, number in enumerate(counted) if not number)
    return key[max((at + 1 for at in range(last) if counted[at]), default=0) :]


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
        elif text.cased and (named := _named_place(text, name, after, names)) < after:
            yield _span(text, named, after)
        yield from _house_after(text, postcode.end, names)


def numbered(said: Said, names: NameBook) -> Iterator[Span]:
    """In answer to "what's the address?": a number and the name after it.

    Without capitals only "nine and a half main" is known: nothing else is counted in halves there.
    """
    text = said.text
    if not (said.asked("address") or said.asked("postcode")):
        return
    if not text.cased:
        yield from _halved(text)
        return
    for match in _THE_HOUSE.finditer(text.said):
        yield Span(match.start("name"), match.end("name"), "ADDRESS", match["name"].lower())
    for position in range(len(text.words)):
        end = _number_end(text, position)
        name = end
        while name < len(text.words) and name - end < _MAX_NAME and _is_name_part(text, name):
            name += 1
            if text.ends(name - 1) or "," in text.follows(name - 1):
                break
        if position < end < name and text.lows[end] not in words("not_names"):
            yield _span(text, position, name)


def _halved(text: Text) -> Iterator[Span]:
    for position in range(len(text.words)):
        end = _number_end(text, position)
        half = end - position > len(_HALF) and text.lows[end - 3 : end] == _HALF
        if half and end < len(text.words) and not _counts(text, end):
            yield _span(text, position, end + 1)


def _named_place(text: Text, start: int, end: int, names: NameBook) -> int:
    """Where a place's name begins among capitals before a postcode; `end` where there is none."""
    for position in range(start, end):
        word = text.words[position]
        plain = word.begins or names.is_doing(word.low)
        if word.capital and not plain and word.low not in names.first:
            return position
    return end


def _is_name_part(text: Text, position: int) -> bool:
    word = text.words[position]
    return (word.capital and len(word.low) > 1) or word.low == "'s"


def _is_place(text: Text, position: int) -> bool:
    word = text.words[position]
    if text.ends(position) or is_number(text.lows[position]):
        return False
    if word.low in ("'s", "the") or (text.cased and word.low in _INSIDE):
        return True
    return (
        word.capital
        if text.cased
        else word.low not in words("no_street_names") and len(word.low) > 1
    )


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
    if kind.low in _STREETS and not any(map(names.is_word, name)):
        return number
    if kind.low in _WAYS and numbered and not any(map(names.is_doing, name)):
        return number
    return number if (numbered or kind.low in _HOUSES) and (asked or close) else None


def _names_street(text: Text, position: int, last: int) -> bool:
    word, following = text.words[position], text.words[position + 1]
    if "," in following.gap or text.ends(position) or is_digits(text.lows[position]):
        return False
    if text.cased:
        return word.low == "'s" or (
            word.capital and word.low not in {"the", "i"} and word.low not in UNITS
        )
    if word.low == "'s":
        return True
    return (
        word.low not in words("no_street_names")
        and len(word.low) > 1
        and last - position <= _MAX_LOWER
    )


def _number_start(text: Text, street: int) -> int:
    """Where the number before a street begins: "two hundred and six", "twelve a"."""
    start = street
    if start > 0 and text.ends(start - 1):
        return start
    if text.lows[max(0, start - 3) : start] == _HALF:
        start -= 3
    if (
        start > 0
        and len(text.lows[start - 1]) == 1
        and start > 1
        and is_digits(text.lows[start - 2])
    ):
        start -= 1
    last = start
    while start > 0 and last - start < _MAX_NUMBER and not text.ends(start - 1):
        low = text.lows[start - 1]
        joins = low in _JOINING and start > 1 and is_number(text.lows[start - 2])
        if not (joins or is_digits(text.lows[start - 1])):
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
    if low in _PARTS and not asked:
        return 0
    while end < len(text.words) and not text.ends(end - 1) and is_digits(text.lows[end]):
        end += 1
    if end == position + 1 and end < len(text.words) and not text.ends(position):
        word = text.words[end]
        letter = len(word.low) == 1 and word.low.isalpha() and word.low not in ("i", "s")
        if letter and (word.capital if text.cased else word.low != "a"):
            return end + 1
    return end if end > position + 1 and not _counts(text, end) else 0


def _counts(text: Text, end: int) -> bool:
    """Whether a number that ends before a word counts what follows: "hours", "bedrooms"."""
    after = text.words[end - 1].end
    return bool(QUANTITY.match(text.low, after) or _ROOMS.match(text.low, after))


def _number_end(text: Text, start: int) -> int:
    """Where a number that begins at a word ends: "two thousand", "nine and a half"."""
    end = start
    while end < len(text.words) and is_number(text.lows[end]) and not text.ends(end):
        end += 1
    return end + 3 if end > start and text.lows[end : end + 3] == _HALF else end


def _road_number_end(text: Text, road: int) -> int:
    """The end of "County Road Nine"; of "Mill Road" where no number of the road follows."""
    end = road + 1
    while (
        text.lows[road] in _NUMBERED_ROADS
        and end < len(text.words)
        and end - road <= _MAX_ROAD_NUMBER
        and is_digits(text.lows[end])
        and text.words[end].gap in (" ", "-")
    ):
        end += 1
    return road + 1 if _counts(text, end) else end


def _answer(said: Said) -> Iterator[Span]:
    """The house number that answers "what's the house number?"."""
    text = said.text
    for position in range(len(text.words)):
        if any(low not in _ANSWERS for low in text.lows[:position]):
            return
        end = position
        while end < len(text.words) and is_number(text.lows[end]):
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


def _span(text: Text, start: int, end: int) -> Span:
    key = " ".join(text.lows[start:end])
    return Span(text.words[start].start, text.words[end - 1].end, "ADDRESS", key)
