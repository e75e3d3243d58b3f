"""The states of a call and the transitions between them."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType


class CallState(Enum):
    """What the agent is doing in a call."""

    RINGING = "ringing"  # media is being set up, the caller hears ringing
    SCREENING = "screening"  # of a call that the agent has placed: who or what has answered?
    SPEAKING = "speaking"
    LISTENING = "listening"
    THINKING = "thinking"
    HANDED_OVER = "handed_over"  # the caller is in a queue
    ENDED = "ended"


TRANSITIONS: Mapping[CallState, frozenset[CallState]] = MappingProxyType(
    {
        CallState.RINGING: frozenset(
            {CallState.SCREENING, CallState.SPEAKING, CallState.HANDED_OVER, CallState.ENDED}
        ),
        CallState.SCREENING: frozenset({CallState.SPEAKING, CallState.ENDED}),
        CallState.SPEAKING: frozenset(
            {
                CallState.SCREENING,  # who asked who calls has been told
                CallState.SPEAKING,  # a silence prompt or a reply follows at once
                CallState.LISTENING,
                CallState.THINKING,
                CallState.HANDED_OVER,
                CallState.ENDED,
            }
        ),
        CallState.LISTENING: frozenset(
            {CallState.THINKING, CallState.SPEAKING, CallState.HANDED_OVER, CallState.ENDED}
        ),
        CallState.THINKING: frozenset(
            {
                CallState.THINKING,  # the caller said more before the reply was ready
                CallState.SPEAKING,
                CallState.LISTENING,
                CallState.HANDED_OVER,
                CallState.ENDED,
            }
        ),
        CallState.HANDED_OVER: frozenset({CallState.SPEAKING, CallState.ENDED}),
        CallState.ENDED: frozenset(),
    }
)


class InvalidTransition(RuntimeError):
    """A defect: the actor tried a transition that the table does not have."""


def check_transition(old: CallState, new: CallState) -> CallState:
    """Return `new`; raises InvalidTransition where the table does not allow it."""
    if new not in TRANSITIONS[old]:
        raise InvalidTransition(f"a call can't go from {old.value} to {new.value}")
    return new
