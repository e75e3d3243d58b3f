import pytest

from agent.dialogue.playbook import Playbook
from agent.dialogue.rules import HardRules, compile_phrase, mask_digits


@pytest.mark.parametrize(
    ("heard", "intent"),
    [
        ("can i speak to a person please", "human"),
        ("are you a real person", "robot_question"),
        ("can i talk to a real person", "human"),
        ("no you can just anything i don't want to take me off whatever list", "do_not_call"),
        ("please don't ring me again", "do_not_call"),
        ("i told you not to ring me", "do_not_call"),
        ("not now ring me later on", None),
        ("i want to speak to your manager", "supervisor"),
        ("my husband passed away", "vulnerable"),
        ("it's four nine oh two one one three oh six", "give_card"),
        ("it's a debit you want the loan number", "give_card"),
        ("oh seven seven double oh nine hundred one five six", None),
        ("yes please", None),
        ("you get a person there", None),
    ],
)
def test_hard_intent(larkfield: Playbook, heard: str, intent: str | None) -> None:
    assert HardRules(larkfield.intents).match(heard) == intent


def test_a_number_that_was_asked_for_is_no_card(larkfield: Playbook) -> None:
    rules = HardRules(larkfield.intents)
    heard = "seven seven double oh nine double oh one five six"
    assert rules.match(heard) == "give_card"
    assert rules.match(heard, digits_asked=True) is None


@pytest.mark.parametrize(
    ("phrase", "text", "matches"),
    [
        ("stop calling/ringing", "please stop ringing me", True),
        ("stop calling/ringing", "it does not stop", False),
        ("off ... list", "take me off that horrible list", True),
        ("off ... list", "off a b c d list", False),
        ("i p", "tip over", False),
    ],
)
def test_phrase(phrase: str, text: str, matches: bool) -> None:
    assert bool(compile_phrase(phrase).search(text)) == matches


def test_long_runs_of_digits_are_masked() -> None:
    assert mask_digits("it is four nine oh two one one three okay") == "it is [digits] okay"
    assert mask_digits("four of us") == "four of us"
