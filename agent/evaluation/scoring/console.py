"""Scores and agreement on a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.evaluation.agreement.compared import GOOD_KAPPA, Compared, Comparison
from agent.evaluation.agreement.statistics import Estimate
from agent.evaluation.scoring.scored import Scored, ScoredCall
from agent.records.report import clock

_STYLES = {0: "red", 1: "yellow", 2: "green"}
_ROWS = ("0", "1", "2", "NA")


def print_call(call: ScoredCall, console: Console) -> None:
    """Groups, breaches, then each criterion with its quote or why it has no score."""
    agent = f", agent {call.agent}" if call.agent else ""
    console.print(Text(f"\nCall {call.call}{agent}, {call.turns} turns", style="bold"))
    overall = "–" if call.overall is None else f"{call.overall:.0%}"
    groups = ", ".join(f"{group} {share:.0%}" for group, share in call.groups.items())
    console.print(f"Of full marks: {overall} ({groups})")
    if not call.breaches:
        console.print("Gates: no breach found")
    for breach, at_s in call.breaches:
        console.print(Text(f"Gate broken: {breach.kind.replace('_', ' ')}", style="bold red"))
        console.print(Text(f"    {breach.why}: turn {breach.turn}, {clock(at_s)}: {breach.quote}"))
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    table.add_column(no_wrap=True, justify="right")
    table.add_column()
    for one in call.scores:
        table.add_row(*_row(one))
    console.print(table)


def print_comparison(found: Comparison, console: Console) -> None:
    """A line a criterion, their mean, and the confusions."""
    console.print(f"\nAgainst the scorecards: {len(found.calls)} calls", style="bold")
    for words, calls in (
        ("On the cards, but not among these calls", found.missing),
        ("Without a card", found.uncarded),
    ):
        if calls:
            console.print(Text(f"{words}: {', '.join(calls)}", style="dim"))
    table = Table("criterion", box=None, pad_edge=False, header_style="bold")
    for title in ("n", "not scored", "kappa", "95 %", "AC1", "95 %", "equal", "95 %"):
        table.add_column(title, justify="right", no_wrap=True)
    for one in found.criteria:
        table.add_row(*_agreement(one))
    console.print(table)
    console.print(
        f"Mean kappa: {_value(found.mean)} ({_interval(found.mean)}); {found.good} criteria "
        f"reach {GOOD_KAPPA}."
    )
    console.print(
        "Kappa is weighted quadratically; – where both give one score throughout, or none. "
        "Intervals by drawing calls anew.",
        style="dim",
    )
    console.print(_confusions(found.criteria))


def _row(one: Scored) -> tuple[Text, Text, Text, Text, Text]:
    given = one.given
    name = Text(one.criterion.name)
    if given.score is None:
        why = Text(given.why, style="dim")
        return Text(one.criterion.id), Text("–", style="dim"), name, Text(""), why
    place = f"turn {given.turn}, {clock(one.at_s or 0.0)}"
    quote = Text(given.quote)
    if given.why:
        quote.append(f" ({given.why})", style="dim")
    score = Text(str(given.score), style=f"bold {_STYLES[given.score]}")
    return Text(one.criterion.id), score, name, Text(place, style="dim"), quote


def _agreement(one: Compared) -> list[str]:
    of = one.agreement
    cells = [f"{one.criterion.id} {one.criterion.name}", str(of.n), str(one.abstained)]
    for estimate in (of.kappa, of.ac1, of.equal):
        cells += [_value(estimate), _interval(estimate)]
    return cells


def _value(estimate: Estimate) -> str:
    return "–" if estimate.value is None else f"{estimate.value:.2f}"


def _interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{estimate.low:.2f} to {estimate.high:.2f}"


def _confusions(criteria: Sequence[Compared]) -> Table:
    """What people gave (down) against what the software gave (across)."""
    table = Table("people \\ software", box=None, pad_edge=False, header_style="bold")
    for title in _ROWS:
        table.add_column(title, justify="right")
    for one in criteria:
        table.add_row(Text(f"{one.criterion.id} {one.criterion.name}", style="bold"))
        for title, row in zip(_ROWS, one.agreement.confusion, strict=True):
            table.add_row(f"  {title}", *(str(cell) if cell else "·" for cell in row))
    return table
