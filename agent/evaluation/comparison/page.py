"""Findings as one HTML page that needs nothing but itself."""

from collections.abc import Sequence

from jinja2 import Environment

from agent.evaluation.comparison import told
from agent.evaluation.comparison.findings import Findings
from agent.evaluation.comparison.sound import BIN_MS
from agent.evaluation.simulation.simulated_call import SimulatedCall
from agent.pages.environment import page_environment

_RUBRIC = "rubric "


def page(findings: Findings, to_read: Sequence[SimulatedCall]) -> str:
    """The page's text; `to_read` are calls that are shown in full."""
    rows = list(zip(*findings.means, strict=True))
    first, *rest = told.verdict(findings)
    return (
        _environment()
        .get_template("report.html")
        .render(
            findings=findings,
            labels=[side.label for side in findings.sides],
            verdict=first,
            rest=rest,
            gates=list(zip(*findings.gates, strict=True)),
            measures=[row for row in rows if not row[0].measure.name.startswith(_RUBRIC)],
            rubric=[row for row in rows if row[0].measure.name.startswith(_RUBRIC)],
            calls=to_read,
            reach=_reach(findings),
            sound=[one for one in findings.sound if one is not None],
        )
    )


def _reach(findings: Findings) -> float:
    """The widest interval of a difference of shares: what the plots' axes reach to."""
    shares = [
        max(abs(one.low), abs(one.high))
        for row in findings.means[0]
        if row.measure.share and (one := findings.differences.get(row.measure.name)) is not None
    ]
    return max(0.05, *shares) if shares else 0.05


def _environment() -> Environment:
    environment = page_environment("agent.evaluation.comparison")
    environment.globals.update(
        figure=told.figure,
        kept=told.kept,
        probability=told.probability,
        abs=abs,
        sound_rows=told.sound_rows,
        bin_ms=BIN_MS,
    )
    return environment
