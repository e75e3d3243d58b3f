"""What a customer does at the agent's snapshots, in virtual time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import pytest

from agent.dialogue.conversation import Conversation
from agent.evaluation.customers.customer import Customer
from agent.evaluation.customers.persona import Line
from agent.evaluation.simulation.audio.caller import Caller, Sounded
from agent.evaluation.simulation.notes import CallNotes
from agent.evaluation.simulation.real_calls.call import Follower
from agent.evaluation.sound.voices import Samples
from agent.evaluation.virtual_time.loop import run_virtually
from agent.snapshots.saved_call import Phase, SavedCall
from tests.evaluation.simulation.audio.test_caller import WILLING, WORLD, Tones
from tests.snapshots.saved import saved


@dataclass
class Telephone:
    """Implements `Telephone`: keeps when something was said."""

    said_s: list[float] = field(default_factory=list)
    agent_audible: bool = True
    speaking: bool = False
    speaks_until_s: float = 0.0

    @property
    def now_s(self) -> float:
        return asyncio.get_running_loop().time()

    def say(self, sound: Samples) -> Sounded:
        self.said_s.append(self.now_s)
        return Sounded(self.now_s, self.now_s + 1.0)


def followed(*script: tuple[float, Callable[[Conversation], SavedCall]]) -> tuple[list[float], int]:
    """When the customer spoke, and how often it was put through; seconds between snapshots."""

    async def main() -> tuple[list[float], int]:
        telephone, through = Telephone(), []
        random = Random(1)
        customer = Customer(WILLING, WORLD.playbook, WORLD.phrases, {}, WORLD.dials, random)
        notes, tones = CallNotes(WORLD, "x"), Tones(Line(), Random(1))
        caller = Caller(customer, tones, telephone, notes, Random(1), lambda: None)
        follower = Follower(caller, lambda: through.append(1))
        talk = Conversation(WORLD.playbook, WORLD.understander, seed=1)
        talk.open()
        for after_s, snapshot in script:
            await asyncio.sleep(after_s)
            follower(snapshot(talk))
        await asyncio.sleep(5)
        assert follower.standing is not None
        return telephone.said_s, len(through)

    return run_virtually(main())


def begins(talk: Conversation) -> SavedCall:
    return saved(dialogue=talk.snapshot(heard=False))


def ends(talk: Conversation) -> SavedCall:
    return saved(dialogue=talk.snapshot(heard=True))


def is_handed_over(talk: Conversation) -> SavedCall:
    return saved(dialogue=talk.snapshot(), phase=Phase.HANDED_OVER)


def test_a_turn_is_answered_when_it_has_been_heard() -> None:
    (said_s,), through = followed((0, begins), (3, ends))
    assert 3.2 < said_s < 4.0
    assert through == 0


def test_a_turn_of_which_only_the_end_was_seen_is_answered_too() -> None:
    (said_s,), _ = followed((1, ends))
    assert said_s == pytest.approx(1.6, abs=0.4)


def test_a_turn_that_goes_on_is_not_answered() -> None:
    assert followed((0, begins)) == ([], 0)


def test_who_is_put_through_says_nothing_more() -> None:
    assert followed((0, begins), (3, is_handed_over)) == ([], 1)
