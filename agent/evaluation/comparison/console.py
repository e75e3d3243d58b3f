"""Findings on a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.evaluation.comparison.findings import Findings
from agent.evaluation.comparison.told import figure, kept, probability, verdict
from agent.evaluation.simulation.text_call import SimulatedCall


def print_findings(findings: Findings, console: Console) -> None:
    """The verdict, then gates, measures, personas and stages."""
    console.print()
    for sentence in verdict(findings):
        console.print(sentence, style="" if findings.gates_kept else "bold red")
    for table in (_gates(findings), _measures(findings), _personas(findings), _funnel(findings)):
        console.print()
        console.print(table)


def print_calls(calls: Sequence[SimulatedCall], console: Console) -> None:
    """Transcripts, with what is wrong in each."""
    for call in calls:
        console.print(f"\n{call.seed}  {call.outcome}", style="bold")
        for breach in call.breaches:
            console.print(f"  {breach.gate}: {breach.why}", style="red")
        for turn in call.conversation.turns:
            console.print(f"  {turn.speaker:9}{turn.text}")


def _table(findings: Findings, first: str, *columns: str) -> Table:
    table = Table(first, box=None, pad_edge=False, header_style="bold")
    for column in columns or [side.label for side in findings.sides]:
        table.add_column(column, justify="right")
    return table


def _gates(findings: Findings) -> Table:
    labels = [side.label for side in findings.sides]
    compared = ["p (Holm)"] if findings.gate_differences else []
    table = _table(findings, "gate: calls that broke it (share, at 95 %)", *labels, *compared)
    for row in zip(*findings.gates, strict=True):
        cells = [Text(kept(gate), style="red" if gate.broken else "") for gate in row]
        one = findings.gate_differences.get(row[0].gate)
        cells += [Text(probability(one.p_holm))] if one is not None else []
        table.add_row(row[0].gate, *cells)
    return table


def _measures(findings: Findings) -> Table:
    labels = [side.label for side in findings.sides]
    compared = ["difference", "95 % interval", "p (Holm)", "pairs"] if findings.differences else []
    table = _table(findings, "measure", *labels, *compared)
    for row in zip(*findings.means, strict=True):
        name = row[0].measure.name
        cells = [figure(name, mean.value) for mean in row]
        one = findings.differences.get(name)
        if one is not None:
            low, high = figure(name, one.low, sign=True), figure(name, one.high, sign=True)
            cells += [figure(name, one.change, sign=True), f"{low} to {high}"]
            cells += [probability(one.p_holm), str(one.pairs)]
        table.add_row(name, *cells)
    return table


def _personas(findings: Findings) -> Table:
    labels = [side.label for side in findings.sides]
    columns = [f"{what} {label}" for what in ("goal", "hung up") for label in labels]
    table = _table(findings, "persona", "calls", *columns)
    for row in findings.personas:
        shares = [f"{100 * share:.0f} %" for share in (*row.done, *row.left)]
        table.add_row(row.persona.id, str(row.calls), *shares)
    return table


def _funnel(findings: Findings) -> Table:
    labels = [side.label for side in findings.sides]
    columns = [f"{what} {label}" for what in ("reached", "hung up in it") for label in labels]
    table = _table(findings, "stage", *columns)
    for row in findings.funnel:
        shares = [f"{100 * share:.0f} %" for share in (*row.reached, *row.left)]
        table.add_row(row.stage, *shares)
    return table
