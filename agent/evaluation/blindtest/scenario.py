"""What a call was about, read from its words alone, so that both arms are read alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from agent.cloning.grade.endings import ending_of
from agent.cloning.recorded import Conversation
from agent.evaluation.blindtest.candidate import Candidate
from agent.evaluation.customers.persona import Reason
from agent.evaluation.rubric.reading import Reading
from agent.speech.protocols import SentenceEncoder, Vectors

Outcome = Literal["won", "not won", "not to be called", "nobody reached"]
# Of 69 objections of a corpus with a key the nearest reason is right in 24 of 31 that are at least
# so near, and in 15 of the others (tests/bench/scenarios.py).
ALIKE = 0.45
# Shorter calls give a rater nothing to judge.
FEWEST_TURNS = 6


@dataclass(frozen=True, slots=True)
class Scenario:
    """The outcome's class, reasons the customer gave against, the product, who rang, the length.

    `words` are those of both sides.
    """

    outcome: Outcome
    reasons: frozenset[Reason]
    product: str
    customer_rang: bool
    words: int

    @property
    def label(self) -> str:
        """What pairs of one scenario have in common, for clusters and readers."""
        reasons = ", ".join(sorted(self.reasons)).replace("_", " ") or "no objection"
        return f"{self.outcome}: {reasons}" + (f" ({self.product})" if self.product else "")


class Reasons:
    """Which reason against going on a customer's sentence gives, by the nearest known phrase."""

    def __init__(self, encoder: SentenceEncoder, phrases: Mapping[Reason, Sequence[str]]) -> None:
        self._encoder = encoder
        self._names: list[Reason] = [name for name, said in phrases.items() for _ in said]
        self._vectors: Vectors = encoder.encode(
            [text for said in phrases.values() for text in said]
        )

    def of(self, sentences: Iterable[str]) -> frozenset[Reason]:
        """Of these sentences; one that is like no phrase gives none."""
        return frozenset(reason for alike, reason in self.nearest(sentences) if alike >= ALIKE)

    def nearest(self, sentences: Iterable[str]) -> list[tuple[float, Reason]]:
        """Each sentence's nearest reason, and the cosine of the two."""
        asked = list(sentences)
        if not asked:
            return []
        alike = self._encoder.encode(asked) @ self._vectors.T
        best = alike.argmax(axis=1)
        return [(float(row[at]), self._names[at]) for row, at in zip(alike, best, strict=True)]


def scenario_of(candidate: Candidate, reasons: Reasons) -> Scenario:
    """Read one call."""
    conversation = candidate.conversation
    reading = Reading(conversation)
    against = [
        sentence.words
        for sentence in reading.customer
        if not sentence.asks and {"objects", "puts_off"} & sentence.cues
    ]
    return Scenario(
        outcome=_outcome(conversation, candidate.won),
        reasons=reasons.of(against),
        product=candidate.product,
        customer_rang=reading.customer_rang,
        words=sum(len(turn.text.split()) for turn in conversation.turns),
    )


def _outcome(conversation: Conversation, won: bool | None) -> Outcome:
    ending = ending_of(conversation)
    if ending is not None and ending.kind == "do_not_call":
        return "not to be called"
    if ending is not None and ending.kind in ("voicemail", "wrong_number"):
        return "nobody reached"
    return "won" if won else "not won"
