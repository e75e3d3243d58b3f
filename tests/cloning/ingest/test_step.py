import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from agent.cloning.archive import recorded_calls
from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.ingest.step import Ingest
from agent.cloning.made import Made
from agent.cloning.pipeline import Report, is_fresh, run_steps
from agent.cloning.project import Project, ProjectSettings, SourceSettings
from agent.cloning.recorded import Conversation
from agent.config import Settings
from tests.bench.cloning.corpus import LARKFIELD
from tests.cloning.ingest.sounds import write_sound
from tests.cloning.progress import NoProgress

TALK = [
    ("agent", "Good morning, how can I help you today?"),
    ("customer", "I would like to book an appointment for next Tuesday, if that is possible."),
    ("agent", "Of course, I can do ten o'clock or half past three. Which would suit you better?"),
    ("customer", "Half past three, please. Thank you very much."),
]
GERMAN = [
    ("agent", "Guten Morgen, hier ist die Praxis am Markt, was kann ich für Sie tun?"),
    ("customer", "Ich hätte gerne einen Termin für nächsten Dienstag, wenn das noch geht."),
    ("agent", "Ja, gerne, da hätte ich noch um zehn Uhr oder um halb vier etwas frei für Sie."),
    ("customer", "Dann nehme ich gerne den Termin um halb vier, vielen Dank und auf Wiederhören."),
]


def write_talk(path: Path, talk: Sequence[tuple[str, str]] = TALK) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([{"speaker": s, "text": t} for s, t in talk]))


def write_calls(path: Path, *rows: str, header: str = "call_id,agent,outcome,value") -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]))
    return str(path)


def project(tmp_path: Path, **source: Any) -> Project:
    settings = ProjectSettings(source=SourceSettings(recordings=tmp_path / "calls", **source))
    return Project.create(tmp_path / "project", settings)


def ingested(to: Project) -> Report:
    return Ingest().run(to, Engines(Settings()), Made(to.root, "ingest"), NoProgress())


def told(report: Report) -> str:
    return "\n".join(map(str, report.problems))


def test_larkfield_is_understood_without_a_word_about_it(tmp_path: Path) -> None:
    source = SourceSettings(recordings=LARKFIELD, calls=str(LARKFIELD / "calls.csv"))
    to = Project.create(tmp_path, ProjectSettings(source=source))
    report = ingested(to)
    calls = recorded_calls(to)
    assert len(calls) == 48
    assert sum(call.audio is not None for call in calls.values()) == 12
    assert sum(call.won is True for call in calls.values()) == 12
    assert "36 recordings that the table names" in told(report)
    said = to.read("ingest", "given/LB-004.json", Conversation)
    turns = json.loads((LARKFIELD / "transcripts/LB-004.json").read_text())["turns"]
    assert [turn.text for turn in said.turns] == [turn["text"] for turn in turns]
    assert [turn.speaker for turn in said.turns] == [turn["speaker"] for turn in turns]


def test_nothing_personal_of_the_table_is_kept(tmp_path: Path) -> None:
    write_talk(tmp_path / "calls" / "c1.json")
    calls = write_calls(
        tmp_path / "calls.csv",
        "c1,A1,sale,10,+447700900123,rang about her hip",
        header="call_id,agent,outcome,value,customer phone,notes",
    )
    to = project(tmp_path, calls=calls)
    ingested(to)
    (call,) = recorded_calls(to).values()
    assert len(call.customer) == 16
    files = [path for path in to.folder("ingest").rglob("*") if path.is_file()]
    assert not [path for path in files if "7700900123" in path.read_text()]
    assert not [path for path in files if "her hip" in path.read_text()]


def test_the_same_customer_has_the_same_digest_in_one_project_only(tmp_path: Path) -> None:
    digests = set()
    for name in ("one", "two"):
        for call in ("c1", "c2"):
            write_talk(tmp_path / name / "calls" / f"{call}.json")
        calls = write_calls(
            tmp_path / name / "calls.csv", "c1,07700 900123", "c2,07700900123",
            header="call_id,customer",
        )  # fmt: skip
        to = project(tmp_path / name, calls=calls)
        ingested(to)
        digests |= {call.customer for call in recorded_calls(to).values()}
        assert (to.root / ".salt").stat().st_mode & 0o777 == 0o600
    assert len(digests) == 2


def test_labels_that_say_nothing_are_understood_and_told(tmp_path: Path) -> None:
    labels = {"agent": "SPEAKER_01", "customer": "SPEAKER_00"}
    for number in range(3):
        talk = [(labels[s], f"{t} {number}") for s, t in TALK]
        write_talk(tmp_path / "calls" / f"c{number}.json", talk)
    to = project(tmp_path)
    ingested(to)
    said = to.read("ingest", "given/c0.json", Conversation)
    assert [turn.speaker for turn in said.turns] == [s for s, _ in TALK]
    assert "'SPEAKER_01' is taken for the agent" in (to.folder("ingest") / "report.md").read_text()


