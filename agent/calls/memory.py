"""What a live call leaves to whoever goes on with it."""

from typing import Protocol

from agent.asterisk.events import Channel
from agent.dialogue.conversation import Conversation
from agent.records.records import utc_now
from agent.snapshots.keeper import SnapshotKeeper
from agent.snapshots.saved_call import Phase, SavedCall, caller_key


class Memory(Protocol):
    """Is told of every turn of a call; returns at once. `unrecorded`: the words are not kept."""

    unrecorded: bool

    def talking(self, conversation: Conversation, *, heard: bool) -> None:
        """A turn is decided, or with `heard` has been spoken."""

    def handed_over(self, conversation: Conversation) -> None:
        """The caller is on the way to a queue, and may come back from it."""

    def ended(self, conversation: Conversation, *, ended_by: str, in_queue: bool) -> None:
        """The call is over."""


class CallMemory:
    """Implements `Memory`: saves one call after each of its turns, whatever the store does."""

    def __init__(
        self, keeper: SnapshotKeeper, instance: str, call_id: str, channel: Channel
    ) -> None:
        self._keeper = keeper
        self._instance = instance
        self._call_id = call_id
        self._channel = channel
        self._number = caller_key(channel.caller_number)
        self.unrecorded = False

    def talking(self, conversation: Conversation, *, heard: bool) -> None:
        """A turn is decided, or with `heard` has been spoken."""
        self._save(conversation, Phase.TALKING, heard=heard)

    def handed_over(self, conversation: Conversation) -> None:
        """The caller is on the way to a queue, and may come back from it."""
        self._save(conversation, Phase.HANDED_OVER)

    def ended(self, conversation: Conversation, *, ended_by: str, in_queue: bool) -> None:
        """The call is over; it is kept where it may be gone on with."""
        if ended_by in ("shutdown", "error"):
            # The caller is in the fallback queue, which gives back whom nobody takes.
            self._save(conversation, Phase.HANDED_OVER)
        elif ended_by == "transfer":
            self._save(conversation, Phase.WITH_HUMAN)
        elif ended_by == "pbx" or (not in_queue and conversation.unfinished):
            # Asterisk may only have been out of reach: a caller who is still there is taken back.
            self._save(conversation, Phase.BROKEN_OFF)
        else:
            self._keeper.forget(self._call_id)

    def _save(self, conversation: Conversation, phase: Phase, *, heard: bool = True) -> None:
        dialogue = conversation.snapshot(heard=heard)
        if self.unrecorded:
            dialogue = dialogue.model_copy(update={"history": ()})
        self._keeper.keep(
            SavedCall(
                call_id=self._call_id,
                channel_id=self._channel.channel_id,
                caller_number=self._number,
                instance=self._instance,
                saved_at=utc_now(),
                phase=phase,
                unrecorded=self.unrecorded,
                dialogue=dialogue,
            )
        )
