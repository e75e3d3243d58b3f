import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.files import write_text
from agent.cloning.made import Made
from agent.cloning.mine.report import report_of
from agent.cloning.mine.step import Mine, read_material
from agent.cloning.mine.talk import without_robot_talk
from agent.cloning.mine.thin import too_thin
from agent.cloning.mined import Contradiction, Evidence, Facts, Talk
from agent.cloning.pipeline import Bar, Report
from agent.cloning.project import Project, ProjectSettings
from agent.config import Settings
from tests.cloning.mine.saying import said
from tests.cloning.mine.scripted import Script, encoder, material

GARAGE = """
A: Good morning, the garage, <AGENT_1> speaking, calls are recorded.
C: How much is a service?
A: The service is ninety pounds.
C: Are you a robot?
A: No, I'm a real person, I promise.
C: Okay.
A: Which car is it for?
C: A van.
A: Shall I book you in?
C: Yes.
A: What's the best number?
C: <PHONE_1>.
A: Thank you, bye.
"""
SCRIPTS = {
    "g1": Script(GARAGE),
    "g2": Script(GARAGE.replace("How much is", "What's the price of"), agent="bob"),
    "g3": Script("A: The garage.\nC: Wrong number.\nA: Sorry, bye.", agent="bob", won=False),
}


class Quiet:
    """Progress that nobody looks at."""

    def advance(self, amount: float = 1.0) -> None:
        pass

    def tell(self, text: str) -> None:
        pass

    @contextmanager
    def work(self, what: str, total: float) -> Iterator[Bar]:
        yield self


def project(root: Path, scripts: dict[str, Script]) -> Project:
    """A project that has come as far as grading."""
    made, corpus = Project.create(root, ProjectSettings()), material(scripts)
    calls = "\n".join(call.model_dump_json() for call in corpus.calls.values())
    write_text(made.folder("ingest") / "calls.jsonl", calls)
    for call, conversation in corpus.conversations.items():
        write_text(made.folder("redact") / f"{call}.json", conversation.model_dump_json())
    write_text(made.folder("grade") / "grades.json", corpus.grades.model_dump_json())
    return made


@cache
def engines() -> Engines:
    """With the encoder of the other tests, which knows the vectors of all seeds already."""
    shared = Engines(Settings())
    shared.__dict__["encoder"] = encoder()
    return shared


def mine(root: Path) -> tuple[Project, Report]:
    made = project(root, SCRIPTS)
    return made, Mine().run(made, engines(), Made(root, "mine"), Quiet())


@pytest.fixture(scope="module")
def mined(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Report]:
    return mine(tmp_path_factory.mktemp("clone"))


@pytest.mark.models
def test_the_step_writes_facts_talk_and_report(mined: tuple[Project, Report]) -> None:
    made, report = mined
    facts = made.read("mine", "facts.yaml", Facts)
    talk = made.read("mine", "talk.yaml", Talk)
    assert "stages" in report.summary
    assert {"ask_price", "robot_question"} <= {intent.id for intent in talk.intents}
    assert facts.facts
    written = (made.folder("mine") / "report.md").read_text()
    assert written.index("Contradictions") < written.index("Facts")


@pytest.mark.models
def test_every_line_that_is_named_is_there(mined: tuple[Project, Report]) -> None:
    talk = mined[0].read("mine", "talk.yaml", Talk)
    lines = {line.id for line in talk.lines}
    named = {
        *(line for stage in talk.stages for line in stage.lines),
        *(line for slot in talk.slots for line in slot.asks),
        *(line for intent in talk.intents for line in intent.answers),
        *(item.line for item in talk.must_say if item.line),
    }
    assert named <= lines
    assert len({line.id for line in talk.lines}) == len(talk.lines)


@pytest.mark.models
def test_every_quote_stands_in_its_turn(mined: tuple[Project, Report]) -> None:
    made, _ = mined
    corpus = read_material(made)
    talk = json.loads(made.read("mine", "talk.yaml", Talk).model_dump_json())
    quotes = list(_evidence(talk))
    assert quotes
    for quote in quotes:
        turn = corpus.conversations[quote["call"]].turns[quote["turn"]]
        assert quote["quote"] in turn.text


def _evidence(part: object) -> Iterator[dict[str, object]]:
    if isinstance(part, dict):
        if "quote" in part:
            yield part
        for value in part.values():
            yield from _evidence(value)
    elif isinstance(part, list):
        for value in part:
            yield from _evidence(value)


@pytest.mark.models
def test_no_line_claims_to_be_a_person(mined: tuple[Project, Report]) -> None:
    assert "real person" not in (mined[0].folder("mine") / "talk.yaml").read_text()


@pytest.mark.models
def test_the_same_calls_give_the_same_talk(mined: tuple[Project, Report], tmp_path: Path) -> None:
    again, _ = mine(tmp_path)
    first = (mined[0].folder("mine") / "talk.yaml").read_text()
    assert (again.folder("mine") / "talk.yaml").read_text() == first


def test_what_people_say_of_being_people_is_not_read() -> None:
    sentences = said(GARAGE, {})
    left = without_robot_talk(sentences, {("c1", 3)})
    assert {s.place.index for s in sentences} - {s.place.index for s in left} == {4, 6}


def test_three_calls_of_one_person_are_told_to_be_few() -> None:
    corpus = material({f"g{number}": Script(GARAGE) for number in range(3)})
    talk = Talk(stages=(), slots=(), intents=(), objections=(), lines=(), must_say=())
    told = [problem.what for problem in too_thin(corpus, talk)]
    assert told == ["3 calls to learn lines from", "calls that went badly", "people"]


def test_contradictions_are_told_with_who_and_where() -> None:
    quote = Evidence(call="g1", turn=4, start=65.0, quote="no deposit at all", agent="bob")
    facts = Facts(
        facts=(), contradictions=(Contradiction(fact="deposit", evidence=quote, why="Ann says so"),)
    )
    talk = Talk(stages=(), slots=(), intents=(), objections=(), lines=(), must_say=())
    assert "- deposit: by bob in g1 at 1:05: “no deposit at all”. Ann says so" in report_of(
        facts, talk, []
    )


def test_no_call_to_learn_from_is_told(tmp_path: Path) -> None:
    made = project(tmp_path, {"g1": Script(GARAGE, use="none")})
    with pytest.raises(CloneError, match="No call may be learned from"):
        Mine().run(made, Engines(Settings()), Made(tmp_path, "mine"), Quiet())
