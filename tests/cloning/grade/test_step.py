import csv
from pathlib import Path

import pytest

from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.files import write_text
from agent.cloning.grade.judged import customs, judge, without
from agent.cloning.grade.step import Grade
from agent.cloning.grades import Grades
from agent.cloning.made import Made
from agent.cloning.pipeline import Report
from agent.cloning.project import Project, ProjectSettings
from agent.cloning.recorded import Conversation, RecordedCall
from agent.config import Settings
from tests.cloning.test_work import Quiet
from tests.evaluation.talk import talk

ASKS = (
    "a: Alder Dental, <AGENT_1> speaking, how can I help?",
    "c: I'm ringing about a check-up for my son.",
    "a: Of course. How old is your son, and what school day suits him?",
    "c: He's nine, and Tuesdays are free.",
    "a: Then it's thirty pounds on Tuesday, because he's free then. Shall I book it?",
    "c: Yes please.",
    "a: Tuesday at four, to confirm. Is that right?",
    "c: Yes, thank you.",
    "a: Thank you, see you on Tuesday.",
)
PUSHES = (
    "a: Alder Dental.",
    "c: Hello, I'm ringing about a check-up for my son, he's nine.",
    "a: It's thirty pounds, and it has to be today.",
    "c: Oh. Then I would like to think about it.",
    "a: Suit yourself.",
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path, ProjectSettings())


def fill(project: Project, *calls: tuple[RecordedCall, Conversation]) -> None:
    lines = [call.model_dump_json() for call, _ in calls]
    write_text(project.folder("ingest") / "calls.jsonl", "\n".join(lines) + "\n")
    for call, said in calls:
        text = said.model_copy(update={"call": call.id}).model_dump_json()
        write_text(project.folder("redact") / f"{call.id}.json", text)


def go(project: Project) -> tuple[Report, Grades]:
    made = Made(project.root, "grade")
    report = Grade().run(project, Engines(Settings()), made, Quiet())
    return report, project.read("grade", "grades.json", Grades)


def call(number: int, agent: str, outcome: str, won: bool | None) -> RecordedCall:
    return RecordedCall(id=f"c-{number}", agent=agent, outcome=outcome, won=won, duration_s=60.0)


def test_a_desk_is_graded_into_files_that_people_can_read(project: Project) -> None:
    good = [(call(n, "ann", "booked", True), talk(*ASKS)) for n in range(6)]
    bad = [(call(n, "bob", "lost", False), talk(*PUSHES)) for n in range(6, 12)]
    fill(project, *good, *bad)

    report, grades = go(project)

    assert "best: ann" in report.summary
    assert grades.used_for("lines") == {f"c-{n}" for n in range(6)}
    assert grades.used_for("facts") == {f"c-{n}" for n in range(6, 12)}
    folder = project.folder("grade")
    rows = list(csv.DictReader((folder / "calls.csv").open(encoding="utf-8")))
    assert [row["use"] for row in rows] == ["lines"] * 6 + ["facts"] * 6
    assert "pressure (2)" in rows[-1]["breaches"]
    agents = list(csv.DictReader((folder / "agents.csv").open(encoding="utf-8")))
    assert [(row["agent"], row["tier"]) for row in agents] == [("ann", "top"), ("bob", "weak")]
    text = (folder / "report.md").read_text("utf-8")
    assert "| 1 | ann | top |" in text
    assert '"It\'s thirty pounds, and it has to be today."' in text


def test_the_same_calls_are_graded_the_same(project: Project) -> None:
    fill(project, *[(call(n, "ann", "booked", n % 2 == 0), talk(*ASKS)) for n in range(6)])

    go(project)
    first = (project.folder("grade") / "grades.json").read_bytes()
    go(project)

    assert (project.folder("grade") / "grades.json").read_bytes() == first


@pytest.mark.parametrize(
    ("agent", "outcome", "won", "said"),
    [
        ("ann", "", None, "no call has a known outcome"),
        ("ann", "lost", False, "no call was won"),
        ("ann", "booked", True, "one agent only"),
        ("ann", "booked", True, "every call with an outcome was won"),
        ("", "booked", True, "nobody is ranked"),
    ],
)
def test_what_can_not_be_concluded_is_said_and_the_rest_goes_on(
    project: Project, agent: str, outcome: str, won: bool | None, said: str
) -> None:
    fill(project, *[(call(n, agent, outcome, won), talk(*ASKS)) for n in range(3)])

    report, grades = go(project)

    assert any(said in problem.why for problem in report.problems)
    assert grades.used_for("lines") == {"c-0", "c-1", "c-2"}


def test_a_call_without_words_is_kept_with_its_reason(project: Project) -> None:
    fill(project, (call(0, "ann", "booked", True), talk(*ASKS)))
    lines = project.folder("ingest") / "calls.jsonl"
    mute = call(1, "ann", "lost", False).model_dump_json()
    write_text(lines, lines.read_text("utf-8") + mute + "\n")

    _, grades = go(project)

    assert [grade.use for grade in grades.calls] == ["lines", "none"]
    assert grades.calls[1].reasons == ("there are no words of it",)


def test_no_words_at_all_is_one_clear_line(project: Project) -> None:
    fill(project)

    with pytest.raises(CloneError, match="No call has any words"):
        go(project)


def test_what_most_people_do_is_the_houses_way_and_stops_nobody() -> None:
    said = talk("c: How do I pay?", "a: Can you read me the card number now?")
    calls = [judge(call(n, f"a{n % 4}", "", None), said) for n in range(8)]

    assert customs(calls) == ("card_on_call",)
    assert all(not judged.breaches for judged in without(customs(calls), calls))
    assert customs(calls[:1]) == ()
