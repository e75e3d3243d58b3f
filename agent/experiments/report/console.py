"""Findings, and how far experiments are, on a terminal."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.experiments.report import told
from agent.experiments.report.findings import Findings
from agent.experiments.report.measures import MEASURES
from agent.experiments.store import Revision


def print_findings(findings: Findings, console: Console) -> None:
    """The verdict, then measures, gates and how callers were shared out."""
    revision = findings.revision
    since = _at(revision.began_at)
    console.print(f"{revision.experiment}, revision {revision.number}, since {since}", style="dim")
    style = "bold red" if findings.mismatch or not findings.gates_kept else "bold"
    for sentence in told.verdict(findings):
        console.print(sentence, style=style)
    for table in (_measures(findings), _gates(findings)):
        console.print()
        console.print(table)
    console.print()
    for sentence in (told.sharing(findings), told.other_revisions(findings)):
        if sentence:
            console.print(sentence, style="dim")


def print_status(revisions: Sequence[Revision], running: str, console: Console) -> None:
    """A line a revision; `running` is the experiment that the settings have now."""
    table = Table(
        "experiment", "revision", "since", "last call", "callers by variant", box=None,
        pad_edge=False, header_style="bold",
    )  # fmt: skip
    for one in revisions:
        callers = ", ".join(f"{name} {count}" for name, count in sorted(one.callers.items()))
        times = (
            f"{at.astimezone():%d %b %H:%M}" if at else "" for at in (one.began_at, one.last_at)
        )
        table.add_row(one.experiment, str(one.number), *times, callers)
    if revisions:
        console.print(table)
    console.print(
        f"The settings have the experiment '{running}'."
        if running
        else "The settings have no experiment: [experiment] begins one.",
        style="dim",
        markup=False,
    )


def _measures(findings: Findings) -> Table:
    table = Table("of callers", box=None, pad_edge=False, header_style="bold")
    for one in findings.variants:
        table.add_column(one.name, justify="right")
    for one in findings.compared:
        table.add_column(f"{one.name} less {findings.control.name}", justify="right")
    table.add_row("callers", *(str(one.callers) for one in findings.variants))
    table.add_row("calls", *(str(one.calls) for one in findings.variants))
    for measure in MEASURES:
        cells = [told.mean(one, measure) for one in findings.variants]
        cells += [told.change(measure, one.differences[measure.name]) for one in findings.compared]
        table.add_row(measure.name, *cells)
    return table


def _gates(findings: Findings) -> Table:
    table = Table("gate", box=None, pad_edge=False, header_style="bold")
    for one in findings.variants:
        table.add_column(one.name, justify="right")
    for row in zip(*(one.gates for one in findings.variants), strict=True):
        cells = (Text(told.kept(gate), style="red" if gate.broken else "") for gate in row)
        table.add_row(row[0].gate, *cells)
    return table


def _at(time: datetime) -> str:
    return f"{time.astimezone():%d %b %Y %H:%M}"
