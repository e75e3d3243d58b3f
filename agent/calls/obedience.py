"""What a supervisor's orders do to one call."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.asterisk.ari import AriError, AriRefused
from agent.asterisk.queues import QueueMonitor
from agent.calls.deliberation import Deliberation
from agent.calls.events import Ordered
from agent.calls.journal import CallJournal
from agent.calls.orders import (
    End,
    HalfDuplex,
    Order,
    Outcome,
    Result,
    Say,
    TakeOver,
    TransferNow,
    described,
)
from agent.calls.prompter import Prompter, without_words
from agent.calls.state import CallState
from agent.calls.supervisor_phone import CONTEXT, SupervisorPhone
from agent.dialogue.reply import Reply
from agent.errors import UnderstudyError
from agent.turns.turn_taking import TurnTaking

# Q.850: what became of a phone that was not answered.
_BUSY, _DECLINED = 17, 21
_TALKING = frozenset({CallState.SPEAKING, CallState.LISTENING, CallState.THINKING})
_WHY_NOT = {
    CallState.RINGING: "The call has not been answered yet.",
    CallState.SCREENING: "It is not known yet who has answered.",
    CallState.HANDED_OVER: "The agent has handed the caller over.",
    CallState.ENDED: "The call is over.",
}


class OrderRefused(UnderstudyError):
    """The call can't do it, as it stands."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a call stands when an order reaches it; `break_off` silences the agent."""

    state: CallState
    now_s: float
    deliberation: Deliberation
    turns: TurnTaking
    break_off: Callable[[], None]


class Obedience:
    """One call's; its record tells of each order that was carried out, and who gave it."""

    def __init__(
        self,
        journal: CallJournal,
        queues: QueueMonitor | None,
        phone: SupervisorPhone | None,
    ) -> None:
        """Without `phone` nobody can take the call over."""
        self._journal = journal
        self._queues = queues
        self._phone = phone
        self._by = ""
        self.prompter = Prompter()

    async def obey(self, ordered: Ordered, at: Moment) -> Reply | None:
        """Carry an order out and answer who gave it.

        Returns what the agent says now, if it does.
        """
        try:
            if at.state not in _TALKING:
                raise OrderRefused(_WHY_NOT[at.state])
            text, reply = await self._carry_out(ordered.order, ordered.by, at)
        except (OrderRefused, AriError) as refusal:
            ordered.answered(Outcome(Result.REFUSED, str(refusal)))
            return None
        self._journal.event("supervisor", at.now_s, by=ordered.by, **described(ordered.order))
        ordered.answered(Outcome(Result.DONE, text))
        return reply

    async def _carry_out(self, order: Order, by: str, at: Moment) -> tuple[str, Reply | None]:
        match order:
            case Say(text):
                return self._say(text, at)
            case TransferNow(queue):
                await self._require_somebody(queue)
                at.break_off()
                reply = await at.deliberation.in_place(lambda talk: talk.put_through(queue))
                return f"The caller goes to {queue}.", reply
            case End():
                at.break_off()
                return "The agent says goodbye.", await at.deliberation.in_place(
                    lambda talk: talk.say_goodbye()
                )
            case HalfDuplex(on):
                at.turns.half_duplex.order(at.now_s, on=on)
                by_turns = "by turns" if on else "as usual, interruptions included"
                return f"The call goes {by_turns}.", None
            case TakeOver(endpoint):
                return await self._ring(endpoint, by), None

    def _say(self, text: str, at: Moment) -> tuple[str, Reply | None]:
        if self.prompter.full:
            raise OrderRefused("Enough is waiting to be said: let the agent say that first.")
        self.prompter.add(text)
        latest = at.deliberation.conversation.latest
        if at.state is not CallState.LISTENING or at.turns.caller_in_turn or latest is None:
            return "The agent says it next.", None
        # What was asked before stays asked.
        return "The agent says it now.", without_words(latest)

    async def _require_somebody(self, queue: str) -> None:
        state = await self._queues.state(queue) if self._queues is not None else None
        if state is not None and state.logged_in == 0:
            raise OrderRefused(f"Nobody is logged in to {queue}.")

    # -- taking over

    async def _ring(self, endpoint: str, by: str) -> str:
        if self._phone is None:
            raise OrderRefused("This call can't be taken over.")
        if self._phone.ringing:
            raise OrderRefused(f"{self._by}'s phone is ringing for this call already.")
        if not await self._phone.ready():
            raise OrderRefused(
                f"The PBX does not know the context {CONTEXT}: bring its copy of "
                "dialplan/understudy.conf up to date."
            )
        self._by = by
        try:
            await self._phone.ring(endpoint)
        except AriRefused:
            raise OrderRefused(
                f"The PBX can't ring {endpoint}: no phone is registered there."
            ) from None
        return f"{endpoint} rings; the agent goes on until it is answered."

    @property
    def takes_over(self) -> str:
        """Who is being rung to take the call over; "" if nobody is."""
        return self._by if self._phone is not None and self._phone.ringing else ""

    async def connect(self) -> None:
        """Join the caller and the supervisor whose phone was answered. Raises AriError."""
        if self._phone is not None:
            await self._phone.connect()

    def not_taken(self, cause: int, now_s: float) -> None:
        """The supervisor's phone was not answered: the agent goes on."""
        if self._phone is not None and self._phone.ringing:
            self._phone.gone()
            whys = {_BUSY: "busy", _DECLINED: "declined"}
            self._journal.event(
                "take_over_failed", now_s, by=self._by, why=whys.get(cause, "no answer")
            )

    async def aclose(self) -> None:
        """Nobody is rung for a call that is over. Never fails."""
        if self._phone is not None:
            await self._phone.stop()
