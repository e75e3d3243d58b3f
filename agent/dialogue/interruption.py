"""What the caller wanted when it talked over the agent."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from agent.dialogue.understanding import Understanding


class InterruptionKind(Enum):
    """Why a caller interrupts; routing follows from the intent itself."""

    BACKCHANNEL = "backchannel"  # it only signalled listening
    CLARIFICATION = "clarification"  # a question about what was being said
    OBJECTION = "objection"
    HUMAN = "human"
    EMOTION = "emotion"  # anger, distress, a complaint
    ANSWER = "answer"  # it answered before the question was over
    OTHER = "other"


_BY_INTENT: Mapping[str, InterruptionKind] = MappingProxyType(
    {
        "objection": InterruptionKind.OBJECTION,
        "human": InterruptionKind.HUMAN,
        "complaint": InterruptionKind.EMOTION,
        "vulnerable": InterruptionKind.EMOTION,
        "supervisor": InterruptionKind.HUMAN,
        "affirm": InterruptionKind.ANSWER,
        "deny": InterruptionKind.ANSWER,
        "inform": InterruptionKind.ANSWER,
        "repeat": InterruptionKind.CLARIFICATION,
    }
)
# Playbooks name the questions that a caller may ask so.
_QUESTION_PREFIX = "ask_"


def judge_interruption(understanding: Understanding | None, text: str) -> InterruptionKind:
    """The kind of an interruption whose words were understood as they were."""
    if understanding is None or not text.strip():
        return InterruptionKind.BACKCHANNEL
    if understanding.intent.startswith(_QUESTION_PREFIX):
        return InterruptionKind.CLARIFICATION
    return _BY_INTENT.get(understanding.intent, InterruptionKind.OTHER)
