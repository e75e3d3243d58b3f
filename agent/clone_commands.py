"""`understudy clone`: from recordings of the best people to a playbook."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from agent.command_line import ConfigOption, JsonOption, RayOption, with_database

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from agent.cloning.engines import Engines
    from agent.cloning.pipeline import Ran, Report
    from agent.cloning.project import Project
    from agent.cloning.review.terminal import Listed

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="A playbook out of recordings of calls and what became of them.\n\n"
    "`clone run RECORDINGS --calls calls.csv` does it all. Then open "
    "`clone/7-compose/review.html`, decide, and take the decisions over with `clone review`. "
    "Each step can be run by itself, and only what has changed is done again.",
)

ProjectOption = Annotated[
    Path, typer.Option("--project", "-p", help="The project's folder.", envvar="UNDERSTUDY_CLONE")
]
AgainOption = Annotated[
    bool, typer.Option("--again", help="Do it again, whether or not something has changed.")
]
_PROJECT = Path("clone")
_SHOWN_PROBLEMS = 5
_INTERRUPTED = 130


@app.callback()
def _begin() -> None:
    from agent.cloning.extra import require_extra

    require_extra()


@app.command("run")
def run_all(
    recordings: Annotated[
        Path | None,
        typer.Argument(help="Folder of recordings and transcripts; none: as the last time."),
    ] = None,
    calls: Annotated[
        str, typer.Option(help="CSV with a row a call (agent, outcome, value), or a database URL.")
    ] = "",
    query: Annotated[str, typer.Option(help="SQL that gives these rows, for a database.")] = "",
    won: Annotated[
        list[str] | None, typer.Option(help="An outcome that is a success (repeat it).")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="OURS=THEIRS for a column that is not recognised (repeat it)."),
    ] = None,
    customer: Annotated[
        str, typer.Option(help="The customer's channel in stereo recordings: left or right.")
    ] = "",
    until: Annotated[str, typer.Option(help="The last step to run.")] = "",
    project: ProjectOption = _PROJECT,
    again: AgainOption = False,
    ray: RayOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run every step that has something new: recordings in, a playbook and its review page out."""
    from agent.cloning.sources import changed

    changed(
        project,
        recordings=recordings,
        calls=calls,
        query=query,
        won=won or (),
        columns=column or (),
        customer=customer,
    )
    _run(project, until=until, again=again, ray=ray, config=config, as_json=as_json)


@app.command()
def status(project: ProjectOption = _PROJECT, as_json: JsonOption = False) -> None:
    """How far a project is, step by step, and what could not be used."""
    from agent.cloning.project import FOLDERS, Project
    from agent.cloning.steps import all_steps
    from agent.cloning.work import standings

    opened = Project.open(project)
    found = list(standings(opened, all_steps()))
    if as_json:
        typer.echo(
            json.dumps(
                [
                    {
                        "step": one.step,
                        "state": one.state,
                        "folder": str(opened.folder(one.step)),
                        "summary": one.report.summary if one.report else "",
                        "problems": [str(problem) for problem in one.report.problems]
                        if one.report
                        else [],
                    }
                    for one in found
                ],
                indent=1,
            )
        )
        return
    table = Table("step", "", "what it found", "not used", "files")
    for one in found:
        table.add_row(
            one.step,
            one.state,
            one.report.summary if one.report else "",
            str(len(one.report.problems)) if one.report and one.report.problems else "",
            FOLDERS[one.step],
        )
    Console().print(table)


def _step_command(name: str, does: str) -> None:
    def one(
        project: ProjectOption = _PROJECT,
        again: AgainOption = False,
        ray: RayOption = "",
        config: ConfigOption = None,
        as_json: JsonOption = False,
    ) -> None:
        _run(project, only=name, again=again, ray=ray, config=config, as_json=as_json)

    app.command(name, help=does)(one)


_step_command("ingest", "Read recordings, transcripts and the table of calls; tell what is not.")
_step_command("transcribe", "Recognise each leg of each recording, with the times of the words.")
_step_command("redact", "Take names, numbers and addresses out of words and sound.")
_step_command("grade", "Score calls, rank the people, and choose which calls to learn from.")
_step_command("domain", "What the calls are about, and what the job is.")
_step_command("mine", "Facts, objections, best lines, stages, intents, slots: each with its place.")
_step_command("compose", "A playbook, and the page on which a person reviews it.")


@app.command()
def refine(
    project: ProjectOption = _PROJECT,
    simulate: Annotated[
        int, typer.Option(min=0, help="Look at so many simulated calls instead of its own.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Another seed brings other customers.")] = 7,
    config: ConfigOption = None,
) -> None:
    """Propose changes from the calls that the agent has had with this playbook.

    What callers said that was not understood, lines at which they hung up, answers that do better
    than the first one: each with its calls, in 8-refine and on the review page. Nothing changes
    before a person has accepted it.

    With --simulate the calls are simulated: broken gates, reasons that were not understood or not
    answered and unknown questions become proposals, and the same customers then call the playbook
    with all of them accepted.
    """
    from agent.cloning.engines import Engines
    from agent.cloning.project import Project
    from agent.config import load_settings

    opened, engines = Project.open(project), Engines(load_settings(config))
    if simulate:
        report = _by_simulation(opened, engines, simulate, seed)
    else:
        report = _by_own_calls(opened, engines, config)
    typer.echo(f"{report.summary}: {opened.folder('refine') / 'report.md'}")
    _run(project, only="compose", again=False, ray="", config=config, as_json=False)


