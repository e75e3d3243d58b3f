"""The step on a project's files: what it writes, leaves as it was, and never tells."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.files import write_text
from agent.cloning.made import Made
from agent.cloning.pipeline import Report, run_steps
from agent.cloning.project import Project, ProjectSettings
from agent.cloning.recorded import Audio, Conversation, RecordedCall
from agent.cloning.redact.step import Redact
from agent.config import Settings
from tests.cloning.redact import desks

RATE_HZ = 8000


class NoBar:
    def advance(self, amount: float = 1.0) -> None: ...

    def tell(self, text: str) -> None: ...


class NoProgress:
    @contextmanager
    def work(self, what: str, total: float) -> Iterator[NoBar]:
        yield NoBar()


@pytest.fixture(scope="module")
def engines() -> Engines:
    return Engines(Settings())


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three desks' calls, the first with sound."""
    project = Project.create(tmp_path / "clone", ProjectSettings())
    calls = []
    for trade in ("dentist", "insurer", "shop"):
        conversation = desks.conversation(desks.DESKS[trade])
        conversation = conversation.model_copy(update={"call": trade})
        write_text(
            project.folder("transcribe") / f"{trade}.json", conversation.model_dump_json(indent=1)
        )
        audio = None
        if trade == "dentist":
            seconds = conversation.turns[-1].end + 1
            path = tmp_path / "dentist.wav"
            soundfile.write(path, np.full((int(seconds * RATE_HZ), 2), 9000, np.int16), RATE_HZ)
            audio = Audio(layout="stereo", files=(path,), sha256="d1", duration_s=seconds)
        calls.append(RecordedCall(id=trade, agent="A1", audio=audio, transcript=True))
    write_text(
        project.folder("ingest") / "calls.jsonl",
        "\n".join(call.model_dump_json() for call in calls),
    )
    return project


def run(project: Project, engines: Engines) -> Report | None:
    (ran,) = run_steps([Redact()], project, engines, NoProgress())
    return ran.report


def written(project: Project) -> str:
    """All text that the step and its notes have on the disk."""
    paths = [*project.folder("redact").rglob("*"), *(project.root / ".made").glob("redact*")]
    return "\n".join(p.read_text("utf-8") for p in paths if p.is_file() and p.suffix != ".flac")


@pytest.mark.models
def test_no_file_tells_what_was_taken_out(project: Project, engines: Engines) -> None:
    report = run(project, engines)
    assert report is not None and not report.problems
    told = written(project) + str(report)
    for trade in ("dentist", "insurer", "shop"):
        for secret in (s for turn in desks.secrets(desks.DESKS[trade]) for s in turn):
            assert secret not in told
    assert "| PHONE |" in told and "dentist" in told
    raw = project.read("transcribe", "insurer.json", Conversation).turns
    done = project.read("redact", "insurer.json", Conversation).turns
    assert [(t.speaker, t.start) for t in done] == [(t.speaker, t.start) for t in raw]


@pytest.mark.models
def test_sound_is_cut_and_made_once(project: Project, engines: Engines) -> None:
    run(project, engines)
    sound = project.folder("redact") / "audio" / "dentist.flac"
    samples, _ = soundfile.read(sound, dtype="int16")
    spoken = samples[2 * RATE_HZ : 3 * RATE_HZ]
    assert (samples == 9000).mean() > 0.5 and not (spoken == 9000).all()
    before = sound.stat().st_mtime_ns
    Made(project.root, "redact").note("*", "something new")
    run(project, engines)
    assert sound.stat().st_mtime_ns == before


@pytest.mark.models
def test_a_recording_that_is_gone_costs_only_its_sound(project: Project, engines: Engines) -> None:
    (project.root.parent / "dentist.wav").unlink()
    report = run(project, engines)
    assert report is not None
    assert [problem.what for problem in report.problems] == ["dentist"]
    assert (project.folder("redact") / "dentist.json").exists()
    assert not (project.folder("redact") / "audio" / "dentist.flac").exists()


@pytest.mark.models
def test_a_call_that_is_no_longer_there_is_forgotten(project: Project, engines: Engines) -> None:
    run(project, engines)
    (project.folder("transcribe") / "dentist.json").unlink()
    run(project, engines)
    left = {path.name for path in project.folder("redact").rglob("*") if path.is_file()}
    assert left == {"insurer.json", "shop.json", "report.md"}


def test_a_damaged_transcript_is_named_and_not_quoted(project: Project, engines: Engines) -> None:
    path = project.folder("transcribe") / "insurer.json"
    path.write_text(path.read_text("utf-8").replace('"start": 0.0', '"start": "Lindqvist"'))
    with pytest.raises(CloneError) as told:
        run(project, engines)
    assert "insurer.json" in str(told.value) and "Lindqvist" not in str(told.value)


def test_without_transcripts_the_step_before_is_named(tmp_path: Path, engines: Engines) -> None:
    project = Project.create(tmp_path, ProjectSettings())
    write_text(project.folder("ingest") / "calls.jsonl", "")
    with pytest.raises(CloneError, match="understudy clone transcribe"):
        run(project, engines)
