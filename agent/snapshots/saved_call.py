"""One call as it was last saved."""

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from agent.dialogue.snapshot import DialogueSnapshot
from agent.records.numbers import NotANumber, normalised


class Phase(StrEnum):
    """Where the call was."""

    TALKING = "talking"
    HANDED_OVER = "handed_over"  # the caller waits in a queue and may come back
    WITH_HUMAN = "with_human"  # a colleague has the caller and may send it back
    BROKEN_OFF = "broken_off"  # it ended before the dialogue did


class SavedCall(BaseModel):
    """A call's dialogue, and how the call is found again.

    `caller_number` is normalised; None where it was withheld. `instance` is the agent process that
    leads the call. `unrecorded`: the caller refused recording, and that holds for the call's rest.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    call_id: str
    channel_id: str
    caller_number: str | None = None
    instance: str
    saved_at: AwareDatetime
    phase: Phase = Phase.TALKING
    unrecorded: bool = False
    dialogue: DialogueSnapshot


def caller_key(number: str) -> str | None:
    """The number by which a caller is found again; None where it is withheld or no number."""
    try:
        return normalised(number)
    except NotANumber:
        return None
