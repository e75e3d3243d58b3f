"""What the interface takes and gives."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from agent.calls.orders import Result
from agent.records.finding.wanted import CallsWanted
from agent.records.models import Direction, ModelUsed, Speaker, SpokenWord


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class CallsQuery(CallsWanted):
    """Filters of calls, and which part of what they leave."""

    after: str | None = Field(None, max_length=200, description="`older` of the page before")
    limit: int = Field(50, ge=1, le=500)


class CallOut(_Out):
    """A call. `outcome` and `ended_at` are null while it lives."""

    id: str
    direction: Direction
    caller_number: str | None
    called_exten: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    duration_s: float | None
    outcome: str | None
    disposition: str | None
    ended_by: str | None
    transfer_queue: str | None
    transfer_result: str | None
    playbook_id: str | None
    playbook_version: str | None
    resumes: str | None
    slots: dict[str, Any]
    summary: str | None


class CallsOut(_Out):
    """Newest first; `older` is null on the last page."""

    calls: list[CallOut]
    older: str | None


class TurnOut(_Out):
    """What one side said; times in seconds of audio time. `heard_text`: of a turn cut off."""

    index: int
    speaker: Speaker
    text: str
    heard_text: str | None
    start_s: float
    end_s: float
    confidence: float | None
    stage: str | None
    intent: str | None
    line_ids: list[str]
    interrupted: bool
    words: list[SpokenWord]


class EventOut(_Out):
    """Something that happened; `data` depends on the kind."""

    at_s: float
    happened_at: datetime
    kind: str
    data: dict[str, Any]


class LatencyOut(_Out):
    """A measured wait, and the turn that it led to."""

    name: str
    ms: float
    turn_index: int | None


class FindingOut(_Out):
    """Something that went wrong, as `understudy rca` finds it."""

    rule: str
    severity: str
    what: str
    at_s: float | None
    evidence: list[str]
    cause: str
    remedy: str


class CallDetail(_Out):
    """Everything that is kept of a call."""

    call: CallOut
    models: dict[str, ModelUsed]
    turns: list[TurnOut]
    events: list[EventOut]
    latencies: list[LatencyOut]
    findings: list[FindingOut]


class LiveOut(_Out):
    """A live call, as the board shows it."""

    call_id: str
    direction: Direction
    caller: str
    called: str
    since: datetime
    phase: str
    stage: str
    queue: str
    human: str
    slots: dict[str, str]


class LiveCallsOut(_Out):
    """Those of this process."""

    calls: list[LiveOut]


class OrderIn(BaseModel):
    """An order, and what it takes: `say` text, `transfer` queue, `take_over` endpoint (or the
    caller's own phone), `half_duplex` on; `end` takes nothing.
    """

    model_config = ConfigDict(extra="forbid")

    order: str = Field(description="say, transfer, take_over, end or half_duplex")
    text: str | None = None
    queue: str | None = None
    endpoint: str | None = None
    on: bool | None = None


class OrderOut(_Out):
    """What came of it; `no_answer`: it may still happen."""

    result: Result
    text: str


class NumberIn(BaseModel):
    """A number that is not to be called."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(min_length=1, max_length=40)


class NumberOut(_Out):
    """An entry of the register."""

    number: str
    added_at: datetime
    source: str


class NumbersOut(_Out):
    """The newest first."""

    numbers: list[NumberOut]


class AddedOut(_Out):
    """Whether the number was new to the register."""

    added: bool


class HealthOut(_Out):
    """Whether calls can be taken, and the parts that this depends on."""

    ready: bool
    components: dict[str, Any]


class Trouble(_Out):
    """What was wrong with a request, or is with the server."""

    status: int
    message: str


class Problem(_Out):
    """The shape of every error."""

    error: Trouble
