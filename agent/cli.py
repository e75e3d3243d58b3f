"""The `understudy` command; no command has logic of its own."""

import asyncio
import json
import sys
import textwrap
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from agent import (
    __version__,
    access_commands,
    blindtest_commands,
    caller_commands,
    clone_commands,
    doctor_commands,
    evaluation_commands,
    experiment_commands,
    outbound_commands,
    playbook_commands,
    rca_commands,
    records_commands,
    retention_commands,
    score_commands,
    setup_commands,
    trends_commands,
)
from agent.command_line import ConfigOption, JsonOption, run, with_database
from agent.config import Settings, load_settings
from agent.errors import UnderstudyError

if TYPE_CHECKING:
    from agent.records.store import CallStore

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Understudy: an on-prem voice agent for Asterisk.\n\n"
    "Start it with `understudy serve`; route calls to it with one dialplan line "
    "(`Goto(understudy-agent,${EXTEN},1)`).",
)
models_app = typer.Typer(no_args_is_help=True, help="Speech and language models on this machine.")
calls_app = typer.Typer(no_args_is_help=True, help="The records of past calls.")
database_app = typer.Typer(no_args_is_help=True, help="The database of call records.")
app.add_typer(models_app, name="models")
app.add_typer(calls_app, name="calls")
app.add_typer(records_commands.app, name="records")
app.add_typer(caller_commands.app, name="dnc")
app.add_typer(outbound_commands.campaign_app, name="campaign")
app.add_typer(clone_commands.app, name="clone")
app.add_typer(playbook_commands.app, name="playbook")
app.add_typer(experiment_commands.app, name="experiment")
app.add_typer(blindtest_commands.app, name="blindtest")
app.add_typer(access_commands.user_app, name="user")
app.add_typer(access_commands.token_app, name="token")
app.add_typer(database_app, name="db")
app.command()(access_commands.audit)
app.command()(caller_commands.erase)
app.command()(outbound_commands.dial)
app.command()(evaluation_commands.simulate)
app.command()(score_commands.score)
app.command()(trends_commands.trends)
app.command()(retention_commands.retention)
app.command()(rca_commands.rca)
app.command()(setup_commands.init)
app.command()(doctor_commands.doctor)
calls_app.command()(retention_commands.hold)
database_app.command()(records_commands.status)

SecretsOption = Annotated[
    Path | None,
    typer.Option("--secrets", help="File with passwords (TOML).", envvar="UNDERSTUDY_SECRETS"),
]


def main() -> None:
    """Entry point: errors meant for people are one line on standard error, status 1."""
    try:
        app()
    except UnderstudyError as error:
        typer.echo(f"understudy: {error}", err=True)
        sys.exit(1)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"understudy {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options of every command."""


# -- the agent


@app.command()
def serve(
    config: ConfigOption = None,
    secrets: SecretsOption = None,
    live: Annotated[bool, typer.Option("--live", help="Print calls as they happen.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --live: JSON lines.")] = False,
) -> None:
    """Take calls until stopped (Ctrl-C or SIGTERM).

    Waits for Asterisk if it is not there yet. On stopping, live calls are handed to their fallback
    queue. SIGHUP reads the playbook again: new calls use it, live ones keep theirs.
    """
    from agent.app import serve as serve_calls  # heavy imports only where they are needed
    from agent.web.errands import SettingsFiles

    files = SettingsFiles(config, secrets)
    run(serve_calls(load_settings(config, secrets), files, live=live, as_json=as_json))


@app.command()
def call(
    config: ConfigOption = None,
    wav: Annotated[
        Path | None,
        typer.Option("--wav", help="A recorded caller (WAV, mono), heard as it would be live."),
    ] = None,
    text: Annotated[
        bool, typer.Option("--text", help="Type the caller's side, a line a turn (or pipe it in).")
    ] = False,
    out: Annotated[
        Path, typer.Option("--out", help="With --wav: where the stereo recording goes.")
    ] = Path("call.wav"),
) -> None:
    """Drive one conversation without a PBX, for work on a playbook.

    --wav runs the whole audio pipeline in real time: RTP on loopback, recognition, turn-taking,
    dialogue, synthesis. --text runs the dialogue alone.
    """
    from agent.calls.rehearsal import rehearse_text, rehearse_wav

    if text == (wav is not None):
        raise UnderstudyError("`understudy call` needs either --wav FILE or --text.")
    settings = load_settings(config)
    if wav is not None:
        run(rehearse_wav(settings, wav, out))
    else:
        rehearse_text(settings, sys.stdin)


