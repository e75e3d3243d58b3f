"""Fetching models with a progress bar on the terminal."""

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from agent.speech.errors import FetchFailed
from agent.speech.store import ModelStore


async def fetch_models(store: ModelStore, names: tuple[str, ...]) -> None:
    """Fetch the named models, or all that are missing.

    Without names a model that can't be had is reported and the others go on; a named one raises
    FetchFailed.
    """
    console = Console(stderr=True)
    wanted = names or tuple(row.name for row in store.list() if row.status != "present")
    if not wanted:
        console.print("Every model is here.")
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        for name in wanted:
            task = progress.add_task(name, total=None)
            try:
                await store.fetch(
                    name,
                    lambda done, total, task=task: progress.update(  # type: ignore[misc]
                        task, completed=done, total=total
                    ),
                )
                progress.update(task, description=f"{name}: here")
            except FetchFailed as error:
                progress.remove_task(task)
                if names:
                    raise
                console.print(f"{error}", style="yellow", highlight=False)
