"""A diagnosis on a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.doctor.examination import Examined
from agent.doctor.finding import Finding, Level

_STYLES = {
    Level.OK: "green",
    Level.WARN: "bold yellow",
    Level.FAIL: "bold red",
    Level.SKIPPED: "dim",
}


def print_examined(examined: Examined, console: Console) -> None:
    """A line a finding; what it means and what mends it below."""
    table = Table.grid(padding=(0, 1))
    table.add_column(width=7)
    table.add_column(width=8)
    table.add_column(ratio=1)
    for finding in examined.findings:
        _add(table, examined.check, finding)
    console.print(table)


def _add(table: Table, check: str, finding: Finding) -> None:
    level = Text(finding.level.value.upper(), style=_STYLES[finding.level])
    table.add_row(level, Text(check), Text(finding.seen))
    for name, told in (("means", finding.means), ("remedy", finding.remedy)):
        if told:
            table.add_row("", Text(name, style="dim"), Text(told))


def print_summary(examined: Sequence[Examined], console: Console) -> None:
    """One line at the end."""
    counts = {
        level: sum(finding.level is level for one in examined for finding in one.findings)
        for level in Level
    }
    if counts[Level.FAIL]:
        begin = "Begin with the first FAIL: others may follow from it."
    elif counts[Level.WARN]:
        begin = "Nothing is broken."
    else:
        begin = "All is well."
    console.print(
        f"\n{begin} {counts[Level.OK]} ok, {counts[Level.WARN]} warnings, "
        f"{counts[Level.FAIL]} failures, {counts[Level.SKIPPED]} not looked at."
    )
