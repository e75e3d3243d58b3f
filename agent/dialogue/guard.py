"""Nothing is said that is not known: numbers and names of outgoing text against facts and slots."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from text_to_num import alpha2digit

from agent.dialogue.playbook import Playbook

# "One" is mostly a pronoun ("the right one"), and nobody is misled by it.
_HARMLESS_NUMBERS = frozenset({"1"})
_CALENDAR = frozenset(
    {
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january",
        "february", "march", "april", "june", "july", "august", "september", "october", "november",
        "december",
    }
)  # fmt: skip
_SENTENCE_START = re.compile(r"(?:^|[.?!:]\s+)[\"']?(\w)")


@dataclass(frozen=True, slots=True)
class Violation:
    """A number or a name that no fact and no slot of the call holds."""

    kind: str
    text: str


class Guard:
    """Checks one playbook's outgoing text."""

    def __init__(self, playbook: Playbook) -> None:
        facts = [fact.spoken for fact in playbook.facts.values()]
        choices = [c.spoken for slot in playbook.slots.values() for c in slot.choices.values()]
        self._numbers = numbers_in(facts)
        said = (playbook.persona.name, playbook.persona.company, *playbook.names, *facts, *choices)
        self._names = frozenset(names_in(said, anywhere=True))

    def check(self, text: str, spoken_slots: Iterable[str]) -> tuple[Violation, ...]:
        """What a text says that is not known; `spoken_slots` are this call's values as spoken."""
        values = tuple(spoken_slots)
        numbers = self._numbers | numbers_in(values) | _HARMLESS_NUMBERS
        names = self._names | names_in(values, anywhere=True)
        found = [Violation("number", n) for n in sorted(numbers_in([text]) - numbers)]
        found += [Violation("name", n) for n in sorted(names_in([text]) - names)]
        return tuple(found)


def numbers_in(texts: Iterable[str]) -> frozenset[str]:
    """Every number of the texts, spoken or written, as digits."""
    found: set[str] = set()
    for text in texts:
        spaced = text.replace("-", " ").replace("One Fifty", "one hundred and fifty")
        digits = alpha2digit(spaced.lower(), "en", threshold=0)
        found |= set(re.findall(r"\d+(?:[.:]\d+)?", digits))
        found |= {"%"} if re.search(r"%|\bper ?cent\b", text.lower()) else set()
    return frozenset(found)


def names_in(texts: Iterable[str], *, anywhere: bool = False) -> frozenset[str]:
    """Capitalised words, lower case; those that begin a sentence only with `anywhere`.

    Days and months count at any place: they are dates.
    """
    found: set[str] = set()
    for text in texts:
        starts = set() if anywhere else {match.start(1) for match in _SENTENCE_START.finditer(text)}
        for match in re.finditer(r"[A-Za-z][\w]*(?:'\w+)?", text):
            word = match[0].lower().removesuffix("'s")
            capital = match[0][0].isupper() and match.start() not in starts
            if (capital and not re.fullmatch(r"i(?:'\w+)?", word)) or word in _CALENDAR:
                found.add(word)
    return frozenset(found)
