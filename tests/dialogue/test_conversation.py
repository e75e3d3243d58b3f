from collections.abc import Callable

import pytest

from agent.dialogue.conversation import (
    CallerTurn,
    Continue,
    Conversation,
    HangUp,
    Reply,
    Transfer,
)
from agent.dialogue.loader import load_playbook
from agent.dialogue.playbook import Line, Playbook
from agent.dialogue.understanding import Understander
from tests.dialogue.bag_of_words import BagOfWordsEncoder
from tests.dialogue.dialogues import BIG_HOUSE, DETAILS, DIALOGUES, TERMS, Dialogue, Row


def say(conversation: Conversation, text: str) -> Reply:
    if text.startswith("#"):
        return conversation.silence(int(text[1:]))
    return conversation.respond(CallerTurn(text))


def line_ids(reply: Reply) -> list[str]:
    return [line.line_id for line in reply.lines]


def spoken(reply: Reply) -> str:
    return " ".join(line.text for line in reply.lines)


def play(conversation: Conversation, rows: tuple[Row, ...]) -> Reply:
    reply = conversation.open()
    for text, stage, expected in rows:
        assert isinstance(reply.action, Continue), f"the call was over before {text!r}"
        reply = say(conversation, text)
        assert (text, reply.stage) == (text, stage)
        assert set(expected) <= set(line_ids(reply)), (text, line_ids(reply))
    return reply


def run(conversation: Conversation, table: Dialogue) -> None:
    reply = play(conversation, table.rows)
    match reply.action:
        case Continue():
            assert table.ending == "continue"
        case HangUp():
            assert table.ending == "hang up"
        case Transfer(queue, reason):
            assert (queue, reason) == (table.ending, table.reason)
    assert conversation.disposition == table.disposition
    assert conversation.guard_violations == 0


@pytest.mark.parametrize("table", DIALOGUES, ids=lambda table: table.name)
def test_call(conversation: Conversation, table: Dialogue) -> None:
    run(conversation, table)


@pytest.mark.models
@pytest.mark.parametrize("table", DIALOGUES, ids=lambda table: table.name)
def test_call_with_sentence_vectors(
    open_minilm_conversation: Callable[[], Conversation], table: Dialogue
) -> None:
    run(open_minilm_conversation(), table)


def test_first_line_discloses_and_cannot_be_interrupted(conversation: Conversation) -> None:
    first, question = conversation.open().lines
    assert "automated assistant" in first.text
    assert "recorded" in first.text
    assert (first.interruptible, question.interruptible) == (False, True)


def test_every_term_is_said_before_the_order(conversation: Conversation) -> None:
    play(conversation, (*BIG_HOUSE, *TERMS))
    text = " ".join(entry.text for entry in conversation.history if entry.speaker == "agent")
    terms = (
        "thirty-four pounds a month for eighteen months",
        "fifteen pounds once",
        "goes to forty-one pounds",
        "thirty days before",
        "twelve pounds for each month",
        "at least four hundred and twenty-five meg",
        "fourteen days",
    )
    assert [term for term in terms if term not in text] == []
    assert "twenty-six" not in text


def test_the_order_is_asked_for_three_times_at_most(conversation: Conversation) -> None:
    play(conversation, (*BIG_HOUSE, *TERMS))
    stages = [say(conversation, text).stage for text in ("no", "yes", "no", "yes", "no", "yes")]
    assert stages == ["hesitation", "close"] * 2 + ["hesitation", "callback_offer"]


def test_unheard_term_is_said_again_before_the_next_question(conversation: Conversation) -> None:
    reply = play(conversation, (*BIG_HOUSE, TERMS[0]))
    conversation.interrupted(spoken(reply)[:20])
    reply = say(conversation, "how long is the contract")
    assert line_ids(reply) == ["answer.contract", "terms.price", "terms.price_ok"]


def test_heard_term_is_not_said_again(conversation: Conversation) -> None:
    reply = play(conversation, (*BIG_HOUSE, TERMS[0]))
    conversation.interrupted(reply.lines[0].text + " Is that")
    assert "terms.price" not in line_ids(say(conversation, "how long is the contract"))


def test_history_keeps_what_was_heard(conversation: Conversation) -> None:
    conversation.open()
    conversation.interrupted("Hello, Larkfield")
    assert conversation.history[-1].text == "Hello, Larkfield"


