import pytest

from agent.dialogue.conversation import CallerTurn, Continue, Conversation, Transfer
from agent.dialogue.mood import Delivery, Mood, MoodLevel

CALM = Delivery(-22.0, 2.5)


def after(*turns: tuple[Delivery, bool]) -> Mood:
    mood = Mood()
    for delivery, angry_words in turns:
        mood = mood.after(delivery, angry_words=angry_words)
    return mood


USUAL = ((CALM, False),) * 3


@pytest.mark.parametrize(
    ("turns", "level"),
    [
        (USUAL, MoodLevel.CALM),
        # A lorry goes by: the caller shouts over it.
        ((*USUAL, (Delivery(-10.0, 2.5), False)), MoodLevel.CALM),
        # A noisy street all along: loud is how this caller speaks.
        (((Delivery(-10.0, 2.5), False),) * 6, MoodLevel.CALM),
        ((*USUAL, (Delivery(-22.0, 5.0), False)), MoodLevel.CALM),
        ((*USUAL, (Delivery(-10.0, 5.0), False)), MoodLevel.CALM),
        ((*USUAL, (CALM, True)), MoodLevel.TENSE),
        ((*USUAL, (Delivery(-14.0, 2.5), True)), MoodLevel.ANGRY),
        ((*USUAL, (CALM, True), (CALM, True)), MoodLevel.ANGRY),
        (((Delivery(-22.0, 2.5, interrupted=True), False),) * 4, MoodLevel.CALM),
        (((Delivery(-22.0, 2.5, interrupted=True), False),) * 3
         + ((Delivery(-12.0, 2.5, interrupted=True), False),), MoodLevel.TENSE),
        (((Delivery(-22.0, 2.5, interrupted=True), False),) * 3
         + ((Delivery(-12.0, 5.0, interrupted=True), False),), MoodLevel.ANGRY),
        (((Delivery(-22.0, 2.5, interrupted=True), False),) * 3 + ((CALM, True),), MoodLevel.ANGRY),
        # It calms down again.
        ((*USUAL, (CALM, True), *USUAL), MoodLevel.CALM),
        # The first turn has nothing to be measured against.
        (((Delivery(-5.0, 9.0), True),), MoodLevel.TENSE),
        (((Delivery(), False),) * 4, MoodLevel.CALM),
    ],
)  # fmt: skip
def test_level(turns: tuple[tuple[Delivery, bool], ...], level: MoodLevel) -> None:
    assert after(*turns).level is level


def test_reasons_name_the_signs() -> None:
    assert after(*USUAL, (Delivery(-12.0, 2.5), True)).reasons == ("words", "loud")


def talk(conversation: Conversation, text: str, loudness_dbfs: float = -22.0) -> Transfer | None:
    turn = CallerTurn(text, delivery=Delivery(loudness_dbfs, 2.5))
    action = conversation.respond(turn).action
    return action if isinstance(action, Transfer) else None


def test_angry_caller_is_told_sorry_and_put_through_once(conversation: Conversation) -> None:
    conversation.open()
    assert talk(conversation, "yes please") is None
    assert talk(conversation, "i'm with bright wave") is None
    assert talk(conversation, "this is ridiculous i am fed up", -12.0) == Transfer(
        "support", "complaint", may_choose=True
    )
    spoken = conversation.history[-1].text
    assert spoken.startswith("I'm sorry about that.")
    assert "the caller is upset" in conversation.handoff_summary().summary_text
    # Back from the queue it is not sent there a second time for its mood.
    conversation.returned_from_queue("timeout")
    reply = conversation.respond(CallerTurn("bloody useless", delivery=Delivery(-10.0, 2.5)))
    assert reply.mood.level is MoodLevel.ANGRY
    assert isinstance(reply.action, Continue)


def test_shouting_in_a_noisy_place_changes_nothing(conversation: Conversation) -> None:
    conversation.open()
    for text in ("yes please", "i'm with bright wave", "two teenagers on video calls"):
        assert talk(conversation, text, -22.0) is None
    assert talk(conversation, "it drops out every evening", -8.0) is None
    assert "upset" not in conversation.handoff_summary().summary_text
