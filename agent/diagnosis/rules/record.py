"""What the record itself lacks."""

from collections.abc import Iterator

from agent.diagnosis.case import Case
from agent.diagnosis.finding import Finding, Severity
from agent.diagnosis.limits import Limits


def lost_records(case: Case, limits: Limits) -> Iterator[Finding]:
    """Turns are numbered without gaps; a gap is a record that never reached the database."""
    there = {turn.index for turn in case.turns}
    missing = sorted(set(range(max(there, default=-1) + 1)) - there)
    if missing:
        yield Finding(
            rule="lost_records",
            severity=Severity.TROUBLE,
            what=f"{len(missing)} turns of this call are not in the record",
            evidence=("missing turns: " + ", ".join(map(str, missing)),),
            cause="The database was away for longer than records could wait, or refused them.",
            remedy="understudy_records_dropped_total and the log's lines 'record can't be stored'.",
        )
