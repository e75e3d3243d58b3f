"""Names of what the company offers, as its people say them: "Cover Three Hundred", "Gold Plan"."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from agent.cloning.mine.material import Material
from agent.cloning.mine.units import is_number_word
from agent.dialogue.claims import word_list

_CAPITALS = re.compile(r"\b[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*\b")
_NO_NAME = word_list(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december christmas easter mr mrs ms miss dr "
    "sir madam"
)
_NOT_BEFORE_A_NAME = word_list(
    "about around after before between from over under than that this these those with just only "
    "your have have's it's that's there's pays paying costs plus minus times until till than "
    "approximately roughly guaranteed pounds hundred thousand another next last every them "
    "over under maybe like what then when well charge minimum maximum average price pence "
    "months days hours weeks years month"
)
# Words that open a sentence and are no part of a name behind them.
_OPENERS = word_list(
    "a an and as at but for from if in is it no now of on or our so that the then this to well "
    "what with yes your"
)
# Opening turns hold the names of people and of the company itself.
_OPENING_TURNS = 4


def names_of_offers(material: Material) -> frozenset[str]:
    """Lower-case names with blanks for hyphens.

    In text with case: what agents write in capitals inside sentences in two calls or more, when
    the customer did not bring it up. In text without: a noun that the same number follows again
    and again ("cover three hundred is ...").
    """
    calls: defaultdict[str, set[str]] = defaultdict(set)
    elsewhere: Counter[str] = Counter()
    numbered: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
    for call_id, conversation in material.conversations.items():
        known: set[str] = set()
        for index, turn in enumerate(conversation.turns):
            capitals = _capitals(turn.text)
            if turn.speaker == "customer" or index < _OPENING_TURNS:
                elsewhere.update(capitals - known)
            else:
                for name in capitals - known:
                    calls[name].add(call_id)
            if turn.speaker == "agent" and turn.text == turn.text.lower():
                for pair in _numbered_pairs(turn.text):
                    numbered[pair].add((call_id, index))
            known |= capitals
    named = {name for name, heard in calls.items() if len(heard) > max(1, elsewhere[name])}
    return frozenset(named | _repeated(numbered))


def names_with_numbers(names: Iterable[str]) -> frozenset[str]:
    """Those whose number would be taken for an amount where they are not in capitals."""
    return frozenset(
        name
        for name in names
        if any(map(is_number_word, name.split())) and not all(map(is_number_word, name.split()))
    )


def _capitals(text: str) -> set[str]:
    found = set()
    for match in _CAPITALS.finditer(text):
        opens = not text[: match.start()].rstrip(" \"'“") or re.search(
            r"[.?!:…—]\s*[\"“]?$", text[: match.start()]
        )
        words = match[0].lower().replace("-", " ").split()
        if opens and (len(words) == 1 or is_number_word(words[0])):
            continue
        if opens and words[0] in _OPENERS:
            words = words[1:]
        if not _NO_NAME & set(words):
            found.add(" ".join(words))
    return found


def _numbered_pairs(text: str) -> set[str]:
    """A word with one to three number words behind it."""
    words = text.split()
    found = set()
    for position, word in enumerate(words):
        if len(word) < 4 or is_number_word(word) or word in _NOT_BEFORE_A_NAME:
            continue
        for size in (1, 2, 3):
            following = words[position + 1 : position + 1 + size]
            if len(following) == size and all(is_number_word(part) for part in following):
                found.add(" ".join((word, *following)))
    return found


def _repeated(numbered: dict[str, set[tuple[str, int]]]) -> set[str]:
    """Pairs of three turns in two calls; the longest that is nearly as frequent as its start."""
    often = {
        pair: len(heard)
        for pair, heard in numbered.items()
        if len(heard) >= 3 and len({call for call, _ in heard}) >= 2
    }
    return {
        pair
        for pair, count in often.items()
        if not any(
            longer.startswith(f"{pair} ") and more >= 0.6 * count for longer, more in often.items()
        )
    }
