"""Whether a mined line does what it stands for, by likeness to sentences of our own."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from agent.speech.protocols import SentenceEncoder, Vectors

# Measured on the development corpora: what people do say for these steps is at least as near.
LEAST = 0.35
# What shares less with a thing is not about it.
ABOUT = 0.25


class Meaning:
    """Judges lines for the steps that mean the same in every business."""

    def __init__(self, sentences: Mapping[str, Sequence[str]], encoder: SentenceEncoder) -> None:
        self._sentences = sentences
        self._encoder = encoder

    def likeness(self, text: str, step: str) -> float:
        """The nearest sentence's cosine; 1 for a step that has none."""
        if step not in self._sentences:
            return 1.0
        return float(np.max(self._vectors[step] @ self._encoder.encode([text])[0]))

    def nearest(self, texts: Sequence[str], to: str) -> list[str]:
        """The texts that are about a thing at all, the nearest first."""
        if not texts:
            return []
        near = self._encoder.encode(list(texts)) @ self._encoder.encode([to])[0]
        order = sorted(range(len(texts)), key=lambda i: (-float(near[i]), texts[i]))
        return [texts[i] for i in order if near[i] >= ABOUT]

    @cached_property
    def _vectors(self) -> dict[str, Vectors]:
        return {step: self._encoder.encode(list(said)) for step, said in self._sentences.items()}
