"""A table's rows as calls: what is known of each besides its sound and its words."""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from agent.cloning.ingest.cells import money, seconds, time, words_of
from agent.cloning.ingest.columns import Columns, Meaning
from agent.cloning.ingest.table import Table

_SALT_FILE = ".salt"
_SALT_BYTES = 32
# Enough to tell all customers of a company apart.
_DIGEST_LETTERS = 16


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as the table has it; empty or None where it tells nothing."""

    id: str
    agent: str = ""
    outcome: str = ""
    value: float | None = None
    started_at: datetime | None = None
    duration_s: float | None = None
    customer: str = ""
    recording: str = ""
    case: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Digests:
    """Who a customer is becomes a digest with a salt of the project's own."""

    salt: bytes

    @classmethod
    def of_project(cls, root: Path) -> "Digests":
        """The salt is made once, readable by its owner only."""
        path = root / _SALT_FILE
        if not path.exists():
            root.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_bytes(secrets.token_bytes(_SALT_BYTES))
        return cls(path.read_bytes())

    def of(self, customer: str) -> str:
        """The same for the same customer, whatever the spaces and the case; empty for nobody."""
        plain = "".join(customer.split()).casefold()
        if not plain:
            return ""
        return hmac.digest(self.salt, plain.encode(), "sha256").hex()[:_DIGEST_LETTERS]


def read_rows(calls: Table, columns: Columns, digests: Digests) -> Sequence[CallRow]:
    """In the table's order; an id may be empty, or there twice."""
    minutes = bool({"min", "mins", "minutes"} & set(words_of(columns.meant.get("duration", ""))))
    return [_row(cells, columns, digests, minutes) for cells in calls.dicts()]


def _row(cells: dict[str, str], columns: Columns, digests: Digests, minutes: bool) -> CallRow:
    def told(meaning: Meaning) -> str:
        column = columns.meant.get(meaning)
        return cells[column] if column else ""

    return CallRow(
        id=told("id"),
        agent=told("agent"),
        outcome=told("outcome"),
        value=money(told("value")),
        started_at=time(told("started_at")),
        duration_s=seconds(told("duration"), minutes=minutes),
        customer=digests.of(told("customer")),
        recording=told("recording"),
        case={column: cells[column] for column in columns.case if cells[column]},
    )
