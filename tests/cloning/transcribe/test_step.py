import json
import shutil
from pathlib import Path

import pytest

from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.ingest.step import Ingest
from agent.cloning.made import Made
from agent.cloning.pipeline import Report, run_steps
from agent.cloning.project import Project, ProjectSettings, SourceSettings
from agent.cloning.recorded import Conversation
from agent.cloning.transcribe import hearing
from agent.cloning.transcribe.step import Transcribe
from agent.config import Settings
from tests.bench.cloning.corpus import LARKFIELD
from tests.cloning.ingest.sounds import write_sound
from tests.cloning.progress import NoProgress


def project(folder: Path, root: Path) -> Project:
    return Project.create(root, ProjectSettings(source=SourceSettings(recordings=folder)))


def transcribed(to: Project, ray: str = "") -> Report:
    engines = Engines(Settings(), ray=ray)
    Ingest().run(to, engines, Made(to.root, "ingest"), NoProgress())
    return Transcribe().run(to, engines, Made(to.root, "transcribe"), NoProgress())


def contents(to: Project) -> dict[str, str]:
    return {path.name: path.read_text() for path in to.folder("transcribe").glob("*.json")}


def test_given_transcripts_are_passed_on_with_their_overlaps(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    turns = [
        {"speaker": "agent", "start": 0.0, "end": 5.0, "text": "Good morning, this is—"},
        {"speaker": "customer", "start": 4.0, "end": 8.0, "text": "I need a plumber."},
    ]
    (folder / "c1.json").write_text(json.dumps(turns))
    to = project(folder, tmp_path / "project")
    report = transcribed(to)
    first, second = to.read("transcribe", "c1.json", Conversation).turns
    assert (first.overlap_s, first.interrupts) == (1.0, False)
    assert (second.overlap_s, second.interrupts) == (1.0, True)
    assert report.summary == "1 conversations, 1 given as transcripts"
    (folder / "c2.json").write_text(json.dumps(turns))
    (folder / "c1.json").unlink()
    transcribed(to)
    assert list(contents(to)) == ["c2.json"]


@pytest.mark.models
@pytest.mark.timeout(300)  # a cluster starts slowly on a busy machine
def test_recordings_are_heard_once_and_alike_on_ray(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    folder = tmp_path / "calls"
    folder.mkdir()
    shutil.copy(LARKFIELD / "recordings" / "LB-030.wav", folder)
    write_sound(folder / "noise.wav", seconds=5.0)
    one, two = (project(folder, tmp_path / name) for name in ("one", "two"))
    report = transcribed(one)
    assert "1 conversations, 2 recognised" in report.summary
    assert [problem.what for problem in report.problems] == ["noise"]
    said = one.read("transcribe", "LB-030.json", Conversation)
    assert {turn.speaker for turn in said.turns} == {"customer", "agent"}
    assert all(turn.words for turn in said.turns)
    transcribed(two, ray="local")
    assert contents(one) == contents(two)
    again = transcribed(one)
    assert "2 heard before" in again.summary
    assert [problem.what for problem in again.problems] == ["noise"]
    assert contents(one) == contents(two)


def test_a_recording_that_was_being_heard_when_it_broke_off_is_heard_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is noted is on the disk; what is on the disk without a note does not count."""
    write_sound(tmp_path / "calls" / "c1.wav")
    asked: list[str] = []

    def nothing_comes(work, items, **_):  # type: ignore[no-untyped-def]
        asked.extend(task.call for task in items)
        return iter(())

    monkeypatch.setattr(hearing, "each", nothing_comes)
    to = project(tmp_path / "calls", tmp_path / "project")
    for _ in range(2):
        with pytest.raises((CloneError, OSError)):
            transcribed(to)
    assert asked == ["c1", "c1"]


def test_calls_without_words_are_an_error(tmp_path: Path) -> None:
    to = project(tmp_path / "calls", tmp_path / "project")
    with pytest.raises(CloneError, match="clone ingest"):
        Transcribe().run(to, Engines(Settings()), Made(to.root, "transcribe"), NoProgress())


@pytest.mark.models
def test_silence_alone_is_one_line(tmp_path: Path) -> None:
    write_sound(tmp_path / "calls" / "c1.wav")
    with pytest.raises(CloneError, match=r"No call has words.*c1: no words were heard"):
        transcribed(project(tmp_path / "calls", tmp_path / "project"))


def test_the_steps_fit_the_pipeline(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    turns = [{"speaker": s, "text": "Hello there."} for s in ("agent", "customer")]
    (folder / "c1.json").write_text(json.dumps(turns))
    to = project(folder, tmp_path / "project")
    steps = (Ingest(), Transcribe())
    for expected in ([True, True], [False, False]):
        ran = list(run_steps(steps, to, Engines(Settings()), NoProgress()))
        assert [run.report is not None for run in ran] == expected
