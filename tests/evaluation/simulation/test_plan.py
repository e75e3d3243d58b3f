from collections import Counter

import pytest

from agent.errors import UnderstudyError
from agent.evaluation.customers.persona import shipped_personas
from agent.evaluation.simulation.plan import plan, select

PERSONAS = shipped_personas()


def test_the_same_seed_brings_the_same_customers_and_another_others() -> None:
    assert plan(PERSONAS, 200, 7) == plan(PERSONAS, 200, 7)
    assert plan(PERSONAS, 200, 7) != plan(PERSONAS, 200, 8)


def test_no_customer_comes_twice() -> None:
    seeds = [one.seed for one in plan(PERSONAS, 500, 7)]
    assert len(set(seeds)) == 500


def test_customers_of_a_small_run_come_again_in_a_large_one() -> None:
    small = {one.seed for one in plan(PERSONAS, 200, 7)}
    large = {one.seed for one in plan(PERSONAS, 1000, 7)}
    assert len(small & large) > 190


def test_even_the_rarest_persona_comes_in_one_call_of_a_hundred() -> None:
    met = Counter(one.persona.id for one in plan(PERSONAS, 400, 7))
    assert min(met[persona.id] for persona in PERSONAS) >= 4


def test_common_personas_come_more_often() -> None:
    met = Counter(one.persona.id for one in plan(PERSONAS, 1000, 7))
    assert met["eager"] > 2 * met["rambler"] > 2 * met["silence"]


def test_an_unknown_persona_is_named_with_those_there_are() -> None:
    with pytest.raises(UnderstudyError, match=r"no persona nobody; they are .*eager"):
        select(PERSONAS, ["eager", "nobody"])


def test_personas_are_chosen_in_the_order_named() -> None:
    assert [one.id for one in select(PERSONAS, ["silence", "busy"])] == ["silence", "busy"]
    assert select(PERSONAS, []) == PERSONAS
