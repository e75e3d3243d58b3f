"""What a caller can choose between, and which of it a line is about.

Things are taken for products of choice when people state what each of them costs, by the same
unit, or enough else about it, in a fair share of the calls. What is named now and then is an
addition, and what is paid for in another way is no alternative.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from agent.cloning.mine.quantities import spoken
from agent.cloning.mined import MinedFact, MinedLine
from agent.dialogue.playbook import VARIABLE
from agent.dialogue.rules import normalise

SLOT = "product"
_COMPANY = "company"
# Facts with a unit that make a product of what has no price.
_FACTS = 4
# Of the calls in which the best known fact of any product is stated.
_SHARE = 0.2
# Of the calls that state a fact: in so many it has to be about the same product.
_UNANIMOUS = 0.8
_MONEY = re.compile(r"[A-Z]{3}\b")


@dataclass(frozen=True, slots=True)
class Product:
    """One thing to choose: how it is called, all its names (normalised), words that mean it."""

    id: str
    spoken: str
    names: tuple[str, ...]
    heard: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Products:
    """The products of choice, none when there are fewer than two; `facts` are theirs.

    Both by the id of the fact, the best known first: its product; its unit, where more than one
    call states it.
    """

    all: tuple[Product, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """In the order of their names."""
        return tuple(product.id for product in self.all)

    def of(self, text: str) -> frozenset[str]:
        """The products that a line's text names, or else those that its facts are about."""
        named, rest = set(), f" {_plain(VARIABLE.sub(_named, text))} "
        # The longest name first: "Cover Plus" is not about "Cover".
        whose = {name: product.id for product in self.all for name in product.names}
        for name in sorted(whose, key=lambda name: (-len(name), name)):
            if f" {name} " in rest:
                named.add(whose[name])
                rest = rest.replace(f" {name} ", " , ")
        stated = {self.facts[name] for name in VARIABLE.findall(text) if name in self.facts}
        return frozenset(named | stated)

    def counterpart(self, fact_id: str, product: str) -> str | None:
        """The fact that says of a product what another fact says of its own; None without one.

        It has the same unit and the same place among its product's facts of that unit: prices are
        stated more often than what they become.
        """
        unit = self.units.get(fact_id)
        if not unit:
            return None
        rank = self._in(unit, self.facts[fact_id]).index(fact_id)
        return next(iter(self._in(unit, product)[rank:]), None)

    def _in(self, unit: str, product: str) -> list[str]:
        return [
            name
            for name, of in self.facts.items()
            if of == product and self.units.get(name) == unit
        ]

    def usual(self, lines: Iterable[MinedLine], texts: Mapping[str, str]) -> str:
        """The product that is spoken of most in calls that were won.

        `texts` are lines as the playbook writes them, by the id of the mined line.
        """
        won = Counter(dict.fromkeys(self.ids, 0))
        for line in lines:
            if len(about := self.of(texts.get(line.id, line.text))) == 1:
                won[next(iter(about))] += line.won
        stated = Counter(self.facts.values())
        return min(self.ids, key=lambda product: (-won[product], -stated[product], product))


def products_of(facts: Sequence[MinedFact], names: Sequence[str]) -> Products:
    """What believed facts are about; `names` are what agents call things, as they write them."""
    subjects = sorted(_of_choice(facts))
    if len(subjects) < 2:
        return Products()
    aliases: dict[str, list[str]] = {subject: [subject] for subject in subjects}
    written = {_plain(name): name for name in reversed(names)}
    for name in sorted(written):
        # A name that is in two products' names is their family's.
        wholes = [s for s in subjects if s != name and (_holds(s, name) or _holds(name, s))]
        if name not in aliases and len(wholes) == 1:
            aliases[wholes[0]].append(name)
    common = _common(subjects)
    found = tuple(
        Product(
            id=re.sub(r"[^a-z0-9]+", "_", subject).strip("_"),
            spoken=spoken(written.get(subject, subject.title())),
            names=tuple(aliases[subject]),
            heard=_heard(aliases[subject], common),
        )
        for subject in subjects
    )
    ids = dict(zip(subjects, (product.id for product in found), strict=True))
    known = sorted(facts, key=lambda fact: (-fact.calls, fact.id))
    return Products(
        found, _whose(known, ids), {fact.id: fact.unit for fact in known if fact.calls > 1}
    )


