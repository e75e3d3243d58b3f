"""Texts as weighted words and word pairs: what is left of a misheard sentence.

A recogniser that misses half of the words still writes the others; a sentence vector of the
result points anywhere. Groups of letters beside them brought nothing (tune half of
tests/bench/understanding).
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from agent.speech.protocols import Vectors


class NGrams:
    """Vectors over the words and word pairs of a set of texts; rare ones weigh more."""

    def __init__(self, texts: Sequence[str]) -> None:
        found = Counter(group for text in texts for group in _groups(text))
        self._places = {group: place for place, group in enumerate(found)}
        shares = np.array(list(found.values()), np.float32) / max(len(texts), 1)
        self._weights = 1.0 - np.log(shares)

    def vector(self, text: str) -> Vectors:
        """A row of length 1, or 0 for a text that shares nothing with the set."""
        row = np.zeros(len(self._places), np.float32)
        for group, count in _groups(text).items():
            place = self._places.get(group)
            if place is not None:
                row[place] = self._weights[place] * count**0.5
        length = float(np.linalg.norm(row))
        return row / length if length else row


def _groups(text: str) -> Counter[str]:
    words = text.split()
    return Counter([*words, *(" ".join(pair) for pair in pairwise(words))])
