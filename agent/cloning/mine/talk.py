"""How the calls go, put together from what the miners found."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.bank import LineBank
from agent.cloning.mine.clusters import typical
from agent.cloning.mine.intents.find import FoundIntent, as_mined, find_intents
from agent.cloning.mine.lines.everybody import GeneralQuestions, for_everybody
from agent.cloning.mine.material import Material
from agent.cloning.mine.must_say.find import FoundMustSay, find_must_say
from agent.cloning.mine.must_say.habits import says
from agent.cloning.mine.slots.asked import asked, asks_for
from agent.cloning.mine.slots.find import FoundSlot, find_slots
from agent.cloning.mine.stages.find import FoundStage, find_stages
from agent.cloning.mine.stages.parts import known_parts, parts_of
from agent.cloning.mined import (
    Evidence,
    Facts,
    MinedIntent,
    MinedLine,
    MinedObjection,
    MinedSlot,
    MinedStage,
    MustSay,
    Step,
    Talk,
)
from agent.speech.protocols import SentenceEncoder

Where = tuple[str, int]

_ROBOT_QUESTION = "robot_question"
# A person's answer to "are you a robot?" is true of people only; so may be what they say next.
_ROBOT_TURNS = 4
# Lines are ranked by what came of them among the clearest half, and these many at least: with few
# calls, what came of it is luck.
_CLEAREST = 4
# A reader looks at a few of them; the talk of a thousand calls must stay readable.
_MOST_QUOTES = 40
_TELLING_WORDS = 3
# An answer that needs more facts is an answer to something wider.
_MOST_FACTS = 5


@dataclass(frozen=True, slots=True)
class Found:
    """What each miner found, before it is written as a Talk."""

    said: tuple[Said, ...]
    parted: tuple[tuple[Said, str], ...]
    stages: tuple[FoundStage, ...]
    slots: tuple[FoundSlot, ...]
    intents: tuple[FoundIntent, ...]
    must_say: tuple[FoundMustSay, ...]


def find_all(
    material: Material,
    said: Sequence[Said],
    facts: Facts,
    objections: Sequence[MinedObjection],
    encoder: SentenceEncoder,
) -> Found:
    """Everything but objections, which have a miner of their own."""
    raised = {(example.call, example.turn) for o in objections for example in o.examples}
    intents = find_intents(material, said, encoder, raised)
    meant = {intent.id: intent.turns for intent in intents}
    said = without_robot_talk(said, meant.get(_ROBOT_QUESTION, frozenset()))
    questions = asked(material, said, encoder)
    slots = find_slots(material, questions, encoder)
    asks = {id(question.said): slot.id for slot in slots for question in slot.questions}
    parted = parts_of(said, meant, raised, asks)
    lengths = {call: len(talk.turns) for call, talk in material.conversations.items()}
    return Found(
        said=tuple(said),
        parted=tuple(parted),
        stages=find_stages(_of(parted, material.grades.used_for("lines", "contrast")), lengths),
        slots=slots,
        intents=intents,
        must_say=find_must_say(material, parted, facts, meant, encoder),
    )


def compose_talk(
    material: Material,
    found: Found,
    facts: Facts,
    objections: Sequence[MinedObjection],
    lines: Sequence[MinedLine],
) -> Talk:
    """With the best lines for each part; `lines` are those of the objections."""
    bank = LineBank(material, found.said, facts)
    stage_of = {id(sentence): part for sentence, part in found.parted}
    general = GeneralQuestions(found.said)
    slots = [slot for slot in (_slot(slot, bank, general) for slot in found.slots) if slot]
    kept = {slot.id for slot in slots}
    asked_in = {slot.id: _majority(slot, stage_of) for slot in found.slots if slot.id in kept}
    return Talk(
        stages=tuple(_stage(stage, bank, asked_in) for stage in found.stages),
        slots=tuple(slots),
        intents=tuple(_intent(intent, found.said, facts, bank) for intent in found.intents),
        must_say=tuple(_must_say(item, facts, bank, stage_of) for item in found.must_say),
        objections=tuple(objections),
        lines=(*bank.lines, *lines),
    )


def without_robot_talk(said: Sequence[Said], asked_at: Collection[Where]) -> list[Said]:
    """All but what agents say right after a customer has asked whether they are a machine."""
    left_out = {
        (call, turn + after) for call, turn in asked_at for after in range(1, _ROBOT_TURNS + 1)
    }
    return [
        sentence
        for sentence in said
        if sentence.place.turn.speaker == "customer"
        or (sentence.place.call.id, sentence.place.index) not in left_out
    ]


def _of(parted: Sequence[tuple[Said, str]], calls: Collection[str]) -> list[tuple[Said, str]]:
    return [item for item in parted if item[0].place.call.id in calls]


def _stage(stage: FoundStage, bank: LineBank, slot_stages: Mapping[str, str]) -> MinedStage:
    steps: dict[str, Step] = {part.id: part.steps[0] for part in known_parts() if part.steps}
    step = steps.get(stage.id, "other")
    own = _best(for_everybody([s for s in stage.said if s.act == step] or stage.said))
    return MinedStage(
        id=stage.id,
        goal=stage.goal,
        place=stage.place,
        lines=bank.put(f"stage.{stage.id}", step, _clearest(own), stage=stage.id),
        slots=tuple(slot for slot, part in slot_stages.items() if part == stage.id),
        next=stage.next,
        calls=stage.calls,
        evidence=tuple(sentence.place.evidence(sentence.text) for sentence in own[:_MOST_QUOTES]),
    )


def _slot(slot: FoundSlot, bank: LineBank, general: GeneralQuestions) -> MinedSlot | None:
    """With the questions that can be put to everybody.

    Without any it is what a few customers were asked, and None; but who somebody is and when it
    suits them is asked in every trade, and the house has questions for that.
    """
    step: Step = "capture" if slot.personal else "discover"
    asks = [
        one for one in _own(slot)
        if general.has(one.text) and asks_for(one.text, slot.type, personal=slot.personal)
    ]  # fmt: skip
    ids = bank.put(f"ask.{slot.id}", step, _clearest(asks))
    if not ids and not slot.personal and slot.type != "appointment":
        return None
    return MinedSlot(
        id=slot.id,
        label=slot.label,
        type=slot.type,
        asks=ids,
        choices=slot.choices,
        personal=slot.personal,
        calls=slot.calls,
        evidence=slot.evidence()[: 2 * _MOST_QUOTES],
    )


def _own(slot: FoundSlot) -> list[Said]:
    """Its questions, the clearest first; those that ask for nothing else where there are any."""
    alone = [question for question in slot.questions if question.text == question.said.text]
    return list({id(q.said): q.said for q in alone or slot.questions}.values())


def _clearest(said: Sequence[Said]) -> list[Said]:
    """The first half of sentences in order of their clearness, in the order of the calls."""
    chosen = said[: max(_CLEAREST, len(said) // 2)]
    return sorted(chosen, key=lambda s: (s.place.call.id, s.place.index, s.index))


def _intent(intent: FoundIntent, said: Sequence[Said], facts: Facts, bank: LineBank) -> MinedIntent:
    if intent.kind != "question" or intent.id == _ROBOT_QUESTION:
        return as_mined(intent)
    replies = {(call, turn + 1) for call, turn in intent.turns}
    own = [
        sentence
        for sentence in said
        if sentence.place.turn.speaker == "agent"
        and (sentence.place.call.id, sentence.place.index) in replies
        and not sentence.question
    ]
    stated = {
        fact.id: len({(e.call, e.turn) for e in fact.evidence} & replies) for fact in facts.facts
    }
    linked = [
        fact for fact in sorted(stated, key=lambda fact: (-stated[fact], fact)) if stated[fact]
    ]
    return as_mined(
        intent, linked[:_MOST_FACTS], bank.put(f"reply.{intent.id}", "answer_question", own)
    )


def _must_say(
    item: FoundMustSay, facts: Facts, bank: LineBank, stage_of: Mapping[int, str]
) -> MustSay:
    quotes = [e for fact in facts.facts if fact.id in item.facts for e in fact.evidence]
    at: dict[Where, list[Evidence]] = {}
    for quote in quotes:
        at.setdefault((quote.call, quote.turn), []).append(quote)
    # What states a fact says it better than what only sounds like it.
    stating = [
        sentence
        for sentence in item.said
        if any(
            says(sentence.text, quote)
            for quote in at.get((sentence.place.call.id, sentence.place.index), ())
        )
    ]
    ids = bank.put(
        f"must.{item.habit.id}", "terms", _clearest(for_everybody(stating or item.said)), most=3
    )
    return MustSay(
        id=item.habit.id,
        description=item.habit.description,
        line=ids[0] if ids else "",
        stage=_most(stage_of.get(id(sentence), "") for sentence in item.said),
        share=round(item.share, 3),
        facts=item.facts,
        evidence=tuple(s.place.evidence(s.text) for s in item.said[:_MOST_QUOTES]),
    )


def _majority(slot: FoundSlot, stage_of: Mapping[int, str]) -> str:
    return _most(stage_of.get(id(question.said), "") for question in slot.questions)


def _most(names: Iterable[str]) -> str:
    counted: dict[str, int] = {}
    for name in names:
        counted[name] = counted.get(name, 0) + bool(name)
    return max(counted, key=lambda name: (counted[name], name), default="")


def _best(said: Sequence[Said]) -> list[Said]:
    """The most typical first; what has hardly a word tells a reader nothing and comes last."""
    vectors = np.array([sentence.vector for sentence in said])
    order = [said[row] for row in typical(vectors, range(len(said)))]
    return sorted(order, key=lambda sentence: len(sentence.text.split()) < _TELLING_WORDS)
