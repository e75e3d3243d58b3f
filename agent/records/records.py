"""What a live call hands to the writer: immutable, complete, and free of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from agent.records.models import Direction, ModelUsed, Speaker, SpokenWord


def utc_now() -> datetime:
    """Wall time now, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Which variant of an experiment leads a call.

    `revision` is a digest of `definition`, which is all of the experiment as it was configured
    (JSON-able); `unit` tells the same caller of the same experiment without the number.
    """

    experiment: str
    revision: str
    variant: str
    unit: str
    definition: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted:
    """A call has come in. `call_id` is a UUID as text; everything else of it refers to it."""

    call_id: str
    channel_id: str
    direction: Direction = Direction.INBOUND
    caller_number: str | None = None
    called_exten: str | None = None
    playbook_id: str | None = None
    playbook_version: str | None = None
    playbook_sha256: str | None = None
    models: Mapping[str, ModelUsed] = field(default_factory=dict)
    code_sha256: str | None = None
    recording_path: str | None = None
    assignment: Assignment | None = None
    started_at: datetime = field(default_factory=utc_now)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered:
    """The agent has picked up. `linked_id` is Asterisk's, which CDR, CEL and queue_log share."""

    call_id: str
    codec: str
    linked_id: str
    answered_at: datetime = field(default_factory=utc_now)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """One side's turn; `index` counts from 0 over both sides, times are audio time.

    `heard_text` is given for an agent's turn that was cut off, and is the beginning of `text`.
    """

    call_id: str
    index: int
    speaker: Speaker
    text: str
    start_s: float
    end_s: float
    heard_text: str | None = None
    confidence: float | None = None
    stage: str | None = None
    intent: str | None = None
    line_ids: Sequence[str] = ()
    interrupted: bool = False
    words: Sequence[SpokenWord] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """Something that happened at one moment of the call; `data` must be JSON-able."""

    call_id: str
    kind: str
    at_s: float
    data: Mapping[str, Any] = field(default_factory=dict)
    happened_at: datetime = field(default_factory=utc_now)


# An event of this kind puts the caller's number on the do-not-call register.
DO_NOT_CALL = "do_not_call"
# One of this kind, with the other call's id as "call", links a call to the one it goes on from.
RESUMED = "resumed"
# One of this kind takes the recording out of the call's record and, unless its "text_kept" is true,
# every word of the call.
RECORDING_REFUSED = "recording_refused"
# One of this kind says which variant of an experiment leads the call.
ASSIGNED = "assigned"
# The event, and the outcome, of a call that a supervisor has taken over; "by" is the name.
TAKEN_OVER = "taken_over"
# One of this kind says why the agent's answer to the caller's turn before it is as it is.
DECIDED = "decided"
NOT_KEPT = "[not kept]"


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyRecord:
    """One measured wait in milliseconds, and the index of the turn that it led to."""

    call_id: str
    name: str
    ms: float
    turn_index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded:
    """The call is over; `media` holds the media session's counters, JSON-able."""

    call_id: str
    outcome: str
    ended_by: str
    disposition: str | None = None
    hangup_cause: int | None = None
    transfer_queue: str | None = None
    transfer_result: str | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)
    summary: str | None = None
    media: Mapping[str, Any] = field(default_factory=dict)
    ended_at: datetime = field(default_factory=utc_now)


Record = CallStarted | CallAnswered | TurnRecord | EventRecord | LatencyRecord | CallEnded
