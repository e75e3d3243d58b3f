"""What calls are about, and what situations their customers are in: clusters of sentences.

A cluster's label is its own words against the other clusters' (class-based TF-IDF, Grootendorst
2022, "BERTopic"), its examples the sentences nearest its middle, one a call.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from sklearn.cluster import KMeans

from agent.cloning.domain.description import CustomerType, Term, Topic
from agent.cloning.domain.vocabulary import tells, words_of
from agent.cloning.domain.words import words_in
from agent.cloning.mine.material import Material, Place
from agent.cloning.mined import Evidence
from agent.evaluation.rubric.speech import Sentence, sentences_of
from agent.speech.protocols import SentenceEncoder

_MOST_SENTENCES = 4_000
_WORDS_OF_SENTENCE = 4
_TOPICS = (4, 12)
_TYPES, _SAID_A_TYPE = (2, 8), 15
_SENTENCES_A_CLUSTER = 3
_LABEL_WORDS, _LABEL_CALLS, _EXAMPLES = 5, 2, 3
_SEED = 0


@dataclass(frozen=True, slots=True)
class _Quoted:
    """A sentence and the place of its turn."""

    place: Place
    sentence: Sentence

    @property
    def evidence(self) -> Evidence:
        return self.place.evidence(self.sentence.text)


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Sentences, nearest the middle first, and the words that tell them from other clusters'."""

    said: Sequence[_Quoted]
    words: tuple[str, ...]

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        first: dict[str, Evidence] = {}
        for one in self.said:
            first.setdefault(one.place.call.id, one.evidence)
        return tuple(first.values())[:_EXAMPLES]


def topics_of(
    material: Material, vocabulary: Sequence[Term], encoder: SentenceEncoder
) -> tuple[Topic, ...]:
    """By the share of calls they come up in; empty for too few sentences."""
    telling = {term.word for term in vocabulary}
    said = _sample(o for o in _long_enough(material) if telling & set(words_of(o.sentence.text)))
    topics = []
    total = len(material.conversations)
    for cluster in _clusters(said, encoder, _clamp(round(1.5 * sqrt(total)), _TOPICS)):
        calls = {one.place.call.id for one in cluster.said}
        share = round(len(calls) / total, 3)
        topics.append(Topic(words=cluster.words, calls=share, evidence=cluster.evidence))
    return tuple(sorted(topics, key=lambda topic: (-topic.calls, topic.words)))


def customer_types(material: Material, encoder: SentenceEncoder) -> tuple[CustomerType, ...]:
    """By what customers say of themselves, commonest first; a caller can be of several types."""
    said = _sample(
        one
        for one in _long_enough(material)
        if one.sentence.speaker == "customer"
        and not one.sentence.asks
        and words_in("oneself") & set(one.sentence.words.split())
        and any(tells(word) for word in words_of(one.sentence.text))
    )
    types = []
    for cluster in _clusters(said, encoder, _clamp(len(said) // _SAID_A_TYPE, _TYPES)):
        calls = sorted({one.place.call.id for one in cluster.said})
        types.append(
            CustomerType(
                words=cluster.words,
                calls=len(calls),
                won=_won(material, calls),
                evidence=cluster.evidence,
            )
        )
    return tuple(sorted(types, key=lambda one: (-one.calls, one.words)))


def _long_enough(material: Material) -> list[_Quoted]:
    return [
        _Quoted(
            Place(material.calls[call], sentence.place, conversation.turns[sentence.place]),
            sentence,
        )
        for call, conversation in material.conversations.items()
        for sentence in sentences_of(conversation)
        if len(sentence.words.split()) >= _WORDS_OF_SENTENCE
    ]


def _sample(said: Iterable[_Quoted]) -> list[_Quoted]:
    """All of them, or so many spread evenly over the calls."""
    everything = list(said)
    return everything[:: -(-len(everything) // _MOST_SENTENCES)] if everything else []


def _clusters(said: Sequence[_Quoted], encoder: SentenceEncoder, count: int) -> list[_Cluster]:
    """Those of more than one call that have words of their own; none of too few sentences."""
    if len(said) < _SENTENCES_A_CLUSTER * count:
        return []
    vectors = encoder.encode([one.sentence.text for one in said])
    model = KMeans(n_clusters=count, n_init=4, random_state=_SEED).fit(vectors)
    away = np.linalg.norm(vectors - model.cluster_centers_[model.labels_], axis=1)
    nearest_first = np.argsort(away, kind="stable")
    groups = [[said[i] for i in nearest_first if model.labels_[i] == c] for c in range(count)]
    clusters = map(_Cluster, groups, _labels(groups))
    return [c for c in clusters if c.words and len({one.place.call.id for one in c.said}) > 1]


def _labels(groups: Sequence[Sequence[_Quoted]]) -> list[tuple[str, ...]]:
    counts = [_shared_words(group) for group in groups]
    everywhere = Counter[str]()
    for count in counts:
        everywhere.update(count)
    mean = sum(everywhere.values()) / len(groups)

    def weight(word: str, count: Mapping[str, int]) -> float:
        return count[word] / sum(count.values()) * log(1 + mean / everywhere[word])

    return [
        tuple(sorted(count, key=lambda word: (-weight(word, count), word))[:_LABEL_WORDS])
        for count in counts
    ]


def _shared_words(group: Sequence[_Quoted]) -> Counter[str]:
    """How often telling words are said; a word of one call alone is no common ground."""
    count, calls = Counter[str](), defaultdict[str, set[str]](set)
    for one in group:
        for word in filter(tells, words_of(one.sentence.text)):
            count[word] += 1
            calls[word].add(one.place.call.id)
    return Counter({w: n for w, n in count.items() if len(calls[w]) >= _LABEL_CALLS})


def _won(material: Material, calls: Sequence[str]) -> float | None:
    known = [material.calls[call].won for call in calls if material.calls[call].won is not None]
    return round(sum(map(bool, known)) / len(known), 3) if known else None


def _clamp(value: int, ends: tuple[int, int]) -> int:
    return max(ends[0], min(ends[1], value))
