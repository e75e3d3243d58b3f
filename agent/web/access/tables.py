"""The tables of people, sessions, API tokens and the audit trail.

Secrets are never stored: passwords as Argon2id hashes, random tokens as SHA-256 digests.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Enum, ForeignKey, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from agent.records.models import Base
from agent.web.access.role import Role

_ROLE = Enum(
    Role,
    native_enum=False,
    length=16,
    create_constraint=False,
    values_callable=lambda members: [member.value for member in members],
)


class Account(Base, kw_only=True):
    """Somebody who may sign in, unless `disabled_at` is set; names are in small letters."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(_ROLE)
    password_hash: Mapped[str]
    made_at: Mapped[datetime]
    password_changed_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None] = mapped_column(default=None)


class SignedIn(Base, kw_only=True):
    """A session of a browser; the row goes when it ends."""

    __tablename__ = "sessions"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class ApiToken(Base, kw_only=True):
    """A program's permission; the row goes when it is revoked. No `expires_at`: it stays."""

    __tablename__ = "api_tokens"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(_ROLE)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class AuditEntry(Base, kw_only=True):
    """What somebody did. No foreign keys: an entry outlives the person and the call.

    `origin` is the address that it came from, or "command line". `details` has no words of callers.
    """

    __tablename__ = "audit"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    happened_at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str] = mapped_column(index=True)
    action: Mapped[str]
    origin: Mapped[str]
    call_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), default=None, index=True)
    details: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
