"""What is told against what is known: amounts that no fact has, and what is denied to exist."""

import re
from collections.abc import Iterator, Sequence

from agent.cloning.mine.quantities import Quantity, quantities
from agent.evaluation.rubric.knowledge import Knowledge, amount_of
from agent.evaluation.rubric.speech import Sentence, by

_MONEY = "money"
_CHECKED = frozenset({_MONEY, "duration", "speed", "percent"})
# Shorter ones are about the call: "have you got two minutes?"
_SHORTEST_DAYS = 0.5
_CONDITION = re.compile(r"\b(?:if|when|unless|until|under|within|as long as|after|once)\b")
# What is the customer's own, or is worked out for it.
_THEIRS = re.compile(
    r"\b(?:you've|you have|you had|you pay|you're paying|your|yours|ago|old|you said|so)\b"
)
_COMPARED = re.compile(r"\b(?:less|more|cheaper|dearer|save|saves|saving|difference|each|apiece)\b")


def checkable(sentence: Sentence, knowledge: Knowledge) -> list[Quantity]:
    """Its amounts that facts could have."""
    return [
        amount
        for amount in quantities(sentence.text, knowledge.names)
        if amount.dimension in _CHECKED
        and not (amount.dimension == "duration" and amount.measure < _SHORTEST_DAYS)
    ]


def unknown(said: Sequence[Sentence], knowledge: Knowledge) -> Iterator[Sentence]:
    """Agents' sentences with an amount that is no fact, not the customer's, nor worked out.

    A fact's amount said of something else is not seen.
    """
    known = {fact.amount for fact in knowledge.facts}
    prices = {
        fact.amount[1] for fact in knowledge.facts if fact.amount and fact.amount[0] == _MONEY
    }
    for sentence in by("agent", said):
        if sentence.asks:
            continue
        amounts = [a for a in checkable(sentence, knowledge) if amount_of(a) not in known]
        theirs = _said_by_customer(said, sentence.place) if amounts else set()
        if any(not _is_the_customers(sentence, one, prices, theirs) for one in amounts):
            yield sentence


def denials(said: Sequence[Sentence], knowledge: Knowledge) -> Iterator[Sentence]:
    """ "No exit fee" where there is an exit fee: a fact's own name, said not to be."""
    names = {
        " ".join(fact.id.split("_")[-2:])
        for fact in knowledge.facts
        if fact.amount is not None and "_" in fact.id
    }
    denied = [f" {no} {name} " for name in names for no in ("no", "without any")]
    for sentence in by("agent", said):
        free = any(words in f" {sentence.words} " for words in denied)
        if free and not sentence.asks and not _CONDITION.search(sentence.text.lower()):
            yield sentence


def _said_by_customer(said: Sequence[Sentence], place: int) -> set[float]:
    before = (s for s in by("customer", said) if s.place < place)
    found = (amount for s in before for amount in quantities(s.text))
    return {float(a.value) for a in found if isinstance(a.value, int | float)}


def _is_the_customers(
    sentence: Sentence, amount: Quantity, prices: set[float], theirs: set[float]
) -> bool:
    """Its own time or money, or a sum or difference of prices, its own among them."""
    text = sentence.text.lower()
    if amount.value in theirs:
        return True
    if amount.dimension != _MONEY:
        return _THEIRS.search(text) is not None
    return _COMPARED.search(text) is not None or any(
        amount.measure in (one + other, abs(one - other))
        for one in prices
        for other in prices | theirs
    )
