"""Whether what is told is known: every amount, and what is said not to cost or bind anything."""

import re
from collections.abc import Iterator

from agent.cloning.mine.quantities import Quantity, quantities
from agent.evaluation.rubric.knowledge import Knowledge, amount_of
from agent.evaluation.rubric.reading import Reading, Verdict
from agent.evaluation.rubric.speech import Sentence

_MONEY = "money"
_CHECKED = frozenset({_MONEY, "duration", "speed", "percent"})
# Shorter ones are about the call: "have you got two minutes?"
_SHORTEST_DAYS = 0.5
_CONDITION = re.compile(r"\b(?:if|when|unless|until|under|within|as long as|after|once)\b")
# What is the customer's, or is worked out for it.
_THEIRS = re.compile(
    r"\b(?:you've|you have|you had|you'd|you pay|you're paying|yours?|less than|more than|ago|old|"
    r"you said|that's|so)\b"
)
_MATERIAL = 2


def tells_truth(reading: Reading) -> Verdict:
    """B2"""
    if reading.knowledge is None:
        return Verdict(None, why="which facts are true is not known")
    denied = next(_denials(reading, reading.knowledge), None)
    if denied is not None:
        return Verdict(0, denied, "denies what the facts have")
    unknown = list(_unknown(reading, reading.knowledge))
    if unknown:
        score = 0 if len(unknown) >= _MATERIAL else 1
        return Verdict(score, unknown[0], f"{len(unknown)} not in the facts")
    told = next((s for s in reading.agent if _checked(reading, s)), None)
    if told is None:
        return Verdict(None, why="nothing is told that facts could show")
    return Verdict(2, told)


def _unknown(reading: Reading, knowledge: Knowledge) -> Iterator[Sentence]:
    """Sentences with an amount that is neither a fact, nor the customer's, nor worked out."""
    known = {fact.amount for fact in knowledge.facts}
    prices = {
        fact.amount[1] for fact in knowledge.facts if fact.amount and fact.amount[0] == _MONEY
    }
    for sentence in reading.agent:
        if sentence.asks or _THEIRS.search(sentence.text.lower()):
            continue
        theirs = _said_by_customer(reading, sentence.place)
        for amount in _checked(reading, sentence):
            plain = amount_of(amount) in known or amount.value in theirs
            if not plain and not _worked_out(amount, prices, theirs):
                yield sentence


def _checked(reading: Reading, sentence: Sentence) -> list[Quantity]:
    return [
        amount
        for amount in reading.amounts(sentence)
        if amount.dimension in _CHECKED
        and not (amount.dimension == "duration" and amount.measure < _SHORTEST_DAYS)
    ]


def _said_by_customer(reading: Reading, place: int) -> set[float]:
    said = (s for s in reading.customer if s.place < place)
    found = (amount for s in said for amount in quantities(s.text))
    return {float(a.value) for a in found if isinstance(a.value, int | float)}


def _worked_out(amount: Quantity, prices: set[float], theirs: set[float]) -> bool:
    """A sum or a difference of two prices, or of a price and what the customer said."""
    return amount.dimension == _MONEY and any(
        amount.measure in (one + other, abs(one - other))
        for one in prices
        for other in prices | theirs
    )


def _denials(reading: Reading, knowledge: Knowledge) -> Iterator[Sentence]:
    """ "No exit fee" where there is an exit fee: the facts' own names, said not to be."""
    names = {
        " ".join(fact.id.split("_")[-2:])
        for fact in knowledge.facts
        if fact.amount is not None and fact.id.count("_") > 0
    }
    denied = [f"no {name}" for name in names] + [f"without any {name}" for name in names]
    for sentence in reading.agent:
        free = any(f" {words} " in f" {sentence.words} " for words in denied)
        if free and not sentence.asks and not _CONDITION.search(sentence.text.lower()):
            yield sentence
