"""Mined facts for a reader: an id, the clearest quote, the value as it is said."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from agent.cloning.mine.facts.claims import Claim
from agent.cloning.mine.facts.policies import Policy
from agent.cloning.mine.facts.statements import is_telling
from agent.cloning.mine.facts.verdicts import Belief
from agent.cloning.mine.material import Material
from agent.cloning.mine.quantities import Quantity, spoken
from agent.cloning.mined import Dispute, Evidence, MinedFact
from agent.dialogue.values.numbers import say_number

_KINDS = {
    "money": "price", "duration": "period", "hours": "hours", "time": "time", "percent": "percent"
}  # fmt: skip
_SAID_UNITS = {"GBP": "pounds", "EUR": "euros", "USD": "dollars", "Mbit/s": "megabits"}
# An id of a rule has so many words, one of an amount; a noun tells more than another word.
_ID_WORDS, _HEAD_WORDS = 3, 2
_NOUN = 1.5
_COUNTS = re.compile(r"^(?:first|second|third)$|(?:th|teen|ty)$")
_LONGEST_QUOTE = 30
_COMPANY = "company"


def evidence(claims: Sequence[Claim]) -> tuple[Evidence, ...]:
    """The claims as quotes, in order of calls and turns; one a turn."""
    found: dict[tuple[str, int], Evidence] = {}
    for claim in sorted(claims, key=lambda c: (c.call, c.said.place.index, c.start)):
        found.setdefault(
            (claim.call, claim.said.place.index), claim.said.place.evidence(quote(claim))
        )
    return tuple(found.values())


def quote(claim: Claim) -> str:
    """The sentence, or where it is long the words around the amount."""
    sentence = claim.said.sentence.text
    return sentence if len(sentence.split()) <= _LONGEST_QUOTE else claim.words


def worded(
    belief: Belief,
    subject: str,
    taken: Collection[str],
    disputes: tuple[Dispute, ...],
    material: Material,
) -> MinedFact:
    """A believed amount as a fact. `taken` are the ids that others have."""
    claims = belief.claims
    amount = _main_amount(claims)
    common = Counter(word for claim in claims for word in claim.content)
    clearest = max(claims, key=lambda c: _clearness(c, subject, amount, common, material))
    calls = {claim.call for claim in claims}
    words = _words_for_id(belief, clearest, amount)
    return MinedFact(
        id=fresh_id([*subject.split(), *words], taken),
        statement=quote(clearest),
        subject=subject or _COMPANY,
        value=amount.value,
        unit=amount.full_unit,
        spoken=_spoken(claims, amount),
        calls=len(calls),
        agents=tuple(sorted({claim.agent for claim in claims})),
        confidence="disputed" if disputes else "once" if len(calls) == 1 else "agreed",
        disputes=disputes,
        evidence=evidence(claims),
    )


def worded_policy(policy: Policy, taken: Collection[str]) -> MinedFact:
    """A rule without an amount as a fact."""
    best = policy.rules[0]
    calls = {rule.call for rule in policy.rules}
    subject = best.said.subject if best.said.named_here else ""
    first = best.start - best.said.sentence.start
    telling = [
        word.lemma
        for word in best.said.words
        if first <= word.start < first + len(best.text) and is_telling(word)
    ]
    places = {(rule.call, rule.said.place.index): rule for rule in reversed(policy.rules)}
    return MinedFact(
        id=fresh_id([*subject.split(), *telling[:_ID_WORDS]], taken),
        statement=best.text,
        subject=subject or _COMPANY,
        value=policy.value,
        unit="",
        spoken=policy.value,
        calls=len(calls),
        agents=tuple(sorted({rule.agent for rule in policy.rules})),
        confidence="once" if len(calls) == 1 else "agreed",
        evidence=tuple(rule.said.place.evidence(rule.text) for _, rule in sorted(places.items())),
    )


def fresh_id(words: Sequence[str], taken: Collection[str]) -> str:
    """Snake case, no word twice, unlike those that are taken."""
    parts = [re.sub(r"[^a-z0-9]", "", word.lower()) for word in words]
    joined = "_".join(dict.fromkeys(part for part in parts if part))
    base = joined if joined[:1].isalpha() else f"fact_{joined}".strip("_")
    number, found = 2, base
    while found in taken:
        found, number = f"{base}_{number}", number + 1
    return found


def _clearness(
    claim: Claim, subject: str, amount: Quantity, common: Counter[str], material: Material
) -> tuple[float, str, int]:
    """Higher for a short whole sentence that names the thing, the value and its unit."""
    words = len(quote(claim).split())
    often = max(common.values(), default=1)
    points = (
        2.0 * (claim.standing == "own")
        + 2.0 * (claim.said_unit and claim.amount.value == amount.value)
        + 1.0 * (claim.amount.rate == amount.rate)
        - 0.4 * (len(claim.said.amounts) - 1)
        + 1.0 * (bool(subject) and claim.said.named_here and claim.said.subject == subject)
        + 1.0 * min(1.5, sum(common[word] / often for word in claim.content))
        + 0.5 * (words >= 5)
        - 0.06 * words
        + material.trust(claim.agent)
    )
    return (points, claim.call, -claim.said.place.index)


def _main_amount(claims: Sequence[Claim]) -> Quantity:
    """The amount as most say it; a rate counts as soon as a quarter of them say it."""
    own = [claim.amount for claim in claims if claim.said_unit] or [c.amount for c in claims]
    rates = Counter(amount.rate for amount in own if amount.rate)
    if rates and rates.most_common(1)[0][1] * 4 >= len(own):
        own = [amount for amount in own if amount.rate == rates.most_common(1)[0][0]]
    most = Counter((amount.value, amount.unit) for amount in own).most_common(1)[0][0]
    return next(amount for amount in own if (amount.value, amount.unit) == most)


def _spoken(claims: Sequence[Claim], amount: Quantity) -> str:
    """As it is said most often with its unit; else its number and the unit's usual word."""
    said = Counter(
        spoken(claim.said.sentence.text[claim.amount.start : claim.amount.end]).lower()
        for claim in claims
        if claim.amount.value == amount.value and claim.amount.rate == amount.rate
    )
    unit_words = re.compile(r"[a-z]+$")
    whole = [text for text, _ in said.most_common() if _has_unit(text, amount)]
    if whole:
        return whole[0]
    number = spoken(str(amount.value)) if isinstance(amount.value, str) else ""
    number = number or say_number(f"{amount.value:g}")
    unit = _SAID_UNITS.get(amount.unit, amount.unit)
    rate = f" a {amount.rate}" if amount.rate and unit_words.search(amount.rate) else ""
    return f"{number} {unit}{rate}"


