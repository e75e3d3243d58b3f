"""`understudy dial` and `understudy campaign`: calling out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.command_line import ConfigOption, JsonOption, with_database

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

campaign_app = typer.Typer(
    no_args_is_help=True,
    help="Calling a list of people: paced, in calling time, never who is on the do-not-call "
    "register.",
)
NameArgument = Annotated[str, typer.Argument(help="A campaign's name: its file's, without .csv.")]


def dial(
    number: Annotated[str, typer.Argument(help="Whom to call, such as +447700900123.")],
    endpoint: Annotated[
        str,
        typer.Option(help="Asterisk's dial string instead of outbound.endpoint."),
    ] = "",
    anytime: Annotated[
        bool, typer.Option("--anytime", help="Outside calling time too; its owner has asked.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Call one number and connect whoever answers to the agent (`understudy serve` has to run).

    The number is looked up on the do-not-call register first, and called only in calling time by
    the clocks where it is. What is said is printed as it happens; Ctrl-C hangs up.

    Exit status: 0 a person was talked with, 3 hung up before a word, 4 voicemail, 5 another
    machine, 6 no answer, 7 busy or refused, 8 the call failed, 9 on the register; 1 is an error.
    """
    from agent.config import load_settings
    from agent.outbound.dial import Wish
    from agent.outbound.dial import dial as place
    from agent.outbound.outcomes import Outcome, exit_status

    outcomes: list[Outcome] = []

    async def work(engine: "AsyncEngine") -> None:
        wish = Wish(number, endpoint, anytime)
        outcomes.append(await place(load_settings(config), engine, wish, as_json=as_json))

    with_database(config, work)
    raise typer.Exit(exit_status(outcomes[0]))


@campaign_app.command("run")
def campaign_run(
    file: Annotated[Path, typer.Argument(help="CSV; its first line names the columns.")],
    name: Annotated[str, typer.Option(help="The campaign's name; the file's by default.")] = "",
    endpoint: Annotated[
        str, typer.Option(help="Asterisk's dial string instead of outbound.endpoint.")
    ] = "",
    wait: Annotated[
        bool,
        typer.Option("--wait/--no-wait", help="Wait for calling time and for second attempts."),
    ] = True,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what is in the file; call nobody.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Call everybody in a file, until each was talked with or tried often enough.

    Columns: `number`; if you have them `name`, `timezone` (Europe/London; else the number tells),
    `consent` (who has not said yes is not called) and slots of the playbook by their ids. Rows that
    can't be used are listed with their lines, the others are called.

    Everything is kept in the database: run the same file again to go on, after Ctrl-C, a crash or
    with more rows in it. Several machines may run it at once; nobody is called twice. Ctrl-C hangs
    up what still rings and lets conversations end; a second one hangs these up too.

    How fast, when and how often: settings `outbound.pacing`, `outbound.window`, `outbound.retry`.
    """
    from agent.config import load_settings
    from agent.outbound.campaign_console import Orders, run_file

    settings = load_settings(config)
    orders = Orders(file, name or file.stem, endpoint, wait=wait, check=check, as_json=as_json)
    with_database(config, lambda engine: run_file(settings, engine, orders))


@campaign_app.command("status")
def campaign_status(
    name: Annotated[str, typer.Argument(help="A campaign; all of them by default.")] = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how far campaigns are: who was reached, how it ended, when the next call is due."""
    from agent.outbound.campaign_report import print_status

    with_database(config, lambda engine: print_status(engine, name, as_json=as_json))


@campaign_app.command("export")
def campaign_export(
    name: NameArgument,
    target: Annotated[Path, typer.Argument(help="The CSV file to write.")],
    config: ConfigOption = None,
) -> None:
    """Write a campaign's results to a CSV file: a line a person, with outcome and call."""
    from agent.outbound.campaign_report import export_results

    with_database(config, lambda engine: export_results(engine, name, target))
    typer.echo(f"Written: {target}")
