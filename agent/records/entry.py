"""A record on its way to the database."""

from dataclasses import dataclass

from agent.records.records import Record


@dataclass(frozen=True, slots=True)
class Entry:
    """A record with what makes storing it twice the same as storing it once.

    `source` is the run of a process that took it (a UUID as text); `sequence` grows within it, and
    from one run to the next of the same spool.
    """

    source: str
    sequence: int
    record: Record
