import pytest

from agent.dialogue import slots
from agent.dialogue.playbook import Choice, Slot, SlotType

PROVIDERS = {
    "brightwave": Choice(spoken="Brightwave", heard=("bright wave",)),
    "telcoast": Choice(spoken="Telcoast", heard=("tell cost",)),
    "other": Choice(spoken="another company", heard=("other",), only_asked=True),
}


def slot(kind: str) -> Slot:
    choices = PROVIDERS if kind == "choice" else {}
    return Slot(type=SlotType(kind), label="x", choices=choices)


@pytest.mark.parametrize(
    ("kind", "heard", "value", "said"),
    [
        ("postcode", "l k four seven q t", "LK4 7QT", "L K four, seven Q T"),
        ("postcode", "it's x b too for l n", "XB2 4LN", "X B two, four L N"),
        ("postcode", "i don't know it", None, ""),
        ("phone", "oh seven seven double oh nine hundred one five six", "07700900156",
         "zero seven seven zero zero, nine zero zero, one five six"),
        ("phone", "seven seven double oh nine double oh one five six", "07700900156",
         "zero seven seven zero zero, nine zero zero, one five six"),
        ("phone", "oh seven seven hundred", None, ""),
        ("name", "my name is daniel hughes", "Daniel Hughes", "Daniel Hughes"),
        ("name", "it's daniel hughes h u g h e s", "Daniel Hughes", "Daniel Hughes"),
        ("name", "yes", None, ""),
        ("email", "it's d hughes eighty one at example dot com", "dhughes81@example.com",
         "d h u, g h e, s, eight one, at, example, dot, com"),
        ("email", "k n wicked example dot org", None, ""),
        ("choice", "i'm with bright wave", "brightwave", "Brightwave"),
        ("choice", "telcost", "telcoast", "Telcoast"),
        ("choice", "my trousers are on the lawn", None, ""),
        ("money", "eighteen ninety nine", "18.99", "eighteen pounds ninety-nine"),
        ("money", "about thirty pounds", "30", "thirty pounds"),
        ("text", "um two teenagers", "two teenagers", "two teenagers"),
    ],
)  # fmt: skip
def test_value(kind: str, heard: str, value: str | None, said: str) -> None:
    parsed = slots.parse(slot(kind), heard)
    assert (parsed.value if parsed else None) == value
    if value is not None:
        assert slots.spoken(slot(kind), value) == said


@pytest.mark.parametrize(
    ("previous", "heard", "value", "complete"),
    [
        (None, "friday morning please", "Friday morning", True),
        (None, "fridays after lunch", "Friday afternoon", True),
        (None, "friday", "Friday", False),
        ("Friday", "in the afternoon", "Friday afternoon", True),
        ("morning", "wednesday", "Wednesday morning", True),
        (None, "tonight", "today evening", True),
    ],
)
def test_appointment_in_parts(previous: str | None, heard: str, value: str, complete: bool) -> None:
    parsed = slots.parse(slot("appointment"), heard, previous)
    assert parsed == slots.Parsed(value, complete)


@pytest.mark.parametrize(
    ("heard", "yes"),
    [
        ("yes please", True), ("yeah go on then", True), ("mm hm", True), ("that's right", True),
        ("all right", True), ("mm yes", True),
        ("no", False), ("not really", False), ("no that's not right", False), ("nah", False),
        ("how much is it", None), ("daniel hughes", None),
    ],
)  # fmt: skip
def test_yes_no(heard: str, yes: bool | None) -> None:
    answer = slots.yes_no(heard)
    assert (answer.yes if answer else None) == yes


@pytest.mark.parametrize("heard", ["all right", "mm yes", "mhm yeah"])
def test_a_yes_with_a_murmur_is_nothing_but_a_yes(heard: str) -> None:
    assert slots.yes_no(heard) == slots.YesNo(yes=True, leads=True, other_words=0)


@pytest.mark.parametrize(
    ("heard", "value"), [("i'm with bright wave", "brightwave"), ("the other one", None)]
)
def test_only_distinctive_choices_are_taken_from_other_turns(heard: str, value: str | None) -> None:
    assert slots.mentioned(slot("choice"), heard) == value
