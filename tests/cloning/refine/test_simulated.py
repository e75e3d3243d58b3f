"""From simulated calls that went wrong to changes that a person accepts."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from agent.cloning.compose.assemble import compose
from agent.cloning.compose.inputs import proposals_of, read_inputs
from agent.cloning.mined import MinedObjection, Talk
from agent.cloning.project import Project
from agent.cloning.refine.proposals import Proposal, Proposals, refined
from agent.cloning.refine.refine import AFTER, BEFORE, put_forward
from agent.cloning.refine.simulated import propose_from_simulated
from agent.cloning.review.reviewed import Reviewed
from agent.cloning.review.terminal import decide, listed
from agent.dialogue.loader import load_playbook
from agent.dialogue.playbook import Playbook
from agent.evaluation.customers.persona import Reason
from agent.evaluation.simulation.gates import Breach
from agent.evaluation.simulation.text_call import SimulatedCall, Taken
from tests.cloning.compose.dental import BRIEF, FACTS, TALK, heard
from tests.cloning.compose.project import dental_project
from tests.cloning.refine.test_refine import composed
from tests.dialogue.bag_of_words import BagOfWordsEncoder
from tests.evaluation.simulation.calls import lost, won
from tests.evaluation.talk import talk as told

PLACED = {line.id: line.id for line in TALK.lines}
BOOK = Playbook.model_validate(compose(Reviewed(FACTS, TALK), BRIEF).book)
MEANT: dict[Reason, str] = {"distrust": "afraid", "price": "price"}


def said(call: SimulatedCall, words: str, taken: Taken) -> SimulatedCall:
    """The call with one turn of the customer's after the agent's greeting."""
    conversation = told("a: hello, this is a machine", f"c: {words}", call=call.seed)
    return replace(call, conversation=conversation, taken=(Taken(lines=("open.hello",)), taken))


def proposed(*calls: SimulatedCall, talk: Talk = TALK) -> tuple[Proposal, ...]:
    return propose_from_simulated(calls, talk, BOOK, PLACED, MEANT, BagOfWordsEncoder())


def changes(found: Sequence[Proposal]) -> list[tuple[str, str]]:
    return [(one.change, one.about) for one in found]


def test_a_reason_in_words_that_were_not_understood_becomes_an_example_of_it() -> None:
    missed = Taken("object", "distrust", "none")
    calls = [said(replace(won(n), raised=()), "needles make me faint", missed) for n in (1, 2)]
    (found,) = proposed(*calls)
    assert (found.change, found.about, found.text) == (
        "add_example", "afraid", "needles make me faint",
    )  # fmt: skip
    assert found.why.startswith("in 2 simulated calls")
    assert found.evidence[0].call == "simulated 1:busy:1"
    after = refined(TALK, Proposals(proposals=(found,)))
    learned = next(one for one in after.objections if one.id == "afraid")
    assert learned.examples[-1].quote == "needles make me faint"


def test_what_was_understood_and_what_only_rambles_is_nothing_to_change() -> None:
    fine = said(won(1), "needles make me faint", Taken("object", "distrust", "objection", "afraid"))
    ramble = said(won(2), "the dog chewed the cable", Taken("ramble", intent="none"))
    assert proposed(fine, ramble, replace(ramble, seed="1:busy:3")) == ()


def test_questions_nobody_expected_are_listened_for() -> None:
    asked = Taken("ask", intent="none")
    calls = [said(won(n), "do you whiten teeth", asked) for n in (1, 2)]
    assert changes(proposed(*calls)) == [("new_intent", "heard_do_you_whiten_teeth")]


def test_a_line_that_breaks_a_gate_is_proposed_to_go() -> None:
    breach = Breach("wrong fact", "it is one pound", "one is no approved fact", "offer.1")
    calls = [replace(won(n), breaches=(breach,)) for n in (1, 2)]
    (found,) = proposed(*calls, won(3))
    assert (found.change, found.about) == ("drop_line", "offer.1")
    assert found.why == "wrong in 2 of 3 simulated calls: one is no approved fact"


def test_who_was_not_let_go_is_understood_the_next_time() -> None:
    breach = Breach("do-not-call missed", "shall we go on?", "asked for no more calls")
    call = replace(won(1), breaches=(breach,))
    (found,) = proposed(said(call, "scrub me from your files", Taken("remove_me", intent="none")))
    assert (found.change, found.about) == ("add_example", "do_not_call")
    intents = refined(TALK, Proposals(proposals=(found,))).intents
    assert next(one for one in intents if one.id == "do_not_call").examples == found.evidence


@pytest.mark.parametrize(("wins", "found"), [(0, ["A check-up with us is"]), (3, [])])
def test_a_reason_that_loses_calls_gets_the_nearest_fact_that_people_told(
    wins: int, found: list[str]
) -> None:
    doubt = MinedObjection(
        id="price", description="doubts the price", met=2, overcome=0,
        examples=(heard("A check-up with us is not worth it."),),
    )  # fmt: skip
    calls = [lost(n) for n in range(3)] + [won(n) for n in range(10, 10 + wins)]
    talk = TALK.model_copy(update={"objections": (*TALK.objections, doubt)})
    answers = [one for one in proposed(*calls, talk=talk) if one.change == "add_answer"]
    assert [one.text[:21] for one in answers] == found
    assert all(one.why == "3 of 3 simulated calls with this reason were lost" for one in answers)


def test_an_accepted_answer_is_in_the_new_version_and_outlives_the_next_refining(
    tmp_path: Path,
) -> None:
    project = dental_project(tmp_path / "practice")
    before = composed(project)
    line = next(one for one in TALK.lines if one.id == "dear.plan")
    answer = Proposal(
        change="add_answer", about="price", text=line.text, why="3 of 3 lost", evidence=()
    )
    refine(project, answer)
    (item,) = (one.item for one in listed(project) if one.item.startswith("proposal:"))
    assert "dear.plan" not in before.objection("price").answer
    decide(project, item, "accept")
    after = composed(project)
    assert after.objection("price").answer[0] == "dear.plan"
    assert after.playbook.version == before.playbook.version + 1
    refine(project)
    assert composed(project) == after, "what was accepted stays"
    assert [one.item for one in proposals_of(project).proposals] == [item]


def refine(project: Project, *found: Proposal) -> None:
    put_forward(
        project, read_inputs(project), found, BagOfWordsEncoder(), told=["# Calls"], of="3 calls"
    )
    old, new = (load_playbook(str(project.folder("refine") / name)) for name in (BEFORE, AFTER))
    assert new.playbook.version == old.playbook.version + 1
