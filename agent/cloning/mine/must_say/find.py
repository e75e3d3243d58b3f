"""What the people who are trusted say in nearly every call of a kind."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.likeness import Likeness, Seed, read_seeds
from agent.cloning.mine.material import Material
from agent.cloning.mined import Facts
from agent.speech.protocols import SentenceEncoder

# Nearly every call, and not by chance: three calls are the least that shows a habit.
_SHARE = 0.6
_CALLS = 3
_AT_LEAST = 0.55
_MARGIN = 0.0
# With fewer calls to learn lines from than this, the calls next to them in rank count as well.
_ENOUGH = 8
# A fact stated where a theme is said belongs to it when so much of its evidence stands there.
_SAME = 0.5

Where = tuple[str, int]


@dataclass(frozen=True, slots=True)
class FoundMustSay:
    """Something said in nearly every call of its kind; `said` are the best people's sentences."""

    id: str
    description: str
    occasion: str
    share: float
    said: tuple[Said, ...]
    facts: tuple[str, ...] = ()
    turns: frozenset[Where] = field(default=frozenset())


def find_must_say(
    material: Material,
    said: Sequence[Said],
    facts: Facts,
    intents: Mapping[str, Collection[Where]],
    encoder: SentenceEncoder,
) -> tuple[FoundMustSay, ...]:
    """In the order in which it is said in a call.

    `intents` are the (call, turn) of the examples of each intent.
    """
    ours = [s for s in said if s.place.turn.speaker == "agent"]
    themes = _themes(ours, encoder)
    occasions = _occasions(material, intents)
    found: list[FoundMustSay] = []
    for seed, sentences in themes:
        calls = occasions.get(seed.kind, frozenset())
        own = [s for s in sentences if s.place.call.id in calls]
        own = [s for s in own if _comes_after(s, intents.get(seed.kind))]
        spoken = {s.place.call.id for s in own}
        if len(spoken) < _CALLS and seed.kind in ("call", "won"):
            continue
        if not spoken or len(spoken) < _SHARE * len(calls):
            continue
        turns = frozenset((s.place.call.id, s.place.index) for s in sentences)
        found.append(
            FoundMustSay(
                seed.id, seed.description, seed.kind, len(spoken) / len(calls), tuple(own),
                _stated_there(facts, turns), turns,
            )  # fmt: skip
        )
    return tuple(sorted(found, key=lambda item: (_place(item.said), item.id)))


def _themes(ours: Sequence[Said], encoder: SentenceEncoder) -> list[tuple[Seed, list[Said]]]:
    likeness = Likeness(read_seeds(__package__ or ""), encoder)
    texts = [sentence.text for sentence in ours]
    scores = likeness.scores(texts, np.array([sentence.vector for sentence in ours]))
    # A sentence may say several things at once: who calls, and that it is recorded.
    return [
        (seed, [s for s, near in zip(ours, scores[:, column], strict=True) if near >= _AT_LEAST])
        for column, seed in enumerate(likeness.seeds)
    ]


def _occasions(
    material: Material, intents: Mapping[str, Collection[Where]]
) -> dict[str, frozenset[str]]:
    calls = material.grades.used_for("lines")
    if len(calls) < _ENOUGH:
        calls = material.grades.used_for("lines", "contrast")
    found = {
        "call": calls,
        "won": frozenset(call for call in calls if material.calls[call].won),
    }
    for intent, turns in intents.items():
        # Whoever is trusted: such calls are lost, so few of them are ones to learn lines from.
        found[intent] = frozenset(
            call for call, _ in turns if material.trust(material.calls[call].agent) >= _TRUSTED
        )
    return found


_TRUSTED = 0.6


def _comes_after(sentence: Said, turns: Collection[Where] | None) -> bool:
    if turns is None:
        return True
    place = sentence.place
    return any(call == place.call.id and turn < place.index for call, turn in turns)


def _stated_there(facts: Facts, turns: Collection[Where]) -> tuple[str, ...]:
    return tuple(
        fact.id
        for fact in facts.facts
        if sum((e.call, e.turn) in turns for e in fact.evidence) >= _SAME * len(fact.evidence)
    )


def _place(said: Iterable[Said]) -> float:
    places = [s.place.turn.start / max(s.place.call.duration_s or 1.0, 1.0) for s in said]
    return sum(places) / max(len(places), 1)
