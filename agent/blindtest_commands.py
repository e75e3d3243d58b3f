"""`understudy blindtest`: people and agent judged side by side, by raters who don't know which."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from agent.command_line import ConfigOption, JsonOption, with_database
from agent.config import load_settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from agent.cloning.pipeline import Progress
    from agent.records.report import CallReport

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="People against agent, judged by raters who don't know who is who.\n\n"
    "`blindtest make PROJECT --agent records` draws pairs of calls and writes a page for each "
    "rater and session. Send the raters their folders; they open the pages in a browser, without "
    "any server, and send back what it saves. `blindtest collect` reads that and writes a third "
    "rater's page; `blindtest report` opens the key and tells what was found. `blindtest power` "
    "says beforehand how many calls a question needs.",
)

FolderArgument = Annotated[Path, typer.Argument(help="The test's folder, as `make` wrote it.")]
_MOST_RECORDS = 2000
_NOT_YET, _INTERRUPTED = 3, 130


@app.callback()
def _begin() -> None:
    from agent.cloning.extra import require_extra

    require_extra()


@app.command()
def make(
    project: Annotated[Path, typer.Argument(help="A clone project: the calls of people.")],
    agent: Annotated[
        str,
        typer.Option(
            help="The agent's calls: 'records' (finished calls of the database), 'simulated', or "
            "a clone project of its recordings."
        ),
    ] = "records",
    out: Annotated[Path, typer.Option(help="Where the test goes.")] = Path("blindtest"),
    n: Annotated[int, typer.Option("--n", min=1, help="Pairs; `power` helps to choose.")] = 60,
    seed: Annotated[int, typer.Option(help="Another seed draws other pairs and places.")] = 7,
    rater: Annotated[
        list[str] | None, typer.Option(help="A rater's name, a word (repeat it: two).")
    ] = None,
    per_session: Annotated[int, typer.Option(min=1, help="Calls of one session at most.")] = 20,
    audio: Annotated[
        Literal["revoiced", "recordings"] | None,
        typer.Option(
            help="With sound: spoken anew by the same voices for both, or the recordings as they "
            "are. Test transcripts and sound apart: a synthetic voice tells who is who."
        ),
    ] = None,
    cut_disclosure: Annotated[
        bool,
        typer.Option("--cut-disclosure", help="Cut what tells machine from person, of both."),
    ] = False,
    mask: Annotated[
        list[str] | None, typer.Option(help="A name that nobody may read (repeat it).")
    ] = None,
    margin: Annotated[
        float, typer.Option(min=0.01, max=0.5, help="'Not worse': by no more of the scale.")
    ] = 0.10,
    playbook: Annotated[
        str, typer.Option(help="With --agent simulated; none: the one in the settings.")
    ] = "",
    calls: Annotated[
        int, typer.Option(min=1, help="With --agent simulated: calls to draw from.")
    ] = 300,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw matched pairs of calls and write the raters' pages and the sealed key.

    Pairs are alike in outcome, objections, product and length. Names are masked and both arms
    written alike. Exit status: 0 done, 1 it could not be done, 130 interrupted.
    """
    from agent.cloning.console import ConsoleProgress
    from agent.cloning.engines import Engines
    from agent.cloning.project import Project
    from agent.evaluation.blindtest import made, sources
    from agent.evaluation.blindtest import make as making
    from agent.evaluation.blindtest.kit import Protocol
    from agent.evaluation.blindtest.project_calls import project_calls
    from agent.evaluation.blindtest.scenario import Reasons
    from agent.evaluation.blindtest.voices import installed_voices
    from agent.evaluation.customers.wording import shipped_phrases

    order = making.Order(
        protocol=Protocol(medium=audio or "text", disclosure_cut=cut_disclosure, margin=margin),
        pairs=n,
        seed=seed,
        raters=tuple(rater or ("rater-1", "rater-2")),
        most=per_session,
        names=tuple(mask or ()),
    )
    making.check(out, order)
    engines = Engines(load_settings(config))
    humans = project_calls(Project.open(project))
    try:
        with ConsoleProgress(Console(stderr=True)) as progress, TemporaryDirectory() as sounds:
            reports = _reports(config, progress) if agent == sources.RECORDS else []
            agents = sources.agent_calls(
                engines, agent, playbook, calls, seed, reports,
                Path(sounds) if audio == "recordings" else None, progress,
            )  # fmt: skip
            reasons = Reasons(engines.encoder, shipped_phrases().reasons)
            found = making.matched(humans, agents, reasons, order)
            voices = installed_voices(engines.settings) if audio == "revoiced" else None
            with progress.work("calls", 2 * len(found.pairs)) as bar:
                kit = making.make(out, found.pairs, order, voices, bar.advance)
    except KeyboardInterrupt:
        typer.echo("Stopped; nothing was written.", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    if as_json:
        typer.echo(json.dumps(made.as_json(out, kit, found, order), indent=2))
    else:
        for sentence in made.sentences(out, kit, found, order):
            typer.echo(sentence)


def _reports(config: Path | None, progress: "Progress") -> "list[CallReport]":
    from agent.records.store import CallStore

    found: list[CallReport] = []

    async def work(engine: "AsyncEngine") -> None:
        store = CallStore(engine)
        calls = await store.list_calls(limit=_MOST_RECORDS)
        with progress.work("records", len(calls)) as bar:
            for call in calls:
                found.append(await store.report(call.id))
                bar.advance()

    with_database(config, work)
    return found


@app.command()
def collect(
    folder: FolderArgument = Path("blindtest"),
    as_json: JsonOption = False,
) -> None:
    """Take in what raters saved (put it into answers/), and write a third rater's page.

    It says who is missing. A file that is wrong, doubled or of another test is named and left out;
    the rest goes on. The third rater decides where two are two points apart, without seeing their
    scores. Run it again whenever a file has come. Exit status: 0 all is there, 3 something is
    missing, 1 it could not be done.
    """
    from agent.evaluation.blindtest import collect as collecting
    from agent.evaluation.blindtest import console as terminal

    found = collecting.collect(folder)
    if as_json:
        typer.echo(json.dumps(collecting.as_json(found), indent=2))
    else:
        terminal.print_collected(found, folder, Console(highlight=False))
    if found.ratings.missing:
        raise typer.Exit(_NOT_YET)


@app.command()
def report(
    folder: FolderArgument = Path("blindtest"),
    html: Annotated[Path | None, typer.Option("--html", help="Write it as a page, too.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Open the key, and tell how the agent was scored beside people, group by group.

    It goes by what was laid down when the test was made. Where raters do not agree it concludes
    nothing. Exit status: 0 told, 3 no conclusion can be drawn, 1 it could not be done.
    """
    from agent.cloning.files import write_text
    from agent.evaluation.blindtest import console as terminal
    from agent.evaluation.blindtest.findings import find
    from agent.evaluation.blindtest.kit import read_key, read_kit, read_ratings
    from agent.evaluation.blindtest.report_page import page
    from agent.evaluation.blindtest.told import as_json as told_as_json

    kit = read_kit(folder)
    findings = find(kit, read_key(folder, kit), read_ratings(folder, kit))
    if html is not None:
        write_text(html, page(findings))
    if as_json:
        typer.echo(json.dumps(told_as_json(findings), indent=2))
    else:
        terminal.print_findings(findings, Console(highlight=False))
    if not findings.raters_agree:
        raise typer.Exit(_NOT_YET)


@app.command()
def power(as_json: JsonOption = False) -> None:
    """Print how many calls, pairs or judgments the usual questions need.

    Two-sided at 0.05 with power 0.8 where the table says nothing else, for pairs that are
    independent: calls of few scenarios or of few people need more.
    """
    from dataclasses import asdict

    from agent.evaluation.blindtest.console import print_needs
    from agent.evaluation.blindtest.power import needs

    if as_json:
        typer.echo(json.dumps([asdict(need) for need in needs()], indent=2))
    else:
        print_needs(needs(), Console(highlight=False))