def test_a_call_in_another_language_is_left_out(tmp_path: Path) -> None:
    write_talk(tmp_path / "calls" / "english.json")
    write_talk(tmp_path / "calls" / "german.json", GERMAN)
    write_talk(tmp_path / "calls" / "both.json", [*TALK, *GERMAN])
    to = project(tmp_path)
    report = ingested(to)
    assert list(recorded_calls(to)) == ["english"]
    assert told(report).count("another language (de)") == 2


def test_a_table_without_outcomes_is_told(tmp_path: Path) -> None:
    write_talk(tmp_path / "calls" / "c1.json")
    calls = write_calls(tmp_path / "calls.csv", "c1,A1,blue", header="call_id,agent,colour")
    to = project(tmp_path, calls=calls)
    report = ingested(to)
    assert "no column for how the calls ended" in told(report)
    assert "nobody says how they ended" in told(report)
    assert [call.won for call in recorded_calls(to).values()] == [None]


@pytest.mark.parametrize(
    ("outcome", "why"), [("no_sale", "count as lost"), ("sale", "count as won")]
)
def test_all_lost_or_all_won_is_told(tmp_path: Path, outcome: str, why: str) -> None:
    for name in ("c1", "c2"):
        write_talk(tmp_path / "calls" / f"{name}.json")
    calls = write_calls(tmp_path / "calls.csv", f"c1,A1,{outcome},", f"c2,A1,{outcome},")
    report = ingested(project(tmp_path, calls=calls))
    assert f"all with a known outcome {why}" in told(report)
    assert "only 2" in told(report)


def test_recordings_and_transcripts_of_one_call_belong_together(tmp_path: Path) -> None:
    write_sound(tmp_path / "calls" / "sound" / "c1.wav")
    write_talk(tmp_path / "calls" / "text" / "c1.json")
    to = project(tmp_path)
    ingested(to)
    (call,) = recorded_calls(to).values()
    assert call.audio is not None
    assert call.transcript


def test_what_can_not_be_used_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    write_talk(folder / "good.json")
    (folder / "empty.wav").touch()
    (folder / "broken.json").write_text("{")
    (folder / "bomb.zip").write_bytes(b"PK\x03\x04")
    (folder / "nameless.json").write_text(json.dumps([{"text": "hello"}, {"text": "hi"}]))
    (tmp_path / "secret.json").write_text("[]")
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    (folder / "loop").symlink_to(folder)
    to = project(tmp_path)
    report = ingested(to)
    assert list(recorded_calls(to)) == ["good"]
    for name, why in {
        "empty.wav": "0 bytes",
        "broken.json": "no JSON",
        "bomb.zip": "archives are not unpacked",
        "nameless": "does not say who speaks",
        "link.json": "is not followed",
        "loop": "is not followed",
    }.items():
        assert [p for p in report.problems if p.what == name and why in p.why], name
    problems = json.loads((to.folder("ingest") / "problems.json").read_text())
    assert len(problems) == len(report.problems)
    assert all("\n" not in str(problem) for problem in report.problems)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "has no recordings and no transcripts"),
        ({"notes.md": "x"}, "has no recordings and no transcripts"),
        ({"all.zip": "PK"}, "Unpack it"),
        ({"c1.wav": ""}, "has no call that can be used"),
    ],
)
def test_a_folder_without_calls_is_one_line(
    tmp_path: Path, files: dict[str, str], why: str
) -> None:
    (tmp_path / "calls").mkdir()
    for name, content in files.items():
        (tmp_path / "calls" / name).write_text(content)
    with pytest.raises(CloneError, match=why) as caught:
        ingested(project(tmp_path))
    assert "\n" not in str(caught.value)


def test_a_table_without_an_id_is_one_line(tmp_path: Path) -> None:
    write_talk(tmp_path / "calls" / "c1.json")
    calls = write_calls(tmp_path / "calls.csv", "A1,sale", "A1,lost", header="agent,outcome")
    with pytest.raises(CloneError, match="no column that tells which call a row is"):
        ingested(project(tmp_path, calls=calls))


def test_only_a_change_makes_it_run_again(tmp_path: Path) -> None:
    write_talk(tmp_path / "calls" / "c1.json")
    to = project(tmp_path)
    steps = [Ingest()]

    def ran() -> bool:
        (run,) = run_steps(steps, to, Engines(Settings()), NoProgress())
        return run.report is not None

    assert [ran(), ran()] == [True, False]
    write_talk(tmp_path / "calls" / "c2.json")
    assert not is_fresh(steps[0], to)
    assert [ran(), ran()] == [True, False]
    (tmp_path / "calls" / "c1.json").unlink()
    assert ran()
    assert [path.name for path in (to.folder("ingest") / "given").iterdir()] == ["c2.json"]


def test_a_project_inside_the_folder_of_recordings_is_not_read(tmp_path: Path) -> None:
    write_talk(tmp_path / "calls" / "c1.json")
    settings = ProjectSettings(source=SourceSettings(recordings=tmp_path / "calls"))
    to = Project.create(tmp_path / "calls" / "project", settings)
    ingested(to)
    ingested(to)
    assert list(recorded_calls(to)) == ["c1"]
