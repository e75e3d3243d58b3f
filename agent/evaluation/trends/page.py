"""Trends as one HTML page that needs nothing but itself."""

from collections.abc import Sequence

from jinja2 import Environment

from agent.evaluation.trends import told
from agent.evaluation.trends.plot import HEIGHT, WIDTH, plots
from agent.evaluation.trends.shift import shifts
from agent.evaluation.trends.trend import Trend
from agent.pages.environment import page_environment


def page(found: Sequence[Trend]) -> str:
    """The page's text."""
    sections = [
        {
            "trend": trend,
            "says": list(told.sentences(trend)),
            "plots": list(plots(trend)),
            "shifts": shifts(trend),
            "funnel": _funnel(trend),
        }
        for trend in found
    ]
    return _environment().get_template("trends.html").render(sections=sections)


def _funnel(trend: Trend) -> list[tuple[str, list[str]]]:
    """The share of calls that reached each stage, by version; stages that none has are left out."""
    wholes = [trend.whole(version) for version in trend.versions]
    stages = dict.fromkeys(stage for whole in wholes for stage in whole.funnel)

    def share(stage: str) -> list[str]:
        reached = [whole.funnel.get(stage) for whole in wholes]
        return [
            "-" if one is None else f"{100 * one['reached'] / whole.calls:.0f} %"
            for one, whole in zip(reached, wholes, strict=True)
        ]

    return [(stage, share(stage)) for stage in stages]


def _environment() -> Environment:
    # The look is that of the comparison's page.
    environment = page_environment("agent.evaluation.trends", "agent.evaluation.comparison")
    environment.globals.update(
        figure=told.figure, estimated=told.estimated, broken=told.broken, named=told.named,
        versions_told=told.versions_told, width=WIDTH, height=HEIGHT,
    )  # fmt: skip
    return environment
