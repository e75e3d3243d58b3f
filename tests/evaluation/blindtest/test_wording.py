"""Calls as raters read them."""

import pytest

from agent.evaluation.blindtest.wording import Masks, Style, lines_of
from tests.evaluation.talk import talk

WRITTEN = Style(bare=False, digits=False)


def told(text: str, style: Style = WRITTEN, **masks: object) -> str:
    lines = lines_of(talk(f"a: {text}"), style, Masks(**masks))  # type: ignore[arg-type]
    return " ".join(line.text for line in lines)


def test_one_call_without_stops_takes_them_from_all() -> None:
    punctuated = talk("a: Hello, it's Joe.", "c: Yes. I'm here.")
    recognised = talk("a: " + "and so it goes on " * 5, "c: yes")
    assert not Style.of([punctuated]).bare
    style = Style.of([punctuated, recognised])
    assert style.bare
    assert lines_of(punctuated, style, Masks())[0].text == "hello it's joe"


def test_a_recognised_customer_beside_a_written_agent_is_enough() -> None:
    simulated = talk("a: It's a good one. Shall we?", "c: " + "i'd rather not today " * 6)
    assert Style.of([simulated]).bare


def test_letters_and_stops_are_the_same_whoever_wrote_them() -> None:
    person = told("Right — so… it's FORTY pounds!  Is THAT okay?")
    agent = told("right so it’s forty pounds. is that okay")
    assert person == "Right so it's forty pounds. Is that okay?"
    assert agent == "Right so it's forty pounds. Is that okay."


def test_numbers_are_figures_for_all_where_one_call_has_them() -> None:
    style = Style.of([talk("a: That's £29.", "c: Twenty-nine pounds?"), talk("a: <PHONE_1>")])
    assert style.digits
    assert told("That's £29.", style) == told("That's twenty-nine pounds.", style)
    assert not Style.of([talk("a: call <PHONE_12>", "c: ok")]).digits


def test_what_was_redacted_reads_alike_and_names_are_masked() -> None:
    text = "<PERSON_1>, it's <AGENT_2> of Acme Fibre. I'm Joe; your number is <PHONE_1>?"
    assert told(text, companies=("Acme Fibre",), names=("Joe",)) == (
        "[name], it's [name] of [company]. I'm [name], your number is [phone]?"
    )


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("This is Joe. I'm an automated assistant. Shall we?", "This is joe. Shall we?"),
        ("This is Joe, Acme's automated assistant, on a line.", "This is joe, on a line."),
        ("This is Joe, the automated assistant of Acme.", "This is joe of acme."),
        ("Yes. Am I talking to a robot? Tell me.", "Yes. Tell me."),
        ("No, I'm a real person.", ""),
        ("My washing machine is broken.", "My washing machine is broken."),
        ("I'm with a person who knows.", "I'm with a person who knows."),
    ],
)  # fmt: skip
def test_what_tells_machine_from_person_is_cut_and_nothing_else(said: str, left: str) -> None:
    assert told(said, cut_disclosure=True) == left
    assert told(said) != ""


def test_turns_of_one_side_on_end_are_one_line_and_empty_ones_are_none() -> None:
    call = talk("a: One.", "a: Two.", "c: Are you a robot?", "a: Three.")
    lines = lines_of(call, WRITTEN, Masks(cut_disclosure=True))
    assert [line.text for line in lines] == ["One. Two. Three."]
