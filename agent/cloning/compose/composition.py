"""What composing gives: a playbook, where each part of it comes from, and what is not in it."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from agent.cloning.mined import Evidence, Lift
from agent.cloning.recorded import Kept

Kind = Literal["fact", "line", "intent", "objection", "slot", "stage", "must_say"]


class Origin(Kept):
    """What a part of the playbook stands on."""

    item: str = Field(description="the mined item: its kind, a colon, its id")
    evidence: tuple[Evidence, ...]
    agents: tuple[str, ...] = ()
    uses: int | None = None
    win_rate: float | None = None
    share: float | None = Field(None, description="of the calls that got there: how many say it")
    lift: Lift | None = None
    edited: bool = Field(False, description="a person changed the words")


class Provenance(Kept):
    """7-compose/provenance.yaml: playbook path ("facts.visit_fee") -> where it comes from."""

    playbook_sha256: str
    origins: dict[str, Origin]


class LeftOut(Kept):
    """A mined item that is not in the playbook."""

    item: str
    text: str
    why: str


class Gap(Kept):
    """Where the recordings gave nothing that can be said, and what stands there instead."""

    place: str
    why: str


class NotUsed(Kept):
    """7-compose/left_out.yaml"""

    left_out: tuple[LeftOut, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Composition:
    """A playbook as plain data, in the order of its file, and the account of it."""

    book: dict[str, Any]
    origins: dict[str, Origin]
    not_used: NotUsed
