"""The slots of the calls: what agents ask in many of them, and customers tell."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agent.cloning.mine.clusters import clusters, typical
from agent.cloning.mine.likeness import Likeness, Seed, read_seeds
from agent.cloning.mine.material import Material, Place
from agent.cloning.mine.slots.asked import Asked
from agent.cloning.mine.slots.values import choices_of, fits, type_of
from agent.cloning.mine.words import content_words, name_of
from agent.cloning.mined import Evidence
from agent.speech.protocols import SentenceEncoder

# A question is of a seed at this likeness, if no other seed is as near; wide, because a question
# that asks for no detail has seeds of its own.
_AT_LEAST = 0.45
_MARGIN = 0.05
# What no seed knows: questions this alike, asked by several people in several calls.
_ALIKE = 0.6
_CALLS = 3
_AGENTS = 2
# What a seed knows is believed sooner.
_SEEDED_CALLS = 2
# Steps of agents in which a detail is asked for; elsewhere a question asks for a decision.
_ASKING = frozenset({"discover", "capture", "clarify", "answer_question", "other"})


@dataclass(frozen=True, slots=True)
class FoundSlot:
    """Questions for one detail, the clearest first, with what was told."""

    id: str
    label: str
    type: str
    personal: bool
    choices: dict[str, tuple[str, ...]]
    questions: tuple[Asked, ...]

    @property
    def calls(self) -> int:
        """In how many calls it was asked for."""
        return len({question.said.place.call.id for question in self.questions})

    def evidence(self) -> tuple[Evidence, ...]:
        """Each question and the turn that answers it."""
        return tuple(
            evidence
            for asked in self.questions
            for evidence in (asked.said.place.evidence(asked.text), asked.answer.evidence())
        )


def find_slots(
    material: Material, questions: Sequence[Asked], encoder: SentenceEncoder
) -> tuple[FoundSlot, ...]:
    """Slots by how many calls ask for them, most first."""
    likeness = Likeness(read_seeds(__package__ or ""), encoder)
    texts = [question.text for question in questions]
    vectors = np.array([question.vector for question in questions])
    chosen = likeness.choose(texts, vectors, at_least=_AT_LEAST, margin=_MARGIN)
    by_seed: dict[str, list[tuple[float, Asked]]] = {}
    unknown: list[Asked] = []
    for question, match in zip(questions, chosen, strict=True):
        if match is not None:
            by_seed.setdefault(match.seed.id, []).append((match.score, question))
        elif question.said.act in _ASKING:
            unknown.append(question)
    seeded = {seed: [one for _, one in sorted(own, key=_clearest)] for seed, own in by_seed.items()}
    elsewhere = _shares(place.turn.text for place in _customers(material))
    found = [
        _seeded(seed, seeded[seed.id], elsewhere)
        for seed in likeness.seeds
        if seed.kind != "none"
        and _in_calls(seeded.get(seed.id, ())) >= _SEEDED_CALLS
        and fits(seed.kind, [question.answer.turn.text for question in seeded[seed.id]])
    ]
    found += _discovered(unknown, elsewhere, {slot.id for slot in found})
    return tuple(sorted(found, key=lambda slot: (-slot.calls, slot.id)))


def _clearest(scored: tuple[float, Asked]) -> float:
    return -scored[0]


def _seeded(seed: Seed, questions: Sequence[Asked], elsewhere: Mapping[str, float]) -> FoundSlot:
    answers = [question.answer.turn.text for question in questions]
    choices = choices_of(answers, elsewhere) if seed.kind == "choice" else {}
    kind = "text" if seed.kind == "choice" and not choices else seed.kind
    return FoundSlot(seed.id, seed.description, kind, seed.personal, choices, tuple(questions))


def _discovered(
    unknown: Sequence[Asked], elsewhere: Mapping[str, float], taken: set[str]
) -> list[FoundSlot]:
    vectors = np.array([question.vector for question in unknown])
    everything = Counter(word for asked in unknown for word in set(content_words(asked.text)))
    found: list[FoundSlot] = []
    for rows in clusters(vectors, at_least=_ALIKE, smallest=_CALLS):
        questions = [unknown[row] for row in typical(vectors, rows)]
        agents = {question.said.place.call.agent for question in questions}
        name = name_of((question.text for question in questions), everything)
        if _in_calls(questions) < _CALLS or len(agents) < _AGENTS or not name or name in taken:
            continue
        answers = [question.answer.turn.text for question in questions]
        choices = choices_of(answers, elsewhere)
        kind = "choice" if choices else type_of(answers)
        personal = kind in ("email", "phone", "name", "postcode")
        label = name.replace("_", " ")
        found.append(FoundSlot(name, label, kind, personal, choices, tuple(questions)))
        taken.add(name)
    return found


def _in_calls(questions: Iterable[Asked]) -> int:
    return len({question.said.place.call.id for question in questions})


def _customers(material: Material) -> Iterable[Place]:
    return (place for place in material.places() if place.turn.speaker == "customer")


def _shares(texts: Iterable[str]) -> dict[str, float]:
    rows = [set(content_words(text)) for text in texts]
    counted = Counter(word for row in rows for word in row)
    return {word: count / max(len(rows), 1) for word, count in counted.items()}
