import pytest

from agent.cloning.domain.purpose import direction_of, objective_of, outcome_mix
from agent.cloning.mine.material import Material
from tests.cloning.domain.desk import practice

RINGS_OUT = ("a: Hello, is that <PERSON_1>? I'm calling from Alder Lane Dental.",)


@pytest.mark.parametrize("lower", [False, True], ids=["clean", "recognised"])
def test_who_says_why_they_ring_has_rung(lower: bool) -> None:
    assert direction_of(practice(lower=lower)).direction == "inbound"
    assert direction_of(practice(lower=lower, opening=RINGS_OUT)).direction == "outbound"


def test_the_table_knows_better() -> None:
    material = practice()
    calls = {
        name: call.model_copy(update={"case": {"Direction": "Outbound"}})
        for name, call in material.calls.items()
    }

    found = direction_of(Material(calls, material.conversations, material.grades))

    assert (found.direction, found.share) == ("outbound", 1.0)


def test_nothing_to_tell_by_is_told() -> None:
    assert direction_of(Material({}, {}, practice().grades)).share == 0.0


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("SALE", "the customer orders"),
        ("Appointment_booked", "the customer books"),
        ("Resolved", "the customer has what it called for"),
        ("walked the dog", "the customer ends with: walked the dog"),
    ],
)
def test_success_is_in_the_tables_word_and_in_plain_ones(outcome: str, words: str) -> None:
    material = practice()
    calls = {
        name: call.model_copy(update={"outcome": outcome if call.won else "nothing"})
        for name, call in material.calls.items()
    }

    found = objective_of(Material(calls, material.conversations, material.grades), "inbound")

    assert (found.outcome, found.words, found.otherwise) == (outcome, words, ("nothing",))


def test_the_best_agents_say_what_the_call_is_for() -> None:
    found = objective_of(practice(), "inbound")

    assert found.said
    assert {evidence.agent for evidence in found.said[:3]} == {"ann"}
    assert found.said[0].quote.endswith("how can I help?")


def test_outcomes_are_shares_of_the_calls_with_one() -> None:
    assert outcome_mix(practice().calls) == {"booked": 0.5, "not_booked": 0.5}
    assert outcome_mix({}) == {}
