"""What a company's people always say, found without knowing what: by its facts and its words."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.acts.wording import plain
from agent.cloning.mine.clusters import clusters, typical
from agent.cloning.mine.words import content_words, stem
from agent.cloning.mined import Evidence, Facts, MinedFact
from agent.speech.protocols import SentenceEncoder

# Variants of one fact, as the price of each product, are stated in the same words.
_ALIKE = 0.65
# A word marks a habit when it is said in so many of the calls, about once in each, and whoever says
# it says the same: the mean cosine of such sentences. Any two sentences of a call centre have 0.3.
_SHARE = 0.7
_MOST_A_CALL = 2.0
_COHERENT = 0.5


@dataclass(frozen=True, slots=True)
class Habit:
    """Sentences of agents, from all calls, that say one thing, the clearest first."""

    id: str
    description: str
    occasion: str
    said: tuple[Said, ...]


def same_facts(
    facts: Facts, ours: Sequence[Said], encoder: SentenceEncoder, occasion: str
) -> Iterator[Habit]:
    """Each fact, or family of variants of a fact, is a habit."""
    at: dict[tuple[str, int], list[Said]] = {}
    for sentence in ours:
        at.setdefault((sentence.place.call.id, sentence.place.index), []).append(sentence)
    for family in _families(facts, encoder):
        quotes = [evidence for fact in family for evidence in fact.evidence]
        said = {
            id(sentence): sentence
            for evidence in quotes
            for sentence in at.get((evidence.call, evidence.turn), ())
            if says(sentence.text, evidence)
        }
        if said:
            yield Habit(family[0].id, family[0].statement, occasion, tuple(said.values()))


def same_words(ours: Sequence[Said], calls: Collection[str], occasion: str) -> Iterator[Habit]:
    """Each word that marks a habit, the clearest first."""
    by_word: dict[str, list[Said]] = {}
    for sentence in ours:
        for word in {stem(word) for word in content_words(sentence.text)}:
            by_word.setdefault(word, []).append(sentence)
    ranked: list[tuple[float, str, tuple[Said, ...]]] = []
    for word, sentences in by_word.items():
        own = [sentence for sentence in sentences if sentence.place.call.id in calls]
        spoken = {sentence.place.call.id for sentence in own}
        often = len(spoken) >= max(_SHARE * len(calls), 2)
        if not often or len(own) > _MOST_A_CALL * len(spoken):
            continue
        likeness = coherence(np.array([sentence.vector for sentence in own]))
        if likeness >= _COHERENT:
            ranked.append((-likeness, word, tuple(sentences)))
    for _, word, said in sorted(ranked, key=lambda item: item[:2]):
        vectors = np.array([sentence.vector for sentence in said])
        clear = [said[row] for row in typical(vectors, range(len(said)))]
        name = "".join(letter for letter in word if letter.isalpha())
        yield Habit(f"says_{name}", clear[0].text, occasion, tuple(clear))


def says(text: str, evidence: Evidence) -> bool:
    """Whether a sentence of the evidence's turn is what the evidence quotes."""
    return evidence.quote in text or text in evidence.quote


def coherence(vectors: np.ndarray) -> float:
    """The mean cosine of rows of length 1 to each other; 0 for fewer than two."""
    n = len(vectors)
    total = float(np.square(vectors.sum(axis=0)).sum())
    return (total - n) / (n * (n - 1)) if n > 1 else 0.0


def _families(facts: Facts, encoder: SentenceEncoder) -> Iterator[list[MinedFact]]:
    by_unit: dict[str, list[MinedFact]] = {}
    for fact in facts.facts:
        by_unit.setdefault(fact.unit, []).append(fact)
    for same_unit in by_unit.values():
        vectors = encoder.encode([plain(fact.statement) for fact in same_unit])
        grouped = clusters(vectors, at_least=_ALIKE, smallest=1)
        for rows in grouped or [[row] for row in range(len(same_unit))]:
            yield [same_unit[row] for row in rows]
