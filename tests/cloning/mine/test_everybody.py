"""Which words can be said to every customer."""

import pytest

from agent.cloning.mine.lines.everybody import GeneralQuestions, for_everybody
from agent.cloning.mine.slots.asked import asks_for
from tests.cloning.mine.saying import said_in
from tests.cloning.mine.scripted import Script, material

CALLS = {
    f"c{number}": Script(
        "A: Is the boiler in the kitchen?\nC: It is, my parrot sits on it.", agent=agent
    )
    for number, agent in enumerate(("ann", "ben", "ann", "ben"))
} | {"own": Script("A: Does the parrot mind the boiler?\nC: No.")}


@pytest.mark.parametrize(
    "question", ["Is the boiler in the kitchen?", "Who supplies the boiler?", "How many of you?"]
)
def test_a_question_in_the_words_of_many_calls_is_for_everybody(question: str) -> None:
    assert GeneralQuestions(said_in(material(CALLS), {})).has(question)


@pytest.mark.parametrize(
    "question",
    [
        "Does the parrot mind the boiler?",
        "What happens when they use the boiler?",
        "When are you both in?",
        "How many of you use it by then?",
        "Would that suit you?",
        "Is it the boiler, or…?",
        "Where do you keep it, <PERSON_1>?",
    ],
)
def test_a_question_about_one_customers_things_is_not(question: str) -> None:
    assert not GeneralQuestions(said_in(material(CALLS), {})).has(question)


@pytest.mark.parametrize(
    ("question", "kind", "personal", "fit"),
    [
        ("Your name, the address and a mobile, please?", "name", True, False),
        ("Your name, please?", "name", True, True),
        ("Have I got the right house?", "text", True, False),
        ("Could you do a weekday?", "appointment", False, False),
        ("Would a morning or an afternoon be better?", "appointment", False, True),
        ("How many of you?", "number", False, True),
        ("Is there anybody else in the house?", "number", False, False),
        ("Does it ever let you down?", "text", False, True),
    ],
)
def test_the_answer_has_to_be_one_value_of_the_slot(
    question: str, kind: str, personal: bool, fit: bool
) -> None:
    assert asks_for(question, kind, personal=personal) is fit


def test_statements_about_somebody_named_before_give_way() -> None:
    calls = material({"c": Script("A: You send us their bill.\nA: The visit is free.")})
    statements = said_in(calls, {})
    assert [one.text for one in for_everybody(statements)] == ["The visit is free."]
    assert for_everybody(statements[:1]) == statements[:1]