def _of_choice(facts: Sequence[MinedFact]) -> set[str]:
    """Subjects that callers compare: known well enough, and priced by the same unit as another."""
    own: dict[str, list[MinedFact]] = {}
    for fact in facts:
        if fact.subject.lower() != _COMPANY and fact.unit:
            own.setdefault(_plain(fact.subject), []).append(fact)
    calls = {subject: max(fact.calls for fact in of) for subject, of in own.items()}
    most = max(calls.values(), default=0)
    units: dict[str, set[str]] = {}
    for subject, of in own.items():
        prices = {fact.unit for fact in of if _MONEY.match(fact.unit)}
        if calls[subject] >= _SHARE * most and (prices or len(of) >= _FACTS):
            units[subject] = prices or {fact.unit for fact in of}
    return {
        subject
        for subject in units
        if any(units[subject] & units[other] for other in units if other != subject)
    }


def _whose(facts: Sequence[MinedFact], ids: Mapping[str, str]) -> dict[str, str]:
    """The product of each fact that is one product's alone.

    People name a product once and state the rest without its name, so that its facts come as the
    company's, and what holds for every product as that of the one that was named last. What tells
    is in which calls a fact is stated, and which product those calls are about.
    """
    units: dict[str, set[str]] = {}
    for fact in facts:
        if fact.unit and _plain(fact.subject) in ids:
            units.setdefault(fact.unit, set()).add(ids[_plain(fact.subject)])
    told_apart = {unit for unit, of in units.items() if len(of) > 1}
    about = _calls(
        fact for fact in facts if fact.unit in told_apart and _plain(fact.subject) in ids
    )
    found = {}
    for fact in facts:
        own = ids.get(_plain(fact.subject))
        calls = sorted({item.call for item in fact.evidence})
        seen = Counter(ids[about[call]] for call in calls if call in about)
        most, times = next(iter(seen.most_common(1)), ("", 0))
        alone = times and times >= _UNANIMOUS * seen.total()
        if own is not None and (fact.unit in told_apart or alone or seen.total() < 2):
            found[fact.id] = own
        elif (
            fact.subject.lower() == _COMPANY
            and alone
            and (fact.unit in told_apart or _MONEY.match(fact.unit))
        ):
            found[fact.id] = most
    return found


def _calls(facts: Iterable[MinedFact]) -> dict[str, str]:
    """Call -> the product that most of what is stated there is about; no call that speaks of two
    as much."""
    spoken_of: dict[str, Counter[str]] = {}
    for fact in facts:
        for item in fact.evidence:
            spoken_of.setdefault(item.call, Counter())[_plain(fact.subject)] += 1
    found = {}
    for call, counts in spoken_of.items():
        first, *others = counts.most_common(2)
        if not others or first[1] > others[0][1]:
            found[call] = first[0]
    return found


def _heard(names: Iterable[str], common: frozenset[str]) -> tuple[str, ...]:
    """The names, and what is left of them without the words that products share."""
    heard: dict[str, None] = {}
    for name in names:
        own = " ".join(word for word in name.split() if word not in common)
        # "Family" is a word of any call; "the family one" is the product.
        for words in (name, own if " " in own else f"the {own} one" if own else ""):
            if words:
                heard[words] = None
    return tuple(heard)


def _common(subjects: Sequence[str]) -> frozenset[str]:
    words = Counter(word for subject in subjects for word in set(subject.split()))
    return frozenset(word for word, times in words.items() if times > 1)


def _holds(whole: str, part: str) -> bool:
    return f" {part} " in f" {whole} "


def _plain(text: str) -> str:
    return normalise(spoken(text).replace("-", " "))


def _named(found: re.Match[str]) -> str:
    """A name that is a fact says its own words: {name_of_cover_forty}."""
    _, is_name, words = found[1].partition("name_of_")
    return words.replace("_", " ") if is_name else " "
