"""Whose word counts, by what the others say of the same values."""

import pytest

from agent.cloning.engines import Engines
from agent.cloning.mine.facts import mine_facts
from agent.cloning.mine.facts.claims import Claim
from agent.cloning.mine.facts.sentences import Sentence
from agent.cloning.mine.facts.statements import Statement
from agent.cloning.mine.facts.voices import by_agreement, is_weak, lone_shares
from agent.cloning.mine.material import Place
from agent.cloning.mine.quantities import quantities
from agent.config import Settings
from tests.cloning.mine.facts.calls import archive, opening

_PRICES = ["A: It's forty pounds.", "A: It's fifty pounds.", "A: It's sixty pounds."]
_OTHERS = ["A: It's eleven pounds.", "A: It's twelve pounds.", "A: It's thirteen pounds."]


def _claims(*calls: tuple[str, list[str]]) -> list[Claim]:
    material = archive(*calls)
    found = []
    for call_id, conversation in material.conversations.items():
        for index, turn in enumerate(conversation.turns):
            place = Place(material.calls[call_id], index, turn)
            amounts = quantities(turn.text)
            said = Statement(place, Sentence(0, turn.text, False), 0, "", amounts, "", False)
            found += [Claim(said, amount, 0, len(turn.text), "own", True) for amount in amounts]
    return found


def test_a_value_counts_once_a_call_and_is_lone_where_nobody_else_gives_it() -> None:
    claims = _claims(("ann", _PRICES), ("ben", [*_PRICES, *_PRICES]), ("cas", _OTHERS))
    assert lone_shares(claims) == {"ann": (0, 3), "ben": (0, 3), "cas": (3, 3)}


def test_two_agents_tell_nothing_of_agreement() -> None:
    assert lone_shares(_claims(("ann", _PRICES), ("ben", _OTHERS))) == {}


def test_whose_values_are_nobody_elses_is_weak_unless_strong_by_the_table() -> None:
    calls = [("ann", _PRICES), ("ben", _PRICES), ("cas", _OTHERS)]
    material = by_agreement(archive(*calls), _claims(*calls))
    assert [is_weak(agent, material) for agent in ("ann", "ben", "cas")] == [False, False, True]
    calls = [("ann", _OTHERS), ("ben", _PRICES), ("cas", _PRICES)]
    assert not is_weak("ann", by_agreement(archive(*calls), _claims(*calls)))


def test_a_weak_voice_that_others_confirm_throughout_is_believed() -> None:
    calls = [("ann", _PRICES), ("ben", _PRICES), *[("wes", _PRICES)] * 4]
    assert not is_weak("wes", by_agreement(archive(*calls), _claims(*calls)))
    few = [("ann", _PRICES), ("ben", _PRICES), ("wes", _PRICES)]
    assert is_weak("wes", by_agreement(archive(*few), _claims(*few)))


@pytest.fixture(scope="module")
def engines() -> Engines:
    return Engines(Settings())


@pytest.mark.models
def test_hours_told_to_many_for_different_days_are_the_houses(engines: Engines) -> None:
    days = ("Monday the third", "Friday the seventh", "Tuesday the fourth", "Monday the tenth")
    calls = [
        (agent, [*opening(agent), f"A: {day} it is, the van comes between seven and nine."])
        for agent, day in zip(("ann", "ben", "ann", "cas"), days, strict=True)
    ]
    facts = mine_facts(archive(*calls), engines.grammar, engines.encoder).facts
    assert [fact.value for fact in facts] == ["07:00-09:00"]
    one = mine_facts(archive(*calls[:1]), engines.grammar, engines.encoder).facts
    assert one == ()


@pytest.mark.models
def test_a_pound_is_a_weight_where_prices_are_in_dollars(engines: Engines) -> None:
    calls = [
        (agent, [*opening(agent), "A: Washing is two dollars a kilo.",
                 "A: The drum holds twenty pounds at most."])
        for agent in ("ann", "ben")
    ]  # fmt: skip
    facts = mine_facts(archive(*calls), engines.grammar, engines.encoder).facts
    assert {(fact.value, fact.unit) for fact in facts} == {(2, "USD/kilo"), (20, "pounds")}


def test_misheard_values_make_nobody_weak() -> None:
    calls = [("ann", _PRICES), ("ben", _PRICES), ("cas", _OTHERS)]
    assert not is_weak("cas", by_agreement(archive(*calls, source="recognised"), _claims(*calls)))
