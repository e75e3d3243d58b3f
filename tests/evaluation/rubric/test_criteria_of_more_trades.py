"""What a strict rater sees, on calls of a clinic, an insurer, a repair desk, a hotel."""

import pytest

from agent.cloning.mined import MinedFact
from agent.dialogue.loader import load_playbook
from agent.evaluation.rubric.knowledge import Knowledge, of_mined, of_playbook
from agent.evaluation.rubric.score import score_call
from tests.evaluation.talk import talk


def score(criterion: str, *lines: str, knowledge: Knowledge | None = None) -> int | None:
    given = score_call(talk(*lines), knowledge)
    return next(one.score for one in given if one.criterion == criterion)


def fact(name: str, spoken: str) -> MinedFact:
    return MinedFact(
        id=name, statement=spoken, subject="", value=spoken, unit="", spoken=spoken, calls=5,
        agents=("a",), confidence="agreed", evidence=(),
    )  # fmt: skip


HELLO = ("a: Alder Clinic, <AGENT_1> speaking, how can I help?",)
CLINIC = of_mined([fact("visit_price", "sixty pounds"), fact("late_fee", "twenty pounds")])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("c: How much is a check-up?", "a: It's sixty pounds."), 2),
        (("c: How much is a check-up?", "a: It's forty-five pounds."), 1),
        (("c: How much is it?", "a: It's forty-five pounds.", "c: Ok.", "a: Or nine pounds."), 0),
        (("c: And if I'm late?", "a: There's no late fee, we don't do that."), 0),
        (("c: And if I'm late?", "a: There's no late fee if you ring before ten."), None),
        (("c: I pay eighty pounds now.", "a: Eighty pounds. With us it's sixty pounds."), 2),
        (("c: I pay eighty pounds now.", "a: Twenty pounds saved, it's sixty pounds."), 2),
        (("c: Are you open?", "a: We are, yes."), None),
    ],
)
def test_amounts_are_held_against_the_facts(said: tuple[str, ...], expected: int | None) -> None:
    assert score("B2", *HELLO, *said, knowledge=CLINIC) == expected
    assert score("B2", *HELLO, *said) is None


def test_a_false_answer_is_none() -> None:
    asked = (*HELLO, "c: Hello.", "a: Hello.", "c: What does a check-up cost?")
    false = (*asked, "a: It's forty-five pounds.")

    assert score("B5", *false) == 2
    assert score("B5", *false, knowledge=CLINIC) == 0
    assert score("B5", *asked, "a: It's sixty pounds.", knowledge=CLINIC) == 2


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (("a: Don't worry about that.",), 0),
        (("a: It's two nights at the least.", "c: Your letter says three."), 0),
        (("a: For how many people?", "c: Two.", "a: Then it's ninety a night."), 2),
    ],
)
def test_a_question_is_answered_by_something_told_and_not_disputed(
    answer: tuple[str, ...], expected: int
) -> None:
    said = ("c: Hello?", "a: Good morning, Ferry Hotel.", "c: Hi.", "a: Hi.")

    assert score("B5", *said, "c: How long do we have to stay?", *answer) == expected


def test_who_is_asked_to_say_it_again_twice_is_not_clear() -> None:
    hello = ("c: Hello?", "a: It's about the cover.", "c: Right.", "a: It has an aggregate excess.")
    once = (*hello, "c: Sorry, what does that mean?", "a: You pay the first part.")

    assert score("B4", *hello) == 2
    assert score("B4", *once) == 1
    assert score("B4", *once, "c: You've lost me.", "a: The first hundred is yours.") == 0


FIGURES = "a: There's ten pounds, twenty pounds, thirty pounds, forty pounds and fifty pounds."


def test_a_list_of_figures_is_unclear_unless_it_is_asked_for() -> None:
    said = ("c: Hello?", "a: It's about the cover.", "c: Right.")

    assert score("B4", *said, FIGURES) == 1
    assert score("B4", *said, "a: Hm.", "c: What are the prices?", FIGURES) == 2


OBJECTION = (
    "c: Hello?", "a: It's <AGENT_1> of Brightsea.", "c: Yes?",
    "a: We can offer cover for thirty pounds.", "c: I'd have to ask my landlord first.",
)  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "accepts", "asks", "again"),
    [
        (("a: Of course. What do you think the landlord would say?",), 2, 2, 2),
        (("a: I understand, but it's cheap and everybody has it now.",), 1, 0, 1),
        (("a: You don't need to ask anyone.",), 0, 0, 0),
        (("a: Suit yourself.",), 0, 0, 0),
        (("a: Sure, have a think.", "c: Bye."), 1, 0, 0),
    ],
)
def test_how_an_objection_is_met(
    answer: tuple[str, ...], accepts: int, asks: int, again: int
) -> None:
    found = [score(criterion, *OBJECTION, *answer) for criterion in ("D1", "D2", "D4")]

    assert found == [accepts, asks, again]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("a: The landlord can read it all first, and it's thirty pounds only if the two agree.", 2),
        ("a: Lots of our people have been with us for many years now.", 1),
        ("a: Okay then.", 0),
    ],
)
def test_an_objection_is_answered_to_the_point_and_by_a_fact(answer: str, expected: int) -> None:
    assert score("D3", *OBJECTION, answer) == expected


def test_a_wish_is_taken_up_at_once_late_or_never() -> None:
    said = (*OBJECTION[:-1], "c: Oh, that sounds good.")

    assert score("C5", *said, "a: Would you like to go ahead?") == 2
    assert score("C5", *said, "a: Mm.", "c: Well.", "a: Mm.", "c: So?", "a: Shall we start?") == 1
    assert score("C5", *said, "a: It is.") == 0
    assert score("C5", *OBJECTION[:-1], "c: Hm.", "a: Shall we start?") is None


def test_who_speaks_first_was_rung_and_asks_what_for() -> None:
    said = ("a: Tern Dental.", "c: It's my tooth.", "a: Which one?")

    assert score("A2", "a: Tern Dental. What's the trouble?", *said[1:]) == 2
    assert (score("A2", *said), score("A3", *said)) == (None, None)


def test_the_core_is_what_the_playbook_must_say() -> None:
    knowledge = of_playbook(load_playbook("larkfield"))
    ids = [{one.id for one in alternatives} for alternatives in knowledge.core]

    assert {"fibre500_price", "fibre150_price"} in ids
    assert {"cooling_off"} in ids
    assert "fibre five hundred" in knowledge.names


def test_a_call_for_another_day_is_no_decision() -> None:
    said = OBJECTION[:-1]

    assert score("E1", *said, "c: Hm.", "a: Shall I ring you again next week?") == 1
    assert score("E1", *said, "c: Hm.", "a: Shall we go ahead?", "c: Yes.") == 2


RANG_IN = "a: Hello, Alder Clinic, this is Joe. Are you ringing about the eye test offer?"


def test_who_asks_why_somebody_rings_was_rung() -> None:
    assert score("A3", RANG_IN, "c: Yes please.", "a: Which eye is it?", "c: The left.") is None


def test_a_written_name_is_a_name_and_the_companys_is_not() -> None:
    said = (RANG_IN, "c: Yes please.", "a: Which eye is it?", "c: The left.")
    given = {one.criterion: one.score for one in score_call(talk(*said), company="Alder Clinic")}
    assert given["A1"] == 2
    nobody = ("a: Hello, this is Alder Clinic.", *said[1:])
    given = {one.criterion: one.score for one in score_call(talk(*nobody), company="Alder Clinic")}
    assert given["A1"] == 1
