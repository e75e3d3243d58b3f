"""What somebody looks for in past calls."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from agent.records.models import Direction

# An answer that took longer is one that a caller notices (diagnosis.limits has the same).
SLOW_MS = 1200.0
# Events of calls in which something broke, or somebody was left waiting.
TROUBLE = (
    "error", "fallback", "media_lost", "pbx_away", "recording_stopped", "stalled",
    "transfer_abandoned", "transfer_refused", "transfer_returned",
)  # fmt: skip


def _local(value: object) -> object:
    """A time as a browser's field has it: of this machine's time zone."""
    if isinstance(value, str) and value:
        try:
            found = datetime.fromisoformat(value)
            return found if found.tzinfo else found.astimezone()
        except (ValueError, OverflowError):
            return value
    return value or None


def _or_none(value: object) -> object:
    """Nothing, where a form's field was left empty."""
    return None if value == "" else value


Text = Annotated[
    Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] | None,
    BeforeValidator(_or_none),
]
# Every time zone can tell times between these.
_FIRST, _LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
Moment = Annotated[
    Annotated[AwareDatetime, Field(ge=_FIRST, le=_LAST)] | None, BeforeValidator(_local)
]
Seconds = Annotated[Annotated[float, Field(ge=0, le=1e6)] | None, BeforeValidator(_or_none)]
Count = Annotated[Annotated[int, Field(ge=1, le=1000)] | None, BeforeValidator(_or_none)]


class CallsWanted(BaseModel):
    """Every condition that is set must hold; times are aware, lengths in seconds.

    `q` are words that one turn, or the summary, must all have; "a phrase" in quotes.
    `playbook` is an id, or an id and a version with a blank between. `caller` is a part of the
    number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: Text = Field(None, description="words of one turn or of the summary")
    since: Moment = Field(None, description="calls that began then or later")
    until: Moment = Field(None, description="calls that began before")
    caller: Text = Field(None, description="a part of the caller's number")
    outcome: Text = None
    queue: Text = None
    playbook: Text = Field(None, description="an id, or an id and a version: larkfield 3")
    variant: Text = Field(None, description="of an experiment")
    direction: Annotated[Direction | None, BeforeValidator(_or_none)] = None
    longer_s: Seconds = None
    shorter_s: Seconds = None
    barge_ins: Count = Field(None, description="so many interruptions or more")
    slow: bool = Field(False, description=f"an answer took more than {SLOW_MS:.0f} ms")
    trouble: bool = Field(False, description="something broke, or nobody took the transfer")

    @property
    def narrowed(self) -> bool:
        """Whether anything is set."""
        return self != CallsWanted()
