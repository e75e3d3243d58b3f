"""Understanding with real sentence vectors, on words as a recogniser writes them."""

import pytest

from agent.dialogue.playbook import Playbook
from agent.dialogue.understanding import Understander
from agent.speech.minilm import MiniLmEncoder

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def understander(larkfield: Playbook, minilm: MiniLmEncoder) -> Understander:
    return Understander(larkfield, minilm)


@pytest.mark.parametrize(
    ("stage", "heard", "meant"),
    [
        ("pitch", "right local you just send me an email i read it when", "send_email"),
        ("pitch", "uh is fine and i'm in a contract until november", "in_contract"),
        ("pitch", "that seven pounds and i couldn't do that", "price"),
        ("pitch", "and that's too long i don't like long", "contract_length"),
        ("pitch", "did i like that more than a month but what's the contract", "ask_contract"),
        ("pitch", "and if i just leave because i feel think it", "ask_exit_fee"),
        ("pitch", "sounds good you what do i do", "affirm"),
        ("pitch", "never next crocodile purple", "none"),
        ("opening", "i've got a problem with my internet it's not working", "existing_customer"),
        ("opening", "i had a letter about the fibre", "want_offer"),
    ],
)  # fmt: skip
def test_heard_with_errors(understander: Understander, stage: str, heard: str, meant: str) -> None:
    understood = understander.understand(heard, stage, "yes_no")
    assert (understood.objection or understood.intent) == meant


def test_heard_too_badly_to_be_sure(understander: Understander) -> None:
    understood = understander.understand("and that's wrong i don't like long", "pitch", "yes_no")
    assert (understood.intent, understood.guess) == ("none", "contract_length")


def test_question_wins_over_the_slot_that_was_asked_for(understander: Understander) -> None:
    understood = understander.understand("how much is it a month", "discovery", "slot:annoyance")
    assert (understood.intent, understood.slots) == ("ask_price", {})


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("what happens when the contract ends", "ask_price_after"),
        ("how long would i be tied in", "ask_contract"),
        ("do i have to ring my old provider", "ask_switching"),
    ],
)
def test_question_is_no_answer_to_an_open_question(
    understander: Understander, heard: str, meant: str
) -> None:
    understood = understander.understand(heard, "discovery", "slot:annoyance")
    assert (understood.intent, dict(understood.slots)) == (meant, {})


@pytest.mark.parametrize(
    "heard", ["what annoys me is that it stops", "how slow it is", "when it rains it drops out"]
)
def test_answer_that_begins_like_a_question_stays_an_answer(
    understander: Understander, heard: str
) -> None:
    understood = understander.understand(heard, "discovery", "slot:annoyance")
    assert (understood.intent, understood.slots["annoyance"]) == ("inform", heard)


def test_threshold_decides_between_a_label_and_a_guess(
    larkfield: Playbook, minilm: MiniLmEncoder
) -> None:
    text = "and the box that's in it"
    found = [
        Understander(larkfield, minilm, threshold=threshold).understand(text, "pitch", "yes_no")
        for threshold in (0.0, 0.99)
    ]
    label, guess = found
    assert label.intent not in ("none", "affirm", "deny")
    assert (guess.intent, guess.guess) == ("none", label.objection or label.intent)


def test_yes_with_a_question_behind_it_is_not_a_yes(understander: Understander) -> None:
    understood = understander.understand("yes but how long am i tied in for", "close", "yes_no")
    assert understood.intent != "affirm"
