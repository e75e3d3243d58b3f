"""Turns that are not sure enough: asked about once, then handed on."""

import pytest

from agent.dialogue.playbook import Playbook
from agent.dialogue.state import Decision, State
from agent.dialogue.strategy import Strategy
from agent.dialogue.understanding import Understanding

UNSURE_PRICE = Understanding("none", 0.5, guess="price")
UNSURE_QUESTION = Understanding("none", 0.5, guess="ask_contract")
UNKNOWN = Understanding("none", 0.1)
YES, NO = Understanding("affirm"), Understanding("deny")


@pytest.fixture
def strategy(larkfield: Playbook) -> Strategy:
    return Strategy(larkfield)


def said(decision: Decision) -> list[str]:
    return [line.candidates[0] for line in decision.lines]


def play(strategy: Strategy, *turns: Understanding, stage: str = "pitch") -> Decision:
    decision = Decision(State(stage, slots={"plan": "fibre500"}))
    for turn in turns:
        decision = strategy.decide(decision.state, turn)
    return decision


def test_an_unsure_objection_is_asked_about(strategy: Strategy) -> None:
    decision = play(strategy, UNSURE_PRICE)
    assert (said(decision), decision.expects) == (["check.price"], "yes_no")


def test_a_yes_makes_it_the_objection(strategy: Strategy) -> None:
    decision = play(strategy, UNSURE_PRICE, YES)
    assert said(decision) == ["price.ack", "price.clarify"]
    assert (decision.state.objection, decision.state.misses) == ("price", 0)


def test_a_yes_makes_it_the_question_and_not_the_order(strategy: Strategy) -> None:
    decision = play(strategy, UNSURE_QUESTION, YES, stage="close")
    assert said(decision) == ["answer.contract", "close.again"]
    assert decision.state.stage == "close"


def test_a_no_asks_openly_and_refuses_nothing(strategy: Strategy) -> None:
    decision = play(strategy, UNSURE_PRICE, NO)
    assert (said(decision), decision.state.stage) == (["nomatch.openly"], "pitch")


def test_other_words_count_as_what_they_are(strategy: Strategy) -> None:
    decision = play(strategy, UNSURE_PRICE, Understanding("ask_speed"))
    assert said(decision)[0] == "answer.speed"
    assert decision.state.checking is None


@pytest.mark.parametrize(
    "turns",
    [(UNSURE_PRICE, UNSURE_QUESTION), (UNSURE_PRICE, UNKNOWN), (UNKNOWN, UNSURE_PRICE),
     (UNKNOWN, UNKNOWN), (UNSURE_PRICE, NO, UNSURE_QUESTION)],
)  # fmt: skip
def test_the_second_time_in_a_row_the_stage_gives_way(
    strategy: Strategy, turns: tuple[Understanding, ...]
) -> None:
    assert play(strategy, *turns).state.stage == "offer_human"


def test_an_understood_turn_starts_the_count_again(strategy: Strategy) -> None:
    decision = play(strategy, UNSURE_PRICE, Understanding("ask_speed"), UNSURE_QUESTION)
    assert said(decision) == ["check.ask_contract"]


def test_a_pardon_repeats_the_check_and_a_yes_still_answers_it(strategy: Strategy) -> None:
    repeated = play(strategy, UNSURE_QUESTION, Understanding("repeat"), stage="close")
    assert (repeated.repeat, repeated.expects) == (True, "yes_no")
    assert said(strategy.decide(repeated.state, YES))[0] == "answer.contract"


def test_after_silence_the_check_is_asked_again(strategy: Strategy) -> None:
    decision = strategy.silence(play(strategy, UNSURE_PRICE).state, 2)
    assert (said(decision)[-1], decision.expects) == ("check.price", "yes_no")


def test_over_a_slot_the_check_comes_before_the_slot_is_asked_again(strategy: Strategy) -> None:
    opened = strategy.decide(State("opening"), YES)
    decision = strategy.decide(opened.state, UNSURE_QUESTION)
    assert said(decision) == ["check.ask_contract"]
    assert said(strategy.decide(decision.state, YES)) == ["answer.contract", "ask.provider"]


def test_table_names_every_check(strategy: Strategy, larkfield: Playbook) -> None:
    rows = {row.on: row.then for row in strategy.table()}
    assert rows["perhaps price"] == "say check.price; yes: price; no: ask openly"
    assert "ask once more" in rows["not understood"]
