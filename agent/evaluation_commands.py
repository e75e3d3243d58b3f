"""`understudy simulate`: does a playbook keep the rules, and is it better than the last one?"""

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from agent.command_line import ConfigOption, JsonOption, RayOption, with_database
from agent.config import load_settings
from agent.errors import UnderstudyError

if TYPE_CHECKING:
    from agent.evaluation.comparison.findings import Side
    from agent.evaluation.customers.persona import Persona
    from agent.evaluation.simulation.kept import KeptCalls
    from agent.evaluation.simulation.plan import Appointment
    from agent.evaluation.simulation.real_calls.run import Ringing
    from agent.evaluation.simulation.simulated_call import SimulatedCall
    from agent.evaluation.simulation.version import Version

_GATE_BROKEN = 3
_INTERRUPTED = 130
_IN_THE_REPORT = 12
_TO_LISTEN_TO = 5


class Level(StrEnum):
    """How much of a call is simulated."""

    TEXT = "text"
    AUDIO = "audio"
    CALLS = "calls"


_CALLS = {Level.TEXT: 1000, Level.AUDIO: 60, Level.CALLS: 20}


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
    level: Annotated[
        Level,
        typer.Option(
            help="text: words alone; audio: with sound, in virtual time; calls: through Asterisk."
        ),
    ] = Level.TEXT,
    n: Annotated[
        int | None,
        typer.Option(
            "--n", min=1, help="Calls of each version; none: 1000, with sound 60, real ones 20."
        ),
    ] = None,
    concurrent: Annotated[
        int, typer.Option(min=1, help="With --level calls: so many at once.")
    ] = 1,
    seed: Annotated[int, typer.Option(help="Another seed brings other customers.")] = 7,
    worst: Annotated[int, typer.Option(min=0, help="Print so many calls worth reading.")] = 0,
    listen: Annotated[
        Path | None,
        typer.Option(
            help="A folder for WAV files: with --level audio of the worst calls, with calls of all."
        ),
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write the findings as an HTML page.")] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the (new) version's scores for `trends`.")
    ] = False,
    ray: RayOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Simulate calls: customers who decide in code against the agent's own dialogue.

    In text there are several calls a second. With --level audio customers speak, over a telephone
    line with noise and losses, to the agent's own ears, turn-taking and voice, and cut in on it:
    several times faster than real time on each core. With --level calls they ring a running agent
    through Asterisk, by SIP and RTP, as long as people would: this command starts the agent, which
    has a database of its own, and stops it. They ring extension 1000 of the test PBX (`vagrant/
    local-pbx up`) from its account "caller"; `evaluation.caller` in the settings names others.

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
    from agent.evaluation.simulation.real_calls.run import Ringing
    from agent.evaluation.simulation.version import version_of

    settings = load_settings(config)
    old = playbook or settings.dialogue.playbook
    chosen = select(shipped_personas(), personas or ())
    _check(level, concurrent, listen, ray)
    calls, with_sound = n or _CALLS[level], level is not Level.TEXT
    versions = [
        version_of(settings, one, facts or old, with_sound=with_sound) for one in (old, vs) if one
    ]
    try:
        appointments = plan(chosen, calls, seed)
        if level is Level.CALLS:
            sides = _rung(versions, appointments, Ringing(settings, config, concurrent, listen))
        else:
            sides = _simulated(versions, appointments, ray)
    except KeyboardInterrupt:
        typer.echo("Stopped; the same command goes on where it was.", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    findings = found.find(sides, chosen)
    if report is not None:
        write_text(report, page(findings, found.worst(findings, _IN_THE_REPORT)))
    if keep:
        _keep(config, versions[-1], findings.new, _series(personas or (), calls, seed, level))
    console = Console(highlight=False, stderr=as_json)
    if as_json:
        typer.echo(json.dumps(told_as_json(findings), indent=2))
    else:
        terminal.print_findings(findings, console)
    terminal.print_calls(found.worst(findings, worst), console)
    if listen is not None and level is Level.AUDIO:
        _record(versions[-1], found.worst(findings, worst or _TO_LISTEN_TO), chosen, listen)
    if not findings.gates_kept:
        raise typer.Exit(_GATE_BROKEN)


def _record(
    version: "Version",
    calls: "Sequence[SimulatedCall]",
    personas: "Sequence[Persona]",
    folder: Path,
) -> None:
    """Write calls as sound, with a bar on standard error meanwhile."""
    from agent.cloning.console import ConsoleProgress
    from agent.evaluation.simulation.run import record

    of = {persona.id: persona for persona in personas}
    with (
        ConsoleProgress(Console(stderr=True)) as progress,
        progress.work(f"Recording into {folder}", len(calls)) as bar,
    ):
        for call in calls:
            record(version, call, of[call.persona], folder)
            bar.advance(1)


def _series(personas: Sequence[str], calls: int, seed: int, level: Level) -> str:
    """Which customers were met: only scores of the same ones make a trend."""
    who = ", ".join(sorted(personas)) or "all personas"
    sound = {Level.TEXT: "", Level.AUDIO: " with sound", Level.CALLS: " through Asterisk"}[level]
    return f"{calls} simulated calls{sound}, {who}, seed {seed}"


def _keep(config: Path | None, version: "Version", side: "Side", series: str) -> None:
    from agent.evaluation.trends.keeping import score_of_simulation
    from agent.records.records import utc_now
    from agent.records.scores import ScoreStore

    score = score_of_simulation(version, side, series, utc_now())
    with_database(config, lambda engine: ScoreStore(engine).add([score]))


def _check(level: Level, concurrent: int, listen: Path | None, ray: str) -> None:
    """Options that say nothing at this level are a mistake."""
    if listen is not None and level is Level.TEXT:
        raise UnderstudyError("--listen needs --level audio or calls: text has no sound.")
    if concurrent > 1 and level is not Level.CALLS:
        raise UnderstudyError("--concurrent needs --level calls: others take all cores anyway.")
    if ray and level is Level.CALLS:
        raise UnderstudyError("--ray is for text and audio: real calls ring this machine's agent.")


def _simulated(
    versions: "list[Version]", appointments: "tuple[Appointment, ...]", ray: str
) -> "list[Side]":
    """Every version's calls, with a bar on standard error meanwhile."""
    from agent.cloning.console import ConsoleProgress
    from agent.evaluation.simulation.run import simulate as run

    sides = []
    with ConsoleProgress(Console(stderr=True)) as progress:
        for version, label in zip(versions, _labels(versions), strict=True):
            kept = _kept(version.fingerprint)
            with progress.work(f"Calling {label}", len(appointments)) as bar:
                calls = run(version, appointments, kept, bar.advance, ray=ray)
            sides.append(_side(version, label, calls))
    return sides


def _rung(
    versions: "list[Version]", appointments: "tuple[Appointment, ...]", ringing: "Ringing"
) -> "list[Side]":
    """As `_simulated`, through Asterisk.

    No two real calls are the same, so finished ones are kept for an interrupted run alone.
    """
    from agent.cloning.console import ConsoleProgress
    from agent.evaluation.simulation.real_calls.run import ring
    from agent.evaluation.simulation.run import world_of

    sides, kept = [], []
    with ConsoleProgress(Console(stderr=True)) as progress:
        for version, label in zip(versions, _labels(versions), strict=True):
            kept.append(_kept(f"{version.fingerprint}-{ringing.concurrent}-at-once"))
            with progress.work(f"Ringing {label}", len(appointments)) as bar:
                calls = ring(
                    ringing,
                    world_of(version),
                    version.playbook,
                    appointments,
                    kept[-1],
                    bar.advance,
                )
            sides.append(_side(version, label, calls))
    for finished in kept:
        finished.forget()
    return sides


def _labels(versions: "list[Version]") -> list[str]:
    names = [version.playbook.stem for version in versions]
    return names if len(set(names)) == len(names) else ["A", "B"]


def _kept(name: str) -> "KeptCalls":
    from platformdirs import user_cache_path

    from agent.evaluation.simulation.kept import KeptCalls

    return KeptCalls(user_cache_path("understudy") / "simulated" / name)


def _side(version: "Version", label: str, calls: "tuple[SimulatedCall, ...]") -> "Side":
    from agent.dialogue.loader import load_playbook
    from agent.evaluation.comparison.findings import Side

    playbook = load_playbook(str(version.playbook))
    title = f"{playbook.playbook.title}, version {playbook.playbook.version}"
    title += f" ({version.playbook}, {version.short})"
    return Side(label, title, tuple(one.id for one in playbook.stages), calls)
