from collections import Counter

import pytest

from agent.cloning.mined import MinedFact
from agent.cloning.recorded import Conversation
from agent.evaluation.rubric.criteria import criteria
from agent.evaluation.rubric.knowledge import of_mined
from agent.evaluation.rubric.score import score_call
from tests.evaluation.talk import talk

GOOD = talk(
    "c: Hello?",
    "a: Good morning, is that <PERSON_1>? It's <AGENT_1> from Brightsea Insurance.",
    "c: Yes, speaking.",
    "a: I'm calling about your car insurance, it's a sales call. Have you got two minutes?",
    "c: Go on, I'm waiting for the kettle.",
    "a: Then I'll be quicker than the kettle. Who insures you now?",
    "c: Northgate. They put it up after my son scratched the gate.",
    "a: What would you want a new policy to do?",
    "c: Cover my son without ruining me.",
    "a: Then our Family policy covers your son because he's named on it. It's thirty pounds.",
    "c: That's too expensive for me.",
    "a: I understand. Is it the thirty itself, or paying it monthly?",
    "c: Monthly. I'd rather pay once a year.",
    "a: Then it's three hundred once. I wouldn't take the glass cover. Would you like to go ahead?",
    "c: Yes please.",
    "a: Let me read it back: the Family policy, three hundred once a year. Is that all correct?",
    "c: Yes, that's right.",
    "a: Thank you, enjoy that tea. Goodbye.",
)
POOR = talk(
    "c: Hello?",
    "a: We do policies at thirty pounds.",
    "c: That's too expensive for me, and my son drives.",
    "a: It's thirty pounds though.",
    "c: No thanks. I'd have to think about it.",
    "a: Suit yourself.",
)


def scores(conversation: Conversation) -> dict[str, int | None]:
    return {score.criterion: score.score for score in score_call(conversation)}


def test_the_rubric_has_22_criteria_in_the_five_groups() -> None:
    groups = Counter(criterion.group for criterion in criteria())

    assert groups == {"introduction": 4, "product": 5, "drive": 5, "objections": 4, "closing": 4}
    assert len({criterion.id for criterion in criteria()}) == 22


def test_who_can_score_a_criterion_is_as_the_data_says() -> None:
    left = {s.criterion for s in score_call(GOOD) if s.why == "left to people"}

    assert left == {criterion.id for criterion in criteria() if criterion.by == "nobody"}


def test_a_good_call_scores_fully_wherever_it_is_scored() -> None:
    found = {name: score for name, score in scores(GOOD).items() if score is not None}

    assert found == dict.fromkeys(found, 2)
    assert {criterion.id for criterion in criteria()} - set(found) == {"B1", "B2", "B5", "E3"}


def test_a_poor_call_scores_nothing_but_that_it_is_short_and_does_not_press() -> None:
    found = {name: score for name, score in scores(POOR).items() if score}

    assert found == {"B4": 2, "C4": 1}


SCRAPS = [
    (),
    ("a: Hello?",),
    ("c: Hello?",),
    ("c: yes", "c: no"),
    ("a: fifty pounds", "a: bye"),
    ("c: too expensive", "a: ?"),
]


@pytest.mark.parametrize("conversation", [GOOD, POOR, *(talk(*lines) for lines in SCRAPS)])
def test_there_is_no_score_without_words_that_stand_in_the_turn_it_names(
    conversation: Conversation,
) -> None:
    given = score_call(conversation)

    assert len(given) == 22
    for one in given:
        if one.score is not None:
            assert one.turn is not None and one.quote
            assert one.quote in conversation.turns[one.turn].text
        else:
            assert one.why


def test_who_rang_needs_no_permission_nor_reason() -> None:
    found = scores(
        talk(
            "a: Good morning, Alder Dental, <AGENT_1> speaking.",
            "c: Hi, I'm calling about a toothache.",
            "a: Oh, I'm sorry. Since when have you had it?",
        )
    )

    assert (found["A2"], found["A3"]) == (None, None)


def test_core_facts_are_held_against_what_is_said_once_they_are_known() -> None:
    fact = MinedFact(
        id="price", statement="It's thirty pounds.", subject="policy", value=30, unit="GBP",
        spoken="thirty pounds", calls=9, agents=("a",), confidence="agreed", evidence=(),
    )  # fmt: skip
    rare = fact.model_copy(update={"id": "fee", "spoken": "nine pence", "calls": 1})
    missed = fact.model_copy(update={"id": "excess", "spoken": "two hundred excess"})

    def told(*facts: MinedFact) -> int | None:
        return next(s.score for s in score_call(GOOD, of_mined(facts)) if s.criterion == "B1")

    assert told(fact, rare) == 2
    assert told(fact, missed) == 1
    assert told(missed) == 0
    assert scores(GOOD)["B1"] is None
