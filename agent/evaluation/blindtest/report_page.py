"""Findings as one HTML page that needs nothing but itself."""

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from agent.evaluation.blindtest import told
from agent.evaluation.blindtest.findings import Findings, shown
from agent.evaluation.blindtest.rating_page import GROUPS
from agent.evaluation.comparison.told import probability


def page(findings: Findings) -> str:
    """The page's text."""
    environment = Environment(
        # The style of all reports is the comparison's.
        loader=ChoiceLoader(
            [PackageLoader(f"agent.evaluation.{room}") for room in ("blindtest", "comparison")]
        ),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
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
