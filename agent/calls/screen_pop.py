"""What a human agent's screen shows of the caller who is put through."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from agent.asterisk.queue_log import CONNECT
from agent.dialogue.reply import HandoffSummary
from agent.records.models import Speaker
from agent.records.records import (
    RECORDING_REFUSED,
    TAKEN_OVER,
    CallEnded,
    CallStarted,
    EventRecord,
    Record,
    TurnRecord,
)

_MOST_TURNS = 200


class Stand(StrEnum):
    """Who has the caller."""

    ASSISTANT = "with the assistant"
    WAITING = "waiting"
    HUMAN = "with a colleague"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Said:
    """A turn; `at_s` is seconds since the call began. Of the agent's, only what was heard."""

    speaker: Speaker
    text: str
    at_s: float


@dataclass(frozen=True, slots=True)
class ScreenPop:
    """Who calls, why, what was said and captured, and who has the caller now.

    `member` is the phone that has taken the call, `unkept` that the caller has refused recording.
    """

    call_id: str
    caller_number: str
    started_at: datetime
    stand: Stand = Stand.ASSISTANT
    queue: str = ""
    member: str = ""
    reason: str = ""
    summary: str = ""
    slots: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    transcript: tuple[Said, ...] = ()
    unkept: bool = False


def begun(record: CallStarted) -> ScreenPop:
    """What is known of a call that has just come in."""
    return ScreenPop(record.call_id, record.caller_number or "", record.started_at)


def handed_over(pop: ScreenPop, queue: str, summary: HandoffSummary) -> ScreenPop:
    """With what the agent tells the human."""
    return replace(
        pop,
        queue=queue,
        member="",
        reason=summary.why,
        summary=summary.summary_text,
        slots=MappingProxyType(dict(summary.slots)),
    )


def apply(pop: ScreenPop, record: Record) -> ScreenPop:
    """What is known after one more record of the call; the same object if it changes nothing."""
    match record:
        case TurnRecord():
            text = record.text if record.heard_text is None else record.heard_text
            said = Said(record.speaker, text, record.start_s)
            return replace(pop, transcript=(*pop.transcript, said)[-_MOST_TURNS:])
        case EventRecord():
            return _after_event(pop, record)
        case CallEnded():
            gone_on = pop.stand in (Stand.WAITING, Stand.HUMAN) and record.ended_by != "caller"
            return pop if gone_on else replace(pop, stand=Stand.OVER)
        case _:
            return pop


def _after_event(pop: ScreenPop, record: EventRecord) -> ScreenPop:
    match record.kind:
        case "transfer_started" | "fallback":
            return replace(pop, stand=Stand.WAITING, member="")
        case kind if kind in ("transfer_answered", TAKEN_OVER):
            member = str(record.data.get("member") or record.data.get("by", ""))
            return replace(pop, stand=Stand.HUMAN, member=member)
        case "queue_log" if record.data.get("event") == CONNECT:
            return replace(pop, stand=Stand.HUMAN, member=str(record.data.get("member", "")))
        case "transfer_returned":
            return replace(pop, stand=Stand.ASSISTANT, member="")
        case "transfer_abandoned" | "talk_ended":
            return replace(pop, stand=Stand.OVER)
        case kind if kind == RECORDING_REFUSED:
            kept = pop.transcript if record.data.get("text_kept") else ()
            return replace(pop, transcript=kept, unkept=not record.data.get("text_kept"))
        case _:
            return pop
