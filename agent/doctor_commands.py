"""`understudy doctor`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from agent.command_line import ConfigOption, JsonOption, run
from agent.config import ConfigError, Settings, load_settings

if TYPE_CHECKING:
    from agent.doctor.examination import Examined


def doctor(
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="One check, such as media; may be given again."),
    ] = None,
    config: ConfigOption = None,
    secrets: Annotated[
        Path | None,
        typer.Option("--secrets", help="File with passwords (TOML).", envvar="UNDERSTUDY_SECRETS"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Examine this installation: what works, what does not, and what would mend it.

    It asks Asterisk, the database and this machine, places loop calls of two seconds that ring
    nobody, and lets the models speak and hear. It may run beside a working agent, and changes
    nothing.

    Status 0: all well; 1: warnings (calls are taken); 2: failures.
    """
    from agent.doctor.checks import CHECKS
    from agent.doctor.examination import chosen, examine, exit_status, unreadable
    from agent.doctor.text import print_examined, print_summary

    checks = chosen(CHECKS, only or ())
    console, progress = Console(highlight=False), Console(stderr=True)
    examined: list[Examined] = []

    def told(one: "Examined") -> None:
        examined.append(one)
        if not as_json:
            print_examined(one, console)

    async def work(settings: Settings) -> None:
        with progress.status("") as status:
            looked_at = examine(
                checks, settings, lambda check: status.update(f"Looking at {check.looks_at} ...")
            )
            async for one in looked_at:
                told(one)

    try:
        settings = load_settings(config, secrets)
    except ConfigError as error:
        told(unreadable(error))
    else:
        run(work(settings))
    code = exit_status(examined)
    if as_json:
        found = {"status": code, "checks": [one.as_dict() for one in examined]}
        typer.echo(json.dumps(found, indent=2))
    else:
        print_summary(examined, console)
    raise typer.Exit(code)
