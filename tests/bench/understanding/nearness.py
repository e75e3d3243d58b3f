"""How near a caller's turn is to what the playbook's authors wrote for understanding it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agent.dialogue.playbook import Playbook
from agent.dialogue.rules import normalise
from agent.speech.protocols import SentenceEncoder

# A turn this like an example has in effect been shown to the classifier.
_NEAR_LIKENESS = 0.8
_NEAR_RUN = 4


@dataclass(frozen=True, slots=True)
class Nearest:
    """The most similar example, and the longest run of words that the turn has in common."""

    example: str
    likeness: float
    run: int
    run_example: str

    @property
    def near(self) -> bool:
        """Whether it counts as a near-duplicate."""
        return self.likeness >= _NEAR_LIKENESS or self.run >= _NEAR_RUN


class Nearness:
    """All examples and cues of a playbook as vectors and words."""

    def __init__(self, playbook: Playbook, encoder: SentenceEncoder) -> None:
        examples = [text for intent in playbook.intents for text in intent.examples]
        examples += [text for objection in playbook.objections for text in objection.triggers]
        self._examples = tuple(dict.fromkeys(normalise(text) for text in examples))
        self._encoder = encoder
        self._vectors = encoder.encode(self._examples)

    def of(self, text: str) -> Nearest:
        """The nearest example by sentence vector, and by words."""
        words = normalise(text)
        likeness = self._vectors @ self._encoder.encode([words])[0]
        best = int(np.argmax(likeness))
        tokens = words.split()
        runs = [_longest_run(tokens, example.split()) for example in self._examples]
        longest = int(np.argmax(runs))
        return Nearest(
            self._examples[best], float(likeness[best]), runs[longest], self._examples[longest]
        )

    def near_examples(self, text: str) -> frozenset[str]:
        """The examples that make a turn a near-duplicate."""
        words = normalise(text)
        likeness = self._vectors @ self._encoder.encode([words])[0]
        tokens = words.split()
        return frozenset(
            example
            for example, like in zip(self._examples, likeness, strict=True)
            if like >= _NEAR_LIKENESS or _longest_run(tokens, example.split()) >= _NEAR_RUN
        )


def _longest_run(words: Sequence[str], others: Sequence[str]) -> int:
    best, row = 0, [0] * (len(others) + 1)
    for word in words:
        new = [0] * (len(others) + 1)
        for at, other in enumerate(others, start=1):
            if word == other:
                new[at] = row[at - 1] + 1
                best = max(best, new[at])
        row = new
    return best
