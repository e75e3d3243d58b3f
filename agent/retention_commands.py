"""`understudy retention` and `understudy calls hold`: how long calls are kept."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from agent.command_line import ConfigOption, JsonOption, with_database
from agent.config import load_settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


def retention(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be deleted.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete what is older than it may be kept; `serve` does it by itself every six hours.

    After records.keep_audio_days a call's recording goes, after records.keep_transcripts_days its
    words, after records.keep_calls_days all of it (0: never). A held call is left alone
    (`understudy calls hold`), and so is the do-not-call register. Status 1 if a file can't be
    deleted: its call stays as it is.
    """
    from rich.console import Console
    from rich.progress import Progress

    from agent.records.records import utc_now
    from agent.records.retention import Deleted, aged, delete_aged

    settings = load_settings(config)

    async def work(engine: "AsyncEngine") -> None:
        found = await aged(engine, settings.records.keep_for, utc_now())
        if dry_run:
            deleted = Deleted(
                calls=sum(item.whole for item in found),
                transcripts=sum(item.transcript for item in found),
                files=sum(item.recording is not None for item in found),
            )
        else:
            with Progress(console=Console(stderr=True), transient=True) as bar:
                task = bar.add_task("Deleting by age", total=len(found))
                deleted = await delete_aged(
                    engine, found, lambda done: bar.update(task, completed=done)
                )
        if as_json:
            counts = {
                "calls": deleted.calls,
                "transcripts": deleted.transcripts,
                "recordings" if dry_run else "files": deleted.files,
                "failed": deleted.failed,
                "dry_run": dry_run,
            }
            typer.echo(json.dumps(counts))
        else:
            verb, sound = ("To delete", "recordings") if dry_run else ("Deleted", "files")
            typer.echo(
                f"{verb}: {deleted.calls} calls, the words of {deleted.transcripts} more, "
                f"{deleted.files} {sound}"
            )
            for failed in deleted.failed:
                typer.echo(f"Can't be deleted: {failed}", err=True)
        if deleted.failed:
            raise typer.Exit(1)

    with_database(config, work)


def hold(
    call_id: Annotated[str, typer.Argument(help="A call's id, or its first four characters.")],
    on: Annotated[bool, typer.Option("--on/--off", help="Hold it, or let it age again.")] = True,
    config: ConfigOption = None,
) -> None:
    """Keep a call whatever its age and whoever asks, for as long as a dispute needs it."""
    from agent.records.retention import hold as hold_call

    async def work(engine: "AsyncEngine") -> None:
        held = await hold_call(engine, call_id, on=on)
        typer.echo(f"{held} is {'held' if on else 'no longer held'}")

    with_database(config, work)
