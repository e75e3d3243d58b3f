"""Step 2: what was said in each call, by the recogniser of live calls."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.app import model_store
from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.files import write_text
from agent.cloning.ingest.step import GIVEN_FOLDER, read_calls
from agent.cloning.made import Made, digest, folder_digest
from agent.cloning.parallel import Failed, each
from agent.cloning.pipeline import Problem, Progress, Report
from agent.cloning.project import Project
from agent.cloning.recorded import Conversation, RecordedCall
from agent.cloning.transcribe.turns import with_overlaps
from agent.cloning.transcribe.worker import Recognised, Task, recognise

# Words of which the recogniser is less sure than this on average are not worth reading.
_UNSURE = 0.5


@dataclass(slots=True)
class _Tally:
    """What a run has done: seconds of sound, of processors and of the clock."""

    given: int = 0
    kept: int = 0
    calls: int = 0
    sound_s: float = 0.0
    cpu_s: float = 0.0
    began: float = field(default_factory=time.monotonic)

    @property
    def times_real_time(self) -> float:
        return self.sound_s / max(time.monotonic() - self.began, 1e-3)

    @property
    def times_real_time_a_core(self) -> float:
        return self.sound_s / max(self.cpu_s, 1e-3)


class Transcribe:
    """Writes ID.json, a conversation a call, and report.md. A transcript that was given wins."""

    name = "transcribe"
    needs = ("ingest",)
    version = "1"

    def source_key(self, project: Project) -> str:
        """Nothing: all it reads is what ingest wrote, and the sound that stands there by digest."""
        return ""

    def run(self, project: Project, engines: Engines, made: Made, progress: Progress) -> Report:
        """Raises CloneError when no call has words, or the recogniser's model is not there."""
        calls = read_calls(project)
        folder = project.folder(self.name)
        tally = _Tally()
        given = [call for call in calls if call.transcript]
        self._pass_on(project, given, tally)
        tasks = _tasks(calls, engines)
        problems = self._recognise(project, tasks, engines, made, progress, tally)
        _forget_others(folder, {call.id for call in calls} - problems.keys())
        if not (tally.given or tally.kept or tally.calls):
            told = " ".join(str(problem) for problem in list(problems.values())[:3])
            raise CloneError(f"No call has words. {told}")
        problems_told = tuple(problems[call] for call in sorted(problems))
        write_text(folder / "report.md", _report(tally, problems_told))
        return Report(_summary(tally), problems_told)

    def _pass_on(self, project: Project, calls: Sequence[RecordedCall], tally: _Tally) -> None:
        for call in calls:
            name = f"{call.id}.json"
            conversation = project.read("ingest", f"{GIVEN_FOLDER}/{name}", Conversation)
            turns = with_overlaps(conversation.turns)
            _write(project.folder(self.name), conversation.model_copy(update={"turns": turns}))
            tally.given += 1

    def _recognise(
        self,
        project: Project,
        tasks: Sequence[Task],
        engines: Engines,
        made: Made,
        progress: Progress,
        tally: _Tally,
    ) -> dict[str, Problem]:
        """Those that are not there yet; each is on the disk before it is noted as made."""
        folder = project.folder(self.name)
        keys = _keys(tasks)
        waiting = []
        for task in tasks:
            if (task.call, keys[task.call]) in made and (folder / f"{task.call}.json").exists():
                tally.kept += 1
            else:
                waiting.append(task)
        problems: dict[str, Problem] = {}
        total = sum(task.audio.duration_s for task in waiting)
        with progress.work("seconds of sound", total) as bar:
            for task, result in each(recognise, waiting, ray=engines.ray):
                problem = _problem(task, result)
                if isinstance(result, Recognised) and problem is None:
                    _write(folder, result.conversation)
                    made.note(task.call, keys[task.call])
                    tally.calls += 1
                    tally.sound_s += task.audio.duration_s
                    tally.cpu_s += result.cpu_s
                if problem is not None:
                    problems[task.call] = problem
                bar.advance(task.audio.duration_s)
                bar.tell(f"{tally.times_real_time:.0f} x real time")
        return problems


def _tasks(calls: Sequence[RecordedCall], engines: Engines) -> list[Task]:
    """Long calls first, so that no core is left with the longest one at the end."""
    to_hear = [call for call in calls if call.audio is not None and not call.transcript]
    if not to_hear:
        return []
    model = model_store(engines.settings).locate("asr", engines.settings.speech.asr_model)
    tasks = [Task(call.id, call.audio, model) for call in to_hear if call.audio is not None]
    return sorted(tasks, key=lambda task: (-task.audio.duration_s, task.call))


def _keys(tasks: Sequence[Task]) -> dict[str, str]:
    """By call: its sound, whose channel is whose, and the model by its files."""
    models = {task.model: folder_digest(task.model) for task in tasks}
    return {
        task.call: digest(
            Transcribe.version,
            task.audio.sha256,
            f"{task.audio.layout} {task.audio.customer_channel}",
            models[task.model],
        )
        for task in tasks
    }


def _problem(task: Task, result: Recognised | Failed) -> Problem | None:
    if isinstance(result, Failed):
        return Problem(task.call, str(result), "It is left out; export the recording anew.")
    turns = result.conversation.turns
    if len({turn.speaker for turn in turns}) < 2:
        return Problem(
            task.call,
            "no words of both sides were heard" if turns else "no words were heard",
            "It is left out: voicemail, music, or a side that was not recorded.",
        )
    words = [word.confidence for turn in turns for word in turn.words]
    sure = sum(words) / len(words)
    if sure < _UNSURE:
        return Problem(
            task.call,
            f"the recogniser is unsure of what it heard (confidence {sure:.2f})",
            "It is left out: poor audio, or another language.",
        )
    return None


def _write(folder: Path, conversation: Conversation) -> None:
    write_text(folder / f"{conversation.call}.json", conversation.model_dump_json(indent=1))


def _forget_others(folder: Path, wanted: set[str]) -> None:
    """Calls that were here in an earlier run and are no longer."""
    for path in folder.glob("*.json"):
        if path.stem not in wanted:
            path.unlink()


def _summary(tally: _Tally) -> str:
    parts = []
    if tally.given:
        parts.append(f"{tally.given} transcripts given")
    if tally.kept:
        parts.append(f"{tally.kept} calls as before")
    if tally.calls:
        parts.append(
            f"{tally.calls} calls recognised ({tally.sound_s / 3600:.2f} h, "
            f"{tally.times_real_time_a_core:.0f} x real time a core)"
        )
    return ", ".join(parts)


def _report(tally: _Tally, problems: Sequence[Problem]) -> str:
    lines = ["# Transcribe\n", f"- given transcripts passed on: {tally.given}"]
    lines.append(f"- recognised before and kept: {tally.kept}")
    lines.append(f"- recognised now: {tally.calls}, {tally.sound_s / 3600:.2f} hours of calls")
    if tally.calls:
        lines.append(
            f"- speed: {tally.times_real_time_a_core:.1f} x real time a core, "
            f"{tally.times_real_time:.1f} x on the clock"
        )
        hours = 1000 / tally.times_real_time_a_core
        lines.append(f"- 1,000 hours of calls would take {hours:.0f} core-hours")
    lines += ["\n## Left out\n", *([f"- {problem}" for problem in problems] or ["Nothing."])]
    return "\n".join(lines) + "\n"
