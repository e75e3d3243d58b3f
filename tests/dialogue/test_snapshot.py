"""Dialogues that outlive their process."""

from datetime import date
from pathlib import Path

import pytest

from agent.dialogue.conversation import CallerTurn, Continue, Conversation, HangUp, Reply
from agent.dialogue.in_use import PlaybookInUse
from agent.dialogue.lint import lint
from agent.dialogue.loader import find_playbook, load_with_source
from agent.dialogue.playbook import Playbook
from agent.dialogue.snapshot import DialogueSnapshot
from agent.dialogue.understanding import Understander
from tests.dialogue.bag_of_words import BagOfWordsEncoder

TODAY = date(2026, 6, 1)
TO_PITCH = ("yes please", "i'm with northline", "video calls, i work from home", "it drops out")


def line_ids(reply: Reply) -> list[str]:
    return [line.line_id for line in reply.lines]


def talk(conversation: Conversation, *texts: str) -> Reply:
    reply = conversation.open()
    for text in texts:
        reply = conversation.respond(CallerTurn(text))
    return reply


def reborn(
    conversation: Conversation,
    playbook: Playbook,
    understander: Understander,
    *,
    heard: bool = True,
) -> Conversation:
    """The same dialogue in another process."""
    written = conversation.snapshot(heard=heard).model_dump_json()
    other = Conversation(playbook, understander, seed=2)
    other.restore(DialogueSnapshot.model_validate_json(written))
    return other


def test_everything_comes_back(
    conversation: Conversation, larkfield: Playbook, understander: Understander
) -> None:
    talk(conversation, *TO_PITCH, "how much is it", "it's too expensive")
    again = reborn(conversation, larkfield, understander)
    assert again.snapshot() == conversation.snapshot()
    assert again.history == conversation.history
    # and goes on as it would have gone on
    turn = CallerTurn("it is the amount")
    assert line_ids(again.respond(turn)) == line_ids(conversation.respond(turn))


def test_a_caller_left_behind_hears_the_open_question(
    conversation: Conversation, larkfield: Playbook, understander: Understander
) -> None:
    talk(conversation, *TO_PITCH)
    again = reborn(conversation, larkfield, understander)
    reply = again.taken_back()
    assert line_ids(reply) == ["resume.lost", "pitch.again"]
    assert (reply.stage, reply.expects, reply.action) == ("pitch", "yes_no", Continue())
    assert again.respond(CallerTurn("yes")).stage == "terms_price"


def test_a_turn_that_was_cut_off_is_said_again(
    conversation: Conversation, larkfield: Playbook, understander: Understander
) -> None:
    reply = talk(conversation, *TO_PITCH)
    again = reborn(conversation, larkfield, understander, heard=False).taken_back()
    assert line_ids(again) == ["resume.lost", *line_ids(reply)]
    assert again.expects == reply.expects


def test_an_end_that_was_cut_off_comes_to_its_end(
    conversation: Conversation, larkfield: Playbook, understander: Understander
) -> None:
    talk(conversation, "yes please", "take me off your list")
    again = reborn(conversation, larkfield, understander).taken_back()
    assert line_ids(again) == ["resume.lost", "dnc.done"]
    assert again.action == HangUp()


def test_what_must_be_said_and_was_not_heard_is_still_owed(
    conversation: Conversation, larkfield: Playbook, understander: Understander
) -> None:
    talk(conversation, *TO_PITCH, "yes")
    conversation.interrupted("Good. Now the")
    again = reborn(conversation, larkfield, understander)
    assert "terms.price" in line_ids(again.taken_back())


def test_who_rings_back_hears_the_notices_and_is_asked(
    conversation: Conversation, larkfield: Playbook, understander: Understander
) -> None:
    talk(conversation, *TO_PITCH)
    again = reborn(conversation, larkfield, understander)
    reply = again.rang_back()
    assert line_ids(reply) == ["open.hello", "resume.ask_plan"]
    assert "Fibre Five Hundred" in reply.lines[1].text
    assert reply.expects == "yes_no"
    reply = again.respond(CallerTurn("yes please"))
    assert line_ids(reply) == ["resume.go_on", "pitch.again"]
    assert reply.stage == "pitch"
    assert again.slots["current_provider"] == "northline"
    assert again.respond(CallerTurn("yes")).stage == "terms_price"


