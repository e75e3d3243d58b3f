"""What a sentence means, by its likeness to seeds: examples of our own that know no domain."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from pydantic import TypeAdapter

from agent.cloning.files import load_yaml
from agent.cloning.mine.acts.wording import plain
from agent.cloning.recorded import Kept
from agent.dialogue.rules import Cues, normalise
from agent.speech.protocols import SentenceEncoder, Vectors

# A phrase that speaks for a meaning is worth a good deal of likeness, but decides nothing alone.
CUE = 0.25


class Seed(Kept):
    """One meaning. `cues` are phrases as in a playbook: `a/b` alternatives, `...` up to 3 words."""

    id: str
    kind: str
    description: str
    examples: tuple[str, ...]
    cues: tuple[str, ...] = ()
    personal: bool = False


def read_seeds(package: str) -> tuple[Seed, ...]:
    """The seeds.yaml of a package of the product."""
    text = (resources.files(package) / "seeds.yaml").read_text("utf-8")
    return TypeAdapter(tuple[Seed, ...]).validate_python(load_yaml(text))


class Likeness:
    """Scores sentences by their nearest example and by cues."""

    def __init__(
        self, seeds: Sequence[Seed], encoder: SentenceEncoder, *, cue: float = CUE
    ) -> None:
        self.seeds = tuple(seeds)
        self._vectors = [
            encoder.encode([plain(example) for example in seed.examples]) for seed in self.seeds
        ]
        self._cues = Cues({seed.id: seed.cues for seed in self.seeds})
        self._cue = cue
        self._column = {seed.id: column for column, seed in enumerate(self.seeds)}

    def scores(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """An (n, seeds) array for n texts and their vectors."""
        if not texts:
            return np.zeros((0, len(self.seeds)), dtype=np.float32)
        scores = np.stack([(vectors @ own.T).max(axis=1) for own in self._vectors], axis=1)
        for row, text in enumerate(texts):
            for label in self._cues.match(normalise(text)):
                scores[row, self._column[label]] += self._cue
        return scores

    def choose(
        self, texts: Sequence[str], vectors: Vectors, *, at_least: float, margin: float
    ) -> list["Match | None"]:
        """The seed of each text; None where none is near, or two are as near."""
        if not texts:
            return []
        scores = self.scores(texts, vectors)
        best = scores.argmax(axis=1)
        second, first = np.sort(scores, axis=1)[:, -2:].T
        return [
            Match(self.seeds[seed], float(score))
            if score >= at_least and score - other >= margin
            else None
            for seed, score, other in zip(best, first, second, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Match:
    """The seed that a text is nearest to, and how near: a cosine, and what cues add."""

    seed: Seed
    score: float
