"""Pairs of calls that are alike."""

from random import Random

import pytest

from agent.evaluation.blindtest.candidate import Candidate
from agent.evaluation.blindtest.errors import BlindTestError
from agent.evaluation.blindtest.make import matched
from agent.evaluation.blindtest.matching import Read, draw, match
from agent.evaluation.blindtest.scenario import Reasons, Scenario, scenario_of
from tests.dialogue.bag_of_words import BagOfWordsEncoder
from tests.evaluation.blindtest.kits import candidate, order

REASONS = Reasons(
    BagOfWordsEncoder(),
    {"price": ["it costs too much", "i can't afford that"], "think": ["i have to think about it"]},
)


def read(one: Candidate, outcome: str = "not won", *reasons: str, **known: object) -> Read:
    told = {"product": "", "customer_rang": False, "words": 100, **known}
    return one, Scenario(outcome, frozenset(reasons), **told)  # type: ignore[arg-type]


def test_calls_that_ended_otherwise_are_never_a_pair() -> None:
    pairs = match(
        [read(candidate("human", 1), "won"), read(candidate("human", 2))],
        [read(candidate("agent", 1)), read(candidate("agent", 2), "won")],
    )
    assert [(pair.human.call, pair.agent.call) for pair in pairs] == [
        ("human-1", "agent-2"), ("human-2", "agent-1"),
    ]  # fmt: skip


def test_of_calls_that_may_be_a_pair_those_with_the_same_objections_and_length_are() -> None:
    humans = [
        read(candidate("human", 1), "not won", "price", words=300),
        read(candidate("human", 2), "not won", "think"),
    ]
    agents = [
        read(candidate("agent", 1), "not won", "price", words=90),
        read(candidate("agent", 2), "not won", "think"),
        read(candidate("agent", 3), "not won", "price", words=310),
    ]
    found = {pair.human.call: pair for pair in match(humans, agents)}
    assert found["human-1"].agent.call == "agent-3"
    assert found["human-2"].agent.call == "agent-2"
    assert found["human-2"].distance == 0.0
    assert found["human-1"].scenario == "not won: price"


def test_another_product_is_another_scenario_where_both_are_known() -> None:
    fibre = read(candidate("human", 1), product="fibre")
    assert not match([fibre], [read(candidate("agent", 1), product="mobile")])
    assert match([fibre], [read(candidate("agent", 1))])


def test_a_scenario_is_read_from_the_words() -> None:
    scenario = scenario_of(candidate("human", 1), REASONS)
    assert scenario.reasons == {"price"}
    assert scenario.outcome == "not won"
    asked = candidate(
        "agent", 1, "a: Hello.", "c: Please take me off your list and stop ringing me."
    )
    assert scenario_of(asked, REASONS).outcome == "not to be called"


def test_a_draw_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    sides = [[read(candidate(arm, at)) for at in range(30)] for arm in ("human", "agent")]
    pairs = match(*sides)
    drawn = draw(pairs, 10, Random("1"))
    assert drawn == draw(pairs, 10, Random("1"))
    assert drawn != draw(pairs, 10, Random("2"))
    assert len(draw(pairs, 99, Random("1"))) == 30


def test_where_nothing_is_alike_the_counts_are_told() -> None:
    short = candidate("agent", 1, "a: Hello.", "c: No.")
    with pytest.raises(BlindTestError, match="1 of 1 human and 0 of 1 agent calls can be used"):
        matched([candidate("human", 1)], [short], REASONS, order())
