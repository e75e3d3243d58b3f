"""Findings and tables on a terminal."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agent.evaluation.agreement.statistics import Estimate
from agent.evaluation.blindtest.collect import Collected
from agent.evaluation.blindtest.findings import Against, Findings
from agent.evaluation.blindtest.power import Need
from agent.evaluation.blindtest.rating_page import GROUPS
from agent.evaluation.blindtest.told import notes, verdict
from agent.evaluation.comparison.told import probability


def print_findings(findings: Findings, console: Console) -> None:
    """The verdict, then differences, power, agreement, guesses and how it was computed."""
    console.print()
    for sentence in verdict(findings):
        console.print(sentence, style="" if findings.raters_agree else "bold red")
    tables = [_differences(one) for one in findings.against if one.groups]
    tables += [_reach(findings), _agreement(findings), _guesses(findings), _believed(findings)]
    for table in tables:
        if table.row_count:
            console.print()
            console.print(table)
    console.print()
    for note in notes(findings):
        console.print(note, style="dim")


def print_collected(found: Collected, folder: Path, console: Console) -> None:
    """What could not be used, what is missing, and what a third rater has to decide."""
    for problem in found.problems:
        console.print(problem, style="yellow", soft_wrap=True)
    for missing in found.ratings.missing:
        console.print(missing, soft_wrap=True)
    for item, criteria in found.disputed.items():
        console.print(f"  {item}: two points apart on {', '.join(criteria)}", soft_wrap=True)
    if found.page is not None:
        console.print(f"The third rater's page: {found.page}", soft_wrap=True)
    console.print(f"{len(found.ratings.ratings)} ratings taken in.", soft_wrap=True)
    if not found.ratings.missing:
        console.print(f"All is there: `understudy blindtest report {folder}`.", soft_wrap=True)


def print_needs(needs: Sequence[Need], console: Console) -> None:
    """The sample-size table."""
    table = _table("question", "n", "of", "case")
    before = ""
    for need in needs:
        question = "" if need.question == before else need.question
        before = need.question
        table.add_row(question, f"{need.n:,}", need.unit, need.case)
    for at, column in enumerate(table.columns):
        column.justify = "right" if at == 1 else "left"
    console.print(table)


def _table(first: str, *columns: str) -> Table:
    table = Table(first, box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _differences(against: Against) -> Table:
    title = f"against {against.whom}: {against.pairs} pairs, {against.clusters} scenarios"
    columns = ("people", "agent", "difference", "95 %", "p", "p (Holm)", "rank effect", "d", "n")
    table = _table(title, *columns)
    for one in against.groups:
        found = one.difference
        table.add_row(
            GROUPS[one.group], f"{found.a:.2f}", f"{found.b:.2f}", f"{found.change:+.2f}",
            f"{found.low:+.2f} to {found.high:+.2f}", probability(found.p),
            probability(found.p_holm), f"{found.effect:+.2f}",
            "-" if one.effect is None else f"{one.effect:+.2f}", str(found.pairs),
        )  # fmt: skip
    return table


def _reach(findings: Findings) -> Table:
    margin = findings.protocol.margin
    table = _table(
        "what the pairs can show (power 0.8)", "SD", "least difference", "pairs for the one seen",
        f"pairs for 'not worse by {margin:.2f}'", "at worst",
    )  # fmt: skip
    for one in findings.against[0].groups:
        table.add_row(
            GROUPS[one.group], f"{one.spread:.2f}", "-" if one.told is None else f"{one.told:.2f}",
            "-" if one.needed is None else str(one.needed), str(one.needed_not_worse),
            "-" if one.at_worst is None else f"{one.at_worst:+.2f}",
        )  # fmt: skip
    return table


def _agreement(findings: Findings) -> Table:
    found = findings.agreement
    columns = ("weighted kappa", "95 %", "AC1", "equal", "calls")
    table = _table("two raters, before the third", *columns)
    table.add_row("all criteria", *_figures(found.overall))
    for group, estimate in found.groups.items():
        table.add_row(GROUPS[group], *_figures(estimate))
    for name, one in found.criteria.items():
        ac1, equal = (
            "-" if figure.value is None else f"{figure.value:.2f}"
            for figure in (one.ac1, one.equal)
        )
        table.add_row(f"  {name}", *_figures(one.kappa), ac1, equal, str(one.n))
    return table


def _guesses(findings: Findings) -> Table:
    table = _table("'human or AI?'", "right", "of", "rate", "95 %", "p (above 50 %)")
    for one in findings.guesses:
        table.add_row(
            one.who, str(one.right), str(one.total), f"{one.rate:.0%}",
            f"{one.low:.0%} to {one.high:.0%}", probability(one.p),
        )  # fmt: skip
    return table


def _believed(findings: Findings) -> Table:
    """Only where raters could tell: else the split means nothing."""
    table = _table("mean scores by what raters believed", "judgments", *GROUPS.values())
    for one in findings.believed if findings.could_tell else ():
        means = [one.groups.get(group) for group in GROUPS]
        table.add_row(
            f"{one.arm}, taken for {one.guessed}", str(one.judgments),
            *("-" if mean is None else f"{mean:.2f}" for mean in means),
        )  # fmt: skip
    return table


def _figures(estimate: Estimate) -> tuple[str, str]:
    if estimate.value is None:
        return "-", ""
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.2f}", ""
    return f"{estimate.value:.2f}", f"{estimate.low:.2f} to {estimate.high:.2f}"
