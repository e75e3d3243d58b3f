"""The steps from recordings to a playbook: in order, only what has changed, told as they go."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from agent.cloning.engines import Engines
from agent.cloning.made import Made, digest, folder_digest
from agent.cloning.project import Project


class Bar(Protocol):
    """How far one piece of work is."""

    def advance(self, amount: float = 1.0) -> None:
        """So much more is done."""

    def tell(self, text: str) -> None:
        """What is worth knowing beside it: a rate, a name."""


class Progress(Protocol):
    """Where a step tells how far it is."""

    def work(self, what: str, total: float) -> AbstractContextManager[Bar]:
        """A piece of work of so many items, or seconds of sound."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be used; the rest goes on."""

    what: str
    why: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}. {self.remedy}"


@dataclass(frozen=True, slots=True)
class Report:
    """What a step tells when it is done: a line, and what it could not use."""

    summary: str
    problems: Sequence[Problem] = field(default=())


class Step(Protocol):
    """One step. It reads what earlier steps wrote, and writes files of its own."""

    @property
    def name(self) -> str:
        """As on the command line; project.FOLDERS has its folder."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The steps whose files it reads."""

    @property
    def version(self) -> str:
        """Changed whenever the same input would give another output."""

    def source_key(self, project: Project) -> str:
        """What it reads besides the files of other steps: settings, a folder of recordings."""

    def run(self, project: Project, engines: Engines, made: Made, progress: Progress) -> Report:
        """Do the work. What it notes in `made` a later run need not do again.

        Raises CloneError when nothing of it can be done.
        """


@dataclass(frozen=True, slots=True)
class Ran:
    """One step of a run: `report` is None when nothing had changed."""

    step: Step
    report: Report | None


_WHOLE = "*"


def key_of(step: Step, project: Project) -> str:
    """Changes with everything that the step's output depends on."""
    inputs = (folder_digest(project.folder(need)) for need in step.needs)
    return digest(step.version, step.source_key(project), *inputs)


def is_fresh(step: Step, project: Project) -> bool:
    """Whether the step's files are there and made from what is there now."""
    return _is_made(step, project, Made(project.root, step.name), key_of(step, project))


def _is_made(step: Step, project: Project, made: Made, key: str) -> bool:
    return project.folder(step.name).is_dir() and (_WHOLE, key) in made


def run_steps(
    steps: Iterable[Step],
    project: Project,
    engines: Engines,
    progress: Progress,
    *,
    again: bool = False,
) -> Iterator[Ran]:
    """Run each step that has something new to read; with `again`, all of them from the start."""
    for step in steps:
        made = Made(project.root, step.name)
        if again:
            made.forget()
        key = key_of(step, project)
        if _is_made(step, project, made, key):
            yield Ran(step, None)
            continue
        report = step.run(project, engines, made, progress)
        made.note(_WHOLE, key)
        yield Ran(step, report)
