"""`understudy blindtest` as it is typed."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli import app
from agent.cloning.files import write_text
from agent.cloning.grades import AgentGrade, Grades
from agent.cloning.project import Project, ProjectSettings
from agent.cloning.recorded import RecordedCall
from agent.errors import UnderstudyError
from tests.evaluation.blindtest.kits import answer, arms, careful, kit_at
from tests.evaluation.talk import talk


def blindtest(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["blindtest", *map(str, arguments)])


def project_at(folder: Path, calls: int, *, graded: bool) -> Path:
    """A clone project as the steps up to grade leave it."""
    project = Project.create(folder, ProjectSettings())
    lines = ""
    for number in range(calls):
        call = RecordedCall(id=f"C{number}", agent="ann", won=number % 2 == 0, transcript=True)
        lines += call.model_dump_json() + "\n"
        said = talk(
            "a: Hello, this is <AGENT_1>.", "c: Yes?", "a: It's forty pounds. Shall we?",
            "c: That's a lot of money.", f"a: It is call {number}.", "c: Okay, go on then.",
            call=call.id,
        )  # fmt: skip
        write_text(project.folder("redact") / f"{call.id}.json", said.model_dump_json())
    write_text(project.folder("ingest") / "calls.jsonl", lines)
    grade = AgentGrade(
        agent="ann", calls=calls, decided=calls, won=1, rate=0.5, low=0.4, high=0.6, quality=0.5,
        rank=1, tier="top", trust=0.9,
    )  # fmt: skip
    if graded:
        grades = Grades(calls=(), agents=(grade,))
        write_text(project.folder("grade") / "grades.json", grades.model_dump_json())
    return folder


@pytest.mark.models
def test_a_test_is_made_of_two_projects_collected_and_told(tmp_path: Path) -> None:
    people = project_at(tmp_path / "people", 8, graded=True)
    agent = project_at(tmp_path / "agent", 6, graded=False)
    out = tmp_path / "test"
    made = blindtest("make", people, "--agent", agent, "--out", out, "--n", 10, "--json")
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert (told["pairs"], told["asked"], told["matching"]) == (6, 10, 6)
    assert set(told["scenarios"]) == {"won: price", "not won: price"}

    waiting = blindtest("collect", out)
    assert waiting.exit_code == 3
    assert "rater-1: session 1 is missing." in waiting.stdout
    again = blindtest("make", people, "--agent", agent, "--out", out)
    assert "is there already: name another folder" in str(again.exception)


def test_a_report_opens_the_key_and_says_when_nothing_can_be_concluded(tmp_path: Path) -> None:
    kit, key = kit_at(tmp_path / "test", 8)
    early = blindtest("report", tmp_path / "test")
    assert isinstance(early.exception, UnderstudyError)
    assert "ratings.json is missing: run `understudy blindtest collect" in str(early.exception)

    scores, whose = careful(key, agent_objections=0.1), arms(key)
    answer(kit, tmp_path / "test", scores, lambda item: "human" if whose[item] == "human" else "ai")
    assert blindtest("collect", tmp_path / "test").exit_code in (0, 3)
    page = tmp_path / "report.html"
    told = blindtest("report", tmp_path / "test", "--html", page)
    assert told.exit_code == 0, told.output
    assert "Objections (primary): the agent is worse" in told.stdout
    assert "The test was not blind: 32 of 32 guesses" in " ".join(told.stdout.split())
    assert "Objections (primary)" in page.read_text("utf-8")

    answer(kit, tmp_path / "test", lambda rater, *_: 2 * (rater == "ann"), lambda item: "ai")
    blindtest("collect", tmp_path / "test")
    none = blindtest("report", tmp_path / "test", "--json")
    assert none.exit_code == 3
    assert json.loads(none.stdout)["raters_agree"] is False


def test_the_table_of_sample_sizes_is_computed() -> None:
    rows = json.loads(blindtest("power", "--json").stdout)
    assert {row["case"]: row["n"] for row in rows}["10% against 15%"] == 686
    assert "10% against 15%" in blindtest("power").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("make", "nowhere", "--agent", "nowhere"), "nowhere is no clone project"),
        (("collect", "nowhere"), "nowhere/kit.json is missing"),
        (("report", "nowhere"), "nowhere/kit.json is missing"),
    ],
)
def test_what_is_not_there_is_named(arguments: tuple[str, ...], told: str) -> None:
    error = blindtest(*arguments).exception
    assert isinstance(error, UnderstudyError)
    assert told in str(error)
