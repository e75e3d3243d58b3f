"""`understudy simulate`: does a playbook keep the rules, and is it better than the last one?"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from agent.command_line import ConfigOption, JsonOption, RayOption, with_database
from agent.config import load_settings

if TYPE_CHECKING:
    from agent.evaluation.comparison.findings import Side
    from agent.evaluation.simulation.plan import Appointment
    from agent.evaluation.simulation.version import Version

_GATE_BROKEN = 3
_INTERRUPTED = 130
_IN_THE_REPORT = 12


def simulate(
    playbook: Annotated[
        str, typer.Option(help="A playbook's name or file; none: the one in the settings.")
    ] = "",
    vs: Annotated[
        str,
        typer.Option("--vs", help="A new version, held against --playbook with the same calls."),
    ] = "",
    facts: Annotated[
        str, typer.Option(help="The playbook whose facts are approved; none: --playbook.")
    ] = "",
    personas: Annotated[
        list[str] | None, typer.Option(help="Only this kind of customer (repeat it).")
    ] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="Calls of each version.")] = 1000,
    seed: Annotated[int, typer.Option(help="Another seed brings other customers.")] = 7,
    worst: Annotated[int, typer.Option(min=0, help="Print so many calls worth reading.")] = 0,
    report: Annotated[Path | None, typer.Option(help="Write the findings as an HTML page.")] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the (new) version's scores for `trends`.")
    ] = False,
    ray: RayOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Simulate calls in text: customers who decide in code against the agent's own dialogue.

    Every customer, and what it would do, is fixed by --seed, and two versions meet the same ones.
    Finished calls are kept, so that an interrupted run goes on where it stopped. All cores work on
    it, or a cluster with --ray. For a trend, use --keep with the same --n, --seed and --personas
    each time. Exit status: 0 every gate kept, 3 the (new) version broke one, 1 it could not be
    done, 130 interrupted.
    """
    from agent.cloning.extra import require_extra

    require_extra()
    from agent.cloning.files import write_text
    from agent.evaluation.comparison import console as terminal
    from agent.evaluation.comparison import findings as found
    from agent.evaluation.comparison.page import page
    from agent.evaluation.comparison.told import as_json as told_as_json
    from agent.evaluation.customers.persona import shipped_personas
    from agent.evaluation.simulation.plan import plan, select
    from agent.evaluation.simulation.version import version_of

    settings = load_settings(config)
    old = playbook or settings.dialogue.playbook
    chosen = select(shipped_personas(), personas or ())
    versions = [version_of(settings, one, facts or old) for one in (old, vs) if one]
    try:
        sides = _simulated(versions, plan(chosen, n, seed), ray)
    except KeyboardInterrupt:
        typer.echo("Stopped; the same command goes on where it was.", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    findings = found.find(sides, chosen)
    if report is not None:
        write_text(report, page(findings, found.worst(findings, _IN_THE_REPORT)))
    if keep:
        _keep(config, versions[-1], findings.new, _series(personas or (), n, seed))
    console = Console(highlight=False, stderr=as_json)
    if as_json:
        typer.echo(json.dumps(told_as_json(findings), indent=2))
    else:
        terminal.print_findings(findings, console)
    terminal.print_calls(found.worst(findings, worst), console)
    if not findings.gates_kept:
        raise typer.Exit(_GATE_BROKEN)


def _series(personas: Sequence[str], calls: int, seed: int) -> str:
    """Which customers were met: only scores of the same ones make a trend."""
    who = ", ".join(sorted(personas)) or "all personas"
    return f"{calls} simulated calls, {who}, seed {seed}"


def _keep(config: Path | None, version: "Version", side: "Side", series: str) -> None:
    from agent.evaluation.trends.keeping import score_of_simulation
    from agent.records.records import utc_now
    from agent.records.scores import ScoreStore

    score = score_of_simulation(version, side, series, utc_now())
    with_database(config, lambda engine: ScoreStore(engine).add([score]))


def _simulated(
    versions: "list[Version]", appointments: "tuple[Appointment, ...]", ray: str
) -> "list[Side]":
    """Every version's calls, with a bar on standard error meanwhile."""
    from platformdirs import user_cache_path

    from agent.cloning.console import ConsoleProgress
    from agent.dialogue.loader import load_playbook
    from agent.evaluation.comparison.findings import Side
    from agent.evaluation.simulation.kept import KeptCalls
    from agent.evaluation.simulation.run import simulate as run

    names = [version.playbook.stem for version in versions]
    labels = names if len(set(names)) == len(names) else ["A", "B"]
    sides = []
    with ConsoleProgress(Console(stderr=True)) as progress:
        for version, label in zip(versions, labels, strict=True):
            playbook = load_playbook(str(version.playbook))
            kept = KeptCalls(user_cache_path("understudy") / "simulated" / version.fingerprint)
            with progress.work(f"Calling {label}", len(appointments)) as bar:
                calls = run(version, appointments, kept, bar.advance, ray=ray)
            title = f"{playbook.playbook.title}, version {playbook.playbook.version}"
            title += f" ({version.playbook}, {version.short})"
            sides.append(Side(label, title, tuple(one.id for one in playbook.stages), calls))
    return sides
