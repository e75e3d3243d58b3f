"""What is known to be true of what a company offers, as a call's words can be held against it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from agent.cloning.mine.quantities import Quantity, number_spans, quantities
from agent.cloning.mined import MinedFact
from agent.dialogue.playbook import VARIABLE, Playbook
from agent.dialogue.rules import normalise

_CORE_SHARE = 0.5

# What two amounts are compared by: the kind of unit and the value in one unit.
Amount = tuple[str, float]


@dataclass(frozen=True)
class Fact:
    """`spoken` is normalised; `amount` is None for what has no number."""

    id: str
    spoken: str
    amount: Amount | None


@dataclass(frozen=True)
class Knowledge:
    """Facts, and the core of them that a customer has to hear: of each tuple any one will do.

    `names` are lower-case names that hold a number ("fibre five hundred"), which is no amount.
    """

    facts: tuple[Fact, ...]
    core: tuple[tuple[Fact, ...], ...]
    names: frozenset[str] = field(default_factory=frozenset)


def of_playbook(playbook: Playbook) -> Knowledge:
    """Its facts; core are those with a number in the lines that it must say."""
    facts = {
        name: _fact(name, fact.spoken, _unit(fact.unit)) for name, fact in playbook.facts.items()
    }
    lines = [playbook.lines[name] for name in playbook.compliance.must_say]
    variables = [v for line in lines for text in line.texts for v in VARIABLE.findall(text)]
    core = []
    for variable in dict.fromkeys(variables):
        derived = playbook.derived.get(variable)
        ids = tuple(derived.facts.values()) if derived else (variable,)
        alternatives = tuple(facts[one] for one in ids if one in facts and facts[one].amount)
        if alternatives:
            core.append(alternatives)
    spoken = [fact.spoken for fact in playbook.facts.values() if isinstance(fact.value, str)]
    return Knowledge(tuple(facts.values()), tuple(core), _numbered([*spoken, *playbook.names]))


def of_mined(facts: Iterable[MinedFact]) -> Knowledge:
    """Core are the facts that at least half as many calls state as the commonest one."""
    mined = [fact for fact in facts if fact.confidence != "disputed"]
    most = max((fact.calls for fact in mined), default=0)
    known = {fact.id: _fact(fact.id, fact.spoken, "") for fact in mined}
    core = tuple((known[fact.id],) for fact in mined if fact.calls >= _CORE_SHARE * most)
    return Knowledge(tuple(known.values()), core, _numbered(fact.subject for fact in mined))


def amount_of(quantity: Quantity) -> Amount:
    """As facts have it."""
    return quantity.dimension, round(quantity.measure, 6)


def _fact(name: str, spoken: str, unit: str) -> Fact:
    read = [q for q in quantities(spoken) if q.dimension] or quantities(f"{spoken} {unit}")
    amount = next((amount_of(q) for q in read if q.dimension), None)
    return Fact(name, normalise(spoken), amount)


def _unit(unit: str) -> str:
    """A unit of a playbook as it is said: GBP/month as pounds."""
    return "pounds" if unit.startswith("GBP") else unit.split("/", maxsplit=1)[0]


def _numbered(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(_with_numbers(texts))


def _with_numbers(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        low = text.lower().replace("-", " ")
        if number_spans(low) and not any(q.dimension for q in quantities(low)):
            yield low
