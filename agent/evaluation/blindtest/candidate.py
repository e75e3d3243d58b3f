"""A call that may come into a blind test."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agent.cloning.recorded import Conversation

Arm = Literal["human", "agent"]
Tier = Literal["", "top", "middle", "weak"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """`conversation` is redacted. `won` is None where nobody knows; `tier` is the person's.

    Nobody may read `company` and `names`, which are known besides what was redacted. `recording`
    is redacted sound, where there is any.
    """

    arm: Arm
    call: str
    conversation: Conversation
    won: bool | None
    tier: Tier = ""
    product: str = ""
    company: str = ""
    names: tuple[str, ...] = ()
    recording: Path | None = None
