"""The intents of the calls: what customers want, in their own words."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.acts.wording import is_question
from agent.cloning.mine.clusters import clusters, typical
from agent.cloning.mine.likeness import Likeness, Match, Seed, read_seeds
from agent.cloning.mine.material import Material
from agent.cloning.mine.words import content_words, name_of
from agent.cloning.mined import Evidence, MinedIntent
from agent.speech.protocols import SentenceEncoder

# A sentence means a seed at this likeness, if no other seed is as near.
_AT_LEAST = 0.65
_MARGIN = 0.05
# Questions that no seed knows are one intent when they are so alike and come from several calls.
_ALIKE = 0.5
_CALLS = 2
# What is kept of an intent: the live agent's classifier learns little from more.
_MOST_EXAMPLES = 60
_YES, _LISTENS = "affirm", "backchannel"


@dataclass(frozen=True, slots=True)
class Meant:
    """A customer's turn that means an intent, and the literal part of it that says so."""

    said: tuple[Said, ...]

    def evidence(self) -> Evidence:
        """From its first to its last sentence that means it."""
        place = self.said[0].place
        return place.evidence(place.turn.text[self.said[0].start : self.said[-1].end])


@dataclass(frozen=True, slots=True)
class FoundIntent:
    """An intent with every turn that means it, the most typical first."""

    id: str
    description: str
    kind: str
    meant: tuple[Meant, ...]

    @property
    def turns(self) -> frozenset[tuple[str, int]]:
        """(call, turn) of what means it."""
        return frozenset((m.said[0].place.call.id, m.said[0].place.index) for m in self.meant)


def find_intents(
    material: Material,
    said: Sequence[Said],
    encoder: SentenceEncoder,
    objections: Collection[tuple[str, int]] = (),
) -> tuple[FoundIntent, ...]:
    """Intents by how many turns mean them, most first.

    `objections` are the (call, turn) in which a customer gives a reason not to go on: they are met
    in another way, and are no examples here.
    """
    turns = [turn for turn in _turns(said) if _where(turn) not in objections]
    likeness = Likeness(read_seeds(__package__ or ""), encoder)
    sentences = [sentence for turn in turns for sentence in turn]
    chosen = dict(zip(map(id, sentences), _choose(likeness, sentences), strict=True))
    by_seed: dict[str, list[tuple[float, Meant]]] = {}
    unknown: list[Said] = []
    for turn in turns:
        matches = [chosen[id(sentence)] for sentence in turn]
        by_turn: dict[str, list[tuple[Said, Match]]] = {}
        for sentence, match in zip(turn, matches, strict=True):
            if match is not None:
                by_turn.setdefault(match.seed.id, []).append((sentence, match))
            elif sentence.question:
                unknown.append(sentence)
        for pairs in by_turn.values():
            own = tuple(sentence for sentence, _ in pairs)
            label = _label(material, pairs[0][1].seed, own, turn)
            if label:
                nearest = max(match.score for _, match in pairs)
                by_seed.setdefault(label, []).append((nearest, Meant(own)))
    found = [
        FoundIntent(seed.id, seed.description, seed.kind, _clearest_first(by_seed[seed.id]))
        for seed in likeness.seeds
        if seed.id in by_seed
    ]
    found += _discovered(unknown, said, {seed.id for seed in likeness.seeds})
    return tuple(sorted(found, key=lambda intent: (-len(intent.meant), intent.id)))


def _clearest_first(scored: Sequence[tuple[float, Meant]]) -> tuple[Meant, ...]:
    return tuple(meant for _, meant in sorted(scored, key=lambda item: -item[0]))


def _turns(said: Sequence[Said]) -> Iterator[tuple[Said, ...]]:
    theirs = (sentence for sentence in said if sentence.place.turn.speaker == "customer")
    for _, turn in groupby(theirs, key=lambda s: (s.place.call.id, s.place.index)):
        yield tuple(turn)


def _where(turn: Sequence[Said]) -> tuple[str, int]:
    return turn[0].place.call.id, turn[0].place.index


def _choose(likeness: Likeness, sentences: Sequence[Said]) -> list[Match | None]:
    texts = [sentence.text for sentence in sentences]
    vectors = np.array([sentence.vector for sentence in sentences])
    return likeness.choose(texts, vectors, at_least=_AT_LEAST, margin=_MARGIN)


def _label(material: Material, seed: Seed, own: Sequence[Said], turn: Sequence[Said]) -> str | None:
    """Which intent a turn is an example of, if it is a good one."""
    if seed.kind == "none" or (seed.kind == "question" and not any(s.question for s in own)):
        return None
    if seed.kind in ("answer", "social") and len(own) < len(turn):
        return None  # "Yes." is no example where more is said than yes
    if seed.id in (_YES, _LISTENS):
        return _YES if seed.id == _YES and _was_asked(material, turn[0]) else _LISTENS
    return seed.id


def _was_asked(material: Material, sentence: Said) -> bool:
    """Whether the agent had finished a question: else a yes only says that somebody listens."""
    place = sentence.place
    if place.index == 0:
        return False
    before = material.conversations[place.call.id].turns[place.index - 1]
    asked = is_question(before.text) or before.text.rstrip().endswith("?")
    return before.speaker == "agent" and asked and place.turn.start >= before.end


def _discovered(
    unknown: Sequence[Said], said: Sequence[Said], taken: Collection[str]
) -> list[FoundIntent]:
    vectors = np.array([sentence.vector for sentence in unknown])
    everything = Counter(word for sentence in said for word in set(content_words(sentence.text)))
    found: list[FoundIntent] = []
    names = set(taken)
    for rows in clusters(vectors, at_least=_ALIKE, smallest=_CALLS):
        sentences = [unknown[row] for row in typical(vectors, rows)]
        name = name_of((sentence.text for sentence in sentences), everything)
        if len({s.place.call.id for s in sentences}) < _CALLS or not name:
            continue
        intent = f"ask_{name}"
        if intent in names:
            continue
        names.add(intent)
        description = f"asks about {name.replace('_', ' ')}"
        meant = tuple(Meant((sentence,)) for sentence in sentences)
        found.append(FoundIntent(intent, description, "question", meant))
    return found


def examples(intent: FoundIntent) -> tuple[Evidence, ...]:
    """Its turns as evidence, no words twice."""
    unique: dict[str, Evidence] = {}
    for meant in intent.meant:
        evidence = meant.evidence()
        unique.setdefault(evidence.quote.lower(), evidence)
    return tuple(unique.values())[:_MOST_EXAMPLES]


def as_mined(
    intent: FoundIntent, facts: Sequence[str] = (), answers: Sequence[str] = ()
) -> MinedIntent:
    """As it is written to talk.yaml."""
    return MinedIntent.model_validate(
        {
            "id": intent.id,
            "description": intent.description,
            "kind": intent.kind,
            "examples": examples(intent),
            "facts": tuple(facts),
            "answers": tuple(answers),
        }
    )
