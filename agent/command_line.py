"""What commands share: options, and how asynchronous work is run."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="Settings file (TOML).", envvar="UNDERSTUDY_CONFIG"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run it to its end; Ctrl-C ends the command with status 130."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
