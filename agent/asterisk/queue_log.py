"""What happens to a caller in a queue, by the names that Asterisk writes into queue_log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.asterisk.numbers import whole_number

CONNECT = "CONNECT"

# AMI event -> queue_log's name. AgentComplete's depends on who ended it. QueueCallerAbandon is left
# out: Asterisk sends it for a time-out, too, and how a caller left is known from the call itself.
_NAMES = {
    "QueueCallerJoin": "ENTERQUEUE",
    "AgentRingNoAnswer": "RINGNOANSWER",
    "AgentConnect": CONNECT,
    "AgentComplete": "COMPLETE",
    "AgentDump": "AGENTDUMP",
}
_COMPLETED_BY = {"caller": "COMPLETECALLER", "agent": "COMPLETEAGENT", "transfer": "TRANSFER"}
_NUMBERS = {
    "position": "position",
    "holdtime": "wait_s",
    "ringtime": "ring_s",
    "talktime": "talk_s",
}
AMI_EVENTS = tuple(_NAMES)


@dataclass(frozen=True, slots=True)
class QueueEvent:
    """One line of queue_log about a caller.

    `data` has what the event knows: member, position (from 1), wait_s, ring_s, talk_s.
    """

    name: str
    channel_id: str
    linked_id: str
    queue: str
    data: Mapping[str, Any]


def parse_queue_event(event: Mapping[str, str]) -> QueueEvent | None:
    """An AMI event, keys in lower case; None for one that names no caller or is none of these."""
    name = _NAMES.get(event.get("event", ""))
    channel_id = event.get("uniqueid", "")
    if name is None or not channel_id:
        return None
    if name == "COMPLETE":
        name = _COMPLETED_BY.get(event.get("reason", ""), "COMPLETECALLER")
    data: dict[str, Any] = {}
    member = event.get("membername") or event.get("interface")
    if member:
        data["member"] = member
    for key, field in _NUMBERS.items():
        number = whole_number(event.get(key))
        if number is not None:
            data[field] = number
    if name == "RINGNOANSWER" and "ring_s" in data:
        data["ring_s"] /= 1000  # the one event that counts milliseconds
    return QueueEvent(name, channel_id, event.get("linkedid", ""), event.get("queue", ""), data)
