"""What is left of mined items after a person's decisions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from agent.cloning.made import digest
from agent.cloning.mine.quantities import quantities
from agent.cloning.mined import (
    Facts,
    MinedFact,
    MinedIntent,
    MinedLine,
    MinedObjection,
    MinedSlot,
    MinedStage,
    MustSay,
    Talk,
)
from agent.cloning.review.decisions import Decision, Decisions

Mined = MinedFact | MinedIntent | MinedLine | MinedObjection | MinedSlot | MinedStage | MustSay
_Item = TypeVar("_Item", bound=Mined)
_KINDS: Mapping[type, str] = {
    MinedFact: "fact", MinedIntent: "intent", MinedLine: "line", MinedObjection: "objection",
    MinedSlot: "slot", MinedStage: "stage", MustSay: "must_say",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Mined items without the rejected ones.

    `approved` are ids of facts; `corrected` has the facts that were given another value, by id,
    while `facts` keeps them as they were said: lines are found by what was said. `edited` are
    items whose words are a person's; `refused` tells which edits can't be taken over.
    """

    facts: Facts
    talk: Talk
    approved: frozenset[str] = frozenset()
    corrected: Mapping[str, MinedFact] = field(default_factory=dict)
    edited: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()

    @property
    def believed(self) -> tuple[MinedFact, ...]:
        """The facts that may be said: a contested one only when a person has accepted it."""
        return tuple(f for f in self.facts.facts if f.id in self.approved or not is_contested(f))


def is_contested(fact: MinedFact) -> bool:
    """Whether other values of it were heard half as often as the one that is believed."""
    against = {item.call for dispute in fact.disputes for item in dispute.evidence}
    return 2 * len(against) >= max(fact.calls, 1)


def item_of(mined: Mined) -> str:
    """How decisions name it: "fact:price"."""
    return f"{_KINDS[type(mined)]}:{mined.id}"


def seen(mined: Mined) -> str:
    """A digest of what was decided about: a decision holds while this stays.

    Lines go by their words, for their ids are numbers that new recordings may shift.
    """
    if isinstance(mined, MinedLine):
        return digest(mined.step, mined.text)
    if isinstance(mined, MinedFact):
        return digest(mined.id, str(mined.value), mined.unit)
    return digest(mined.id)


def reviewed(facts: Facts, talk: Talk, decisions: Decisions) -> Reviewed:
    """Apply decisions. What depended on a rejected item goes with it when compose finds it gone."""
    of = {item_of(m): decisions.about(item_of(m), seen(m)) for m in all_items(facts, talk)}
    rejected = {item for item, d in of.items() if d is not None and d.verdict == "reject"}
    dropped = {
        name for stage in talk.stages if item_of(stage) in rejected
        for name in (*(f"line:{line}" for line in stage.lines), *(f"slot:{s}" for s in stage.slots))
    }  # fmt: skip
    corrected, refused = _corrected(facts, of)
    lines = [_in_words(line, of[item_of(line)]) for line in talk.lines]
    edited = {item_of(new) for new, old in zip(lines, talk.lines, strict=True) if new is not old}
    return Reviewed(
        facts=facts.model_copy(update={"facts": _left(facts.facts, rejected)}),
        talk=Talk(
            stages=_left(talk.stages, rejected),
            slots=_left(talk.slots, rejected | dropped),
            intents=_left(talk.intents, rejected),
            objections=_left(talk.objections, rejected),
            lines=_left(lines, rejected | (dropped - edited)),
            must_say=_left(talk.must_say, rejected),
        ),
        approved=frozenset(
            fact.id for fact in facts.facts
            if (d := of[item_of(fact)]) is not None
            and (d.verdict == "accept" or fact.id in corrected)
        ),
        corrected=corrected,
        edited=frozenset(edited | {f"fact:{fact_id}" for fact_id in corrected}),
        refused=tuple(refused),
    )  # fmt: skip


def all_items(facts: Facts, talk: Talk) -> Iterable[Mined]:
    """Everything that can be decided about, facts first."""
    yield from facts.facts
    for part in (talk.stages, talk.slots, talk.intents, talk.objections, talk.lines, talk.must_say):
        yield from part


def _left(items: Iterable[_Item], without: set[str]) -> tuple[_Item, ...]:
    return tuple(item for item in items if item_of(item) not in without)


def _in_words(line: MinedLine, decision: Decision | None) -> MinedLine:
    if decision is None or decision.verdict != "edit" or decision.text == line.text:
        return line
    return line.model_copy(update={"text": decision.text})


def _corrected(
    facts: Facts, of: Mapping[str, Decision | None]
) -> tuple[dict[str, MinedFact], list[str]]:
    corrected, refused = {}, []
    for fact in facts.facts:
        decision = of[item_of(fact)]
        if decision is None or decision.verdict != "edit":
            continue
        spoken = " ".join(decision.text.split())
        if not spoken or any(char.isdigit() for char in spoken):
            refused.append(f"fact {fact.id}: write '{spoken}' in words, as a voice says it")
            continue
        corrected[fact.id] = fact.model_copy(update={"spoken": spoken, **_told(spoken, fact.unit)})
    return corrected, refused


def _told(spoken: str, unit: str) -> dict[str, int | float | str]:
    """Value and unit of a corrected fact: of its first amount, or its words where it has none.

    A bare number is in the `unit` that the fact had.
    """
    amount = next(iter(quantities(spoken)), None)
    if amount is None:
        return {"value": spoken, "unit": ""}
    return {"value": amount.value, "unit": amount.full_unit or unit}