def test_order_that_is_interrupted_at_its_end_still_ends(conversation: Conversation) -> None:
    rows = (
        *BIG_HOUSE, *TERMS, ("yes", "details", ()), *DETAILS,
        ("friday morning", "recap", ()), ("yes", "payment", ("pay.link",)),
    )  # fmt: skip
    play(conversation, rows)
    conversation.interrupted("We never")
    reply = say(conversation, "okay")
    assert line_ids(reply) == ["pay.link", "bye.sale"]
    assert reply.action == HangUp()


def test_pardon_repeats_the_last_turn(conversation: Conversation) -> None:
    before = play(conversation, BIG_HOUSE)
    again = say(conversation, "pardon")
    assert again.lines[1:] == before.lines
    assert again.expects == before.expects


def test_no_line_is_said_twice_while_another_is_left(conversation: Conversation) -> None:
    play(conversation, BIG_HOUSE)
    answers = [say(conversation, "how long is the contract").lines[0].text for _ in range(2)]
    assert len(set(answers)) == 2


def test_card_digits_are_not_kept(conversation: Conversation) -> None:
    play(conversation, BIG_HOUSE)
    say(conversation, "four nine oh two one one three oh six")
    assert "[digits]" in conversation.history[-2].text
    assert "four nine" not in " ".join(entry.text for entry in conversation.history)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("0", Transfer("sales", "asked", may_choose=True)),
        ("9", HangUp()),
        ("4902113067214985", Continue()),
    ],
)
def test_keys(conversation: Conversation, keys: str, expected: object) -> None:
    conversation.open()
    assert conversation.dtmf(keys).action == expected


def test_mobile_number_by_keypad(conversation: Conversation) -> None:
    play(conversation, (*BIG_HOUSE, *TERMS, ("yes", "details", ()), *DETAILS[:3]))
    reply = conversation.dtmf("07700900156")
    assert line_ids(reply) == ["confirm.mobile"]
    assert conversation.slots["mobile"] == "07700900156"


@pytest.mark.parametrize(
    ("result", "line"),
    [
        ("joinempty", "returned.nobody"),
        ("nobody_logged_in", "returned.nobody"),
        ("timeout", "returned.default"),
    ],
)
def test_nobody_answers_and_the_agent_offers_a_call(
    conversation: Conversation, result: str, line: str
) -> None:
    play(conversation, BIG_HOUSE)
    say(conversation, "human please")
    back = conversation.returned_from_queue(result)
    assert (line_ids(back), back.expects) == ([line], "yes_no")
    assert line_ids(say(conversation, "no")) == ["pitch.again"]


def test_complaint_that_nobody_took_is_not_sold_to(conversation: Conversation) -> None:
    play(conversation, BIG_HOUSE)
    say(conversation, "i want to make a complaint")
    conversation.returned_from_queue("timeout")
    assert say(conversation, "no").action == HangUp()


def test_summary_tells_a_human_who_why_and_what(
    conversation: Conversation, larkfield: Playbook
) -> None:
    play(conversation, (*BIG_HOUSE, *TERMS, ("yes", "details", ()), *DETAILS[:3]))
    say(conversation, "put me through to someone")
    summary = conversation.handoff_summary()
    assert (summary.reason, summary.queue) == ("asked", "sales")
    assert summary.summary_text.startswith("Daniel Hughes asked for a person. ")
    assert "Brightwave" in summary.summary_text
    assert "Fibre Five Hundred" in summary.summary_text
    # Aloud no postcode; the screen has it.
    assert "LK4" not in summary.summary_text
    assert summary.slots["postcode"] == "LK4 7QT"


def test_same_seed_gives_the_same_call(
    larkfield: Playbook, conversation: Conversation, understander: object
) -> None:
    twin = Conversation(larkfield, understander, seed=1)  # type: ignore[arg-type]
    for one in (conversation, twin):
        play(one, BIG_HOUSE)
    assert conversation.history == twin.history


def test_a_call_we_place_says_who_calls_before_it_asks(conversation: Conversation) -> None:
    reply = conversation.open_outbound({})
    assert line_ids(reply) == ["out.hello", "out.ask"]
    assert not conversation.unfinished, "nothing to go on with yet"
    assert not reply.lines[0].interruptible
    assert "automated assistant of Larkfield Broadband" in reply.lines[0].text
    assert say(conversation, "no").stage == "callback_offer"


def test_what_was_known_before_the_call_is_not_asked_again(conversation: Conversation) -> None:
    known = {"current_provider": "brightwave", "plan": "gold", "shoe_size": "40"}
    conversation.open_outbound(known)
    assert conversation.slots == {"current_provider": "brightwave"}, "the rest means nothing here"
    assert line_ids(say(conversation, "yes"))[-1] == "ask.usage"


