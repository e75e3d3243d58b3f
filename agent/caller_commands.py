"""`understudy dnc` and `understudy erase`: what callers may ask of whoever keeps their data."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.command_line import ConfigOption, JsonOption, with_database
from agent.config import load_settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from agent.records.models import DoNotCall

app = typer.Typer(
    no_args_is_help=True,
    help="The do-not-call register. Callers who ask for it are put on it at once.",
)
NumberArgument = Annotated[str, typer.Argument(help="A telephone number, such as +447700900123.")]


@app.command("list")
def dnc_list(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Print every number that must not be called, the newest first."""
    from agent.records.do_not_call import DoNotCallRegister

    async def work(engine: "AsyncEngine") -> None:
        entries = await DoNotCallRegister(engine).all()
        if as_json:
            typer.echo(json.dumps([_as_dict(entry) for entry in entries], indent=1))
            return
        for entry in entries:
            typer.echo(f"{entry.number:<20} {entry.added_at:%Y-%m-%d %H:%M}  {entry.source}")
        typer.echo(f"{len(entries)} numbers")

    with_database(config, work)


@app.command("add")
def dnc_add(
    numbers: Annotated[list[str] | None, typer.Argument(help="Telephone numbers.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="A file of numbers, one a line.")
    ] = None,
    source: Annotated[str, typer.Option(help="Where they come from, for the record.")] = "operator",
    config: ConfigOption = None,
) -> None:
    """Put numbers on the register, all or none of them."""
    from agent.errors import UnderstudyError
    from agent.records.do_not_call import DoNotCallRegister

    wanted = list(numbers or ())
    if file is not None:
        try:
            wanted += [line for line in file.read_text("utf-8").splitlines() if line.strip()]
        except (OSError, UnicodeDecodeError) as error:
            raise UnderstudyError(f"{file} can't be read: {error}.") from None
    if not wanted:
        raise UnderstudyError("No number given: name some, or a file with --file.")

    async def work(engine: "AsyncEngine") -> None:
        added = await DoNotCallRegister(engine).add(wanted, source)
        typer.echo(f"{added} added, {len(wanted) - added} were on it already")

    with_database(config, work)


@app.command("remove")
def dnc_remove(number: NumberArgument, config: ConfigOption = None) -> None:
    """Take a number off the register, when its owner wants to be called again."""
    from agent.records.do_not_call import DoNotCallRegister

    async def work(engine: "AsyncEngine") -> None:
        if not await DoNotCallRegister(engine).remove(number):
            typer.echo(f"{number} was not on it")
            raise typer.Exit(1)
        typer.echo(f"{number} is off the register")

    with_database(config, work)


@app.command("check")
def dnc_check(number: NumberArgument, config: ConfigOption = None) -> None:
    """Say whether a number may be called; status 1 if it must not."""
    from agent.records.do_not_call import DoNotCallRegister

    async def work(engine: "AsyncEngine") -> None:
        entry = await DoNotCallRegister(engine).find(number)
        if entry is not None:
            typer.echo(f"{number} must not be called: {entry.source}, {entry.added_at:%Y-%m-%d}")
            raise typer.Exit(1)
        typer.echo(f"{number} may be called")

    with_database(config, work)


def erase(
    number: Annotated[
        str, typer.Option("--number", help="The caller's number as `calls list` shows it.")
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    config: ConfigOption = None,
) -> None:
    """Erase all that is kept of a caller: records, recordings, unfinished calls, campaigns.

    That something was erased is noted, without the number; a digest of it keeps earlier calls from
    coming back with a late record or a restored back-up. A number on the do-not-call register stays
    there; a call that is held stops it.
    """
    from agent.outbound.erasure import forget, listed
    from agent.records.erasure import erase as erase_from
    from agent.records.erasure import holdings
    from agent.records.tombstones import Ledger
    from agent.snapshots.opening import opened_store
    from agent.snapshots.saved_call import caller_key

    settings = load_settings(config)
    ledger = Ledger(settings.records.spool_dir)

    async def work(engine: "AsyncEngine") -> None:
        held = await holdings(engine, number)
        campaigns = await listed(engine, number)
        key = caller_key(number) or number
        async with opened_store(settings.snapshots, engine) as unfinished:
            kept = await unfinished.count_of(key)
            if not held.call_ids and not kept and not campaigns:
                await erase_from(engine, held, ledger)
                typer.echo(f"Nothing is kept of {number}, and nothing that comes late will be")
                return
            typer.echo(
                f"{len(held.call_ids)} calls, {len(held.files)} files, {kept} unfinished calls are "
                f"kept of {number}"
            )
            if campaigns:
                typer.echo(f"It is in {campaigns} campaigns")
            if not yes:
                typer.confirm("Erase them for good?", abort=True)
            await unfinished.erase(key)
        await forget(engine, number)
        await erase_from(engine, held, ledger)
        typer.echo("Erased")

    with_database(config, work)


def _as_dict(entry: "DoNotCall") -> dict[str, Any]:
    return {
        "number": entry.number,
        "added_at": entry.added_at.isoformat(),
        "source": entry.source,
        "call_id": entry.call_id,
    }
