"""From the agent's own calls to changes that a person accepts."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.cloning.compose.inputs import proposals_of
from agent.cloning.compose.step import Compose
from agent.cloning.errors import CloneError
from agent.cloning.made import Made
from agent.cloning.project import Project
from agent.cloning.refine.own_calls import OwnCall, OwnTurn, read_own_calls
from agent.cloning.refine.proposals import Proposals
from agent.cloning.refine.propose import propose
from agent.cloning.refine.refine import refine
from agent.cloning.review.terminal import decide, listed
from agent.config import Settings
from agent.dialogue.loader import load_playbook
from agent.dialogue.playbook import Playbook
from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.records.models import Speaker
from agent.records.writer import RecordWriter
from tests.cloning.compose.dental import TALK
from tests.cloning.compose.project import NoModels, Silent, dental_project
from tests.dialogue.bag_of_words import BagOfWordsEncoder
from tests.records.calls import CALL, OTHER, ended, said, started

PLACED = {line.id: line.id for line in TALK.lines}


def call(number: int, *turns: tuple[str, str], done: bool = False, version: str = "1") -> OwnCall:
    """Turns are what a caller said and how it was taken, or "" and the line that was said."""
    return OwnCall(
        id=f"own-{number}", version=version, disposition="booked" if done else "", hung_up=True,
        turns=tuple(
            OwnTurn(index, True, text, float(index), what) if text
            else OwnTurn(index, False, "...", float(index), lines=(what,))
            for index, (text, what) in enumerate(turns)
        ),
    )  # fmt: skip


def proposed(calls: Sequence[OwnCall]) -> Proposals:
    return propose(calls, TALK, PLACED, "booked", BagOfWordsEncoder())


def by_change(proposals: Proposals) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in proposals.proposals:
        found.setdefault(one.change, []).append(one.about)
    return found


def test_words_near_to_a_known_wish_become_an_example_of_it() -> None:
    (proposal,) = proposed([call(1, ("so how much is a check up", "none"))]).proposals
    assert (proposal.change, proposal.about) == ("add_example", "ask_fee")
    assert proposal.evidence[0].quote == "so how much is a check up"


def test_something_new_needs_two_calls() -> None:
    once = call(1, ("do you whiten teeth", "none"))
    assert proposed([once]).proposals == ()
    found = by_change(proposed([once, call(2, ("do you whiten teeth", "none"))]))
    assert found == {"new_intent": ["heard_do_you_whiten_teeth"]}


@pytest.mark.parametrize(
    "text", ["it's 07700 900123", "ring me at d hughes at example dot com", "uh"]
)
def test_nothing_personal_and_no_grunt_is_kept(text: str) -> None:
    calls = [call(1, (text, "none")), call(2, (text, "none"))]
    assert proposed(calls).proposals == ()


def test_a_line_at_which_callers_leave_beyond_chance_is_proposed_to_go() -> None:
    left = [call(n, ("", "offer.ok"), ("", "dear.plan")) for n in range(8)]
    stayed = [call(n, ("", "offer.ok"), ("", "bye.2"), done=True) for n in range(8, 30)]
    assert by_change(proposed([*left, *stayed])) == {"drop_line": ["dear.plan"]}
    assert proposed([*left[:3], *stayed]).proposals == (), "three times are an accident"


def test_an_answer_with_more_success_is_proposed_to_come_first() -> None:
    lines = ("afraid.slow", "afraid.desk")
    poor = [call(n, ("", lines[0]), done=n < 1) for n in range(10)]
    good = [call(n, ("", lines[1]), done=True) for n in range(10, 20)]
    assert by_change(proposed([*poor, *good]))["prefer_line"] == ["afraid.desk"]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = dental_project(tmp_path / "practice")
    composed(project)
    return project


def composed(project: Project) -> Playbook:
    engines = NoModels(Settings())
    Compose().run(project, engines, Made(project.root, "compose"), Silent())
    return load_playbook(str(project.folder("compose") / "playbook.yaml"))


def test_a_change_is_made_when_it_is_accepted_and_counts_the_version_up(project: Project) -> None:
    report = refine(project, [call(1, ("so how much is a check up", "none"))], BagOfWordsEncoder())
    assert "1 changes proposed" in report.summary
    diff = (project.folder("refine") / "changes.diff").read_text()
    assert diff.startswith("changed intents.ask_fee.examples")
    assert "so how much is a check up" in diff
    before = composed(project)
    assert "so how much is a check up" not in before.intent("ask_fee").examples
    (item,) = (one.item for one in listed(project) if one.item.startswith("proposal:"))
    decide(project, item, "accept")
    after = composed(project)
    assert "so how much is a check up" in after.intent("ask_fee").examples
    assert after.playbook.version == before.playbook.version + 1
    page = (project.folder("compose") / "review.html").read_text()
    assert "From the agent&#39;s own calls" in page


def test_versions_are_compared_with_what_chance_leaves_open(project: Project) -> None:
    calls = [call(n, done=n % 2 == 0, version="1") for n in range(10)]
    refine(project, [*calls, *(call(n, done=True, version="2") for n in range(4))],
           BagOfWordsEncoder())  # fmt: skip
    report = (project.folder("refine") / "report.md").read_text()
    assert "| 1 | 10 | 50% | 27% to 73% |" in report
    assert "| 2 | 4 | 100% |" in report


def test_without_calls_it_says_what_to_do(project: Project) -> None:
    with pytest.raises(CloneError, match="let the agent take calls"):
        refine(project, [], BagOfWordsEncoder())
    assert proposals_of(project) == Proposals()


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    url = f"sqlite:///{tmp_path}/calls.sqlite3"
    await upgrade(url)
    engine = create_engine(url)
    yield engine
    await engine.dispose()


async def test_calls_are_read_from_the_records(engine: AsyncEngine) -> None:
    writer = RecordWriter(engine)
    writer.start()
    writer.call_started(started(playbook_id="cloned-a", playbook_version="3"))
    writer.turn(said(0, "Hello.", speaker=Speaker.AGENT, line_ids=("open.hello",)))
    writer.turn(said(1, "what does it cost", intent="none"))
    writer.call_ended(ended(disposition="booked"))
    writer.call_started(started(OTHER, playbook_id="larkfield"))
    writer.call_ended(ended(OTHER))
    await writer.aclose()
    (own,) = await read_own_calls(engine, "cloned-a")
    assert (own.id, own.version, own.disposition, own.hung_up) == (CALL, "3", "booked", True)
    assert [(turn.caller, turn.intent, turn.lines) for turn in own.turns] == [
        (False, "", ("open.hello",)),
        (True, "none", ()),
    ]
