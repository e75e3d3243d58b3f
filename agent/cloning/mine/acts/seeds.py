"""Our own examples of what people do with a sentence, and how near to them a sentence is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from agent.cloning.files import load_yaml
from agent.cloning.mine.acts.wording import plain
from agent.speech.protocols import SentenceEncoder, Vectors

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Seed:
    """One label with its examples, and what a sentence must be to have it."""

    label: str
    examples: tuple[str, ...]
    cues: tuple[re.Pattern[str], ...] = ()
    form: str = ""
    after: str = ""
    place: tuple[float, float] = (0.0, 1.0)
    description: str = ""

    def is_cued(self, text: str) -> bool:
        """Whether the words themselves give it away; `text` is in lower case."""
        return any(cue.search(text) for cue in self.cues)


def read_seeds(package: str, name: str) -> Mapping[str, Any]:
    """A YAML file beside the code."""
    content: Mapping[str, Any] = load_yaml(files(package).joinpath(name).read_text("utf-8"))
    return content


def parse_seeds(content: Mapping[str, Any]) -> tuple[Seed, ...]:
    """Label -> its part of the file."""
    return tuple(
        Seed(
            label=label,
            description=part.get("description", ""),
            examples=tuple(part["examples"]),
            cues=tuple(re.compile(cue) for cue in part.get("cues", ())),
            form=part.get("form", ""),
            after=part.get("after", ""),
            place=tuple(part.get("place", (0.0, 1.0))),
        )
        for label, part in content.items()
    )


class Nearness:
    """How much each of some labels fits a sentence's meaning, learned from their examples."""

    def __init__(self, seeds: Sequence[Seed], encoder: SentenceEncoder, trust: float) -> None:
        """`trust` in the examples is the inverse strength of regularisation: few need more."""
        texts = [plain(text) for seed in seeds for text in seed.examples]
        rows = [row for row, seed in enumerate(seeds) for _ in seed.examples]
        self._model = LogisticRegression(C=trust, class_weight="balanced", max_iter=500)
        # So small a fit is hundreds of times slower on several threads that share busy cores.
        with threadpool_limits(1):
            self._model.fit(encoder.encode(texts), rows)

    def scores(self, vectors: Vectors) -> Scores:
        """(sentences, seeds): natural logarithms of probabilities."""
        found: Scores = self._model.predict_log_proba(vectors).astype(np.float32)
        return found
