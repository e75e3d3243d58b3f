"""A queue in which nobody is free: what is told, and what the caller may do about it."""

import pytest

from agent.dialogue.conversation import Continue, Conversation, HangUp, Transfer
from agent.dialogue.loader import load_playbook
from agent.dialogue.playbook import Playbook
from agent.dialogue.queue_outlook import QueueOutlook
from agent.dialogue.understanding import Understander
from tests.dialogue.bag_of_words import BagOfWordsEncoder
from tests.dialogue.test_conversation import line_ids, say, spoken

BUSY = QueueOutlook(ahead=2, wait_s=130)


@pytest.mark.parametrize(
    ("outlook", "place", "wait"),
    [
        (QueueOutlook(0, None), "you would be next", None),
        (QueueOutlook(1, 20), "there is one caller before you", "less than a minute"),
        (QueueOutlook(2, 60), "there are two callers before you", "about one minute"),
        (QueueOutlook(10, 61), "there are ten callers before you", "about two minutes"),
        (
            QueueOutlook(40, 999),
            "there are more than ten callers before you",
            "more than ten minutes",
        ),
    ],
)
def test_what_is_told(outlook: QueueOutlook, place: str, wait: str | None) -> None:
    told = outlook.spoken()
    assert told["queue_place"] == place
    assert told.get("queue_wait", "").startswith(wait or "")
    assert ("queue_wait" in told) == (wait is not None)


Book = tuple[Playbook, Understander]


def book(name: str) -> Book:
    playbook = load_playbook(name)
    return playbook, Understander(playbook, BagOfWordsEncoder())


@pytest.fixture(scope="module", params=["larkfield", "harbour"])
def either(request: pytest.FixtureRequest) -> Book:
    return book(request.param)


@pytest.fixture
def conversation(either: Book) -> Conversation:
    return Conversation(*either, seed=1)


def ask_for_a_person(conversation: Conversation) -> Transfer:
    conversation.open()
    action = say(conversation, "can i speak to a person please").action
    assert isinstance(action, Transfer)
    return action


def test_the_caller_hears_the_truth_and_not_that_it_is_put_through(
    conversation: Conversation,
) -> None:
    assert ask_for_a_person(conversation).may_choose
    reply = conversation.queue_is_busy(BUSY)
    assert spoken(reply) == (
        "All my colleagues are talking. There are two callers before you, and the last callers "
        "waited about three minutes. Would you like to wait, be rung back, or leave a message?"
    )
    assert isinstance(reply.action, Continue)
    assert conversation.guard_violations == 0
    assert "put you through" not in " ".join(said.text for said in conversation.history)


def test_a_wait_that_nobody_knows_is_not_told(conversation: Conversation) -> None:
    ask_for_a_person(conversation)
    assert "waited" not in spoken(conversation.queue_is_busy(QueueOutlook(0, None)))


@pytest.mark.parametrize("words", ["i'll wait", "yes please"])
def test_who_waits_is_not_asked_again(conversation: Conversation, words: str) -> None:
    first = ask_for_a_person(conversation)
    conversation.queue_is_busy(BUSY)
    reply = say(conversation, words)
    assert isinstance(reply.action, Transfer)
    assert (reply.action.queue, reply.action.reason) == (first.queue, "asked")
    assert not reply.action.may_choose
    assert line_ids(reply) == ["busy.wait"]


def test_after_a_vain_wait_the_choice_is_offered_anew(conversation: Conversation) -> None:
    ask_for_a_person(conversation)
    conversation.queue_is_busy(BUSY)
    say(conversation, "i'll wait")
    conversation.returned_from_queue("timeout")
    action = say(conversation, "can i speak to a person please").action
    assert isinstance(action, Transfer)
    assert action.may_choose


def test_a_call_back_instead(conversation: Conversation) -> None:
    ask_for_a_person(conversation)
    conversation.queue_is_busy(BUSY)
    assert line_ids(say(conversation, "ring me back")) == ["ask.callback"]
    assert isinstance(say(conversation, "friday morning").action, HangUp)
    assert conversation.disposition == "callback"


def test_a_message_instead(conversation: Conversation) -> None:
    ask_for_a_person(conversation)
    conversation.queue_is_busy(BUSY)
    assert line_ids(say(conversation, "i'll leave a message")) == ["ask.message"]
    assert conversation.asked_openly
    reply = say(conversation, "the router you sent has no plug on it")
    assert isinstance(reply.action, HangUp)
    assert conversation.disposition == "message"
    assert conversation.slots["message"] == "the router you sent has no plug on it"


def test_what_was_said_before_the_transfer_still_holds() -> None:
    conversation = Conversation(*book("larkfield"), seed=1)
    conversation.open()
    say(conversation, "i want to make a complaint")
    assert line_ids(conversation.queue_is_busy(BUSY)) == ["complaint.sorry", "busy.known"]


def test_nobody_is_kept_choosing_in_an_emergency() -> None:
    conversation = Conversation(*book("harbour"), seed=1)
    conversation.open()
    action = say(conversation, "i can smell gas").action
    assert action == Transfer("support", "emergency", priority=50, may_choose=False)


def test_nobody_is_there(conversation: Conversation) -> None:
    ask_for_a_person(conversation)
    reply = conversation.nobody_is_there()
    assert line_ids(reply) == ["returned.nobody"]
    assert isinstance(reply.action, Continue)
