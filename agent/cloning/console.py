"""Progress of cloning on a terminal: bars with the time left."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import rich.progress as rp
from rich.console import Console


class _ConsoleBar:
    def __init__(self, progress: rp.Progress, task: rp.TaskID) -> None:
        self._progress = progress
        self._task = task

    def advance(self, amount: float = 1.0) -> None:
        self._progress.advance(self._task, amount)

    def tell(self, text: str) -> None:
        self._progress.update(self._task, beside=text)


class ConsoleProgress:
    """Bars on standard error, so that `--json` keeps standard output; use it as a context."""

    def __init__(self, console: Console) -> None:
        self._progress = rp.Progress(
            rp.TextColumn("  {task.description}"),
            rp.BarColumn(),
            rp.TaskProgressColumn(),
            rp.TimeRemainingColumn(),
            rp.TextColumn("{task.fields[beside]}"),
            console=console,
            transient=True,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    @contextmanager
    def work(self, what: str, total: float) -> Iterator[_ConsoleBar]:
        task = self._progress.add_task(what, total=total, beside="")
        try:
            yield _ConsoleBar(self._progress, task)
        finally:
            self._progress.remove_task(task)
