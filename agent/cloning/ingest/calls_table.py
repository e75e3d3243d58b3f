"""The table of calls, read and understood: from a file or a database."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.cloning.errors import CloneError
from agent.cloning.ingest.columns import Columns, Meaning, understand_columns
from agent.cloning.ingest.database import is_database, read_query
from agent.cloning.ingest.outcomes import Success, understand_outcomes
from agent.cloning.ingest.rows import CallRow, Digests, read_rows
from agent.cloning.ingest.table import Table, read_csv
from agent.cloning.pipeline import Problem
from agent.cloning.project import SourceSettings


@dataclass(frozen=True, slots=True)
class CallsTable:
    """`columns` is None when no table was given; `outcomes` counts them as they are spelt."""

    rows: Sequence[CallRow]
    success: Success
    columns: Columns | None = None
    outcomes: Counter[str] = field(default_factory=Counter)
    problems: tuple[Problem, ...] = ()


def read_calls_table(
    source: SourceSettings, digests: Digests, known_ids: frozenset[str]
) -> CallsTable:
    """`known_ids` are the names of recordings and transcripts. Raises CloneError."""
    if not source.calls:
        return CallsTable((), understand_outcomes((), source.won, source.lost))
    if is_database(source.calls):
        table = read_query(source.calls, source.query)
    else:
        table = read_csv(Path(source.calls))
    columns = understand_columns(table, source.columns, known_ids)
    if not columns.meant.keys() & {"id", "recording"}:
        raise CloneError(
            f"{table.name} has no column that tells which call a row is (it has "
            f"{', '.join(table.columns)}): name it with --columns id=NAME or recording=NAME."
        )
    rows = read_rows(table, columns, digests)
    outcomes = Counter(row.outcome for row in rows if row.outcome)
    success = understand_outcomes(
        ((row.outcome, row.value) for row in rows), source.won, source.lost
    )
    problems = (
        *_missing(table, columns),
        *_unread(table, columns, rows),
        *_not_there(source, outcomes),
    )
    return CallsTable(rows, success, columns, outcomes, problems)


def _missing(table: Table, columns: Columns) -> list[Problem]:
    has = f"its columns are {', '.join(table.columns)}"
    problems = []
    if not columns.meant.keys() & {"outcome", "value"}:
        problems.append(
            Problem(
                table.name,
                f"it has no column for how the calls ended ({has})",
                "Name it with --columns outcome=NAME; without it no call is won or lost.",
            )
        )
    if "agent" not in columns.meant:
        problems.append(
            Problem(
                table.name,
                f"it has no column for who took the calls ({has})",
                "Name it with --columns agent=NAME; without it nobody is ranked.",
            )
        )
    return problems


def _unread(table: Table, columns: Columns, rows: Sequence[CallRow]) -> list[Problem]:
    """Columns some of whose cells are not what the column is."""
    parsed: dict[Meaning, list[object]] = {
        "value": [row.value for row in rows],
        "started_at": [row.started_at for row in rows],
        "duration": [row.duration_s for row in rows],
    }
    problems = []
    for meaning, values in parsed.items():
        column = columns.meant.get(meaning)
        cells = zip(table.values(column), values, strict=True) if column else ()
        bad = [cell for cell, value in cells if cell and value is None]
        if bad:
            problems.append(
                Problem(
                    f"{table.name}, column '{column}'",
                    f"{len(bad)} cells can't be read as {meaning}, the first is '{bad[0][:40]}'",
                    "They count as empty.",
                )
            )
    return problems


def _not_there(source: SourceSettings, outcomes: Counter[str]) -> list[Problem]:
    there = {outcome.casefold() for outcome in outcomes}
    return [
        Problem(
            f"--{side} {outcome}",
            "no call has this outcome",
            f"There are: {', '.join(sorted(outcomes)) or 'none'}.",
        )
        for side, said in (("won", source.won), ("lost", source.lost))
        for outcome in said
        if outcome.casefold() not in there
    ]
