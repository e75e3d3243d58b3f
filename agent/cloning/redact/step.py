"""Step 3: conversations and their sound without what is personal."""

from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from pydantic import ValidationError

from agent.cloning.archive import recorded_calls
from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.files import write_text
from agent.cloning.made import Made, digest
from agent.cloning.parallel import Failed, each
from agent.cloning.pipeline import Problem, Progress, Report
from agent.cloning.project import Project
from agent.cloning.recorded import Conversation, RecordedCall
from agent.cloning.redact.plain import Redacted, Redactor
from agent.cloning.redact.report import report_text
from agent.cloning.redact.sound import SoundTask, UntimedSpeech, cuts, silence
from agent.cloning.redact.spans import Kind

_LEFT_OUT = "Its words are used; only its sound is left out."


class Redact:
    """Writes ID.json, audio/ID.flac and report.md; no file of it tells what was taken out."""

    name = "redact"
    needs = ("ingest", "transcribe")
    version = "3"

    def source_key(self, project: Project) -> str:
        """The company's name, which stays."""
        return project.settings.company.name

    def run(self, project: Project, engines: Engines, made: Made, progress: Progress) -> Report:
        """Raises CloneError when there is no transcript, or one can't be read."""
        calls = recorded_calls(project)
        raw = {call: _read(project, call) for call in _transcribed(project, calls)}
        if not raw:
            raise CloneError("There are no transcripts: run `understudy clone transcribe` first.")
        company = project.settings.company.name
        redactor = Redactor.of(raw.values(), calls, engines.grammar, company)
        redacted: dict[str, Redacted] = {}
        folder = project.folder(self.name)
        with progress.work("transcripts", len(raw)) as bar:
            for call, conversation in raw.items():
                redacted[call] = redactor.redact(conversation, calls[call].agent)
                text = redacted[call].conversation.model_dump_json(indent=1)
                write_text(folder / f"{call}.json", text)
                bar.advance()
        cut_s, problems = self._sound(project, calls, raw, redacted, made, progress)
        _forget_others(folder, redacted.keys(), cut_s.keys())
        counts = {call: _count(done) for call, done in redacted.items()}
        write_text(folder / "report.md", report_text(counts, cut_s, redactor.company, problems))
        places = sum(found.total() for found in counts.values())
        summary = f"{places} places redacted in {len(counts)} transcripts, {len(cut_s)} recordings"
        return Report(summary, problems)

    def _sound(
        self,
        project: Project,
        calls: Mapping[str, RecordedCall],
        raw: Mapping[str, Conversation],
        redacted: Mapping[str, Redacted],
        made: Made,
        progress: Progress,
    ) -> tuple[dict[str, float], list[Problem]]:
        """By call the seconds cut; only recordings whose cuts changed are written again."""
        folder = project.folder(self.name) / "audio"
        tasks, problems, cut_s = [], [], {}
        for call in raw:
            audio = calls[call].audio
            if audio is None:
                continue
            try:
                found = tuple(cuts(raw[call], redacted[call].spans))
            except UntimedSpeech as error:
                problems.append(Problem(call, str(error), _LEFT_OUT))
                continue
            task = SoundTask(call, audio, found, folder / f"{call}.flac")
            if (call, self._key(task)) in made and task.to.exists():
                cut_s[call] = sum(cut.end - cut.start for cut in found)
            else:
                tasks.append(task)
        with progress.work("recordings", len(tasks)) as bar:
            for task, result in each(silence, tasks):
                if isinstance(result, Failed):
                    task.to.unlink(missing_ok=True)
                    problems.append(Problem(task.call, str(result), _LEFT_OUT))
                else:
                    made.note(task.call, self._key(task))
                    cut_s[task.call] = result
                bar.advance()
        return cut_s, sorted(problems, key=str)

    def _key(self, task: SoundTask) -> str:
        times = " ".join(f"{cut.speaker} {cut.start:.3f} {cut.end:.3f}" for cut in task.cuts)
        channel = f"{task.audio.layout} {task.audio.customer_channel}"
        return digest(self.version, task.audio.sha256, channel, times)


def _transcribed(project: Project, calls: Mapping[str, RecordedCall]) -> list[str]:
    paths = sorted(project.folder("transcribe").glob("*.json"))
    return [path.stem for path in paths if path.stem in calls]


def _read(project: Project, call: str) -> Conversation:
    """Raises CloneError without a word of the transcript, which the usual message would quote."""
    path = project.folder("transcribe") / f"{call}.json"
    try:
        return Conversation.model_validate_json(path.read_text("utf-8"))
    except ValidationError as error:
        places = ", ".join(".".join(map(str, e["loc"])) for e in error.errors()[:3])
        told = places or "it is no JSON"
    except (OSError, UnicodeDecodeError) as error:
        told = type(error).__name__
    raise CloneError(
        f"{path} can't be read ({told}): undo the change made to it by hand, or make it anew with "
        "`understudy clone transcribe --again`."
    )


def _count(redacted: Redacted) -> Counter[Kind]:
    return Counter(span.kind for spans in redacted.spans for span in spans)


def _forget_others(folder: Path, calls: Collection[str], sounds: Collection[str]) -> None:
    """Calls that were here in an earlier run and are no longer."""
    for path in folder.glob("*.json"):
        if path.stem not in calls:
            path.unlink()
    for path in (folder / "audio").glob("*.flac"):
        if path.stem not in sounds:
            path.unlink()
