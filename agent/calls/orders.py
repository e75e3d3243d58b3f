"""What a supervisor can order in a live call, and what came of it."""

import re
from dataclasses import dataclass
from enum import StrEnum

from agent.errors import UnderstudyError

_MAX_TEXT = 400
# Only a phone that is registered here: no trunk ("PJSIP/number@trunk"), no way into the dialplan
# ("Local/..."), and so no calls at the house's expense.
_ENDPOINT = re.compile(r"(PJSIP|SIP)/[A-Za-z0-9_.+-]{1,60}")
# What the dialplan's context understudy-handoff takes for a queue's name.
_QUEUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{1,60}")


class InvalidOrder(UnderstudyError):
    """An order that can't be given to any call."""


@dataclass(frozen=True, slots=True)
class Say:
    """The agent says this next, in these words, as a turn of its own."""

    text: str

    def __post_init__(self) -> None:
        """Raises InvalidOrder."""
        clean = " ".join("".join(c if c.isprintable() else " " for c in self.text).split())
        if not any(c.isalnum() for c in clean):
            raise InvalidOrder("There is nothing to say: write the words that the agent is to say.")
        if len(clean) > _MAX_TEXT:
            raise InvalidOrder(
                f"The text has {len(clean)} characters: the agent says at most {_MAX_TEXT} at once."
            )
        object.__setattr__(self, "text", clean)


@dataclass(frozen=True, slots=True)
class TransferNow:
    """The caller goes to this queue now."""

    queue: str

    def __post_init__(self) -> None:
        """Raises InvalidOrder."""
        if not _QUEUE.fullmatch(self.queue):
            raise InvalidOrder(
                f"'{self.queue}' is no queue: give a name as in queues.conf, such as sales."
            )


@dataclass(frozen=True, slots=True)
class TakeOver:
    """This phone rings, and gets the caller when it is answered; until then the agent goes on."""

    endpoint: str

    def __post_init__(self) -> None:
        """Raises InvalidOrder."""
        if not _ENDPOINT.fullmatch(self.endpoint):
            raise InvalidOrder(
                f"'{self.endpoint}' is no phone that can be rung: give a registered one, such as "
                "PJSIP/agent1."
            )


@dataclass(frozen=True, slots=True)
class End:
    """The agent says goodbye and hangs up."""


@dataclass(frozen=True, slots=True)
class HalfDuplex:
    """The call goes by turns from now on, or does not, whatever the line is like."""

    on: bool


Order = Say | TransferNow | TakeOver | End | HalfDuplex


def described(order: Order) -> dict[str, str]:
    """An order as records tell it; the words that were to be said are among the call's turns."""
    match order:
        case Say():
            return {"order": "say"}
        case TransferNow(queue):
            return {"order": "transfer", "queue": queue}
        case TakeOver(endpoint):
            return {"order": "take_over", "endpoint": endpoint}
        case End():
            return {"order": "end"}
        case HalfDuplex(on):
            return {"order": "half_duplex", "on": "yes" if on else "no"}


class Result(StrEnum):
    """What came of an order."""

    DONE = "done"  # carried out, or under way
    REFUSED = "refused"  # the call can't, as it stands
    NOT_LIVE = "not_live"  # there is no such call, or it is over
    NO_ANSWER = "no_answer"  # the call has not said; it may still carry the order out


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an order, and one sentence about it for whoever gave it."""

    result: Result
    text: str
