"""Whether an amount tells of the company's offer, or of this customer and this call only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.cloning.mine.facts.statements import Statement
from agent.cloning.mine.quantities import Quantity, quantities
from agent.cloning.mine.units import singular
from agent.cloning.recorded import Turn

# "own": it may found a fact. "support": it only adds to one that other calls found. "customer's":
# it tells nothing of the offer.
Standing = Literal["own", "support", "customer's"]

_SUPPOSED = re.compile(
    r"\b(?:you'd|you would|you could have|i'd|if i|let's say|imagine|suppose|what if|"
    r"for example|for instance|if you (?:call|value|put) (?:it|the|your|them))\b|\bsay, |"
    r"(?<!we )(?<!i )\bwould\b|\bthat'd\b|"
    r"^(?:so,? )?(?:that|it) (?:comes|makes|brings)\b|^so,? that(?:'s| is)\b|"
    r"\b(?:for your|for you two|for (?:the|all|both) (?:two|three|four|of you)|if it's|"
    r"if there(?:'s| are)|with both|each of you|and) [^.;?]*\bthat(?:'s| is| makes| comes)\b|"
    r"\bso (?:for )?an? [^.;]*?(?:\bis\b|\bthat's\b|\bcomes to\b)",
    re.IGNORECASE,
)
_THEIRS = re.compile(
    r"\b(?<!if )(?<!when )(?<!once )(?:you(?:'re|'ve been| are| were)? "
    r"(?:pay(?! (?:by|with|in|on)\b)|paying|paid|said|say|told|mentioned|spend|spending|owe)|"
    r"you(?:'ve| have) been|your (?:current|present|old)|they charge(?! us\b))\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:more than|less|cheaper|dearer|sav(?:e|ing|es)|better off|altogether|"
    r"in total|all in|under what|difference|instead of|times|worse off|off your|"
    r"(?:under|over|below|above) (?:us|ours|them|theirs))\b",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"\b(?:january|february|march|april|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_DAYS_IN_A_ROW = re.compile(
    rf"{_WEEKDAY.pattern}s?(?:\s*-\s*| to | till | until | through | and ){_WEEKDAY.pattern}s?|"
    rf"{_WEEKDAY.pattern}s\b",
    re.IGNORECASE,
)
# "I drove a cab for nine years", "I'll keep these two days for you".
_OF_ONESELF = re.compile(
    r"\bi (?!never\b)(?:was|were|did|had|worked|\w{2,}ed|\w+'?ve)\b[^.;,]*\b(?:for|in)\s*$"
    r"|\btook (?:me|us) \s*$"
    r"|\b(?:these|those)\s*$",
    re.IGNORECASE,
)
_NEAR_DAY = re.compile(r"\b(?:today|tomorrow|tonight|it is)\b", re.IGNORECASE)
# "It can't be more than ten percent over": a limit, compared with nothing of the customer's.
_LIMIT = re.compile(
    r"(?:\b(?:cannot|never|not|no)|n't)\b[^,;.]*\b(?:more|less) than\b[^,;.]*$", re.IGNORECASE
)
_ONE_AND_THE_NEXT = re.compile(r"\bone (day|week|month)\b.*\bthe (?:next|other)\b", re.IGNORECASE)
_PASSED = re.compile(r"\s*(?:left|ago|old|to spare|away\b|in\b[,.]|now\b|already)", re.IGNORECASE)
_LIMIT_OF_TIME = re.compile(
    r"\b(?:by|before|after|from|until|till|at the latest|opens? at|starts? at|closes? at|"
    r"(?:check|pick|drop)-?(?:in|out|up|off)(?: is|'s| opens)?(?: at)?) $",
    re.IGNORECASE,
)
# What makes a number of things a rule: a limit, or that they come with something.
_GIVEN_SO_MANY = re.compile(
    r"\b(?:up to|no more than|(?:not|never) more than|at (?:the )?most|maximum|minimum|at least|"
    r"limit\w*|included?|includes|in the price|in (?:that|it|with it)|comes? with|you get|"
    r"covers?|covered|every|each)\b",
    re.IGNORECASE,
)
# "It's twenty-two dollars, yes": what the customer has read or heard is the company's, too.
_CONFIRMED = re.compile(
    r"^(?:yes|yeah|yep|that's right|correct)\b[^.?]*\bit(?:'s| is)\b|\bit(?:'s| is)\b[^.?]*,? "
    r"(?:yes|yeah|that's right|correct)[.!]?$",
    re.IGNORECASE,
)
_OPEN = re.compile(r"\b(?:open|opening|weekdays|weekends|every day)\b", re.IGNORECASE)
_CLOCK = frozenset({"hours", "time"})
_MOMENT = 10.5 / 1440
_OPENING_TURNS = 9
_MULTIPLE_RATES = {"hundred": 100, "thousand": 1000}
_LATELY = 4
_USUAL_MONTHS = frozenset({12, 24, 36, 48})
_SHARES = frozenset({"month", "week"})
_SMALL_COUNTS = range(2, 13)


@dataclass(frozen=True, slots=True)
class Heard:
    """An amount that somebody said in a call."""

    turn: int
    offset: int
    customers: bool
    amount: Quantity


def heard_in(turns: Sequence[Turn], names: frozenset[str]) -> tuple[Heard, ...]:
    """All amounts of a call, in order."""
    return tuple(
        Heard(index, amount.start, turn.speaker == "customer", amount)
        for index, turn in enumerate(turns)
        for amount in quantities(turn.text, names)
    )


def standing(
    said: Statement, amount: Quantity, span: tuple[int, int], heard: Sequence[Heard]
) -> Standing:
    """By the words around it (`span` of the sentence) and what was said before it in the call."""
    text = said.sentence.text
    turn, offset = said.place.index, said.sentence.start + amount.start
    before = [h for h in heard if (h.turn, h.offset) < (turn, offset)]
    customer_has_numbers = any(h.customers for h in before)
    # A reason holds by itself: "I'd book now, because Fridays are gone two weeks ahead".
    here = text[: amount.end].rpartition("because")[2]
    limit = _LIMIT.search(text[: amount.start])
    if (
        _THEIRS.search(text, *span)
        or (amount.dimension == "duration" and _is_told_of_oneself(text, amount))
        or (customer_has_numbers and not limit and _COMPARED.search(text, max(0, amount.start - 30),
                                                      amount.end + 30))
        or (_is_the_customers(amount, turn, before) and not _confirms(text))
        or _is_worked_out(amount, turn, before)
    ):  # fmt: skip
        return "customer's"
    if (
        _SUPPOSED.search(here)
        or (amount.dimension in _CLOCK and _is_appointment(text, amount))
        or _is_about_the_call(said, amount)
        or (amount.dimension == "count" and not (amount.rate or _GIVEN_SO_MANY.search(text, *span)))
        or (amount.dimension == "duration" and _PASSED.match(text, amount.end))
    ):
        return "support"
    return "own"


def _confirms(text: str) -> bool:
    return bool(_CONFIRMED.search(text)) and not _COMPARED.search(text)


def _is_told_of_oneself(text: str, amount: Quantity) -> bool:
    """What the speaker did or will do; "one day ... and the next" orders days only."""
    return bool(_OF_ONESELF.search(text[: amount.start]) or _ONE_AND_THE_NEXT.search(text))


def _is_appointment(text: str, amount: Quantity) -> bool:
    """A day that is named but is no end of a range, as opening hours have it.

    A single time is a rule of the house only as a limit: "before six", "from eight".
    """
    if amount.dimension == "hours" and _OPEN.search(text):
        return False
    if amount.dimension == "time" and not _LIMIT_OF_TIME.search(text[: amount.start]):
        return True
    single = _DAYS_IN_A_ROW.sub("", text)
    return bool(_MONTH.search(text) or _WEEKDAY.search(single) or _NEAR_DAY.search(text))


def _is_about_the_call(said: Statement, amount: Quantity) -> bool:
    """Minutes in an opening, or "it takes two minutes" of the call itself."""
    if amount.dimension != "duration" or amount.measure > _MOMENT:
        return False
    nouns = [w for w in said.words if w.pos in ("NOUN", "PROPN") and w.dep.startswith("nsubj")]
    return said.place.index < _OPENING_TURNS or not nouns


def _is_the_customers(amount: Quantity, turn: int, before: Sequence[Heard]) -> bool:
    """The customer said it first, in the same unit, or without one and the agent took it up."""
    same = [h for h in before if h.amount.value == amount.value]
    alike = [
        h
        for h in same
        if h.amount.dimension == amount.dimension and h.amount.measure == amount.measure
    ]
    if alike:
        return alike[0].customers
    bare = [h for h in same if h.customers and not h.amount.dimension]
    return any(
        turn <= b.turn + 2 or any(not h.customers and b.turn < h.turn <= b.turn + 2 for h in same)
        for b in bare
    )


def _is_worked_out(amount: Quantity, turn: int, before: Sequence[Heard]) -> bool:
    """A sum, difference, product or share of amounts that were said before it in the call."""
    if amount.dimension not in ("money", ""):
        return False
    money = [h for h in before if h.amount.dimension in ("money", "")]
    usable = [h for h in money if h.amount.measure > 1]
    here = [h.amount.measure for h in usable if h.turn == turn]
    customers = [h.amount.measure for h in usable if h.customers]
    counts = {h.amount.measure for h in before if h.amount.measure in _SMALL_COUNTS}
    value = amount.measure
    pairs = [(a, b) for i, a in enumerate(here) for b in here[i + 1 :]]
    worked = {round(a + b, 2) for a, b in pairs} | {round(a * b, 2) for a, b in pairs}
    # "Sixty cents a pound": "so a ten-pound lamp, six dollars".
    rates = [h.amount for h in money if not h.customers and h.amount.rate and h.turn >= turn - 3]
    for rate in rates:
        share = rate.measure / _MULTIPLE_RATES.get(rate.rate, 1)
        counted = [
            h.amount.value
            for h in before
            if isinstance(h.amount.value, int | float) and singular(h.amount.unit) == rate.rate
        ]
        several = [*here, *customers, *counted]
        worked |= {round(share * n, 2) for n in several if n not in (1, rate.measure)}
    lately = [h.amount.measure for h in usable if not h.customers and h.turn >= turn - 2]
    worked |= {round(abs(a - b), 2) for a in lately for b in customers}
    lately_said = [h for h in before if h.turn >= turn - _LATELY]
    if amount.rate in _SHARES and _is_instalment(value, usable, lately_said):
        return True
    worked |= {round(a / n, 2) for a in here for n in counts}
    if amount.rate == "year":
        worked |= {round(a * 12, 2) for a in here + [h.amount.measure for h in usable]}
    return round(value, 2) in worked


def _is_instalment(value: float, usable: Sequence[Heard], lately: Sequence[Heard]) -> bool:
    """A price, or what is left of it after another, over the months that were named lately."""
    prices = [h.amount.measure for h in usable if not h.amount.rate and h.amount.measure > value]
    sums = [*prices, *(a - b.amount.measure for a in prices for b in usable)]
    # "Over twelve": months without the word.
    months = {
        h.amount.value
        for h in lately
        if singular(h.amount.unit) in _SHARES or h.amount.value in _USUAL_MONTHS
    }
    return any(
        isinstance(n, int | float) and n > 1 and abs(a / n - value) < 0.5
        for a in sums
        for n in months
    )
