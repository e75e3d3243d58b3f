"""Findings as one HTML page that needs nothing but itself."""

from agent.evaluation.blindtest import told
from agent.evaluation.blindtest.findings import Findings, shown
from agent.evaluation.blindtest.rating_page import GROUPS
from agent.evaluation.comparison.told import probability
from agent.pages.environment import page_environment


def page(findings: Findings) -> str:
    """The page's text."""
    # The style of all reports is the comparison's.
    environment = page_environment("agent.evaluation.blindtest", "agent.evaluation.comparison")
    environment.globals.update(probability=probability, kappa=told.kappa, shown=shown)
    first, *rest = told.verdict(findings)
    edges = [
        edge
        for against in findings.against
        for one in against.groups
        for edge in (abs(one.difference.low), abs(one.difference.high))
    ]
    return environment.get_template("report.html").render(
        findings=findings,
        verdict=first,
        rest=rest,
        notes=told.notes(findings),
        groups=GROUPS,
        reach=max(edges, default=0.0) or 0.1,
    )
