"""What somebody asks who thinks of having it, and how soon the order is asked for."""

import pytest

from agent.dialogue.playbook import Playbook
from agent.dialogue.state import State
from agent.dialogue.strategy import Strategy
from agent.dialogue.understanding import Understanding

PITCH = State("pitch", slots={"plan": "fibre500"})


@pytest.fixture
def strategy(larkfield: Playbook) -> Strategy:
    return Strategy(larkfield)


def test_a_signal_is_answered_and_followed_by_the_trial_close(strategy: Strategy) -> None:
    decision = strategy.decide(PITCH, Understanding("ask_install"))
    assert [line.candidates[0] for line in decision.lines] == ["answer.install", "pitch.trial"]
    assert (decision.state.signals, decision.state.asked_after) == (1, (0,))


def test_an_ordinary_question_is_followed_by_the_open_one(strategy: Strategy) -> None:
    decision = strategy.decide(PITCH, Understanding("ask_speed"))
    assert decision.lines[-1].candidates == ("pitch.again",)
    assert decision.state.signals == 0


def test_a_signal_before_there_is_anything_to_order_waits_for_the_question(
    strategy: Strategy,
) -> None:
    state = strategy.decide(State("opening"), Understanding("affirm")).state
    state = strategy.decide(state, Understanding("ask_install")).state
    assert (state.signals, state.asked_after, state.signalled_at) == (1, (), 2)
    for slot, words in (("current_provider", "vantix"), ("usage", "films"), ("annoyance", "slow")):
        state = strategy.decide(state, Understanding("inform", slots={slot: words})).state
    assert (state.stage, state.asked_after) == ("pitch", ())
    decision = strategy.decide(state, Understanding("ask_speed"))
    assert decision.lines[-1].candidates == ("pitch.trial",)
    assert decision.state.asked_after == (4,)


def test_an_order_counts_as_asked_when_the_close_asks(strategy: Strategy) -> None:
    state = PITCH
    for intent in ("agree_order", "affirm", "affirm"):
        state = strategy.decide(state, Understanding(intent)).state
    assert (state.stage, state.signals, state.asked_after) == ("close", 1, (2,))
