"""A call's scores on the criteria."""

from agent.cloning.grades import CriterionScore
from agent.cloning.mined import MinedFact
from agent.cloning.recorded import Conversation
from agent.speech.protocols import SentenceEncoder


def score_call(
    conversation: Conversation,
    facts: tuple[MinedFact, ...] | None = None,
    encoder: SentenceEncoder | None = None,
) -> tuple[CriterionScore, ...]:
    """None yet."""
    return ()
