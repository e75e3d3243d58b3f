import pytest

from agent.cloning.grade.endings import contradiction, decided, ending_of, won_by_words
from agent.cloning.recorded import RecordedCall
from tests.evaluation.talk import talk

MIDDLE = ("a: We do it for thirty pounds a month.", "c: I see.") * 6


def call(outcome: str, won: bool | None) -> RecordedCall:
    return RecordedCall(id="t-1", outcome=outcome, won=won)


@pytest.mark.parametrize(
    ("lines", "kind", "at_once"),
    [
        (("c: Hi, you've reached the voicemail of <PERSON_1>.", "a: Oh."), "voicemail", True),
        (("c: Hello?", "a: <PERSON_1>?", "c: Wrong number, mate."), "wrong_number", True),
        (("c: Hello?", "a: Hi!", "c: take me off your list"), "do_not_call", True),
        ((*MIDDLE, "c: No. Don't ring me again."), "do_not_call", False),
        ((*MIDDLE, "c: Actually, cancel the order, please."), "cancelled", False),
        ((*MIDDLE, "a: I'll ring you back next week.", "c: No, don't."), "no_callback", False),
    ],
)
def test_endings_are_known_by_what_customers_say(
    lines: tuple[str, ...], kind: str, at_once: bool
) -> None:
    conversation = talk(*lines)

    found = ending_of(conversation)

    assert found is not None
    assert (found.kind, found.at_once) == (kind, at_once)
    assert found.quote in conversation.turns[found.turn].text


@pytest.mark.parametrize(
    "lines",
    [
        (*MIDDLE, "c: Can I cancel the order later?"),
        (*MIDDLE, "c: Then I'll cancel it with the old firm tomorrow."),
        (*MIDDLE, "c: Could I leave a message for the engineer?"),
        ("c: I cancel it each year", *MIDDLE, *MIDDLE),
        (*MIDDLE, "a: I'll ring you back on Friday.", "c: Yes, lovely."),
        (),
    ],
)
def test_other_words_leave_the_table_alone(lines: tuple[str, ...]) -> None:
    assert ending_of(talk(*lines)) is None


def test_a_sale_that_is_cancelled_on_the_call_is_none() -> None:
    ending = ending_of(talk(*MIDDLE, "c: No, I've changed my mind."))

    assert won_by_words(call("sale", True), ending) is False
    assert "changed my mind" in contradiction(call("sale", True), ending)
    assert contradiction(call("no_sale", False), ending) == ""


def test_who_wants_no_calls_was_no_callback() -> None:
    ending = ending_of(talk(*MIDDLE, "c: Take me off your list."))

    assert "callback" in contradiction(call("callback", False), ending)
    assert contradiction(call("do_not_call", False), ending) == ""
    assert won_by_words(call("callback", None), ending) is False
    assert won_by_words(call("sale", True), ending) is True


def test_only_calls_that_could_be_decided_count() -> None:
    at_once = ending_of(talk("c: Hello?", "a: Hi!", "c: take me off your list"))

    assert decided(call("no_sale", False), None)
    assert not decided(call("no_sale", False), at_once)
    assert not decided(call("", None), None)
    assert not decided(call("Wrong Number", False), None)
    assert not decided(call("no answer", False), None)
    assert not decided(call("transferred_to_human", False), None)
    assert decided(call("transferred and sold", True), None)
