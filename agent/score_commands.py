"""`understudy score`: how good calls were, people's and the agent's alike."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from agent.command_line import ConfigOption, JsonOption, with_database
from agent.config import load_settings
from agent.errors import UnderstudyError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from agent.cloning.pipeline import Problem
    from agent.config import Settings
    from agent.evaluation.scoring.scored import Held, ScoredCall
    from agent.evaluation.scoring.sources import Gathered
    from agent.records.report import CallReport

_SOME_LEFT_OUT = 3


def score(
    calls: Annotated[
        list[str],
        typer.Argument(
            help="Ids of recorded calls (or their first four characters), transcript files, "
            "folders of these, clone projects.",
            metavar="CALL...",
        ),
    ],
    facts: Annotated[
        str, typer.Option(help="A playbook's name or file: what agents say is held against it.")
    ] = "",
    company: Annotated[
        str, typer.Option(help="The company's name; none: the playbook's, or as agents say it.")
    ] = "",
    rubric: Annotated[
        Path | None, typer.Option(help="A YAML file of criteria of your own, besides the 22.")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(help="People's scorecards, a CSV of call_id, criterion, score: do we agree?"),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep recorded calls' scores for `understudy trends`.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score calls on 22 criteria in five groups, each with turn, time and literal quote.

    0 is missing or wrong, 1 in part, 2 in full; a dash is no score: the chance for it did not come
    up, or no rule can tell. Gates stand apart: a breach of one is worse than any score. The 22 are
    our own reconstruction: the method's paper names its five groups, not its list.

    Criteria of your own (--rubric, or `rubric` of [evaluation]) are a YAML list: id, group
    (introduction, product, drive, objections, closing), name, and a rule of phrases, written as
    in a playbook, or as a regular expression between slashes:

        - {id: F1, group: closing, name: Names the ombudsman, rule: {when: [complain/complaint],
           scores: {2: [ombudsman], 1: ['/complaints? team/']}, otherwise: 0}}

    Exit status: 0 every call was scored, 3 some could not be (each is named), 1 none could,
    130 interrupted.
    """
    from agent.cloning.extra import require_extra

    require_extra()
    from agent.evaluation.agreement.cards import read_cards
    from agent.evaluation.agreement.compared import compare
    from agent.evaluation.scoring import console as terminal
    from agent.evaluation.scoring.told import as_json as told_as_json

    settings = load_settings(config)
    own = rubric or (Path(settings.evaluation.rubric) if settings.evaluation.rubric else None)
    held = _held(facts, company, own)
    cards = read_cards(against) if against else None
    try:
        gathered, problems = _gathered(config, calls)
        scored = _scored(settings, gathered, held)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    for problem in problems:
        typer.echo(f"understudy: {problem}", err=True)
    if not scored:
        raise UnderstudyError("No call could be scored.")
    if keep:
        recorded = {said.call for of in gathered if of.recorded for said in of.conversations}
        _keep(config, [call for call in scored if call.call in recorded], own)
    given = {
        call.call: {one.criterion.id: one.given.score for one in call.scores} for call in scored
    }
    comparison = compare(held.rubric, given, cards) if cards is not None else None
    if as_json:
        typer.echo(json.dumps(told_as_json(scored, problems, comparison), indent=2))
    else:
        console = Console(highlight=False)
        for call in () if comparison else scored:
            terminal.print_call(call, console)
        if comparison is not None:
            terminal.print_comparison(comparison, console)
    if problems:
        raise typer.Exit(_SOME_LEFT_OUT)


def _held(facts: str, company: str, own: Path | None) -> "Held":
    from agent.dialogue.loader import load_playbook
    from agent.evaluation.rubric.knowledge import of_playbook
    from agent.evaluation.rubric.own import rubric_with
    from agent.evaluation.scoring.scored import Held

    playbook = load_playbook(facts) if facts else None
    named = company or (playbook.persona.company if playbook else "")
    return Held(
        rubric=rubric_with(own),
        knowledge=of_playbook(playbook) if playbook else None,
        company=named,
    )


def _keep(config: Path | None, scored: "list[ScoredCall]", own: Path | None) -> None:
    from agent.evaluation.trends.keeping import keep_score
    from agent.speech.hashing import file_sha256

    rubric = file_sha256(own) if own else ""

    async def work(engine: "AsyncEngine") -> None:
        for call in scored:
            broken = {breach.kind for breach, _ in call.breaches}
            await keep_score(engine, call.call, call.groups, broken, rubric=rubric)

    with_database(config, work)


def _scored(settings: "Settings", gathered: "list[Gathered]", held: "Held") -> "list[ScoredCall]":
    """With a bar on standard error meanwhile."""
    from agent.cloning.console import ConsoleProgress
    from agent.cloning.engines import Engines
    from agent.evaluation.scoring.scored import score_all

    engines = Engines(settings)
    scored: list[ScoredCall] = []
    with ConsoleProgress(Console(stderr=True)) as progress:
        total = sum(len(of.conversations) for of in gathered)
        with progress.work("Scoring", total) as bar:
            for of in gathered:
                scored += score_all(of, held, engines, bar.advance)
    return scored


def _gathered(config: Path | None, calls: list[str]) -> "tuple[list[Gathered], list[Problem]]":
    """By origin; what is neither a file nor a folder is a call's id."""
    from agent.cloning.errors import CloneError
    from agent.cloning.pipeline import Problem
    from agent.evaluation.scoring import sources

    paths = [Path(call) for call in calls if Path(call).exists()]
    projects = [path for path in paths if sources.is_project(path)]
    ids = [call for call in calls if not Path(call).exists()]
    problems: list[Problem] = []
    gathered = [sources.of_files([path for path in paths if path not in projects])]
    for project in projects:
        try:
            gathered.append(sources.of_project(project))
        except CloneError as error:
            problems.append(Problem(str(project), str(error), ""))
    if ids:
        reports, unknown = _reports(config, ids)
        gathered.append(sources.of_records(reports))
        problems += unknown
    return gathered, [*(problem for of in gathered for problem in of.problems), *problems]


def _reports(config: Path | None, ids: list[str]) -> "tuple[list[CallReport], list[Problem]]":
    from agent.cloning.pipeline import Problem
    from agent.records.errors import CallNotFound
    from agent.records.store import CallStore

    reports: list[CallReport] = []
    problems: list[Problem] = []

    async def work(store: CallStore) -> None:
        for call in ids:
            try:
                reports.append(await store.report(call))
            except CallNotFound as error:
                problems.append(Problem(call, "neither a file nor a recorded call", str(error)))

    with_database(config, lambda engine: work(CallStore(engine)))
    return reports, problems
