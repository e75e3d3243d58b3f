from agent.dialogue.conversation import CallerTurn, Conversation
from agent.dialogue.playbook import Playbook
from agent.dialogue.understanding import Understander


def test_a_turn_says_by_which_rule_and_from_which_stage(conversation: Conversation) -> None:
    conversation.open()
    before = conversation.stage
    reply = conversation.respond(CallerTurn("that is too expensive for me"))
    assert reply.grounds.stage == before
    assert reply.grounds.rule == "an objection"
    assert [choice.line_id for choice in reply.grounds.lines] == [
        line.line_id for line in reply.lines
    ]
    assert reply.understanding is not None
    assert reply.understanding.ranked[0].label == reply.understanding.objection


def test_what_is_not_understood_is_asked_again(conversation: Conversation) -> None:
    conversation.open()
    reply = conversation.respond(CallerTurn("zebra xylophone"))
    assert reply.grounds.rule == "not understood: asks again"


def test_what_the_guard_stops_is_told_without_its_words(
    larkfield: Playbook, understander: Understander
) -> None:
    line_id = larkfield.stage(larkfield.start).entry[0]
    lines = {
        **larkfield.lines,
        line_id: larkfield.lines[line_id].model_copy(update={"text": "It costs 9999 pounds."}),
    }
    lying = larkfield.model_copy(update={"lines": lines})
    conversation = Conversation(lying, Understander(lying, understander.lines._encoder), seed=1)
    refused = conversation.open().grounds.refused
    assert refused[0].line_id == line_id
    assert "9999" not in repr(refused)
