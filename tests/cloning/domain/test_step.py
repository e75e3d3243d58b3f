from pathlib import Path

import pytest

from agent.cloning.domain.description import Description
from agent.cloning.domain.step import Domain, describe
from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.files import write_text
from agent.cloning.made import Made
from agent.cloning.mine.material import Material
from agent.cloning.pipeline import Report
from agent.cloning.project import CompanySettings, Project, ProjectSettings
from agent.config import Settings
from tests.cloning.domain.desk import practice
from tests.cloning.test_work import Quiet


def fill(root: Path, material: Material, company: str = "") -> Project:
    project = Project.create(root, ProjectSettings(company=CompanySettings(name=company)))
    lines = [call.model_dump_json() for call in material.calls.values()]
    write_text(project.folder("ingest") / "calls.jsonl", "\n".join(lines))
    for name, said in material.conversations.items():
        write_text(project.folder("redact") / f"{name}.json", said.model_dump_json())
    write_text(project.folder("grade") / "grades.json", material.grades.model_dump_json())
    return project


def go(project: Project, engines: Engines) -> tuple[Report, Description]:
    report = Domain().run(project, engines, Made(project.root, "domain"), Quiet())
    return report, project.read("domain", "domain.yaml", Description)


@pytest.fixture(scope="module")
def engines() -> Engines:
    return Engines(Settings())


@pytest.mark.models
def test_a_domain_is_described_with_quotes_that_stand_where_they_say(
    tmp_path: Path, engines: Engines
) -> None:
    material = practice(12)
    project = fill(tmp_path, material)

    report, found = go(project, engines)

    assert "inbound calls of Alder Lane Dental" in report.summary
    assert report.problems == ()
    assert {"hygienist"} <= {word for topic in found.topics for word in topic.words}
    assert ("send", "responsibility") in {(duty.what, duty.kind) for duty in found.duties}
    quotes = [
        evidence
        for items in (found.topics, found.customers, found.duties, found.products)
        for item in items
        for evidence in item.evidence
    ]
    assert quotes
    turns = {name: said.turns for name, said in material.conversations.items()}
    assert all(e.quote in turns[e.call][e.turn].text for e in quotes)
    assert "# Alder Lane Dental" in (project.folder("domain") / "report.md").read_text("utf-8")


@pytest.mark.models
def test_the_same_calls_are_described_the_same(engines: Engines) -> None:
    assert describe(practice(), engines, Quiet()) == describe(practice(), engines, Quiet())


@pytest.mark.models
def test_three_calls_are_described_as_far_as_they_go(tmp_path: Path, engines: Engines) -> None:
    _, found = go(fill(tmp_path, practice(3), company="Alder"), engines)

    assert found.company == "Alder"
    assert found.direction == "inbound"
    assert found.style.words_a_turn > 0


def test_no_readable_call_is_one_clear_line(tmp_path: Path, engines: Engines) -> None:
    project = fill(tmp_path, practice(0))

    with pytest.raises(CloneError, match="No call can be read"):
        go(project, engines)
