"""The tables of the call record, the same on SQLite and PostgreSQL.

Two clocks are kept apart: columns named `..._at` are wall time (always UTC and aware), columns
named `..._s` are audio time, seconds since the call's first media tick, which the recording and
the word times share.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    Text,
    TypeDecorator,
    Uuid,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column
from typing_extensions import TypedDict  # pydantic reads these, and typing's only from 3.12 on

from agent.records.sealed_columns import SealedJson, SealedText


class Direction(StrEnum):
    """Who called whom."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Speaker(StrEnum):
    """Whose turn it is."""

    CALLER = "caller"
    AGENT = "agent"


class SpokenWord(TypedDict):
    """One recognised word; times in seconds of audio time, confidence from 0 to 1."""

    text: str
    start_s: float
    end_s: float
    confidence: float


class Tally(TypedDict):
    """A measure over some calls: how many had it, its sum, and the sum of its squares."""

    calls: int
    sum: float
    squares: float


class GateTally(TypedDict):
    """Calls that could break a gate, and those that did."""

    calls: int
    broken: int


class StageTally(TypedDict):
    """Calls that reached a stage, and those that were hung up on in it."""

    reached: int
    left: int


class ModelUsed(TypedDict):
    """A model that a call was handled with."""

    name: str
    sha256: str


class UtcDateTime(TypeDecorator[datetime]):
    """Aware wall time. SQLite keeps no time zone, so UTC is put in and assumed on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC. Raises ValueError for a naive time, whose meaning nobody knows."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value.isoformat()}: records need a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _text_enum(kind: type[StrEnum]) -> Enum:
    """A plain text column: a new member needs no migration, and the database shows its value."""
    return Enum(
        kind,
        native_enum=False,
        length=16,
        create_constraint=False,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """The schema; constraint names are fixed so that migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (read by SQLAlchemy at class creation)
        str: Text(),
        datetime: UtcDateTime(),
        Direction: _text_enum(Direction),
        Speaker: _text_enum(Speaker),
        dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
        dict[str, Tally]: JSON().with_variant(JSONB(), "postgresql"),
        dict[str, GateTally]: JSON().with_variant(JSONB(), "postgresql"),
        dict[str, StageTally]: JSON().with_variant(JSONB(), "postgresql"),
        dict[str, ModelUsed]: JSON().with_variant(JSONB(), "postgresql"),
        list[SpokenWord]: JSON().with_variant(JSONB(), "postgresql"),
        list[str]: JSON().with_variant(JSONB(), "postgresql"),
    }


class Call(Base, kw_only=True):
    """One call. `ended_at` is null while it lives; `outcome` says what came of it.

    `instance` names the agent process that answers for the row: it alone may declare the call lost.
    `resumes` is the call that this one goes on from; `held` keeps it from being deleted by age.
    """

    __tablename__ = "calls"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    instance: Mapped[str]
    channel_id: Mapped[str]
    linked_id: Mapped[str | None] = mapped_column(default=None, index=True)
    direction: Mapped[Direction] = mapped_column(default=Direction.INBOUND)
    caller_number: Mapped[str | None] = mapped_column(default=None, index=True)
    called_exten: Mapped[str | None] = mapped_column(default=None)
    codec: Mapped[str | None] = mapped_column(default=None)
    started_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    outcome: Mapped[str | None] = mapped_column(default=None, index=True)
    disposition: Mapped[str | None] = mapped_column(default=None)
    ended_by: Mapped[str | None] = mapped_column(default=None)
    hangup_cause: Mapped[int | None] = mapped_column(default=None)
    transfer_queue: Mapped[str | None] = mapped_column(default=None)
    transfer_result: Mapped[str | None] = mapped_column(default=None)
    playbook_id: Mapped[str | None] = mapped_column(default=None)
    playbook_version: Mapped[str | None] = mapped_column(default=None)
    playbook_sha256: Mapped[str | None] = mapped_column(default=None)
    models: Mapped[dict[str, ModelUsed]] = mapped_column(default_factory=dict)
    code_sha256: Mapped[str | None] = mapped_column(default=None)
    recording_path: Mapped[str | None] = mapped_column(default=None)
    slots: Mapped[dict[str, Any]] = mapped_column(SealedJson("calls.slots"), default_factory=dict)
    summary: Mapped[str | None] = mapped_column(SealedText("calls.summary"), default=None)
    media: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    resumes: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), default=None)
    held: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def duration_s(self) -> float | None:
        """Wall time from the first trace of the call to its end; None while it lives."""
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else None


class Turn(Base, kw_only=True):
    """What one side said without the other taking the floor.

    `text` is what was meant or recognised; `heard_text`, on the agent's turns that were cut off,
    is the part that reached the caller.
    """

    __tablename__ = "turns"

    call_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    speaker: Mapped[Speaker]
    text: Mapped[str] = mapped_column(SealedText("turns.text"))
    heard_text: Mapped[str | None] = mapped_column(SealedText("turns.heard_text"), default=None)
    start_s: Mapped[float]
    end_s: Mapped[float]
    confidence: Mapped[float | None] = mapped_column(default=None)
    stage: Mapped[str | None] = mapped_column(default=None)
    intent: Mapped[str | None] = mapped_column(default=None)
    line_ids: Mapped[list[str]] = mapped_column(default_factory=list)
    interrupted: Mapped[bool] = mapped_column(default=False)
    words: Mapped[list[SpokenWord]] = mapped_column(SealedJson("turns.words"), default_factory=list)

    @property
    def unheard_text(self) -> str:
        """What the caller did not hear of an agent's turn that was cut off."""
        if self.heard_text is None:
            return ""
        return self.text.removeprefix(self.heard_text).strip()


