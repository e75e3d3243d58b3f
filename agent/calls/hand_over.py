"""One call's way to a human queue: looked at before it is promised, gone, perhaps come back."""

from agent.asterisk.queue_log import QueueEvent
from agent.asterisk.queues import QueueMonitor, QueueState
from agent.calls.deliberation import Deliberation
from agent.calls.handoff import HandoffDesk
from agent.calls.journal import CallJournal
from agent.calls.line import Line
from agent.dialogue.queue_outlook import QueueOutlook
from agent.dialogue.reply import Reply, Transfer


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

    def seen_in_queue(self) -> None:
        """Asterisk tells what happens to the caller in the queue."""
        self._seen = True

    @property
    def with_human(self) -> bool:
        """Whether a queue member has the caller."""
        return self._connected is not None

    def connected(self, event: QueueEvent) -> None:
        """A queue member has answered."""
        self._connected = event

    def answered(self, now_s: float) -> None:
        """The caller stays with the human."""
        data = self._connected.data if self._connected else {}
        self._journal.transfer_ended("answered", now_s, **data)

    def left(self, now_s: float) -> str:
        """The caller has hung up in the queue, or perhaps with a human; returns the outcome."""
        watched = self._seen and (self._queues is None or self._queues.stats.logged_in)
        result = "abandoned" if watched else "unseen"
        self._journal.transfer_ended(result, now_s, wait_s=self._waited(now_s))
        return "abandoned_in_queue" if watched else "handed_to_queue"

    async def back(self, deliberation: Deliberation, status: str, now_s: float) -> Reply:
        """Take a caller back whom nobody took. Raises AriError."""
        self._connected = None
        self._journal.transfer_ended("returned", now_s, status=status, wait_s=self._waited(now_s))
        await self._line.take_back()
        return await deliberation.in_place(lambda talk: talk.returned_from_queue(status.lower()))

    def _waited(self, now_s: float) -> float:
        return round(now_s - self._since_s, 1)


def _outlook(state: QueueState) -> QueueOutlook:
    # Asterisk's hold time is the mean of the last calls', and 0 before the first.
    return QueueOutlook(ahead=state.waiting, wait_s=state.hold_time_s or None)
