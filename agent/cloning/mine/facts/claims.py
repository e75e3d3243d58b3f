"""Amounts that agents state about what the company offers."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from agent.cloning.mine.facts.sentences import clause
from agent.cloning.mine.facts.statements import Statement
from agent.cloning.mine.facts.whose import Heard, Standing, standing
from agent.cloning.mine.quantities import Quantity

_MONEY_ASKED = re.compile(
    r"\b(?:how much|cost|costs|price|prices|pay|charge|charges|damage|fee|expensive|set me back|"
    r"pounds|monthly)\b",
    re.IGNORECASE,
)
_CORRECTED = re.compile(
    r"\bno, (?!no\b)|\b(?:sorry|i mean|i tell a lie|scrub that|correction|i beg your pardon|"
    r"let me correct|what am i saying|wait)\b",
    re.IGNORECASE,
)
_FOR_A_PERIOD = re.compile(
    r"\s*for (?:the|a|your|every|each) (?:first |next |whole )?(?:day|night|week|month|year)\b",
    re.IGNORECASE,
)
# "The van's forty, flat", "two hundred down": what follows tells that it is money.
_MONEY_BEHIND = re.compile(
    r",? (?:flat\b|down[.!]?$|plus (?:tax|vat)\b|to (?:hold|book|reserve|secure) "
    r"(?:it|the|your)\b)",
    re.IGNORECASE,
)
# "The large one is another eighty."
_ANOTHER = re.compile(r"\b(?:another|an extra|an additional)\s*$", re.IGNORECASE)
_TURNS_ON, _CLAIMS_ON = 2, 4
_ADDS_AN_AMOUNT = re.compile(r"(?:and|plus)(?: another)? ?$", re.IGNORECASE)
_NO_COUNT_BEFORE = ("the ", "for ", "all ", "both ", "these ", "those ")
_NO_COUNT_BEHIND = re.compile(r"\s*(?:[.,;:!?…—]|$|(?:for|up|down|on|with|after|and|or|a|in|at|"
                              r"off|each|per|plus|flat|fixed|guaranteed|all|if|unless|when|to)\b)",
                              re.IGNORECASE)  # fmt: skip
# A number without a unit is none of these because the one before it was.
_NO_MODEL = frozenset({"duration", "hours", "time", "age", "year", "count"})
# Large numbers without a unit are sums, but for years.
_A_SUM = 2101
_POUND = re.compile(r"\bpounds?\b", re.IGNORECASE)


Value = int | float | str
_Unit = tuple[str, str, float]
_Units = defaultdict[Value, Counter[_Unit]]
_Words = defaultdict[tuple[Value, str], Counter[str]]


@dataclass(frozen=True, slots=True)
class Claim:
    """One amount in one statement. `said_unit`: its unit was said or follows from the sentence."""

    said: Statement
    amount: Quantity
    start: int
    end: int
    standing: Standing
    said_unit: bool

    @property
    def agent(self) -> str:
        """Who claims it."""
        return self.said.place.call.agent

    @property
    def call(self) -> str:
        """In which call."""
        return self.said.place.call.id

    @property
    def key(self) -> tuple[str, float]:
        """What claims of the same value have in common."""
        return self.amount.dimension, round(self.amount.measure, 3)

    @property
    def words(self) -> str:
        """The words around the amount, as said."""
        return self.said.sentence.text[self.start : self.end].strip(" ,")

    @property
    def about(self) -> str:
        """The words around it without the amount, and the question it answers, for comparing."""
        text = self.said.sentence.text
        rest = f"{text[self.start : self.amount.start]} so much {text[self.amount.end : self.end]}"
        rest = " ".join(rest.split()).strip(" ,.")
        return f"{self.said.asked} {rest}" if len(self.content) < 2 and self.said.asked else rest

    @property
    def content(self) -> frozenset[str]:
        """The telling words around it."""
        return self.said.content(self.start, self.end)


def read_claims(
    said: Iterable[Statement], heard: dict[str, tuple[Heard, ...]]
) -> tuple[Claim, ...]:
    """Every amount that an agent states; questions state nothing."""
    found: list[Claim] = []
    # What was worked out for a customer is no fact when it is read back, either.
    not_own: set[tuple[str, str, float]] = set()
    for statement in said:
        if statement.sentence.question:
            continue
        amounts = _finished(statement.sentence.text, _with_units(statement))
        amounts = _corrected(statement.sentence.text, amounts)
        for index, amount in enumerate(amounts):
            start, end = clause(statement.sentence.text, amounts, index)
            own = standing(statement, amount, (start, end), heard[statement.place.call.id])
            kind = amount.dimension or "money"
            told = (statement.place.call.id, kind, amount.measure)
            if own == "customer's":
                not_own.add(told)
            elif told in not_own:
                own = "customer's"
            found.append(Claim(statement, amount, start, end, own, bool(amount.dimension)))
    return _resolved(_drop_corrected_turns(found))


def _with_units(said: Statement) -> list[Quantity]:
    """Bare amounts take the unit of the amount before them, or the one that was asked for."""
    done: list[Quantity] = []
    text = said.sentence.text
    for amount in said.amounts:
        bare = not amount.dimension and bool(_NO_COUNT_BEHIND.match(text, amount.end))
        bare = bare and not text[: amount.start].lower().endswith(_NO_COUNT_BEFORE)
        before = next((a for a in reversed(done) if a.dimension not in _NO_MODEL), None)
        if bare and before is not None and before.dimension:
            amount = replace(amount, dimension=before.dimension, unit=before.unit)
        elif not amount.dimension and _FOR_A_PERIOD.match(text, amount.end):
            amount = replace(amount, dimension="money")
        done.append(amount)
    return done


def _finished(text: str, amounts: list[Quantity]) -> list[Quantity]:
    """Without a number that its speaker was cut off in."""
    return [a for a in amounts if not re.fullmatch(r"\s*(?:and|point)?\s*[—-]+", text[a.end :])]


def _corrected(text: str, amounts: list[Quantity]) -> list[Quantity]:
    """Without what the speaker takes back in the same sentence."""
    return [
        amount
        for amount, later in zip(amounts, [*amounts[1:], None], strict=False)
        if later is None
        or later.dimension != amount.dimension
        or not _CORRECTED.search(text, amount.end, later.start)
    ]


def _drop_corrected_turns(claims: Sequence[Claim]) -> list[Claim]:
    """Without what is taken back in the next sentence of the turn."""
    kept: list[Claim] = []
    for claim in claims:
        text = claim.said.sentence.text
        if kept and _CORRECTED.match(text) and _CORRECTED.search(text, 0, claim.amount.start):
            last = kept[-1]
            if (
                last.said.place == claim.said.place
                and last.said.position == claim.said.position - 1
                and last.amount.dimension == claim.amount.dimension
            ):
                kept.pop()
        kept.append(claim)
    return kept


def _resolved(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Bare amounts with the unit that the same value has elsewhere; others are left bare.

    A unit found so only supports: it founds no fact. An answer to "how much" is money, if the
    value has no unit elsewhere.
    """
    units, words = _units_of_values(claims)
    currency = _main_currency(claims)
    done: list[Claim] = []
    for claim in claims:
        a, said_unit = claim.amount, claim.said_unit
        if currency not in ("", "GBP") and a.unit == "GBP" and _POUND.search(_said(claim)):
            a = replace(a, dimension="weight", unit="pounds", rate="")
            if "-pound" in _said(claim).lower():  # "a ten-pound parcel": some thing, no limit
                claim = replace(claim, standing="support")
        text = claim.said.sentence.text
        if a.dimension == "money" and not a.unit:
            a = replace(a, unit=currency)
        elif not a.dimension and _NO_COUNT_BEHIND.match(text, a.end):
            known = units.get(a.value, Counter())
            asked = bool(_MONEY_ASKED.search(claim.said.asked))
            if asked and (not known or any(unit[0] == "money" for unit in known)):
                a, said_unit = replace(a, dimension="money", unit=currency), True
            elif known:
                unit = max(
                    sorted(known), key=lambda u: (_shared(words, a.value, u, claim), known[u])
                )
                a = replace(a, dimension=unit[0], unit=unit[1], measure=a.measure * unit[2])
            elif done and _goes_on(done[-1], claim):
                last = done[-1].amount
                a, said_unit = replace(a, dimension=last.dimension, unit=last.unit), True
            elif _is_a_sum(text, a, done, claim):
                a, said_unit = replace(a, dimension="money", unit=currency), True
        done.append(replace(claim, amount=a, said_unit=said_unit))
    return tuple(done)