@app.command("config")
def show_config(
    config: ConfigOption = None,
    secrets: SecretsOption = None,
    sources: Annotated[
        bool, typer.Option("--sources", help="Say where each value comes from, and what it is.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Print every setting as it is in force, as TOML; secrets are masked.

    A setting comes from the environment (`UNDERSTUDY_ARI__URL` is `url` of `[ari]`), else from the
    secrets file, else from the settings file, else it has its default.
    """
    settings = load_settings(config, secrets)
    if sources:
        from agent.settings_console import print_sources
        from agent.settings_sources import settings_told

        print_sources(settings_told(settings, config, secrets), as_json=as_json)
        return
    tree = settings.model_dump(mode="json")
    if as_json:
        typer.echo(json.dumps(tree, indent=2))
        return
    for section, values in tree.items():
        _print_section(section, values)


def _print_section(name: str, values: dict[str, Any]) -> None:
    typer.echo(f"[{name}]")
    for key, value in values.items():
        if not isinstance(value, dict):
            typer.echo(f"{key} = {json.dumps(value)}")
    for key, value in values.items():
        if isinstance(value, dict):
            _print_section(f"{name}.{key}", value)


# -- models


def _model_store(settings: Settings) -> Any:
    from agent.building.models import model_store

    return model_store(settings)


@models_app.command("list")
def models_list(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show every known model: kind, whether it is here and in use, size, what it is, licence."""
    rows = _model_store(load_settings(config)).list()
    if as_json:
        fields = ("name", "kind", "status", "in_use", "size_bytes", "licence", "source")
        typer.echo(
            json.dumps([{name: getattr(row, name) for name in fields} for row in rows], indent=2)
        )
        return
    longest = max(len(row.name) for row in rows)
    for row in rows:
        status = f"{row.status}, in use" if row.in_use else row.status
        typer.echo(
            f"{row.name:{longest}}  {row.kind:9}  {status:15}  {row.size_bytes / 1e6:.0f} MB"
        )
        for text in (row.description, f"Licence: {row.licence}"):
            typer.echo(textwrap.fill(text, 76, initial_indent="    ", subsequent_indent="    "))


@models_app.command("fetch")
def models_fetch(
    names: Annotated[list[str] | None, typer.Argument(help="Models; all that are missing.")] = None,
    config: ConfigOption = None,
) -> None:
    """Get models that are missing; an interrupted download goes on where it stopped."""
    from agent.speech.fetching import fetch_models

    store = _model_store(load_settings(config))
    run(fetch_models(store, tuple(names or ()), Console(stderr=True)))


@models_app.command("verify")
def models_verify(
    names: Annotated[list[str] | None, typer.Argument(help="Models; all by default.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare models with their checksums; status 1 if one is damaged, or a named one missing.

    Only models of the catalogue have a checksum; one that the settings name by path has none.
    """
    store = _model_store(load_settings(config))
    known = [row.name for row in store.list() if row.source != "settings"]
    verdicts = [store.verify(name) for name in names or known]
    if as_json:
        typer.echo(
            json.dumps([{"name": v.name, "result": v.result, "detail": v.detail} for v in verdicts])
        )
    else:
        for verdict in verdicts:
            typer.echo(f"{verdict.result:10}  {verdict.name}: {verdict.detail}")
    bad = {"corrupt"} if not names else {"corrupt", "missing"}
    if any(verdict.result in bad for verdict in verdicts):
        raise typer.Exit(1)


# -- records


def _with_store(config: Path | None, work: Callable[["CallStore"], Awaitable[None]]) -> None:
    from agent.records.store import CallStore

    with_database(config, lambda engine: work(CallStore(engine)))


@calls_app.command("list")
def calls_list(
    config: ConfigOption = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 20,
    outcome: Annotated[
        str | None, typer.Option(help="Only calls with this outcome, such as sale.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show past calls, the newest first."""
    from agent.records.report import call_as_dict
    from agent.records.transcript import print_calls

    async def work(store: "CallStore") -> None:
        calls = await store.list_calls(limit=limit, outcome=outcome)
        if as_json:
            typer.echo(json.dumps([call_as_dict(call) for call in calls], indent=2))
        else:
            print_calls(calls, Console())

    _with_store(config, work)


CallArgument = Annotated[str, typer.Argument(help="A call's id, or its first four characters.")]


@calls_app.command("show")
def calls_show(
    call_id: CallArgument, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Print one call: outcome, transcript with times, events, latencies."""
    from agent.records.transcript import print_report

    async def work(store: "CallStore") -> None:
        report = await store.report(call_id)
        if as_json:
            typer.echo(json.dumps(report.as_dict(), indent=2))
        else:
            print_report(report, Console())

    _with_store(config, work)


class ExportFormat(StrEnum):
    """What `calls export` writes."""

    HTML = "html"
    JSON = "json"
    CSV = "csv"
    WAV = "wav"


@calls_app.command("export")
def calls_export(
    call_id: CallArgument,
    target: Annotated[Path, typer.Argument(help="The file to write.")],
    kind: Annotated[
        ExportFormat, typer.Option("--format", help="A page, everything, the turns, or the sound.")
    ] = ExportFormat.HTML,
    config: ConfigOption = None,
) -> None:
    """Write one call to a file: a page, all of it as JSON, its turns as CSV, its sound as WAV.

    What is encrypted is decrypted with it.
    """
    from agent.records.recordings import Recordings
    from agent.sealing.keys import load_keys
    from agent.web.export import export_report

    records = load_settings(config).records
    recordings = Recordings(records.recordings_dir, load_keys(records.key_file))

    async def work(store: "CallStore") -> None:
        report = await store.report(call_id)
        await asyncio.to_thread(export_report, report, target, kind.value, recordings.open)

    _with_store(config, work)
    typer.echo(f"Written: {target}")


@database_app.command("upgrade")
def db_upgrade(config: ConfigOption = None) -> None:
    """Bring the database to this version's schema; `serve` does it by itself."""
    from agent.records.migrate import current, upgrade

    url = load_settings(config).records.database_url.get_secret_value()

    async def work() -> None:
        await upgrade(url)
        typer.echo(f"The database is at revision {await current(url)}.")

    run(work())


# -- recordings


@app.command("transcribe")
def transcribe_recording(
    recording: Annotated[Path, typer.Argument(help="Stereo: customer left, agent right.")],
    config: ConfigOption = None,
) -> None:
    """Turn one call recording into a transcript (JSON on standard output).

    For an archive of them there is `understudy clone transcribe`.
    """
    from agent.cloning.transcribe.single import transcribe_file

    settings = load_settings(config)
    model = _model_store(settings).locate("asr", settings.speech.asr_model)
    typer.echo(transcribe_file(recording, model).model_dump_json(indent=2))


# -- demo


@app.command()
def demo(
    callers: Annotated[
        list[str] | None,
        typer.Argument(help="Names of callers that come with it, or YAML files."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Call as each of them in turn.")] = False,
    show: Annotated[bool, typer.Option("--list", help="Only say who there is.")] = False,
    config: ConfigOption = None,
) -> None:
    """Place a real SIP call to the agent on the test PBX and print the conversation.

    Without a name it is the doubtful customer of `make demo`. Each call leaves its recording and a
    page beside it. The test PBX has to be up (`vagrant/local-pbx up`); `make demo` does both.
    """
    from agent.evaluation.demo import demo_names, demo_script, run_demo

    if show:
        for name in demo_names():
            typer.echo(f"{name:<16} {demo_script(name).name}")
        return
    chosen = demo_names() if every else tuple(callers or ("demo",))
    run(run_demo(load_settings(config), [demo_script(name) for name in chosen]))


if __name__ == "__main__":
    main()
