"""Findings as one HTML page that needs nothing but itself."""

from jinja2 import Environment

from agent.experiments.report import told
from agent.experiments.report.findings import Findings
from agent.experiments.report.measures import MEASURES
from agent.pages.environment import page_environment

_TONES = {"better": "good", "worse": "bad", "gate": "bad", "mismatch": "bad"}


def page(findings: Findings) -> str:
    """The page's text."""
    tones = [told.decision(findings, one) for one in findings.compared]
    pairs = list(zip(told.verdict(findings), tones, strict=False))
    return (
        _environment()
        .get_template("experiment.html")
        .render(
            findings=findings,
            verdict=[(sentence, _TONES.get(tone, "")) for sentence, tone in pairs],
            measures=MEASURES,
            gates=list(zip(*(one.gates for one in findings.variants), strict=True)),
            reach=_reach(findings),
        )
    )


def _reach(findings: Findings) -> float:
    """The widest interval of a difference of shares: what the plots' axes reach to."""
    shown = [
        max(abs(found.low), abs(found.high))
        for one in findings.compared
        for measure in MEASURES
        if measure.share and (found := one.differences[measure.name]) is not None
    ]
    return max(2 * findings.smallest_effect, *shown) if shown else 1.0


def _environment() -> Environment:
    # The style is that of the pages of simulated calls.
    environment = page_environment("agent.experiments.report", "agent.evaluation.comparison")
    environment.globals.update(
        change=told.change, figure=told.figure, kept=told.kept, mean=told.mean,
        other_revisions=told.other_revisions, sharing=told.sharing,
    )  # fmt: skip
    return environment
