"""What a person decides, and what becomes of the playbook."""

import hashlib
import re
from html import unescape
from pathlib import Path

import pytest

from agent.cloning.compose.composition import Provenance
from agent.cloning.compose.inputs import read_inputs
from agent.cloning.compose.step import Compose
from agent.cloning.errors import CloneError
from agent.cloning.files import dump_yaml, write_text
from agent.cloning.made import Made
from agent.cloning.mined import Contradiction, Facts, Talk
from agent.cloning.pipeline import Report, is_fresh, run_steps
from agent.cloning.project import Project
from agent.cloning.review.decisions import (
    Decision,
    Decisions,
    Verdict,
    decisions_of,
    read_decisions,
    take_over,
)
from agent.cloning.review.reviewed import Reviewed, item_of, reviewed, seen
from agent.cloning.review.terminal import decide, listed
from agent.config import Settings
from agent.dialogue.loader import load_playbook
from agent.dialogue.playbook import Playbook
from tests.cloning.compose.dental import FACTS, TALK, heard
from tests.cloning.compose.project import NoModels, Silent, dental_project


def composed(project: Project) -> tuple[Report, Playbook]:
    made = Made(project.root, "compose")
    report = Compose().run(project, NoModels(Settings()), made, Silent())
    return report, load_playbook(str(project.folder("compose") / "playbook.yaml"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return dental_project(tmp_path / "practice")


def verdict(item: str, what: Verdict, text: str = "") -> Decision:
    mined = next(one for one in (*FACTS.facts, *TALK.lines, *TALK.slots, *TALK.intents,
                                 *TALK.objections, *TALK.stages, *TALK.must_say)
                 if item_of(one) == item)  # fmt: skip
    return Decision(item=item, seen=seen(mined), verdict=what, text=text)


def after(*decisions: Decision, facts: Facts = FACTS, talk: Talk = TALK) -> Reviewed:
    return reviewed(facts, talk, Decisions(decisions=decisions))


@pytest.mark.parametrize(
    "item",
    ["fact:check_up_fee", "line:offer.1", "slot:mobile", "intent:ask_fee", "objection:afraid",
     "stage:details", "must_say:notice", "line:close.1", "slot:full_name"],
)  # fmt: skip
def test_what_is_rejected_goes_with_what_depends_on_it(item: str, project: Project) -> None:
    decide(project, item, "reject")
    _, playbook = composed(project)  # lint has no error, or this raises
    kind, _, name = item.partition(":")
    held = {
        "fact": set(playbook.facts), "line": set(playbook.lines), "slot": set(playbook.slots),
        "intent": {i.id for i in playbook.intents}, "stage": {s.id for s in playbook.stages},
        "objection": {o.id for o in playbook.objections},
        "must_say": set(playbook.compliance.must_say),
    }[kind]  # fmt: skip
    assert name not in held
    if item == "fact:check_up_fee":
        assert "{check_up_fee}" not in str(playbook.lines)
        assert "forty-eight" not in str(playbook.lines)


def test_an_edited_line_is_said_in_the_new_words(project: Project) -> None:
    decide(project, "line:offer.1", "edit", "It's forty-eight pounds, X-rays and all.")
    _, playbook = composed(project)
    assert playbook.lines["offer.1"].texts == ("It's {check_up_fee}, X-rays and all.",)


def test_an_edit_may_not_bring_in_a_number_that_is_no_fact(project: Project) -> None:
    decide(project, "line:offer.1", "edit", "It's nineteen pounds.")
    _, playbook = composed(project)
    assert "nineteen" not in str(playbook.lines)
    page = (project.folder("compose") / "review.html").read_text()
    assert "Your words can&#39;t be said: it holds a money that no fact explains" in page


def test_an_edited_fact_is_said_everywhere_in_its_new_value(project: Project) -> None:
    decide(project, "fact:check_up_fee", "edit", "fifty-one pounds")
    _, playbook = composed(project)
    fact = playbook.facts["check_up_fee"]
    assert (fact.value, fact.spoken, fact.source) == (51, "fifty-one pounds", "approved")
    assert playbook.lines["offer.1"].texts == ("A check-up with us is {check_up_fee}.",)


@pytest.mark.parametrize(
    ("words", "value", "unit"),
    [
        ("twelve dollars a visit", 12, "USD/visit"),
        ("two weeks", 2, "weeks"),
        ("fifty-one", 51, "GBP"),
        ("free", "free", ""),
    ],
)
def test_a_fact_corrected_to_another_unit_has_that_unit(
    words: str, value: int | str, unit: str, project: Project
) -> None:
    decide(project, "fact:check_up_fee", "edit", words)
    given = read_inputs(project).given().corrected["check_up_fee"]
    assert (given.value, given.unit, given.spoken) == (value, unit, words)


def test_a_fact_written_in_digits_is_refused_aloud(project: Project) -> None:
    decide(project, "fact:check_up_fee", "edit", "51 pounds")
    report, playbook = composed(project)
    assert playbook.facts["check_up_fee"].value == 48
    assert any("in words" in str(problem) for problem in report.problems)


def test_an_accepted_fact_is_approved_and_a_contested_one_gets_in(project: Project) -> None:
    decide(project, "fact:waiting_time", "accept")
    _, playbook = composed(project)
    assert playbook.facts["waiting_time"].source == "approved"
    assert playbook.facts["plan_price"].source.startswith("call D-01")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("You never pay for a filling.", True),
        ("It's nineteen pounds.", True),
        ("The dentist rings your employer.", True),
        ("It's just a standard one.", False),
        ("Yeah, go on.", False),
    ],
)
def test_the_page_lists_what_could_mislead_and_no_small_talk(
    said: str, shown: bool, project: Project
) -> None:
    claim = Contradiction(fact="", evidence=heard(said, "D-09", 3, "carl"), why="he alone says so")
    facts = FACTS.model_copy(update={"contradictions": (claim,)})
    text = dump_yaml(facts.model_dump(mode="json"))
    write_text(project.folder("mine") / "facts.yaml", text)
    composed(project)
    page = unescape((project.folder("compose") / "review.html").read_text())
    assert (f"“{said}”" in page) is shown


