"""`understudy trends`: is it getting better?"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from agent.command_line import ConfigOption, JsonOption, with_database

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from agent.records.models import Score


def trends(
    by: Annotated[
        Literal["day", "week", "month"], typer.Option(help="Live calls are pooled by this.")
    ] = "week",
    last: Annotated[int, typer.Option(min=1, help="Print so many points of each trend.")] = 12,
    html: Annotated[Path | None, typer.Option(help="Write a page with plots.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show kept scores over time, and what each new playbook, model or code changed.

    Scores come from `understudy simulate --keep` and from `understudy score` on recorded calls.
    Each set of simulated customers is a trend of its own, and live calls are one. Status 1: there
    are no scores.
    """
    from agent.cloning.extra import require_extra
    from agent.errors import UnderstudyError

    require_extra()
    from agent.cloning.files import write_text
    from agent.evaluation.trends.console import print_trend
    from agent.evaluation.trends.page import page
    from agent.evaluation.trends.told import as_json as told_as_json
    from agent.evaluation.trends.trend import trends as found_in

    found = found_in(_kept(config), by)
    if not found:
        raise UnderstudyError(
            "No scores are kept yet: `understudy simulate --keep` keeps a simulation's, "
            "`understudy score` a call's."
        )
    if html is not None:
        write_text(html, page(found))
    if as_json:
        typer.echo(json.dumps([told_as_json(trend) for trend in found], indent=2))
        return
    console = Console(highlight=False)
    for trend in found:
        print_trend(trend, console, last)


def _kept(config: Path | None) -> "list[Score]":
    from agent.records.scores import ScoreStore

    scores: list[Score] = []

    async def work(engine: "AsyncEngine") -> None:
        scores.extend(await ScoreStore(engine).all())

    with_database(config, work)
    return scores
