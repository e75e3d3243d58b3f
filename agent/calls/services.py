"""What all calls of a process share."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

from agent.asterisk.queues import QueueMonitor
from agent.calls.audio import AudioServices
from agent.calls.handoff import HandoffDesk
from agent.calls.reception import Reception
from agent.dialogue.conversation import Conversation
from agent.snapshots.keeper import SnapshotKeeper


@dataclass(frozen=True, slots=True)
class CallServices:
    """Engines, queue state, handoffs; the fallback queue takes callers whose call fails.

    `moment_line` is said when an engine hangs. Without `reception` every call begins afresh,
    without `snapshots` none outlives its process.
    """

    audio: AudioServices
    decisions: Executor
    open_conversation: Callable[[], Conversation]
    queues: QueueMonitor | None
    handoffs: HandoffDesk
    fallback_queue: str
    reception: Reception | None = None
    snapshots: SnapshotKeeper | None = None
    moment_line: str = "Just a moment, please."
