"""Running steps of one project, and telling how far it is."""

import fcntl
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter

from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.files import write_bytes, write_text
from agent.cloning.pipeline import Progress, Ran, Report, Step, is_fresh, run_steps
from agent.cloning.project import Project
from agent.errors import UnderstudyError

_REPORT = TypeAdapter(Report)


class State(StrEnum):
    """How a step stands."""

    DONE = "done"
    CHANGED = "has new input"
    NEVER = "not run"


@dataclass(frozen=True, slots=True)
class Standing:
    """A step, and what its last run told."""

    step: str
    state: State
    report: Report | None


def select(steps: tuple[Step, ...], *, only: str = "", until: str = "") -> tuple[Step, ...]:
    """One step, or all up to one. Raises CloneError for a name that is none."""
    names = [step.name for step in steps]
    wanted = only or until
    if wanted and wanted not in names:
        raise CloneError(f"There is no step '{wanted}': they are {', '.join(names)}.")
    if only:
        return (steps[names.index(only)],)
    return steps[: names.index(until) + 1] if until else steps


def run(
    project: Project,
    steps: tuple[Step, ...],
    engines: Engines,
    progress: Progress,
    *,
    again: bool = False,
) -> Iterator[Ran]:
    """Run them one after the other and keep what they told.

    Raises CloneError where a step can do nothing, or where the project is at work already.
    """
    running = run_steps(steps, project, engines, progress, again=again)
    with _alone(project):
        for step in steps:
            ran = _next(running, step, project)
            if ran.report is not None:
                write_bytes(_report_path(project, step.name), _REPORT.dump_json(ran.report))
            yield ran


def standings(project: Project, steps: tuple[Step, ...]) -> Iterator[Standing]:
    """How each step stands, in order."""
    for step in steps:
        path = _report_path(project, step.name)
        if not path.exists():
            yield Standing(step.name, State.NEVER, None)
            continue
        state = State.DONE if is_fresh(step, project) else State.CHANGED
        yield Standing(step.name, state, _REPORT.validate_json(path.read_bytes()))


def _next(running: Iterator[Ran], step: Step, project: Project) -> Ran:
    """A mistake of ours is told in a line, too; what a developer needs of it goes into a file."""
    try:
        return next(running)
    except UnderstudyError:
        raise
    except Exception as error:
        path = project.root / ".made" / f"{step.name}.error.txt"
        write_text(path, traceback.format_exc())
        raise CloneError(
            f"'{step.name}' has failed by a fault of the program ({type(error).__name__}); what "
            f"was done is kept. Please report it with {path}."
        ) from error


def _report_path(project: Project, step: str) -> Path:
    return project.root / ".made" / f"{step}.report.json"


@contextmanager
def _alone(project: Project) -> Iterator[None]:
    """Two runs at once would write the same files; the lock goes with the process."""
    path = project.root / ".made" / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CloneError(
                f"{project.root} is being worked on by another `understudy clone`: wait for it, "
                "or stop it."
            ) from None
        yield
