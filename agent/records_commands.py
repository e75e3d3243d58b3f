"""`understudy records` and `understudy db status`: keys, and what waits for the database."""

import json
from pathlib import Path
from typing import Annotated

import typer

from agent.command_line import ConfigOption, JsonOption, run
from agent.config import load_settings

app = typer.Typer(no_args_is_help=True, help="Encryption of what is kept of calls.")


@app.command("key")
def make_key(
    file: Annotated[
        Path | None,
        typer.Argument(help="The key file; without it the one of records.encryption_key_file."),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Make a key, or put a new one in front of those that a key file has (rotation).

    The first key of the file encrypts from the next start of `serve` on; all of them decrypt, so
    keep the old ones for as long as anything encrypted with them is kept. Keep a copy of the file
    apart from the back-ups: without it what is encrypted can't be read by anybody.
    """
    from agent.errors import UnderstudyError
    from agent.sealing.keys import add_key

    path = file or load_settings(config).records.key_file
    if path is None:
        raise UnderstudyError("No key file: name one, or set records.encryption_key_file.")
    typer.echo(f"{path}: new key {add_key(path)}")
    if file is not None:
        typer.echo(f'To encrypt with it, set records.encryption_key_file = "{path.absolute()}"')


def status(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Say whether the database answers, its schema, and how many records wait on this machine.

    Status 1 if the database does not answer. Records that wait are stored in their order as soon
    as a `serve` with their name (ari.app) reaches the database.
    """
    from agent.errors import UnderstudyError
    from agent.records.migrate import current, latest
    from agent.records.spool import count_waiting

    settings = load_settings(config).records

    async def work() -> tuple[str, str]:
        try:
            found = await current(settings.database_url.get_secret_value())
        except UnderstudyError as error:
            return "", str(error)
        return found or "none", ""

    schema, error = run(work())
    waiting = count_waiting(settings.spool_dir) if settings.spool_dir else {}
    if as_json:
        values = {"schema": schema, "error": error, "waiting": waiting}
        typer.echo(json.dumps({**values, "newest_schema": latest()}))
    else:
        typer.echo(error or f"The database answers; schema {schema} of {latest()}.")
        for name, records in waiting.items():
            typer.echo(f"{records:6} records wait in {settings.spool_dir}/{name}")
    if error:
        raise typer.Exit(1)
