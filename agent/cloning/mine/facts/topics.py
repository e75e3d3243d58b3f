"""Claims of the same value that are about the same thing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering

from agent.cloning.mine.facts.claims import Claim
from agent.speech.protocols import SentenceEncoder

Vectors = NDArray[np.float32]
# Claims of one value whose words are less alike than this begin apart ...
_APART = 0.75
# ... and come together where what they are about is this near; a few claims are more easily taken
# in than many. A measure or the hours of a day hardly tell two things with the same value; a sum
# or a number of days often does.
_NEAR, _NEAR_FOR_FEW, _FEW = 0.4, 0.2, 2
_OFTEN_TWO = frozenset({"duration", "money", "percent", "count"})
_SHARED_WORDS = 0.5


@dataclass(frozen=True, slots=True)
class Topic:
    """One value of one thing, with everybody who stated it. `vector` is a unit vector."""

    dimension: str
    measure: float
    claims: tuple[Claim, ...]
    vector: Vectors
    words: Counter[str]

    def share(self, words: Iterable[str]) -> float:
        """How much some words belong to this topic: shares of its claims, summed."""
        return sum(self.words[word] for word in words) / len(self.claims)


def topics(claims: Sequence[Claim], encoder: SentenceEncoder) -> tuple[Topic, ...]:
    """Claims by dimension and value, and by what their words are about."""
    of_value: defaultdict[tuple[str, float], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.amount.dimension and claim.standing != "customer's":
            of_value[claim.key].append(claim)
    found: list[Topic] = []
    for key, same in sorted(of_value.items()):
        vectors = encoder.encode([claim.about for claim in same])
        groups = [list(range(len(same)))]
        if key[0] in _OFTEN_TWO:
            groups = _joined(_apart(same, vectors), vectors)
        found.extend(_topic([same[i] for i in group], vectors[group]) for group in groups)
    return tuple(found)


def _topic(claims: Sequence[Claim], vectors: Vectors) -> Topic:
    return Topic(
        claims[0].amount.dimension,
        claims[0].amount.measure,
        tuple(claims),
        _centre(vectors),
        Counter(word for claim in claims for word in claim.content),
    )


def _centre(vectors: Vectors) -> Vectors:
    mean = vectors.mean(axis=0)
    centre: Vectors = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return centre


def _apart(claims: Sequence[Claim], vectors: Vectors) -> list[list[int]]:
    """Groups of indexes. Claims with no words of their own go with the most."""
    telling = [index for index, claim in enumerate(claims) if claim.content]
    if len(telling) < 2:
        return [list(range(len(claims)))]
    model = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=_APART
    )
    labels = model.fit_predict(_distances([claims[i] for i in telling], vectors[telling]))
    groups = [
        [index for index, own in zip(telling, labels, strict=True) if own == label]
        for label in range(max(labels) + 1)
    ]
    most = max(groups, key=len)
    most += sorted(set(range(len(claims))) - set(telling))
    return groups


def _joined(groups: list[list[int]], vectors: Vectors) -> list[list[int]]:
    """The nearest two become one, as long as they are near."""
    while len(groups) > 1:
        centres = np.stack([_centre(vectors[group]) for group in groups])
        many = np.array([len(group) > _FEW for group in groups])
        needed = np.where(many[:, None] & many[None, :], _NEAR, _NEAR_FOR_FEW)
        spare = centres @ centres.T - needed - 2 * np.eye(len(groups))
        i, j = sorted(divmod(int(np.argmax(spare)), len(groups)))
        if spare[i, j] < 0:
            break
        groups[i] += groups.pop(j)
    return [sorted(group) for group in groups]


def _distances(claims: Sequence[Claim], vectors: Vectors) -> NDArray[np.float64]:
    """1 - (half the cosine, half the share of telling words in common, rare ones more)."""
    often = Counter(word for claim in claims for word in claim.content)
    weight = {word: 1 / count**0.5 for word, count in often.items()}
    cosine = vectors @ vectors.T
    size = len(claims)
    result = np.zeros((size, size))
    for i in range(size):
        for j in range(i):
            a, b = claims[i].content, claims[j].content
            smaller = min(sum(weight[w] for w in a), sum(weight[w] for w in b))
            overlap = sum(weight[w] for w in a & b) / smaller
            alike = (1 - _SHARED_WORDS) * float(cosine[i, j]) + _SHARED_WORDS * overlap
            result[i, j] = result[j, i] = 1 - min(alike, 1.0)
    return result
