"""A recorded call and what was said in it: what every step after ingest reads."""

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Speaker = Literal["customer", "agent"]


class Kept(BaseModel):
    """Something kept in a project's files: immutable, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Audio(Kept):
    """Where a call's sound is. One file with both legs or mixed, or a file for each leg."""

    layout: Literal["stereo", "separate", "mono"]
    files: tuple[Path, ...] = Field(description="stereo and mono: one; separate: customer, agent")
    customer_channel: int = Field(0, ge=0, le=1, description="stereo only")
    sha256: str = Field(description="of all files together")
    duration_s: float


class RecordedCall(Kept):
    """One call as ingest understood it; no words of it."""

    id: str
    agent: str = Field("", description='"" when nobody said who: the call ranks nobody')
    outcome: str = ""
    won: bool | None = Field(None, description="None: the outcome is unknown")
    value: float | None = None
    started_at: datetime | None = None
    duration_s: float | None = None
    customer: str = Field("", description="a digest: tells the same caller, not who it is")
    case: dict[str, str] = Field({}, description="columns of the case mix: source, product, ...")
    audio: Audio | None = None
    transcript: bool = Field(False, description="a transcript came with it")


class SpokenWord(Kept):
    """A word with its times in seconds from the start of the call."""

    text: str
    start: float
    end: float
    confidence: float = 1.0


class Turn(Kept):
    """What one side said without the other taking over; times in seconds of the call."""

    speaker: Speaker
    start: float
    end: float
    text: str
    words: tuple[SpokenWord, ...] = Field((), description="empty where a transcript gave none")
    confidence: float = 1.0
    overlap_s: float = Field(0.0, description="how long the other side spoke at the same time")
    interrupts: bool = Field(False, description="it began inside the other's turn, which ended")


class Conversation(Kept):
    """A call's turns in order of their start; a turn is named by its index."""

    call: str
    source: Literal["given", "recognised"]
    turns: tuple[Turn, ...]
