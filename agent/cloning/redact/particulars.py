"""Ages, dates of birth and health: what tells who a person is without naming them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from agent.cloning.redact.lists import lines
from agent.cloning.redact.said import Said
from agent.cloning.redact.spans import Span

_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_UNIT = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TEEN = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
# Possessive: "forty-six a month" must not be read as an age of forty.
_SMALL = rf"(?:{_TENS}(?:[- ]{_UNIT})?+|{_TEEN}|{_UNIT}|\d\d?)"
_OLD = rf"(?:{_TENS}(?:[- ]{_UNIT})?+|eighteen|nineteen|a hundred(?: and {_UNIT})?|[2-9]\d|1\d\d)"
_WHO = (
    r"(?:he|she|i|you|they|mum|mother|dad|father|wife|husband|nan|gran|grandma|grandad|uncle|aunt"
    r"|auntie|brother|sister|neighbour|mam|son|daughter)"
)
_IS = r"(?:'s|'m|'re| is| am| are| was| will be|'ll be| turned| turns| just turned)"
_WHAT = r"(?:\s+(?:nearly|almost|about|only|now|just|over))?"
# "I'm sixty a month", "she's eighty percent sure": no age.
_MORE = (
    r"[- ]*(?:pounds?|quid|pence|p\b|per\b|%|percent|a (?:month|week|year|day)|meg|gig|months?"
    r"|weeks?|days?|hours?|minutes?|miles?|metres?|point|hundred|thousand|degrees|on\b|with\b"
    r"|for\b|years? (?!old))"
)
_RELATIVE = (
    r"(?:son|daughter|mother|mum|dad|father|man|woman|lady|boy|girl|husband|wife|nan|gran|grandad"
    r"|grandma|grandson|granddaughter|child|baby)"
)
_AGES = (
    re.compile(rf"\b{_WHO}{_IS}{_WHAT}\s+(?P<age>{_OLD})\b(?!{_MORE})"),
    re.compile(rf"\b{_WHO}{_IS}{_WHAT}\s+(?P<age>{_SMALL})[- ]years?[- ]old\b"),
    re.compile(rf"\b(?P<age>{_SMALL})[- ]years?[- ]old {_RELATIVE}\b"),
    re.compile(
        rf"\b(?:since|when|till|until|before) {_WHO} (?:was|were) (?P<age>{_SMALL})\b(?!{_MORE})"
    ),
    re.compile(rf"\b(?:aged|at the age of|at (?:my|his|her) age,?)\s+(?P<age>{_SMALL})\b"),
)
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth"
    r"|thirtieth|(?:twenty|thirty)[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth"
    r"|ninth)|\d\d?(?:st|nd|rd|th)?)"
)
_YEAR = (
    rf"(?:nineteen[- ](?:hundred|oh[- ]{_UNIT}|{_TENS}(?:[- ]{_UNIT})?|{_TEEN})"
    rf"|two thousand(?: and {_SMALL})?|twenty[- ](?:oh[- ]{_UNIT}|{_TEEN}|{_TENS}(?:[- ]{_UNIT})?)"
    rf"|(?:19|20)\d\d|{_TENS}(?:[- ]{_UNIT})?)"
)
_PAST = rf"(?:nineteen[- ](?:hundred|oh[- ]{_UNIT}|{_TENS}(?:[- ]{_UNIT})?|{_TEEN})|19\d\d)"
_DAY_MONTH = rf"(?:(?:the )?{_ORDINAL}(?: of)? {_MONTH}|{_MONTH}(?: the)? {_ORDINAL})"
_BORN = re.compile(
    rf"\b(?:{_DAY_MONTH}(?:,? {_YEAR})?"
    rf"|(?:the )?{_ORDINAL}(?: of)?(?: the)? (?:{_ORDINAL}|{_SMALL}),? {_YEAR}"
    rf"|(?:oh[- ]{_UNIT}|{_SMALL}|{_ORDINAL})[, /-]+(?:oh[- ]{_UNIT}|{_SMALL})[, /-]+{_YEAR}"
    rf"|{_PAST}|\d\d?[/.-]\d\d?[/.-]\d\d(?:\d\d)?)\b"
)
# A full date of the last century is a birthday wherever it is said.
_LONG_AGO = re.compile(
    rf"\b(?:{_DAY_MONTH},? {_PAST}"
    rf"|{_ORDINAL} of the {_ORDINAL},? (?:{_PAST}|{_TENS}(?:[- ]{_UNIT})?))\b"
)
_YEAR_ONLY = re.compile(rf"\b{_TENS}(?:[- ]{_UNIT})?+\b(?!{_MORE})")
# The answer to "how old are you?" begins with it.
_AGE_ONLY = re.compile(
    rf"(?:^|[.!?…] |\b(?:nearly|almost|just|only|turn\w*|about) )(?P<age>{_SMALL})\b(?!{_MORE})"
)
_STOPS = re.compile(r"[,.!?;:…—](?:\s+(?:and|but|so|because) )?\s*")
_SUBJECT = re.compile(r"\b(?:i|he|she|they|my|his|her)(?:'\w+)?(?: [\w']+){0,4} $")


def particulars(said: Said, usual: frozenset[str]) -> Iterator[Span]:
    """Ages, births and health of one person. `usual`: health words that are the desk's trade."""
    low = said.text.low
    for pattern in _AGES:
        for match in pattern.finditer(low):
            start, end = match.span("age")
            yield Span(start, end, "AGE", match["age"])
    born = said.asked("birth")
    for match in _BORN.finditer(low):
        if born or "birth" in said.topics(match.start()):
            yield Span(match.start(), match.end(), "AGE", match[0])
    for match in _AGE_ONLY.finditer(low) if said.asked("age") else ():
        yield Span(*match.span("age"), "AGE", match["age"])
    for match in _YEAR_ONLY.finditer(low) if born else ():
        yield Span(match.start(), match.end(), "AGE", match[0])
    for match in _LONG_AGO.finditer(low):
        yield Span(match.start(), match.end(), "AGE", match[0])
    for pattern in _health():
        for match in pattern.finditer(low):
            if match[0] not in usual:
                yield Span(*_clause(low, *match.span()), "HEALTH", match[0])


def _clause(low: str, start: int, end: int) -> tuple[int, int]:
    """The clause around words: up to commas and stops, or where there are none, to its subject."""
    if not _STOPS.search(low):
        subject = _SUBJECT.search(low[:start])
        return (subject.start() if subject else start), end
    before = [match.end() for match in _STOPS.finditer(low, 0, start)]
    after = _STOPS.search(low, end)
    return (before[-1] if before else 0), (after.start() if after else len(low.rstrip()))


def health_words(low: str) -> Iterator[str]:
    """What a turn in lower case says of somebody's health."""
    return (match[0] for pattern in _health() for match in pattern.finditer(low))


@lru_cache(maxsize=1)
def _health() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"\b(?:{line})\b") for line in lines("health"))
