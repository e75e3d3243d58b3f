"""Where a text says mined facts, and which of its numbers no fact explains."""

import re
from collections.abc import Iterable, Sequence

from agent.cloning.mine.facts.sentences import clause
from agent.cloning.mine.quantities import Quantity, number_spans, quantities
from agent.cloning.mined import MinedFact

_WORD = re.compile(r"[a-z]{3,}")
_COMMON = frozenset({"the", "and", "for", "you", "that", "with", "this", "are", "our", "its"})
# A bare number is taken for a fact's only where it could be nothing else.
_SAID_BARE = frozenset({"money", "speed", "hours", "percent", "duration"})

Span = tuple[int, int, str]


def fact_spans(text: str, facts: Iterable[MinedFact], subject: str = "") -> tuple[Span, ...]:
    """The amounts of a text that are facts: (start, end, fact id), in order, apart.

    Value and kind of unit have to be the fact's. Among several such facts that of the subject
    (named in the text, or else `subject`) is taken, then the one that shares most words; an
    amount that two facts explain equally well is left out.
    """
    numeric = [fact for fact in facts if _amount(fact) is not None]
    found = []
    amounts = quantities(text, _names(numeric))
    for index, amount in enumerate(amounts):
        start, end = clause(text, amounts, index)
        best = _best(text, text[start:end], amount, numeric, subject)
        if best is not None:
            found.append((amount.start, amount.end, best.id))
    return tuple(found)


def unexplained(
    text: str, facts: Iterable[MinedFact], subject: str = ""
) -> tuple[tuple[int, int], ...]:
    """Numbers of a text that are in no fact's amount and in no product's name."""
    known = list(facts)
    said = [(start, end) for start, end, _ in fact_spans(text, known, subject)]
    return tuple(
        (start, end)
        for start, end in number_spans(text, _names(known))
        if not any(first <= start and end <= last for first, last in said)
    )


def _amount(fact: MinedFact) -> Quantity | None:
    """The fact's value as an amount; None for a fact without a number."""
    if not fact.unit:
        return None
    read = quantities(fact.spoken)
    return read[0] if read else None


def _names(facts: Iterable[MinedFact]) -> frozenset[str]:
    return frozenset(fact.subject for fact in facts if number_spans(fact.subject))


def _best(
    text: str, around: str, amount: Quantity, facts: Sequence[MinedFact], subject: str
) -> MinedFact | None:
    ranked = sorted(
        ((_standing(fact, text, around, subject), fact) for fact in facts if _fits(amount, fact)),
        key=lambda pair: pair[0],
        reverse=True,
    )
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][1]


def _standing(fact: MinedFact, text: str, around: str, subject: str) -> tuple[bool, bool, int]:
    """How well a fact fits a text besides its value; `around` are the words by the amount."""
    words = _words(f"{fact.statement} {fact.id.replace('_', ' ')}")
    return (
        fact.subject in text.lower().replace("-", " "),
        bool(subject) and fact.subject == subject.lower(),
        len(_words(around) & words),
    )


def _fits(amount: Quantity, fact: MinedFact) -> bool:
    own = _amount(fact)
    if own is None:
        return False
    if not amount.dimension:
        return own.dimension in _SAID_BARE and own.value == amount.value
    return own.dimension == amount.dimension and abs(own.measure - amount.measure) < 1e-6


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower())) - _COMMON