@pytest.mark.parametrize(("message", "lines"), [(True, ["out.message"]), (False, [])])
def test_a_machine_gets_a_message_only_if_it_records(
    conversation: Conversation, message: bool, lines: list[str]
) -> None:
    reply = conversation.answered_by_machine("voicemail", message=message)
    assert line_ids(reply) == lines
    assert all(not line.interruptible for line in reply.lines)
    assert isinstance(reply.action, HangUp)
    assert conversation.disposition == "voicemail"


def test_who_asks_who_calls_is_told(conversation: Conversation) -> None:
    (line,) = conversation.says_who_calls()
    assert (line.line_id, line.interruptible) == ("out.who", False)


def test_a_playbook_without_an_outbound_part_opens_as_ever(
    larkfield: Playbook, understander: Understander
) -> None:
    inbound = larkfield.model_copy(update={"outbound": None})
    conversation = Conversation(inbound, understander, seed=1)
    assert conversation.says_who_calls() == ()
    assert conversation.answered_by_machine("voicemail", message=True).lines == ()
    assert line_ids(conversation.open_outbound({})) == ["open.hello", "open.ask"]


def test_an_objection_is_granted_and_thought_about_before_it_is_answered(
    conversation: Conversation,
) -> None:
    play(conversation, BIG_HOUSE)
    reply = say(conversation, "that's more than i pay now")
    assert [line.pause_s > 0.3 for line in reply.lines] == [True, False]


ROUTES = (
    ("can i speak to a person please", "sales", "asked", "human.connect"),
    ("i want to talk to your supervisor", "support", "supervisor", "human.connect"),
    ("i want to make a complaint", "support", "complaint", "complaint.sorry"),
    ("my husband has passed away", "support", "vulnerable", "vulnerable.care"),
    ("i'm on universal credit", "support", "basics", "basics.desk"),
)


@pytest.mark.parametrize(("said", "queue", "reason", "first"), ROUTES)
@pytest.mark.parametrize("before", [(), BIG_HOUSE[:2], BIG_HOUSE], ids=["first", "slots", "pitch"])
def test_routing_row_by_row(
    conversation: Conversation,
    before: tuple[Row, ...],
    said: str,
    queue: str,
    reason: str,
    first: str,
) -> None:
    play(conversation, before)
    reply = say(conversation, said)
    assert isinstance(reply.action, Transfer)
    assert (reply.action.queue, reply.action.reason) == (queue, reason)
    assert reply.action.priority == (10 if reason == "vulnerable" else 0)
    assert reply.action.warm == (reason == "supervisor")
    assert line_ids(reply)[0] == first


def test_every_reason_for_a_human_has_its_row(larkfield: Playbook) -> None:
    tested = {reason for _, _, reason, _ in ROUTES} | {table.reason for table in DIALOGUES}
    assert set(larkfield.queues) - {"default"} <= tested


CARD = "four nine oh two one one three oh six two one one three oh six one"


def test_a_card_goes_nowhere_and_the_question_stays_open(conversation: Conversation) -> None:
    conversation.open()
    conversation.respond(CallerTurn("yes please"))
    reply = conversation.respond(CallerTurn(f"it's {CARD}"))
    assert reply.secret
    assert line_ids(reply) == ["pay.refuse", "ask.provider"]
    assert "four nine" not in repr(conversation.history)


def test_a_card_where_a_telephone_number_was_asked_for_is_not_kept_either(
    conversation: Conversation,
) -> None:
    play(conversation, (*BIG_HOUSE, *TERMS, ("yeah go on then", "details", ()), *DETAILS[:3]))
    assert conversation.asked_slot == "mobile"
    assert conversation.respond(CallerTurn(CARD)).secret
    assert "four nine" not in repr(conversation.history)
    reply = conversation.respond(CallerTurn("oh seven seven oh oh nine hundred one two three"))
    assert not reply.secret
    assert conversation.slots["mobile"].endswith("7700900123")


def test_a_card_that_goes_on_in_groups_is_a_card_to_its_end(conversation: Conversation) -> None:
    conversation.open()
    conversation.respond(CallerTurn("yes please"))
    assert conversation.respond(CallerTurn("my card number is four nine oh two")).secret
    assert conversation.respond(CallerTurn("one one three oh")).secret
    assert conversation.dtmf("123").secret
    assert conversation.respond(CallerTurn("six two one one")).secret
    assert not conversation.respond(CallerTurn("i'm with northline")).secret
    assert not conversation.respond(CallerTurn("six two one one")).secret
    for digits in ("four nine", "one one three"):
        assert digits not in conversation.snapshot().model_dump_json()


