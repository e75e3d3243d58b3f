"""Recognising calls that have no transcript: what is new, in parallel, kept call by call."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.cloning.files import write_text
from agent.cloning.made import Made, digest, folder_digest
from agent.cloning.parallel import Failed, each
from agent.cloning.pipeline import Problem, Progress
from agent.cloning.transcribe.worker import Heard, Task, recognise

_FOLDER = ".heard"


@dataclass(slots=True)
class Tally:
    """What a run has done: seconds of sound, of processors and of the clock."""

    given: int = 0
    kept: int = 0
    recognised: int = 0
    sound_s: float = 0.0
    cpu_s: float = 0.0
    began: float = field(default_factory=time.monotonic)

    def add(self, sound_s: float, cpu_s: float) -> None:
        """One more call was recognised."""
        self.recognised += 1
        self.sound_s += sound_s
        self.cpu_s += cpu_s

    @property
    def times_real_time(self) -> float:
        """Seconds of calls a second of the clock."""
        return self.sound_s / max(time.monotonic() - self.began, 1e-3)

    @property
    def times_real_time_a_core(self) -> float:
        """Seconds of calls a second of one core."""
        return self.sound_s / max(self.cpu_s, 1e-3)


class Hearing:
    """What has been heard for a step so far: a file a call in its folder, noted when it is whole.

    It is kept apart from the step's own files, since which of it is fit for use is seen over all
    calls.
    """

    def __init__(self, folder: Path, made: Made, version: str) -> None:
        """`version` is a part of every call's key."""
        self._folder = folder / _FOLDER
        self._made = made
        self._version = version

    def hear(
        self, tasks: Sequence[Task], progress: Progress, tally: Tally, *, ray: str = ""
    ) -> dict[str, Problem]:
        """Recognise what is new, on all cores or on Ray. The problems are of calls that failed."""
        keys = self._keys(tasks)
        waiting = [
            task
            for task in tasks
            if (task.call, keys[task.call]) not in self._made or not self._path(task.call).exists()
        ]
        tally.kept += len(tasks) - len(waiting)
        # Long calls first, so that no core is left with the longest one at the end.
        waiting.sort(key=lambda task: (-task.audio.duration_s, task.call))
        problems = {}
        with progress.work("seconds of sound", sum(t.audio.duration_s for t in waiting)) as bar:
            for task, result in each(recognise, waiting, ray=ray):
                if isinstance(result, Failed):
                    problems[task.call] = Problem(
                        task.call, str(result), "It is left out; export the recording anew."
                    )
                else:
                    write_text(self._path(task.call), result.heard.model_dump_json())
                    self._made.note(task.call, keys[task.call])
                    tally.add(task.audio.duration_s, result.cpu_s)
                bar.advance(task.audio.duration_s)
                bar.tell(f"{tally.times_real_time:.0f} x real time")
        return problems

    def read(self, call: str) -> Heard:
        """What was heard in a call."""
        return Heard.model_validate_json(self._path(call).read_text("utf-8"))

    def forget_others(self, calls: set[str]) -> None:
        """Remove what was heard in other calls than these."""
        for path in self._folder.glob("*.json"):
            if path.stem not in calls:
                path.unlink()

    def _path(self, call: str) -> Path:
        return self._folder / f"{call}.json"

    def _keys(self, tasks: Sequence[Task]) -> dict[str, str]:
        """By call: its sound, whose channel is whose, and the model by its files."""
        models = {model: folder_digest(model) for model in {task.model for task in tasks}}
        return {
            task.call: digest(
                self._version,
                task.audio.sha256,
                f"{task.audio.layout} {task.audio.customer_channel}",
                models[task.model],
            )
            for task in tasks
        }
