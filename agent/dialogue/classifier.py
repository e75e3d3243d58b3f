"""Labels for what a caller said, by its likeness to examples and by what tells labels apart."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agent.dialogue.ngrams import NGrams
from agent.speech.protocols import SentenceEncoder, Vectors

# A label's score mixes its nearest example, its nearest few and their centre. One near example is
# the best evidence; the rest keeps a single odd example from taking over.
_NEAREST, _NEAREST_FEW, _CENTRE = 0.6, 0.25, 0.15
_FEW = 3
# The rest of the score is a ridge regression over sentence vectors and words: it knows what tells
# labels apart, which likeness does not. Chosen on the tune half of tests/bench/understanding.
_LIKENESS = 0.5
_RIDGE = 1.0
# A recogniser writes no full stops: what a long turn is about may be in a part of it.
_WINDOW_WORDS = 7
_PART_PENALTY = 0.05
# A cue phrase outweighs a good deal of misrecognised text around it.
_CUE = 0.25


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic confidence from a score and its margin over the second best label.

    Fitted by `python -m tests.bench.understanding --split tune --fit` on the tune half of the
    Larkfield corpus's calls: 72 turns as they were said, the same as the bundled recogniser heard
    them in six voices, and the half's turns that mean nothing to the playbook; the examples that
    are near to one of the 72 were taken out of the playbook before.
    """

    bias: float = -2.4
    per_score: float = 3.04
    per_margin: float = 6.07

    def confidence(self, score: float, margin: float) -> float:
        """The probability, 0 to 1, that the best label is right."""
        logit = self.bias + self.per_score * score + self.per_margin * margin
        return float(1.0 / (1.0 + np.exp(-logit)))


@dataclass(frozen=True, slots=True)
class Scored:
    """A label and how well it fits, -1 to 1."""

    label: str
    score: float


class ExampleClassifier:
    """Scores labels by their examples; everything is worked out once, when it is built."""

    def __init__(
        self,
        encoder: SentenceEncoder,
        examples: Mapping[str, Sequence[str]],
        examples_encoder: SentenceEncoder,
    ) -> None:
        self._encoder = encoder
        self._labels = tuple(label for label, texts in examples.items() if texts)
        rows = [text for label in self._labels for text in examples[label]]
        self._vectors = examples_encoder.encode(rows)
        sizes = [len(examples[label]) for label in self._labels]
        ends = np.cumsum(sizes).tolist()
        self._blocks = [slice(end - n, end) for end, n in zip(ends, sizes, strict=True)]
        self._centres = np.stack(
            [_unit(self._vectors[block].mean(axis=0)) for block in self._blocks]
        )
        self._n_grams = NGrams(rows)
        self._words = np.stack([self._n_grams.vector(row) for row in rows])
        features = np.hstack([self._vectors, self._words])
        self._weights = _ridge(features, self._blocks)

    def rank(self, text: str, allowed: Collection[str], cued: Collection[str] = ()) -> list[Scored]:
        """The allowed labels, best first; `cued` ones had a cue phrase in the text."""
        whole, *parts = map(self._scores, windows(text))
        scores = np.max([whole, *(part - _PART_PENALTY for part in parts)], axis=0)
        scored = [
            Scored(label, float(score) + (_CUE if label in cued else 0.0))
            for label, score in zip(self._labels, scores, strict=True)
            if label in allowed
        ]
        return sorted(scored, key=lambda item: item.score, reverse=True)

    def _scores(self, text: str) -> Vectors:
        """One for every label."""
        vector = self._encoder.encode([text])[0]
        if not vector.any():  # the encoder has failed: what words are shared is all there is
            shared = self._words @ self._n_grams.vector(text)
            return np.array([_nearness(shared[block]) for block in self._blocks], np.float32)
        likenesses = self._vectors @ vector
        near = np.array([_nearness(likenesses[block]) for block in self._blocks], np.float32)
        likeness = near + _CENTRE * (self._centres @ vector)
        told_apart = np.concatenate([vector, self._n_grams.vector(text)]) @ self._weights
        scores: Vectors = _LIKENESS * likeness + (1.0 - _LIKENESS) * told_apart
        return scores


def _nearness(likenesses: Vectors) -> float:
    nearest = np.sort(likenesses)[::-1][:_FEW]
    return _NEAREST * float(nearest[0]) + _NEAREST_FEW * float(nearest.mean())


def _ridge(features: Vectors, blocks: Sequence[slice]) -> Vectors:
    """Weights (feature, label) that give an example's label 1 and the others together -1.

    In its dual form, since there are fewer examples than features. Labels with many examples are
    held to them less, so that they do not drown the others.
    """
    examples, labels = len(features), len(blocks)
    wanted = np.full((examples, labels), -1.0 / max(labels - 1, 1), np.float32)
    slack = np.empty(examples, np.float32)
    for place, block in enumerate(blocks):
        wanted[block, place] = 1.0
        slack[block] = (block.stop - block.start) ** 0.5
    kernel = features @ features.T + np.diag(_RIDGE * slack / slack.mean())
    weights: Vectors = features.T @ np.linalg.solve(kernel, wanted)
    return weights


def windows(text: str) -> list[str]:
    """The text, and for a long one its first and its last words."""
    words = text.split()
    if len(words) < _WINDOW_WORDS + 2:
        return [text]
    starts = (0, len(words) - _WINDOW_WORDS)
    return [text, *(" ".join(words[at : at + _WINDOW_WORDS]) for at in starts)]


def _unit(vector: Vectors) -> Vectors:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