def test_a_card_read_out_with_pauses_is_one(conversation: Conversation) -> None:
    conversation.open()
    text = "four nine oh two er one one three oh er six two one one"
    assert conversation.respond(CallerTurn(text)).secret


@pytest.mark.parametrize(
    "text",
    [
        "i don't want to be recorded",
        "please turn the recording off",
        "please turn a recording",
        "i'd rather not be recorded",
        "can you stop this recording",
        "no recording please",
        "i'm not happy with being recorded",
    ],
)
def test_recording_can_be_refused_and_the_call_goes_on(
    text: str, conversation: Conversation
) -> None:
    conversation.open()
    reply = conversation.respond(CallerTurn(text))
    assert reply.understanding is not None
    assert reply.understanding.intent == "no_recording"
    assert line_ids(reply) == ["recording.off", "open.again"]


@pytest.mark.parametrize("text", ["is this a recording", "is this call recorded"])
def test_a_question_about_the_recording_does_not_stop_it(
    text: str, conversation: Conversation
) -> None:
    conversation.open()
    understood = conversation.respond(CallerTurn(text)).understanding
    assert understood is None or understood.intent != "no_recording"


@pytest.mark.parametrize(("answer", "kept"), [("yes", "vantix"), ("no", "brightwave")])
def test_contradiction_is_confirmed_before_it_counts(
    conversation: Conversation, answer: str, kept: str
) -> None:
    play(conversation, BIG_HOUSE)
    assert conversation.slots["current_provider"] == "brightwave"
    reply = say(conversation, "no it's vantix not brightwave")
    assert line_ids(reply) == ["confirm.provider"]
    assert "Vantix" in spoken(reply)
    assert line_ids(say(conversation, answer)) == ["pitch.again"]
    assert conversation.slots["current_provider"] == kept


@pytest.mark.parametrize(("certainty", "said"), [(0.95, "ask.postcode"), (0.5, "confirm.name")])
def test_uncertain_words_are_read_back(certainty: float, said: str) -> None:
    playbook = load_playbook("larkfield")
    name = playbook.slots["full_name"].model_copy(
        update={"confirm": "confirm.name", "confirm_below": 0.8}
    )
    line = Line(text="Is it {full_name}?")
    changed = playbook.model_copy(
        update={
            "slots": {**playbook.slots, "full_name": name},
            "lines": {**playbook.lines, "confirm.name": line},
        }
    )
    conversation = Conversation(changed, Understander(changed, BagOfWordsEncoder()), seed=1)
    play(conversation, (*BIG_HOUSE, *TERMS, ("yes", "details", ())))
    reply = conversation.respond(CallerTurn("daniel hughes", certainty))
    assert line_ids(reply) == [said]


def test_who_is_sent_to_the_same_stage_again_and_again_leaves_it_by_its_fallback(
    conversation: Conversation,
) -> None:
    play(conversation, BIG_HOUSE)
    for _ in range(3):
        reply = say(conversation, "do you have a fixed ip address")
        assert reply.stage == "offer_human"
        assert isinstance(reply.action, Continue)
        conversation.silence(1)
    assert isinstance(say(conversation, "do you have a fixed ip address").action, Continue)
    assert isinstance(say(conversation, "do you have a fixed ip address").action, Transfer)


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("call me back tomorrow morning", "callback.booked"),
        ("call me back tomorrow", "ask.callback"),
        ("can you ring me back", "ask.callback"),
    ],
)
def test_a_time_that_was_said_with_the_wish_is_not_asked_for(
    conversation: Conversation, said: str, first: str
) -> None:
    conversation.open()
    reply = say(conversation, said)
    assert line_ids(reply)[0] == first
    if first == "callback.booked":
        assert "ring you tomorrow morning, on this number" in spoken(reply)


@pytest.mark.parametrize("words", ["help", "i need some help"])
def test_help_means_what_the_playbook_says(conversation: Conversation, words: str) -> None:
    play(conversation, BIG_HOUSE)
    assert line_ids(say(conversation, words)) == ["human.offer"]
    action = say(conversation, "yes").action
    assert isinstance(action, Transfer)
    assert action.reason == "asked"
