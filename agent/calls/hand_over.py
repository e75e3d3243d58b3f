"""One call's way to a human: to a queue, looked at before it is promised, or to a supervisor.

The caller is gone then, and perhaps comes back.
"""

from collections.abc import Awaitable, Callable

from agent.asterisk.queue_log import QueueEvent
from agent.asterisk.queues import QueueMonitor, QueueState
from agent.calls.deliberation import Deliberation
from agent.calls.handoff import HandoffDesk
from agent.calls.handoff_hook import Happened
from agent.calls.journal import CallJournal
from agent.calls.line import Line
from agent.dialogue.queue_outlook import QueueOutlook
from agent.dialogue.reply import Reply, Transfer
from agent.records.records import TAKEN_OVER


class HandOver:
    """Sends one caller to its queue and takes it back."""

    def __init__(
        self,
        call_id: str,
        line: Line,
        journal: CallJournal,
        desk: HandoffDesk,
        queues: QueueMonitor | None,
    ) -> None:
        """Without `queues` callers are handed over blind."""
        self._call_id = call_id
        self._line = line
        self._journal = journal
        self._desk = desk
        self._queues = queues
        self._since_s = 0.0
        self._connected: QueueEvent | None = None
        self._taken_over_by = ""
        self._seen = False

    async def look_first(self, deliberation: Deliberation, reply: Reply, now_s: float) -> Reply:
        """The reply, or where it promises a human whom nobody will be, another in its place."""
        if not isinstance(reply.action, Transfer) or self._queues is None:
            return reply
        queue = reply.action.queue
        state = await self._queues.state(queue)
        if state is None:
            return reply
        if state.logged_in == 0:
            self._journal.event("transfer_refused", now_s, queue=queue, why="nobody is logged in")
            return await deliberation.revise(lambda talk: talk.nobody_is_there())
        if reply.action.may_choose and state.waiting >= state.idle:
            outlook = _outlook(state)
            self._journal.event(
                "queue_busy", now_s, queue=queue, ahead=outlook.ahead, wait_s=outlook.wait_s
            )
            return await deliberation.revise(lambda talk: talk.queue_is_busy(outlook))
        return reply

    async def start(self, deliberation: Deliberation, transfer: Transfer, now_s: float) -> None:
        """Send the caller to the queue, with everything known. Raises AriError."""
        summary = deliberation.conversation.handoff_summary()
        handoff = await self._desk.prepare(self._call_id, transfer, summary)
        await self._line.hand_over(handoff)
        self._journal.transfer_started(transfer.queue, now_s, reason=transfer.reason)
        self._since_s = now_s
        self._seen = False
        self._announce("queued", now_s)

    async def to_supervisor(
        self, connect: Callable[[], Awaitable[None]], by: str, now_s: float
    ) -> None:
        """Let the supervisor of that name have the caller. Raises AriError."""
        self._since_s = now_s
        await connect()
        self._taken_over_by = by

    def seen_in_queue(self) -> None:
        """Asterisk tells what happens to the caller in the queue."""
        self._seen = True

    @property
    def with_human(self) -> bool:
        """Whether a queue member or a supervisor has the caller."""
        return self._connected is not None or bool(self._taken_over_by)

    @property
    def outcome(self) -> str:
        """What came of a call that a human has."""
        return TAKEN_OVER if self._taken_over_by else "transferred"

    def connected(self, event: QueueEvent) -> None:
        """A queue member has answered."""
        self._connected = event

    def answered(self, now_s: float) -> None:
        """The caller stays with the human."""
        if self._taken_over_by:
            self._journal.event(TAKEN_OVER, now_s, by=self._taken_over_by)
            return
        data = self._connected.data if self._connected else {}
        self._journal.transfer_ended("answered", now_s, **data)
        self._announce("answered", now_s)

    def left(self, now_s: float) -> str:
        """The caller has hung up in the queue, or perhaps with a human; returns the outcome."""
        watched = self._seen and (self._queues is None or self._queues.stats.logged_in)
        result = "abandoned" if watched else "unseen"
        self._journal.transfer_ended(result, now_s, wait_s=self._waited(now_s))
        return "abandoned_in_queue" if watched else "handed_to_queue"

    async def back(self, deliberation: Deliberation, status: str, now_s: float) -> Reply:
        """Take a caller back whom nobody took. Raises AriError."""
        self._connected, self._taken_over_by = None, ""
        self._journal.transfer_ended("returned", now_s, status=status, wait_s=self._waited(now_s))
        await self._line.take_back()
        return await deliberation.in_place(lambda talk: talk.returned_from_queue(status.lower()))

    def _announce(self, happened: Happened, now_s: float) -> None:
        self._desk.announce(
            happened,
            self._call_id,
            lambda why: self._journal.event("webhook_failed", now_s, told=happened, why=why),
        )

    def _waited(self, now_s: float) -> float:
        return round(now_s - self._since_s, 1)


def _outlook(state: QueueState) -> QueueOutlook:
    # Asterisk's hold time is the mean of the last calls', and 0 before the first.
    return QueueOutlook(ahead=state.waiting, wait_s=state.hold_time_s or None)