def _units_of_values(claims: Sequence[Claim]) -> tuple[_Units, _Words]:
    """How often each value has which unit, and the words around it then."""
    units: _Units = defaultdict(Counter)
    words: _Words = defaultdict(Counter)
    for claim in claims:
        a = claim.amount
        if claim.said_unit:
            factor = a.measure / a.value if isinstance(a.value, int | float) and a.value else 1.0
            units[a.value][a.dimension, a.unit, factor] += 1
            words[a.value, a.dimension].update(claim.content)
    return units, words


def _said(claim: Claim) -> str:
    return claim.said.sentence.text[claim.amount.start : claim.amount.end]


def _shared(words: _Words, value: Value, unit: _Unit, claim: Claim) -> int:
    known = words[value, unit[0]]
    return sum(known[word] for word in claim.content)


def _main_currency(claims: Sequence[Claim]) -> str:
    said = Counter(c.amount.unit for c in claims if c.amount.dimension == "money")
    said.pop("", None)
    return said.most_common(1)[0][0] if said else ""


def _is_a_sum(text: str, amount: Quantity, done: Sequence[Claim], claim: Claim) -> bool:
    """Whether a number that has a unit nowhere is money by its size or the words beside it."""
    another = _ANOTHER.search(text[: amount.start]) and _speaks_of_money(done, claim)
    large = isinstance(amount.value, int | float) and amount.value >= _A_SUM
    return bool(another or large or _MONEY_BEHIND.match(text, amount.end))


def _speaks_of_money(done: Sequence[Claim], claim: Claim) -> bool:
    """Whether the speaker named a sum a turn or two ago."""
    return any(
        c.amount.dimension == "money"
        and c.call == claim.call
        and claim.said.place.index - c.said.place.index <= _TURNS_ON
        for c in done[-_CLAIMS_ON:]
    )


def _goes_on(before: Claim, claim: Claim) -> bool:
    """Whether the sentence, or one right behind it, goes on with another amount of the kind."""
    if before.amount.dimension in ("", *_NO_MODEL):
        return False
    text = claim.said.sentence.text[: claim.amount.start]
    adds = before.said.place == claim.said.place and bool(_ADDS_AN_AMOUNT.fullmatch(text))
    return before.said == claim.said or (adds and before.said.position == claim.said.position - 1)
