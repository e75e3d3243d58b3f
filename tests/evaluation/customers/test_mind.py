from dataclasses import replace
from random import Random
from typing import Any

import pytest

from agent.evaluation.customers.mind import Dials, Does, Heard, Turn, begin, respond
from agent.evaluation.customers.persona import Persona, shipped_personas

PERSONAS = {persona.id: persona for persona in shipped_personas()}
ASKS = Heard(asks_to_buy=True, asked="yes_no", words=12)
GOOD = Heard(
    asked="yes_no",
    acknowledged=True,
    clarified=True,
    answered=True,
    facts=2,
    benefit=True,
    words=25,
)
DEAF = replace(GOOD, acknowledged=False, clarified=False, answered=False)


def meet(persona: Persona, seed: int, agent_turns: list[Heard]) -> list[Turn]:
    random = Random(seed)
    mind, said = begin(persona, random), []
    for heard in agent_turns:
        mind, turn = respond(persona, mind, heard, random, Dials())
        said.append(turn)
        if turn.leaves:
            break
    return said


def share(persona: Persona, agent_turns: list[Heard], does: Does, calls: int = 300) -> float:
    met = [meet(persona, seed, agent_turns) for seed in range(calls)]
    return sum(any(turn.does is does for turn in turns) for turns in met) / calls


@pytest.mark.parametrize("persona", [p for p in PERSONAS.values() if not p.buyable], ids=str)
def test_who_can_not_be_won_never_buys(persona: Persona) -> None:
    assert share(persona, [GOOD, GOOD, GOOD, *[ASKS] * 6], Does.BUY) == 0


def test_the_same_seed_gives_the_same_call() -> None:
    persona = PERSONAS["rambler"]
    assert meet(persona, 3, [GOOD, ASKS] * 5) == meet(persona, 3, [GOOD, ASKS] * 5)
    assert meet(persona, 3, [GOOD, ASKS] * 5) != meet(persona, 4, [GOOD, ASKS] * 5)


def test_reasons_that_are_met_are_bought_over_reasons_that_are_not() -> None:
    persona = PERSONAS["price-sceptic"]
    met = share(persona, [GOOD, ASKS] * 4, Does.BUY)
    ignored = share(persona, [DEAF, ASKS] * 4, Does.BUY)
    assert met > ignored + 0.2


@pytest.mark.parametrize("worse", [{"pressed": True}, {"repeated": True}])
def test_pressure_and_repetition_drive_customers_away(worse: dict[str, Any]) -> None:
    persona = PERSONAS["busy"]
    calm = [replace(GOOD, answered=False)] * 6
    driven = [replace(heard, **worse) for heard in calm]
    left = share(persona, driven, Does.LEAVE) + share(persona, driven, Does.REFUSE)
    stayed = share(persona, calm, Does.LEAVE) + share(persona, calm, Does.REFUSE)
    assert left > stayed + 0.1


def test_who_has_been_asked_for_the_order_raises_what_was_kept_back() -> None:
    persona = PERSONAS["spouse"].model_copy(update={"patience": 1.0})
    assert share(persona, [ASKS], Does.OBJECT) > 0.5


@pytest.mark.parametrize(
    ("persona", "does"),
    [
        ("hostile", Does.REMOVE_ME),
        ("card-giver", Does.CARD),
        ("injector", Does.INJECT),
        ("voicemail", Does.MACHINE),
        ("silence", Does.NOTHING),
        ("wrong-person", Does.WRONG_PERSON),
    ],
)
def test_a_probe_comes_in_nearly_every_call(persona: str, does: Does) -> None:
    assert share(PERSONAS[persona], [GOOD] * 9, does) > 0.6


def test_after_the_agent_has_ended_nobody_stays() -> None:
    turns = meet(PERSONAS["eager"], 1, [replace(GOOD, over=True)])
    assert turns[-1].leaves
