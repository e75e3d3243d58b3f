"""A sentence encoder without a model: every word has its own direction."""

import hashlib
from collections.abc import Sequence

import numpy as np

from agent.speech.protocols import Vectors


class BagOfWordsEncoder:
    """Hashed words, so that texts which share words are alike; nothing else is known of them."""

    dimension = 512

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                digest = hashlib.sha256(word.encode()).digest()
                row[int.from_bytes(digest[:4]) % self.dimension] += 1.0
            row /= max(float(np.linalg.norm(row)), 1e-9)
        return rows
