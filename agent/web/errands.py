"""Work that is too heavy for the process of live calls: `understudy` commands beside it.

One at a time and at low priority; scoring loads a grammar and trends load scipy.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.errors import UnderstudyError

_LONGEST_S = 300.0
_NICER_BY = "15"


class ErrandFailed(UnderstudyError):
    """A command beside the server failed; the text is its last line."""


@dataclass(frozen=True, slots=True)
class SettingsFiles:
    """The files that the process was started with; None: those in the usual places."""

    config: Path | None = None
    secrets: Path | None = None

    def environment(self) -> dict[str, str]:
        """The variables with which another process reads the same settings."""
        named = {"UNDERSTUDY_CONFIG": self.config, "UNDERSTUDY_SECRETS": self.secrets}
        return {**os.environ, **{name: str(path) for name, path in named.items() if path}}


class Errands:
    """Runs commands; the others wait."""

    def __init__(self, files: SettingsFiles) -> None:
        self._files = files
        self._one_at_a_time = asyncio.Lock()
        self._tasks: set[asyncio.Task[bytes]] = set()

    def begin(self, *arguments: str, fine: Sequence[int] = (0,)) -> asyncio.Task[bytes]:
        """What `understudy ARGUMENTS` will have written; the task may raise ErrandFailed.

        `fine` are exit statuses that are no failure.
        """
        task = asyncio.create_task(self._run(arguments, fine))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def aclose(self) -> None:
        """End what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, arguments: Sequence[str], fine: Sequence[int]) -> bytes:
        async with self._one_at_a_time:
            process = await asyncio.create_subprocess_exec(
                "nice", "-n", _NICER_BY, sys.executable, "-m", "agent.cli", *arguments,
                env=self._files.environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            try:
                async with asyncio.timeout(_LONGEST_S):
                    told, errors = await process.communicate()
            except TimeoutError:
                raise ErrandFailed(
                    f"It took more than {_LONGEST_S:.0f} s and was stopped."
                ) from None
            finally:
                if process.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        process.kill()
                    await process.wait()
        if process.returncode not in fine:
            lines = errors.decode(errors="replace").strip().splitlines()
            raise ErrandFailed(lines[-1] if lines else f"It ended with {process.returncode}.")
        return told
