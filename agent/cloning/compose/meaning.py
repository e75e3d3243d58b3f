"""Whether a mined line does what it stands for, by likeness to sentences of our own."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from agent.speech.protocols import SentenceEncoder, Vectors

# What shares less with a thing is not about it.
_ABOUT = 0.25


class Meaning:
    """Judges lines for the steps that mean the same in every business."""

    def __init__(self, steps: Mapping[str, Mapping[str, Any]], encoder: SentenceEncoder) -> None:
        """`steps`: for each the sentences it is `like`, and the `least` cosine to one of them."""
        self._steps = steps
        self._encoder = encoder

    def does(self, text: str, step: str) -> bool:
        """Whether a text is near enough to what does the step; yes for a step without sentences."""
        if step not in self._steps:
            return True
        likeness = self._vectors[step] @ self._encoder.encode([text])[0]
        return float(np.max(likeness)) >= float(self._steps[step]["least"])

    def nearest(self, texts: Sequence[str], to: str) -> list[str]:
        """The texts that are about a thing at all, the nearest first."""
        if not texts:
            return []
        near = self._encoder.encode(list(texts)) @ self._encoder.encode([to])[0]
        order = sorted(range(len(texts)), key=lambda i: (-float(near[i]), texts[i]))
        return [texts[i] for i in order if near[i] >= _ABOUT]

    @cached_property
    def _vectors(self) -> dict[str, Vectors]:
        return {
            step: self._encoder.encode(list(rule["like"])) for step, rule in self._steps.items()
        }
