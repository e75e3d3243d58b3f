"""Telling statements about the offer from other talk, by example sentences of many trades."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from agent.cloning.files import load_yaml
from agent.speech.protocols import SentenceEncoder

_SEEDS = Path(__file__).with_name("seeds.yaml")


class OfferJudge:
    """How much a sentence looks like a statement about what is offered, 0 to 1."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        seeds: Mapping[str, Sequence[str]] = load_yaml(_SEEDS.read_text("utf-8"))
        texts = [*seeds["offer"], *seeds["talk"]]
        labels = [1] * len(seeds["offer"]) + [0] * len(seeds["talk"])
        self._encoder = encoder
        self._model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000)
        # As in `acts.seeds`: threads only get into each other's way here.
        with threadpool_limits(1):
            self._model.fit(encoder.encode(texts), labels)

    def judge(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """A number for each text."""
        if not texts:
            return np.zeros(0)
        found: NDArray[np.float64] = self._model.predict_proba(self._encoder.encode(texts))[:, 1]
        return found