def test_a_no_begins_anew_with_nothing_known(
    conversation: Conversation, larkfield: Playbook, understander: Understander
) -> None:
    talk(conversation, *TO_PITCH)
    again = reborn(conversation, larkfield, understander)
    again.rang_back()
    reply = again.respond(CallerTurn("no"))
    assert line_ids(reply) == ["resume.anew", "open.ask"]
    assert (reply.stage, dict(again.slots)) == ("opening", {})


@pytest.mark.parametrize(
    ("text", "expected", "stage"),
    [
        ("are you a robot", ["robot.truth", "resume.ask"], "pitch"),
        ("how much is it", ["answer.price_plan", "resume.ask"], "pitch"),
        ("pardon", ["repeat.intro", "open.hello", "resume.ask_plan"], "pitch"),
        ("purple monkey dishwasher", ["nomatch.first", "resume.ask"], "pitch"),
        ("take me off your list", ["dnc.done"], "do_not_call"),
    ],
)
def test_other_words_are_answered_and_the_question_stays_open(
    text: str,
    expected: list[str],
    stage: str,
    conversation: Conversation,
    larkfield: Playbook,
    understander: Understander,
) -> None:
    talk(conversation, *TO_PITCH)
    again = reborn(conversation, larkfield, understander)
    again.rang_back()
    reply = again.respond(CallerTurn(text))
    assert (line_ids(reply), reply.stage) == (expected, stage)


def test_who_does_not_answer_the_question_begins_anew(
    conversation: Conversation, larkfield: Playbook, understander: Understander
) -> None:
    talk(conversation, *TO_PITCH)
    again = reborn(conversation, larkfield, understander)
    again.rang_back()
    assert line_ids(again.silence(1)) == ["silence.prompt"]
    for _ in range(3):
        reply = again.respond(CallerTurn("purple monkey dishwasher"))
    assert line_ids(reply) == ["resume.anew", "open.ask"]


@pytest.mark.parametrize(
    ("texts", "unfinished"),
    [
        ((), False),
        (("hello",), False),
        (("yes please",), True),
        (TO_PITCH, True),
        (("yes please", "take me off your list"), False),
        (("yes please", "sorry wrong number"), False),
        (("yes please", "can i speak to a person please"), False),
        (("yes please", "not interested"), False),
    ],
)
def test_which_calls_are_worth_going_on_with(
    texts: tuple[str, ...], unfinished: bool, conversation: Conversation
) -> None:
    talk(conversation, *texts)
    assert conversation.unfinished is unfinished


def test_a_caller_who_fell_silent_may_have_been_cut_off(conversation: Conversation) -> None:
    talk(conversation, *TO_PITCH)
    for count in (1, 2, 3):
        conversation.silence(count)
    assert conversation.disposition == "no_answer"
    assert conversation.unfinished


def test_telephone_numbers_do_not_get_into_the_written_history(conversation: Conversation) -> None:
    talk(conversation, "yes please", "my number is oh seven seven oh oh nine hundred one two three")
    assert "nine hundred" not in conversation.snapshot().model_dump_json()


async def test_a_changed_playbook_is_not_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = find_playbook("harbour").read_text()
    path.write_text(text)

    async def nothing(_: Playbook) -> None:
        pass

    in_use = PlaybookInUse(
        str(path), lambda book: Understander(book, BagOfWordsEncoder()), None, nothing
    )
    await in_use.load()
    conversation = in_use.open(1)
    talk(conversation, "my boiler has stopped")
    snapshot = conversation.snapshot()
    assert in_use.resume(snapshot, 1) is not None
    path.write_text(text.replace("Goodbye.", "Bye."))
    await in_use.reload()
    assert in_use.resume(snapshot, 1) is None


def test_the_question_may_not_tell_what_is_personal(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = find_playbook("larkfield").read_text()
    path.write_text(text.replace("We'd been talking about {plan_name}", "Is that {full_name}"))
    findings = lint(load_with_source(path), today=TODAY)
    assert [f.text for f in findings if f.severity == "error"] == [
        "'resume.ask_plan' tells {full_name} to whoever rings: leave it out"
    ]


@pytest.mark.parametrize("name", ["larkfield", "harbour"])
def test_the_shipped_playbooks_go_on(name: str) -> None:
    loaded = load_with_source(find_playbook(name))
    assert loaded.playbook.repair.resume is not None
    assert [f for f in lint(loaded, today=TODAY) if f.severity == "error"] == []
