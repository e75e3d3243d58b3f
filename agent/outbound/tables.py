"""The tables of campaigns."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, ForeignKey, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from agent.outbound.outcomes import Outcome
from agent.records.models import Base


class ContactState(StrEnum):
    """Where a contact stands."""

    PENDING = "pending"
    CLAIMED = "claimed"  # a process is calling it
    DONE = "done"


def _text_enum(kind: type[StrEnum]) -> Enum:
    return Enum(
        kind,
        native_enum=False,
        length=16,
        create_constraint=False,
        values_callable=lambda members: [member.value for member in members],
    )


class Campaign(Base, kw_only=True):
    """A list of people to call.

    Whoever takes a contact writes `touched_at` first, so that only one does at a time.
    """

    __tablename__ = "campaigns"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]


class Contact(Base, kw_only=True):
    """Somebody to call. `row` is the line of the file, `time_zone` what the file tells of it.

    `claimed_at` is renewed while the claiming process lives.
    """

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("campaign_id", "number", name="uq_contacts_campaign_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    row: Mapped[int]
    number: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str] = mapped_column(default="")
    slots: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    state: Mapped[ContactState] = mapped_column(
        _text_enum(ContactState), default=ContactState.PENDING
    )
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    claimed_by: Mapped[str | None] = mapped_column(default=None)
    claimed_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[Outcome | None] = mapped_column(_text_enum(Outcome), default=None)
    disposition: Mapped[str | None] = mapped_column(default=None)
    last_at: Mapped[datetime | None] = mapped_column(default=None)


class Attempt(Base, kw_only=True):
    """One attempt to call a contact; without `ended_at` it goes on, or its process has died."""

    __tablename__ = "attempts"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    contact_id: Mapped[int] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE"), index=True
    )
    started_at: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    outcome: Mapped[Outcome | None] = mapped_column(_text_enum(Outcome), default=None)
    disposition: Mapped[str | None] = mapped_column(default=None)
    cause: Mapped[int | None] = mapped_column(default=None)
    call_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), default=None)