class Event(Base, kw_only=True):
    """Something that happened at one moment: a barge-in, a key, a transfer, an error.

    `sequence` grows with each record of a process and orders events of the same audio time.
    """

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_kind_call_id", "kind", "call_id"),)

    call_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at_s: Mapped[float]
    happened_at: Mapped[datetime]
    kind: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(SealedJson("events.data"), default_factory=dict)


class Latency(Base, kw_only=True):
    """One measured wait. `turn_index` is the turn it led to; None when it belongs to no turn."""

    __tablename__ = "latencies"
    __table_args__ = (Index("ix_latencies_name_ms_call_id", "name", "ms", "call_id"),)

    call_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    turn_index: Mapped[int | None] = mapped_column(default=None)
    name: Mapped[str]
    ms: Mapped[float]


class DoNotCall(Base, kw_only=True):
    """A number that is not to be called; `source` is "call", or where it was imported from."""

    __tablename__ = "do_not_call"

    number: Mapped[str] = mapped_column(primary_key=True)
    added_at: Mapped[datetime]
    source: Mapped[str]
    call_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), default=None)


class Erasure(Base, kw_only=True):
    """That something was erased: how many calls and files, and nothing of whose they were.

    `reason` is "request" (somebody's wish) or "age"; `transcripts` counts the calls that lost
    their words alone.
    """

    __tablename__ = "erasures"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    erased_at: Mapped[datetime]
    calls: Mapped[int]
    files: Mapped[int]
    transcripts: Mapped[int] = mapped_column(default=0, server_default="0")
    reason: Mapped[str] = mapped_column(default="request", server_default="request")


class Tombstone(Base, kw_only=True):
    """That a number was erased: its calls from before `erased_at` are not to come back.

    `digest` can be compared with a number's and not turned into one (records.tombstones).
    """

    __tablename__ = "tombstones"

    digest: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[str]
    erased_at: Mapped[datetime]


class SpoolPosition(Base, kw_only=True):
    """How far the records of one run of a process are stored: what is replayed counts once.

    Written in the transaction that stores them; `source` and `stored` as in records.entry.
    """

    __tablename__ = "spool_positions"

    source: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    instance: Mapped[str]
    stored: Mapped[int] = mapped_column(BigInteger)


class Snapshot(Base, kw_only=True):
    """A live or unfinished call as its last turn left it; written over with every turn.

    No foreign key: it is written beside the call's record, and may be there first.
    """

    __tablename__ = "snapshots"

    call_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    channel_id: Mapped[str] = mapped_column(index=True)
    caller_number: Mapped[str | None] = mapped_column(default=None, index=True)
    saved_at: Mapped[datetime] = mapped_column(index=True)
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson("snapshots.content"))


class ExperimentRevision(Base, kw_only=True):
    """An experiment as it was configured when its first call came in; never changed afterwards.

    `id` is a digest of `definition`: whoever configures the same goes on with the same revision.
    """

    __tablename__ = "experiment_revisions"

    id: Mapped[str] = mapped_column(primary_key=True)
    experiment: Mapped[str] = mapped_column(index=True)
    began_at: Mapped[datetime]
    definition: Mapped[dict[str, Any]]


class AssignedCall(Base, kw_only=True):
    """The variant that leads a call; `unit` is its caller (a digest, not the number)."""

    __tablename__ = "assigned_calls"

    call_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    revision: Mapped[str] = mapped_column(ForeignKey("experiment_revisions.id"), index=True)
    variant: Mapped[str]
    unit: Mapped[str]


class Score(Base, kw_only=True):
    """What one call, or one set of simulated calls, was worth: numbers, and nobody's words.

    Only scores of one `series` can be set side by side: it says which customers were met, and is
    LIVE for calls. What they were scored with and against is in the digests and in `settings`.
    """

    __tablename__ = "scores"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    series: Mapped[str]
    call_id: Mapped[str | None] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("calls.id", ondelete="CASCADE"), unique=True, default=None
    )
    happened_at: Mapped[datetime] = mapped_column(index=True)
    playbook_id: Mapped[str | None] = mapped_column(default=None)
    playbook_version: Mapped[str | None] = mapped_column(default=None)
    playbook_sha256: Mapped[str | None] = mapped_column(default=None)
    models: Mapped[dict[str, ModelUsed]] = mapped_column(default_factory=dict)
    settings: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    code_sha256: Mapped[str | None] = mapped_column(default=None)
    rubric_sha256: Mapped[str]
    calls: Mapped[int]
    measures: Mapped[dict[str, Tally]]
    gates: Mapped[dict[str, GateTally]]
    funnel: Mapped[dict[str, StageTally]] = mapped_column(default_factory=dict)
