"""`understudy experiment`: variants against each other on live calls."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from agent.command_line import ConfigOption, JsonOption, with_database
from agent.config import load_settings
from agent.errors import UnderstudyError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from agent.experiments.report.findings import Findings
    from agent.experiments.store import ExperimentStore, Revision

_NOT_TO_GO_LIVE = 3

app = typer.Typer(
    no_args_is_help=True,
    help="Variants against each other on live calls: settings `[experiment]`, then `serve`.\n\n"
    "A caller's number decides which variant leads the calls, always the same one. Each variant "
    "has a weight, and may have a playbook and turn-taking settings of its own:\n\n"
    '- `[experiment]`: `name = "opening"`\n'
    "- `[experiment.variants.as_ever]`: nothing in it, the control\n"
    '- `[experiment.variants.short]`: `playbook = "short.yaml"`, `weight = 1`',
)


@app.command()
def status(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Say which experiments there were, in which revisions, and who was assigned to what.

    A revision is an experiment as it was configured: a changed weight, variant or playbook begins
    another one, and calls of two revisions are never mixed.
    """
    from agent.experiments.report.console import print_status
    from agent.experiments.store import ExperimentStore

    running = load_settings(config).experiment.name

    async def work(engine: "AsyncEngine") -> None:
        revisions = await ExperimentStore(engine).revisions()
        if as_json:
            told = [
                {
                    "experiment": one.experiment,
                    "revision": one.number,
                    "id": one.id,
                    "began_at": one.began_at.isoformat(),
                    "last_at": one.last_at.isoformat() if one.last_at else None,
                    "callers": dict(one.callers),
                    "calls": dict(one.calls),
                }
                for one in revisions
            ]
            typer.echo(json.dumps({"running": running or None, "revisions": told}, indent=2))
        else:
            print_status(revisions, running, Console(highlight=False))

    with_database(config, work)


@app.command()
def report(
    name: Annotated[str, typer.Argument(help="The experiment's name.")],
    revision: Annotated[
        int, typer.Option(min=0, help="Its number, as `status` has it; 0: the newest.")
    ] = 0,
    html: Annotated[Path | None, typer.Option(help="Write the findings as a page.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether a variant is better, by all callers who were assigned to it.

    Hang-ups and calls that were handed over count like all others. Look as often as you like: the
    intervals hold at every look. Exit status: 0 the figures can be relied on, 3 a variant broke a
    gate or callers were not shared out as planned, 1 there is no such experiment.
    """
    from agent.cloning.extra import require_extra

    require_extra()
    from agent.cloning.files import write_text
    from agent.experiments.report.console import print_findings
    from agent.experiments.report.page import page
    from agent.experiments.report.told import as_json as told_as_json
    from agent.experiments.store import ExperimentStore

    found: list[Findings] = []

    async def work(engine: "AsyncEngine") -> None:
        store = ExperimentStore(engine)
        revisions = await store.revisions(name)
        found.append(await _find(store, revisions, _chosen(revisions, revision)))

    with_database(config, work)
    findings = found[0]
    if html is not None:
        write_text(html, page(findings))
    if as_json:
        typer.echo(json.dumps(told_as_json(findings), indent=2))
    else:
        print_findings(findings, Console(highlight=False))
    if findings.mismatch or not findings.gates_kept:
        raise typer.Exit(_NOT_TO_GO_LIVE)


def _chosen(revisions: "Sequence[Revision]", number: int) -> "Revision":
    """Raises UnderstudyError for a number that there is not."""
    if number > len(revisions):
        raise UnderstudyError(
            f"'{revisions[0].experiment}' has {len(revisions)} revisions, not {number}: "
            "`understudy experiment status` lists them."
        )
    return revisions[number - 1]


async def _find(
    store: "ExperimentStore", revisions: "Sequence[Revision]", revision: "Revision"
) -> "Findings":
    """Everything of a revision, with a bar on standard error meanwhile."""
    from agent.cloning.console import ConsoleProgress
    from agent.experiments.report.calls import CountedCall, counted
    from agent.experiments.report.findings import find
    from agent.records.records import utc_now

    success = frozenset(revision.definition["success"])
    calls: list[CountedCall] = []
    total = sum(revision.calls.values())
    with (
        ConsoleProgress(Console(stderr=True)) as progress,
        progress.work("Reading calls", total) as bar,
    ):
        async for chunk in store.ended_calls(revision.id):
            calls += [counted(call, success) for call in chunk]
            bar.advance(len(chunk))
    others = [one for one in revisions if one.id != revision.id]
    return find(revision, others, calls, utc_now())
