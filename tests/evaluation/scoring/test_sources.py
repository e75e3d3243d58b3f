import json
from pathlib import Path

import pytest

from agent.cloning.errors import CloneError
from agent.cloning.project import Project, ProjectSettings
from agent.cloning.recorded import RecordedCall
from agent.evaluation.scoring.sources import Gathered, is_project, of_files, of_project, of_records
from agent.records.models import Call, Speaker, Turn
from agent.records.report import build_report
from tests.evaluation.talk import talk
from tests.records.calls import CALL, NOON


def transcript(path: Path, *lines: str, call: str = "") -> Path:
    turns = [
        {"speaker": {"a": "agent", "c": "customer"}[line[0]], "text": line[3:]} for line in lines
    ]
    path.write_text(json.dumps({"call_id": call, "turns": turns}))
    return path


def told(gathered: Gathered) -> str:
    return "\n".join(str(problem) for problem in gathered.problems)


def test_what_can_not_be_scored_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    good = transcript(tmp_path / "good.json", "c: Hello?", "a: It's Alder Dental.")
    one = transcript(tmp_path / "one.json", "c: Hello?")
    leg = transcript(tmp_path / "leg.json", "c: Hello?", "c: Hello? Anybody?")
    again = transcript(tmp_path / "again.json", "c: Hi.", "a: Hi.", call="good")
    empty = tmp_path / "empty.json"
    empty.touch()

    found = of_files([good, one, leg, again, empty])

    assert [conversation.call for conversation in found.conversations] == ["good"]
    assert told(found).splitlines() == [
        f"{again}: there is already a call good, of {good}. It is left out.",
        f"{empty}: it is no transcript: the file is empty (0 bytes). It is left out.",
        "leg: only one side is heard in it: the other leg is missing. "
        "Give a transcript of both sides.",
        "one: only one turn is spoken in it. It is left out.",
    ]


def test_a_folder_stands_for_the_transcripts_in_it(tmp_path: Path) -> None:
    transcript(tmp_path / "b.json", "c: Hello?", "a: It's Alder Dental.")
    (tmp_path / "a.txt").write_text("Agent: Alder Dental.\nCustomer: Hello.\n")
    (tmp_path / "notes.pdf").touch()

    found = of_files([tmp_path])

    assert [conversation.call for conversation in found.conversations] == ["a", "b"]
    assert found.problems == ()


def test_a_project_gives_its_redacted_calls(tmp_path: Path) -> None:
    project = Project.create(tmp_path, ProjectSettings())
    for name in ("ingest", "redact"):
        project.folder(name).mkdir()
    rows = [RecordedCall(id="x", agent="moira"), RecordedCall(id="y")]
    text = "\n".join(row.model_dump_json() for row in rows)
    (project.folder("ingest") / "calls.jsonl").write_text(text)
    with pytest.raises(CloneError, match="no redacted calls: run `understudy clone redact` first"):
        of_project(tmp_path)
    said = talk("c: Hello?", "a: It's <AGENT_1>.", call="x")
    (project.folder("redact") / "x.json").write_text(said.model_dump_json())

    found = of_project(tmp_path)

    assert is_project(tmp_path)
    assert (found.conversations, found.agents, found.redacted) == ((said,), ("moira",), True)


def test_of_a_turn_that_was_cut_off_what_was_heard_counts() -> None:
    call = Call(id=CALL, instance="i", channel_id="c", started_at=NOON)
    turns = [
        Turn(call_id=CALL, index=0, speaker=Speaker.AGENT, text="Good day to you.",
             heard_text="Good day", start_s=0.0, end_s=1.0),
        Turn(call_id=CALL, index=1, speaker=Speaker.CALLER, text="Yes?", start_s=1.0, end_s=2.0),
        Turn(call_id=CALL, index=2, speaker=Speaker.AGENT, text="Well.", heard_text="",
             start_s=2.0, end_s=2.1),
    ]  # fmt: skip

    (found,) = of_records([build_report(call, turns, [], [])]).conversations

    assert [(turn.speaker, turn.text) for turn in found.turns] == [
        ("agent", "Good day"), ("customer", "Yes?"),
    ]  # fmt: skip
