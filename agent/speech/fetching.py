"""Fetching models with a progress bar on the terminal."""

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from agent.errors import UnderstudyError
from agent.speech.store import ModelStore


async def fetch_models(store: ModelStore, names: tuple[str, ...], console: Console) -> None:
    """Fetch the named models, or all that are missing; each is a line once it is here.

    Without names a model that can't be had is reported and the others go on. A named one raises
    MissingModel when the catalogue has no such model, CorruptModel and FetchFailed.
    """
    rows = [row for row in store.list() if row.status != "present"]
    wanted = names or tuple(row.name for row in rows if row.source != "settings")
    if not wanted:
        console.print("Every model is here.")
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal
    ) as progress:
        for name in wanted:
            task = progress.add_task(name, total=None)
            try:
                await store.fetch(
                    name,
                    lambda done, total, task=task: progress.update(  # type: ignore[misc]
                        task, completed=done, total=total
                    ),
                )
                _show(console, f"{name}: here")
            except UnderstudyError as error:
                if names:
                    raise
                _show(console, str(error), "yellow")
            finally:
                progress.remove_task(task)


def _show(console: Console, text: str, style: str = "") -> None:
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)