def test_a_decision_holds_when_the_line_gets_another_number() -> None:
    moved = TALK.lines[3].model_copy(update={"id": "offer.9"})
    talk = TALK.model_copy(update={"lines": (*TALK.lines[:3], moved, *TALK.lines[4:])})
    kept = after(verdict("line:offer.1", "reject"), talk=talk)
    assert TALK.lines[3].id == "offer.1"
    assert moved not in kept.talk.lines


def test_a_decision_lapses_when_what_was_decided_about_has_changed() -> None:
    dearer = FACTS.facts[0].model_copy(update={"value": 52, "spoken": "fifty-two pounds"})
    facts = Facts(facts=(dearer, *FACTS.facts[1:]))
    assert dearer in after(verdict("fact:check_up_fee", "reject"), facts=facts).facts.facts


def test_the_newer_decision_about_a_thing_holds(project: Project) -> None:
    take_over(project, Decisions(decisions=(verdict("line:offer.1", "reject"),)))
    take_over(project, Decisions(decisions=(verdict("line:offer.1", "accept"),)))
    assert [d.verdict for d in decisions_of(project).decisions] == ["accept"]


def test_a_decision_that_is_taken_back_is_gone(project: Project) -> None:
    take_over(project, Decisions(decisions=(verdict("line:offer.1", "reject"),)))
    back = Decisions(decisions=(verdict("line:offer.1", "open"),))
    assert take_over(project, back).decisions == ()


def test_the_page_s_file_may_be_put_in_the_project_as_it_is(project: Project) -> None:
    saved = Decisions(
        decisions=(verdict("line:offer.1", "open"), verdict("fact:check_up_fee", "accept"))
    )
    (project.root / "decisions.json").write_text(saved.model_dump_json())
    assert [d.item for d in decisions_of(project).decisions] == ["fact:check_up_fee"]


def test_compose_runs_again_for_new_decisions_only(project: Project) -> None:
    list(run_steps((Compose(),), project, NoModels(Settings()), Silent()))
    assert is_fresh(Compose(), project)
    decide(project, "line:offer.1", "reject")
    assert not is_fresh(Compose(), project)


def test_the_version_counts_up_when_the_playbook_changes(project: Project) -> None:
    assert composed(project)[1].playbook.version == 1
    assert composed(project)[1].playbook.version == 1
    decide(project, "line:offer.1", "reject")
    assert composed(project)[1].playbook.version == 2


@pytest.mark.parametrize("content", ["", "[]", '{"decisions": [{"item": 3}]}', "\xff"])
def test_a_file_that_holds_no_decisions_is_named(content: str, tmp_path: Path) -> None:
    path = tmp_path / "decisions.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(CloneError, match=re.escape(str(path))):
        read_decisions(path)


@pytest.mark.parametrize(
    ("item", "what", "text", "told"),
    [
        ("line:nowhere", "accept", "", "nothing called"),
        ("slot:day", "edit", "x", "no words"),
        ("line:offer.1", "edit", " ", "to nothing"),
    ],
)
def test_what_can_not_be_decided_is_told(
    item: str, what: Verdict, text: str, told: str, project: Project
) -> None:
    with pytest.raises(CloneError, match=told):
        decide(project, item, what, text)


def test_the_list_has_what_the_page_has(project: Project) -> None:
    composed(project)
    page = (project.folder("compose") / "review.html").read_text()
    shown = set(re.findall(r'data-item="([^"]+)"', page))
    assert shown == {one.item for one in listed(project)}
    assert len(shown) > 30


def test_the_page_needs_nothing_from_elsewhere_and_begins_with_contradictions(
    project: Project,
) -> None:
    sound = project.folder("redact") / "audio" / "D-01.flac"
    sound.parent.mkdir(parents=True)
    sound.write_bytes(b"")
    composed(project)
    page = (project.folder("compose") / "review.html").read_text()
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert page.index('id="contradictions"') < page.index('id="facts"') < page.index('id="stages"')
    played = re.search(r'data-src="([^"]+)" data-start="([\d.]+)" data-end="([\d.]+)"', page)
    assert played is not None
    assert (project.folder("compose") / played[1]).resolve() == sound.resolve()
    assert float(played[2]) < 12.5 < float(played[3])
    assert "no recording" in page, "D-09 has none, and the page says so"


def test_what_was_decided_is_on_the_next_page(project: Project) -> None:
    decide(project, "line:offer.1", "reject")
    composed(project)
    page = (project.folder("compose") / "review.html").read_text()
    assert re.search(r'data-item="line:offer\.1"[^>]*data-verdict="reject"', page)


def test_provenance_is_of_this_playbook(project: Project) -> None:
    composed(project)
    folder = project.folder("compose")
    provenance = project.read("compose", "provenance.yaml", Provenance)
    digest = hashlib.sha256((folder / "playbook.yaml").read_bytes()).hexdigest()
    assert provenance.playbook_sha256 == digest
    assert provenance.origins["lines.offer.1"].item == "line:offer.1"
