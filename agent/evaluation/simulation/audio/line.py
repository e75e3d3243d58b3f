"""The agent's line in a simulated call with sound: a customer is at its other end."""

from collections.abc import Callable

from agent.calls.line import Handoff, MediaEndpoint
from agent.dialogue.conversation import Conversation
from agent.evaluation.simulation.audio.caller import Caller
from agent.evaluation.simulation.audio.telephone import VirtualTelephone
from agent.evaluation.simulation.audio.wire import CUSTOMER


class VirtualLine:
    """Implements `calls.line.Line` and `calls.memory.Memory` for one call."""

    def __init__(
        self, caller: Caller, telephone: VirtualTelephone, on_taken: Callable[[], None]
    ) -> None:
        """`on_taken` is called where a human takes the call."""
        self.unrecorded = False
        self.conversation: Conversation | None = None
        self._caller = caller
        self._telephone = telephone
        self._on_taken = on_taken

    # -- the line

    async def codec(self) -> str:
        """Always ulaw."""
        return "ulaw"

    async def linked_id(self) -> str:
        """No PBX knows this call."""
        return ""

    async def attach(self, media: MediaEndpoint, codec: str) -> None:
        """The wire is there already."""
        media.connect(CUSTOMER)

    async def answer(self) -> None:
        """Both sides hear each other."""
        self._telephone.pick_up()
        self._caller.connected()

    async def hang_up(self) -> None:
        """The agent ends the call."""
        self._agent_leaves()

    async def hand_over(self, handoff: Handoff) -> None:
        """A human takes the caller at once."""
        self._agent_leaves()
        self._on_taken()

    async def take_back(self) -> None:
        """Never asked for: nobody gives the caller back."""

    async def release(self) -> None:
        """The call is over."""
        self._caller.call_over()
        self._telephone.hang_up()

    # -- the agent's memory

    def talking(self, conversation: Conversation, *, heard: bool) -> None:
        """The agent begins a turn, or with `heard` has ended it or was interrupted in it."""
        self.conversation = conversation
        if heard:
            self._caller.agent_ended(conversation.history[-1].text, conversation)
        elif conversation.latest is not None:
            self._caller.agent_begins(conversation.latest)

    def handed_over(self, conversation: Conversation) -> None:
        """`hand_over` says it."""

    def ended(self, conversation: Conversation, *, ended_by: str, in_queue: bool) -> None:
        """The agent's last word on the call."""
        self.conversation = conversation

    def _agent_leaves(self) -> None:
        if self.conversation is not None:
            self._caller.agent_leaves(self.conversation)
