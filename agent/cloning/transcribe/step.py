"""Step 2: what was said in each call, by the recogniser of live calls."""

from collections.abc import Sequence
from pathlib import Path

from agent.building.models import model_store
from agent.cloning.archive import recorded_calls
from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.files import write_text
from agent.cloning.ingest.step import GIVEN_FOLDER
from agent.cloning.made import Made
from agent.cloning.pipeline import Problem, Progress, Report
from agent.cloning.project import Project
from agent.cloning.recorded import Conversation, RecordedCall
from agent.cloning.transcribe.fitness import Fitness
from agent.cloning.transcribe.hearing import Hearing, Tally
from agent.cloning.transcribe.turns import with_overlaps
from agent.cloning.transcribe.worker import Task

_LARGE_ARCHIVE_H = 1000


class Transcribe:
    """Writes ID.json, a conversation a call, and report.md. A transcript that was given wins."""

    name = "transcribe"
    needs = ("ingest",)
    version = "1"

    def source_key(self, project: Project) -> str:
        """Nothing: ingest has written down the digests of the sound."""
        return ""

    def run(self, project: Project, engines: Engines, made: Made, progress: Progress) -> Report:
        """Raises CloneError when no call has words, or the recogniser's model is not there."""
        calls = list(recorded_calls(project).values())
        folder = project.folder(self.name)
        tally = Tally()
        for call in calls:
            if call.transcript:
                _pass_on(project, call, folder)
                tally.given += 1
        hearing = Hearing(folder, made, self.version)
        tasks = _tasks(calls, engines)
        found = hearing.hear(tasks, progress, tally, ray=engines.ray)
        found |= _write_fit(
            [task.call for task in tasks if task.call not in found], hearing, folder
        )
        problems = [found[call] for call in sorted(found)]
        hearing.forget_others({task.call for task in tasks})
        _forget_others(folder, {call.id for call in calls} - found.keys())
        if len(found) == len(calls):
            told = " ".join(map(str, problems[:3]))
            raise CloneError(f"No call has words that can be used. {told}")
        write_text(folder / "report.md", _report(tally, problems))
        return Report(_summary(tally, len(calls) - len(found)), problems)


def _write_fit(calls: Sequence[str], hearing: Hearing, folder: Path) -> dict[str, Problem]:
    """The calls that are fit for use; the others' problems."""
    fitness = Fitness(map(hearing.read, calls))
    problems = {}
    for call in calls:
        problem = fitness.problem(call)
        if problem is None:
            conversation = fitness.named(hearing.read(call))
            write_text(folder / f"{call}.json", conversation.model_dump_json(indent=1))
        else:
            problems[call] = problem
    return problems


def _pass_on(project: Project, call: RecordedCall, folder: Path) -> None:
    """A given transcript, with what its times tell of overlaps."""
    name = f"{call.id}.json"
    given = project.read("ingest", f"{GIVEN_FOLDER}/{name}", Conversation)
    timed = given.model_copy(update={"turns": with_overlaps(given.turns)})
    write_text(folder / name, timed.model_dump_json(indent=1))


def _tasks(calls: Sequence[RecordedCall], engines: Engines) -> list[Task]:
    sound = [(call.id, call.audio) for call in calls if call.audio and not call.transcript]
    if not sound:
        return []
    model = model_store(engines.settings).locate("asr", engines.settings.speech.asr_model)
    return [Task(call, audio, model) for call, audio in sound]


def _forget_others(folder: Path, wanted: set[str]) -> None:
    """Calls that were here in an earlier run and are no longer."""
    for path in folder.glob("*.json"):
        if path.stem not in wanted:
            path.unlink()


def _summary(tally: Tally, usable: int) -> str:
    parts = [f"{usable} conversations"]
    if tally.given:
        parts.append(f"{tally.given} given as transcripts")
    if tally.kept:
        parts.append(f"{tally.kept} heard before")
    if tally.recognised:
        parts.append(
            f"{tally.recognised} recognised ({tally.sound_s / 3600:.2f} h at "
            f"{tally.times_real_time_a_core:.0f} x real time a core)"
        )
    return ", ".join(parts)


def _report(tally: Tally, problems: Sequence[Problem]) -> str:
    """Markdown: how many calls from where, how fast, and which are left out and why."""
    lines = [
        "# Transcribe\n",
        f"- transcripts that came with the calls: {tally.given}",
        f"- recognised earlier: {tally.kept}",
        f"- recognised now: {tally.recognised}, {tally.sound_s / 3600:.2f} hours of calls",
    ]
    if tally.recognised:
        speed = tally.times_real_time_a_core
        lines += [
            f"- speed: {speed:.1f} x real time a core, {tally.times_real_time:.1f} x on the clock",
            f"- {_LARGE_ARCHIVE_H:,} hours of calls at this speed: "
            f"{_LARGE_ARCHIVE_H / speed:.0f} core-hours",
        ]
    lines += ["\n## Left out\n", *([f"- {problem}" for problem in problems] or ["Nothing."])]
    return "\n".join(lines) + "\n"
