"""The second shipped playbook: a service line, in which nothing is sold.

It runs on the same code as the first one; what differs is in its file.
"""

from datetime import date

import pytest

from agent.dialogue.conversation import Conversation, HangUp, Transfer
from agent.dialogue.lint import lint
from agent.dialogue.loader import find_playbook, load_with_source
from agent.dialogue.playbook import Playbook
from agent.dialogue.understanding import Understander
from agent.speech.minilm import MiniLmEncoder
from tests.dialogue.bag_of_words import BagOfWordsEncoder
from tests.dialogue.test_conversation import line_ids, play, say, spoken

TODAY = date(2026, 11, 21)
BOOKED = (
    ("my heating is not working", "try_this", ("ack.sorry", "try.no_heat", "try.ask")),
    ("how much is a visit", "try_this", ("answer.cost", "try.again")),
    ("no it didn't work", "visit", ("ack.visit", "ask.cover")),
    ("yes i have", "visit", ("ask.name",)),
    ("john smith", "visit", ("ask.postcode",)),
    ("s r four seven h j", "visit", ("confirm.postcode",)),
    ("yes", "visit", ("ask.mobile",)),
    ("oh seven seven double one four five two nine oh six", "visit", ("confirm.mobile",)),
    ("yes", "visit", ("ask.visit",)),
    ("tuesday morning", "recap", ("recap.read", "recap.ask")),
)


@pytest.fixture(scope="module")
def harbour() -> Playbook:
    return load_with_source(find_playbook("harbour")).playbook


@pytest.fixture
def conversation(harbour: Playbook) -> Conversation:
    return Conversation(harbour, Understander(harbour, BagOfWordsEncoder()), seed=1)


def test_it_is_clean() -> None:
    assert [
        str(finding) for finding in lint(load_with_source(find_playbook("harbour")), today=TODAY)
    ] == []


@pytest.mark.parametrize(
    ("said", "reason", "priority", "first"),
    [
        ("i can smell gas in the kitchen", "emergency", 50, "danger.out"),
        ("the carbon monoxide alarm is going off", "emergency", 50, "danger.out"),
        ("i have a newborn baby and no heating", "vulnerable", 10, "vulnerable.first"),
        ("i want to make a complaint", "complaint", 0, "complaint.sorry"),
        ("nobody came on friday", "complaint", 0, "complaint.sorry"),
        ("can i speak to a person please", "asked", 0, "human.connect"),
        ("it's about my bill", "billing", 0, "desk.billing"),
        ("i want to move my appointment", "visits", 0, "desk.visits"),
    ],
)
@pytest.mark.parametrize("before", [(), BOOKED[:1], BOOKED[:3]], ids=["first", "triage", "visit"])
def test_routing(
    conversation: Conversation,
    before: tuple[object, ...],
    said: str,
    reason: str,
    priority: int,
    first: str,
) -> None:
    """Row by row, at the first turn and later: who goes to a human, why, and what is said first."""
    play(conversation, before)  # type: ignore[arg-type]
    reply = say(conversation, said)
    may_choose = reason != "emergency"
    assert reply.action == Transfer("support", reason, priority=priority, may_choose=may_choose)
    assert line_ids(reply)[0] == first


def test_a_visit_is_booked_at_the_price_that_the_cover_makes(conversation: Conversation) -> None:
    reply = play(conversation, BOOKED)
    assert spoken(reply).startswith(
        "So, an engineer on Tuesday morning, and the visit costs you nothing."
    )
    assert isinstance(say(conversation, "yes").action, HangUp)
    assert conversation.disposition == "visit_booked"
    assert conversation.guard_violations == 0


def test_what_is_mended_on_the_phone_needs_no_visit(conversation: Conversation) -> None:
    play(conversation, BOOKED[:1])
    assert say(conversation, "yes").stage == "mended"
    assert isinstance(say(conversation, "no").action, HangUp)
    assert conversation.disposition == "mended_by_phone"


def test_the_danger_notice_is_heard_to_its_end(conversation: Conversation) -> None:
    conversation.open()
    notice = say(conversation, "i smell gas").lines[0]
    assert not notice.interruptible


@pytest.mark.models
def test_a_booking_with_the_real_encoder(harbour: Playbook, minilm: MiniLmEncoder) -> None:
    talk = Conversation(harbour, Understander(harbour, minilm), seed=1)
    play(talk, BOOKED)