def _by_own_calls(project: "Project", engines: "Engines", config: Path | None) -> "Report":
    from agent.cloning.compose.inputs import read_inputs
    from agent.cloning.refine.own_calls import OwnCall, read_own_calls
    from agent.cloning.refine.refine import refine as propose

    playbook_id = read_inputs(project).brief.playbook_id
    found: list[OwnCall] = []

    async def read(engine: "AsyncEngine") -> None:
        found.extend(await read_own_calls(engine, playbook_id))

    with_database(config, read)
    return propose(project, found, engines.encoder)


def _by_simulation(project: "Project", engines: "Engines", calls: int, seed: int) -> "Report":
    from agent.cloning.console import ConsoleProgress
    from agent.cloning.refine.trial import refine_by_simulation
    from agent.evaluation.comparison.console import print_findings
    from agent.evaluation.comparison.findings import find
    from agent.evaluation.customers.persona import shipped_personas

    try:
        with ConsoleProgress(Console(stderr=True)) as progress:
            report, sides = refine_by_simulation(project, engines, calls, seed, progress)
    except KeyboardInterrupt:
        typer.echo("Stopped; the same command goes on where it was.", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    print_findings(find(sides, shipped_personas()), Console(highlight=False))
    return report


@app.command()
def review(
    decisions: Annotated[
        Path | None, typer.Argument(help="decisions.json, as the review page saves it.")
    ] = None,
    accept: Annotated[list[str] | None, typer.Option(help="An item, such as fact:price.")] = None,
    reject: Annotated[list[str] | None, typer.Option(help="An item (repeat it).")] = None,
    edit: Annotated[
        list[str] | None, typer.Option(help="ITEM=TEXT: a line's words, a fact's value in words.")
    ] = None,
    list_all: Annotated[bool, typer.Option("--list", help="Every item, decided or not.")] = False,
    project: ProjectOption = _PROJECT,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take over what a person decided, and write the playbook anew.

    Decide on the page `7-compose/review.html`, press Save there, and give the file that was saved;
    or decide here, item by item. Without anything to take over it says where the page is and how
    much of it is open.
    """
    from agent.cloning.project import Project
    from agent.cloning.review.decisions import read_decisions, take_over
    from agent.cloning.review.terminal import decide, listed

    opened = Project.open(project)
    changed = False
    if decisions is not None:
        take_over(opened, read_decisions(decisions))
        changed = True
    for item in accept or ():
        decide(opened, item, "accept")
        changed = True
    for item in reject or ():
        decide(opened, item, "reject")
        changed = True
    for item_and_text in edit or ():
        item, _, text = item_and_text.partition("=")
        decide(opened, item, "edit", text)
        changed = True
    if changed:
        _run(project, only="compose", again=False, ray="", config=config, as_json=False)
    _tell_review(opened.folder("compose") / "review.html", listed(opened), list_all, as_json)


def _tell_review(page: Path, items: "Sequence[Listed]", list_all: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([asdict(item) for item in items], indent=1))
        return
    if list_all:
        table = Table("item", "", "")
        for item in items:
            table.add_row(item.item, item.verdict or "open", item.text)
        Console().print(table)
    undecided = sum(not item.verdict for item in items)
    typer.echo(f"{len(items) - undecided} decided, {undecided} open: {page.resolve()}")


def _run(
    root: Path,
    *,
    only: str = "",
    until: str = "",
    again: bool,
    ray: str,
    config: Path | None,
    as_json: bool,
) -> None:
    from agent.cloning.console import ConsoleProgress
    from agent.cloning.engines import Engines
    from agent.cloning.project import Project
    from agent.cloning.steps import all_steps
    from agent.cloning.work import run, select
    from agent.config import load_settings

    steps = select(all_steps(), only=only, until=until)
    project = Project.open(root)
    console = Console(stderr=True)
    engines = Engines(load_settings(config), ray=ray)
    try:
        with ConsoleProgress(console) as progress:
            for ran in run(project, steps, engines, progress, again=again):
                _tell(console, ran, project.folder(ran.step.name))
                if as_json:
                    typer.echo(json.dumps(_as_json(ran)))
    except KeyboardInterrupt:
        console.print("Stopped. What was done is kept; the same command goes on from there.")
        raise typer.Exit(130) from None


def _tell(console: Console, ran: "Ran", folder: Path) -> None:
    if ran.report is None:
        console.print(f"[dim]{ran.step.name:<11}unchanged[/dim]")
        return
    console.print(f"[bold]{ran.step.name:<11}[/bold]{ran.report.summary}")
    problems = ran.report.problems
    for problem in problems[:_SHOWN_PROBLEMS]:
        console.print(f"           [yellow]{problem}[/yellow]", highlight=False)
    if len(problems) > _SHOWN_PROBLEMS:
        more = len(problems) - _SHOWN_PROBLEMS
        console.print(f"           [yellow]and {more} more: {folder / 'report.md'}[/yellow]")


def _as_json(ran: "Ran") -> dict[str, object]:
    report = ran.report
    return {
        "step": ran.step.name,
        "changed": report is not None,
        "summary": report.summary if report else "",
        "problems": [str(problem) for problem in report.problems] if report else [],
    }