def _has_unit(text: str, amount: Quantity) -> bool:
    if amount.dimension in ("hours", "time", "year", "age", "count"):
        return True
    if amount.dimension == "money":
        return bool(re.search(r"pound|quid|euro|dollar|pence|cent|penny", text))
    return not re.fullmatch(r"[a-z -]*(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|"
                            r"twelve|teen|ty|hundred|thousand)", text)  # fmt: skip


def _words_for_id(belief: Belief, clearest: Claim, amount: Quantity) -> list[str]:
    """What most claims speak of, nouns before other words, in the order of the clearest one."""
    counts: Counter[str] = Counter()
    nouns = set()
    for claim in belief.claims:
        counts.update(word for word in claim.content if not _COUNTS.search(word))
        nouns |= {word.lemma for word in claim.said.words if word.pos in ("NOUN", "PROPN")}
    order: Mapping[str, int] = {
        word.lemma: position for position, word in reversed(list(enumerate(clearest.said.words)))
    }
    needed = 1 if len(belief.claims) < 3 else max(2, len(belief.claims) // 5)
    told = sorted(
        (word for word in counts if counts[word] >= needed and (word in order or needed > 1)),
        key=lambda word: (-counts[word] * (_NOUN if word in nouns else 1), order.get(word, 999)),
    )[:_HEAD_WORDS]
    kind = [] if nouns & set(told) else [_KINDS.get(amount.dimension, amount.dimension)]
    return kind + sorted(told, key=lambda word: (order.get(word, 999), word))
