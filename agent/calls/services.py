"""What all calls of a process share."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

from agent.asterisk.queues import QueueMonitor
from agent.calls.audio import AudioServices
from agent.calls.handoff import HandoffDesk
from agent.dialogue.conversation import Conversation


@dataclass(frozen=True, slots=True)
class CallServices:
    """Engines, queue state, handoffs; the fallback queue takes callers whose call fails."""

    audio: AudioServices
    decisions: Executor
    open_conversation: Callable[[], Conversation]
    queues: QueueMonitor | None
    handoffs: HandoffDesk
    fallback_queue: str
