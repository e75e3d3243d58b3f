"""What callers say that no playbook expects: the call goes on, keeps its facts, and ends."""

import pytest

from agent.dialogue.conversation import CallerTurn, Continue, Conversation
from tests.dialogue.dialogues import BIG_HOUSE, DETAILS, TERMS
from tests.dialogue.test_conversation import line_ids, play, say

BREATHLESS = " ".join(
    ["and then i rang the other lot and they said that the man would come but he never came"] * 12
)
POEM = "i wandered lonely as a cloud that floats on high over vales and hills"
FOREIGN = "should rate gun nick the stay in bitter some all of them"  # German as it is garbled
CODE = "the eagle has landed repeat the eagle has landed"
SHOUTED = "HELLO!!! CAN ANYBODY THERE?!!"


@pytest.mark.parametrize("said", [BREATHLESS, POEM, FOREIGN, CODE, SHOUTED, "", "   ", "[unk]"])
def test_nonsense_is_answered_and_leads_to_a_human_in_the_end(
    conversation: Conversation, said: str
) -> None:
    reply = conversation.open()
    turns = 0
    while isinstance(reply.action, Continue):
        reply = conversation.respond(CallerTurn(said, 0.4))
        assert reply.lines
        turns += 1
        assert turns <= 40
    assert conversation.disposition != "sale"
    assert conversation.guard_violations == 0


def test_two_hundred_words_are_one_turn_and_one_answer(conversation: Conversation) -> None:
    assert len(BREATHLESS.split()) >= 200
    play(conversation, BIG_HOUSE)
    reply = say(conversation, BREATHLESS)
    assert isinstance(reply.action, Continue)
    assert reply.stage == "pitch"
    assert len(reply.lines) <= 3


def test_poem_for_a_postcode_is_no_postcode(conversation: Conversation) -> None:
    play(conversation, (*BIG_HOUSE, *TERMS, ("yes", "details", ()), *DETAILS[:1]))
    reply = say(conversation, POEM)
    assert "postcode" not in conversation.slots
    assert line_ids(reply) == ["ask.postcode_again"]


def test_caller_who_keeps_changing_its_mind_ends_with_the_last_value(
    conversation: Conversation,
) -> None:
    play(conversation, BIG_HOUSE)
    for provider in ("vantix", "northline", "vantix"):
        say(conversation, f"no it's {provider}")
        say(conversation, "yes")
    assert conversation.slots["current_provider"] == "vantix"
    assert conversation.stage == "pitch"


def test_denied_value_is_not_read_back_a_second_time(conversation: Conversation) -> None:
    play(conversation, (*BIG_HOUSE, *TERMS, ("yes", "details", ()), *DETAILS[:1]))
    assert line_ids(say(conversation, "l k four seven q t")) == ["confirm.postcode"]
    assert line_ids(say(conversation, "no")) == ["ask.postcode_again"]
    assert line_ids(say(conversation, "l k four seven q t")) != ["confirm.postcode"]


def test_second_reading_is_offered_where_the_first_was_wrong(conversation: Conversation) -> None:
    play(conversation, (*BIG_HOUSE, *TERMS, ("yes", "details", ()), *DETAILS[:1]))
    heard = CallerTurn("l k four seven q d", bounded="l k four seven q t")
    conversation.respond(heard)
    assert conversation.slots["postcode"] == "LK4 7QT"
    reply = say(conversation, "no")
    assert line_ids(reply) == ["confirm.postcode"]
    assert conversation.slots["postcode"] == "LK4 7QD"


def test_sound_outside_the_vocabulary_is_no_answer(conversation: Conversation) -> None:
    play(conversation, (*BIG_HOUSE, *TERMS, ("yes", "details", ()), *DETAILS[:1]))
    conversation.respond(CallerTurn("hang on a moment", bounded="l k [unk] seven q t"))
    assert "postcode" not in conversation.slots
