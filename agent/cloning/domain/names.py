"""The company's name and its products', as its own people say them.

A company is what agents name when they open a call: as their first words, or after "from", "through
to", a greeting or their own name. Products are capitalised names that agents
bring up before the customer does; recognised speech has no capitals and so yields none.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from agent.cloning.domain.description import Name
from agent.cloning.domain.words import words_in
from agent.cloning.mine.material import Material, Place

_OPENING_TURNS = 3
_LONGEST = 5
_PLACEHOLDER = re.compile(r"<\w+>")
_EXAMPLES = 3
# A longer name is the name when this share of those who say its beginning go on so.
_GOES_ON = 0.5
# A company is named in this share of calls, or it is something else that was caught.
_COMPANY_IN = 0.2
_PRODUCT_IN, _PRODUCT_CALLS = 0.04, 2
_BROUGHT_UP_BY_AGENTS = 0.7

_ANCHOR = re.compile(
    r"\b(?:from|at|through to|with|for calling|for ringing|welcome to|morning|afternoon|evening"
    r"|hello|hi|hiya|this is)\b[\s,]+|<AGENT_\d+>(?:\s+\w+)?[\s,]+",
    re.IGNORECASE,
)
_WORD = re.compile(r"&|[^\W\d_][\w'&-]*")
_INSIDE = frozenset(("and", "of", "the", "&"))
_CAPITALISED = re.compile(
    r"(?<![.?!…]\s)(?<!^)\b[A-Z](?!')[\w'-]+(?:\s+(?:(?:of|and|&)\s+)?[A-Z](?!')[\w'-]+)*"
)


@dataclass(slots=True)
class _Said:
    """Where a name was said, by its normalised words."""

    calls: set[str] = field(default_factory=set)
    forms: Counter[str] = field(default_factory=Counter)
    places: list[tuple[Place, str]] = field(default_factory=list)

    def note(self, place: Place, text: str) -> None:
        if place.call.id not in self.calls:
            self.places.append((place, text))
        self.calls.add(place.call.id)
        self.forms[text] += 1

    def named(self) -> Name:
        form = min(self.forms, key=lambda text: (text.islower(), -self.forms[text], text))
        evidence = tuple(place.evidence(text) for place, text in self.places[:_EXAMPLES])
        name = form.title() if form.islower() else form
        return Name(name=name, calls=len(self.calls), evidence=evidence)


def company_of(material: Material) -> Name | None:
    """None where agents name nothing in common."""
    said = defaultdict[tuple[str, ...], _Said](_Said)
    for place in material.places():
        if place.turn.speaker == "agent" and place.index <= _OPENING_TURNS:
            for text in _after_anchors(place.turn.text):
                said[_key(text)].note(place, text)
    firsts = [key for key in said if len(key) == 1]
    if not firsts:
        return None
    key: tuple[str, ...] = min(firsts, key=lambda key: (-len(said[key].calls), key))
    if len(said[key].calls) < _COMPANY_IN * len(material.conversations):
        return None
    while True:
        longer = [other for other in said if len(other) == len(key) + 1 and other[:-1] == key]
        goes_on = max(longer, key=lambda other: (len(said[other].calls), other), default=None)
        if goes_on is None or len(said[goes_on].calls) < _GOES_ON * len(said[key].calls):
            return said[key].named()
        key = goes_on


def products_of(material: Material, company: Name | None) -> tuple[Name, ...]:
    """Most often said first."""
    said, brought_up = defaultdict[tuple[str, ...], _Said](_Said), Counter[tuple[str, ...]]()
    mentioned = defaultdict[str, set[tuple[str, ...]]](set)
    for place in material.places():
        for text in _proper_names(place.turn.text, company):
            key = _key(text)
            if place.turn.speaker == "agent":
                said[key].note(place, text)
                brought_up[key] += key not in mentioned[place.call.id]
            mentioned[place.call.id].add(key)
    enough = max(_PRODUCT_CALLS, _PRODUCT_IN * len(material.conversations))
    total = Counter(key for keys in mentioned.values() for key in keys)
    kept = [
        key
        for key, of in said.items()
        if len(of.calls) >= enough and brought_up[key] >= _BROUGHT_UP_BY_AGENTS * total[key]
    ]
    return tuple(said[key].named() for key in sorted(kept, key=lambda k: (-len(said[k].calls), k)))


def _after_anchors(text: str) -> Iterator[str]:
    """Runs of one to five words that may be a name, none beginning or ending in small words."""
    capitals = any(letter.isupper() for letter in _PLACEHOLDER.sub("", text))
    for start in (0, *(found.end() for found in _ANCHOR.finditer(text))):
        words = _run(text, start, capitals)
        for count in range(1, len(words) + 1):
            if words[count - 1].group().lower() not in _INSIDE:
                yield text[words[0].start() : words[count - 1].end()]


def _run(text: str, start: int, capitals: bool) -> Sequence[re.Match[str]]:
    """Words from here with nothing but blanks between, as long as they can be one name.

    `capitals`: the text has them, so names have.
    """
    found: list[re.Match[str]] = []
    end = start
    while len(found) < _LONGEST and (word := _WORD.match(text, end)) is not None:
        joins = bool(found) and word.group().lower() in _INSIDE
        if not joins and not _may_name(word.group(), capitals):
            break
        found.append(word)
        end = word.end()
        if text[end : end + 1] != " ":
            break
        end += 1
    return found


def _may_name(word: str, capitals: bool) -> bool:
    stem = word.lower().split("'")[0]  # I'm, that's
    small = stem in ENGLISH_STOP_WORDS | words_in("calendar_and_titles") | words_in("talk")
    return not small and (word[0].isupper() or not capitals)


def _proper_names(text: str, company: Name | None) -> Iterator[str]:
    own = set(_key(company.name)) if company else set()
    no_names = own | ENGLISH_STOP_WORDS | words_in("calendar_and_titles")
    for found in _CAPITALISED.finditer(text):
        placeholder = text[max(0, found.start() - 1) : found.start()] == "<"
        if not placeholder and any(
            not {word, word.removesuffix("s")} & no_names for word in _key(found.group())
        ):
            yield found.group()


def _key(text: str) -> tuple[str, ...]:
    return tuple(re.sub(r"'s$", "", word.lower()) for word in _WORD.findall(text))
