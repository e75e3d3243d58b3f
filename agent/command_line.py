"""What commands share: options, and how asynchronous work is run."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.config import load_settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="Settings file (TOML).", envvar="UNDERSTUDY_CONFIG"),
]
RayOption = Annotated[
    str,
    typer.Option(help="Address of a Ray cluster that shares the folders ('local': this machine)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run it to its end; Ctrl-C ends the command with status 130."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def with_database(config: Path | None, work: Callable[["AsyncEngine"], Awaitable[None]]) -> None:
    """Open the records at their newest schema, work, and close them whatever happens."""
    from agent.records.database import create_engine
    from agent.records.migrate import upgrade
    from agent.sealing.keys import load_keys

    settings = load_settings(config).records
    url = settings.database_url.get_secret_value()

    async def opened() -> None:
        await upgrade(url)
        engine = create_engine(url, load_keys(settings.key_file))
        try:
            await work(engine)
        finally:
            await engine.dispose()

    run(opened())
