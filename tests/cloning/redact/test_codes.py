import pytest

from agent.cloning.recorded import Conversation, Speaker, Turn
from agent.cloning.redact.codes import codes, is_public_number, personal_codes
from agent.cloning.redact.said import Said, follow
from agent.cloning.redact.words import Text


def said(text: str, *before: str, speaker: Speaker = "customer") -> Said:
    """A turn after the other side's."""
    other: Speaker = "agent" if speaker == "customer" else "customer"
    spoken = [*((other, line) for line in before), (speaker, text)]
    turns = tuple(Turn(speaker=who, start=0, end=1, text=line) for who, line in spoken)
    return follow(Conversation(call="T-1", source="given", turns=turns))[-1]


def found(text: str, *before: str, speaker: Speaker = "customer") -> list[tuple[str, str]]:
    spans = personal_codes(said(text, *before, speaker=speaker))
    return [(span.kind, text[span.start : span.end]) for span in spans]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("oh seven seven double oh, nine hundred, one five six", "07700900156"),
        ("L S twelve, four D Q", "LS124DQ"),
        ("l k four seven q t", "LK47QT"),
        ("double L, E", "LLE"),
        ("F for Freddie, E, double R", "FERR"),
        ("a o i f e", "AOIFE"),
        ("four nine, um, oh two", "4902"),
        ("07700 900156", "07700900156"),
    ],
)
def test_a_run_is_read_as_its_characters(text: str, value: str) -> None:
    assert [code.value for code in codes(Text(text, text != text.lower()))] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "It's thirty-four pounds a month for eighteen months.",
        "That's one four nine a month.",
        "Twenty-six eighty for a check-up, nine forty on Thursday.",
        "We've been here since nineteen ninety-four.",
        "A double is one seventy-five, and the room is two one four.",
        "Dial nine nine nine, or us on oh eight hundred, one one one, four four four.",
        "It shows error E two four one.",
        "The unit rate is twenty-four point one.",
        "Two thousand and nineteen, seventy-one thousand miles.",
        "I need it at one two five.",
        "The B B C and the N H S.",
    ],
)
def test_numbers_that_are_nobodys_stay(text: str) -> None:
    assert found(text) == []
    assert found(text.lower()) == []


@pytest.mark.parametrize(
    ("question", "answer", "kind"),
    [
        ("And the last three digits on the back?", "Three oh seven.", "CARD"),
        ("What's the sort code?", "Twenty, thirty-one, forty-four.", "ACCOUNT"),
        ("Is the mobile ending four one two?", "No, four one nine.", "PHONE"),
        ("Your policy number?", "Seven seven, four one.", "REFERENCE"),
        ("What's the postcode?", "Q V eleven, two L E.", "POSTCODE"),
        ("The long number on the card? Ready?", "Four nine oh two, one one three.", "CARD"),
    ],
)
def test_what_was_asked_names_a_number(question: str, answer: str, kind: str) -> None:
    assert [kind_found for kind_found, _ in found(answer, question)] == [kind]


def test_a_question_that_was_answered_names_no_later_number() -> None:
    assert found("A full service is one eight nine.", "Reg is N K one nine, T Z O.") == []


def test_a_price_that_answers_a_price_question_stays() -> None:
    assert found("It's one four nine.", "How much is that?") == []


def test_a_telephone_number_needs_no_question() -> None:
    text = "Tell him oh one six three two, nine six oh, one double one."
    assert found(text) == [("PHONE", "oh one six three two, nine six oh, one double one")]


def test_a_postcode_ends_where_a_telephone_number_begins() -> None:
    kinds = [kind for kind, _ in found("x t one four f y oh seven seven double oh nine hundred")]
    assert kinds == ["POSTCODE", "PHONE"]


@pytest.mark.parametrize("digits", ["0800111444", "03451234567", "8885550100", "999", "111"])
def test_service_numbers_are_public(digits: str) -> None:
    assert is_public_number(digits)


@pytest.mark.parametrize("digits", ["07700900123", "3125550127"])
def test_somebodys_number_is_not_public(digits: str) -> None:
    assert not is_public_number(digits)
