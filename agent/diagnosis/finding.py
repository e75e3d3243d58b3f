"""One thing that went wrong."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much of it the caller felt, the worst first."""

    FAULT = "fault"  # the call broke, or the caller did not get what it came for
    TROUBLE = "trouble"  # the caller noticed
    NOTE = "note"  # worth knowing, harmless by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`at_s` is audio time, None for what belongs to the whole call.

    `evidence` are lines from the record; `cause` is the likely one.
    """

    rule: str
    severity: Severity
    what: str
    at_s: float | None = None
    evidence: tuple[str, ...] = ()
    cause: str = ""
    remedy: str = ""
