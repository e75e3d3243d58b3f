"""When a customer speaks, against an agent whose turns the test plays."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

import numpy as np
import pytest

from agent.dialogue.conversation import CallerTurn, Conversation
from agent.dialogue.understanding import Understander
from agent.evaluation.customers.customer import Customer
from agent.evaluation.customers.mind import Dials
from agent.evaluation.customers.persona import Line, Persona
from agent.evaluation.customers.wording import shipped_phrases
from agent.evaluation.simulation.audio.caller import Caller
from agent.evaluation.simulation.audio.customer_sounds import CustomerSounds
from agent.evaluation.simulation.audio.line import VirtualLine
from agent.evaluation.simulation.audio.telephone import VirtualTelephone
from agent.evaluation.simulation.notes import CallNotes
from agent.evaluation.simulation.simulated_call import SimulatedCall
from agent.evaluation.simulation.world import World
from agent.evaluation.sound.voices import RATE_HZ, Samples
from agent.evaluation.virtual_time.loop import run_virtually
from tests.calls.playbook import TINY
from tests.dialogue.bag_of_words import BagOfWordsEncoder

WORLD = World(TINY, TINY, Understander(TINY, BagOfWordsEncoder()), shipped_phrases(), {}, Dials())
WILLING = Persona(id="willing", title="", buyable=True, patience=1.0, interest=1.0, questions=0)
ANGRY = WILLING.model_copy(update={"probe": "remove_me", "buyable": False})
MACHINE = WILLING.model_copy(update={"presence": "voicemail"})
ANSWERED_S = 1.0


class Tones(CustomerSounds):
    """A second of a tone for any words."""

    def words(self, text: str) -> Samples:
        return 0.1 * np.sin(np.arange(RATE_HZ) * 0.6)


class Agent:
    """Says its turns on a line, each in a second."""

    def __init__(self, line: VirtualLine) -> None:
        self.line = line
        self.talk = Conversation(TINY, WORLD.understander, seed=1)

    async def says(self, change: Callable[[Conversation], object]) -> None:
        change(self.talk)
        self.line.talking(self.talk, heard=False)
        await asyncio.sleep(ANSWERED_S)
        self.line.talking(self.talk, heard=True)


def call(
    persona: Persona, script: Callable[[Agent], Awaitable[None]], seed: int = 1
) -> tuple[Caller, SimulatedCall]:
    async def main() -> tuple[Caller, SimulatedCall]:
        book = WORLD.playbook
        customer = Customer(persona, book, WORLD.phrases, {}, WORLD.dials, Random(seed), aloud=True)
        notes = CallNotes(WORLD, "x")
        tones = Tones(Line(), Random(1))
        telephone = VirtualTelephone(tones)
        caller = Caller(customer, tones, telephone, notes, Random(seed), lambda: None)
        line = VirtualLine(caller, telephone, lambda: None)
        await line.answer()
        agent = Agent(line)
        await script(agent)
        await line.release()
        last = agent.talk.latest
        assert last is not None
        return caller, notes.result(customer, agent.talk, last, left=caller.left)

    return run_virtually(main())


async def greets(agent: Agent) -> None:
    await agent.says(lambda talk: talk.open())
    await asyncio.sleep(3)


def test_a_customer_answers_a_moment_after_the_agent_has_ended() -> None:
    caller, _ = call(WILLING, greets)
    (turn,) = caller.happened.turns
    assert 0.2 < turn.start_s - ANSWERED_S < 0.95
    assert turn.end_s - turn.start_s == pytest.approx(1.0)


def test_an_agent_that_goes_on_is_not_answered_yet() -> None:
    async def goes_on(agent: Agent) -> None:
        await agent.says(lambda talk: talk.open())
        await asyncio.sleep(0.1)
        await greets(agent)

    caller, _ = call(WILLING, goes_on)
    (turn,) = caller.happened.turns
    assert turn.start_s > 2 * ANSWERED_S


async def does_not_understand(agent: Agent) -> None:
    await greets(agent)
    await agent.says(lambda talk: talk.respond(CallerTurn("mumble")))
    await asyncio.sleep(4)


def test_what_was_not_understood_is_said_again() -> None:
    caller, _ = call(WILLING, does_not_understand)
    first, again = caller.happened.words
    assert first == again


def asks_for_removal(seed: int) -> bool:
    _, result = call(ANGRY, greets, seed)
    return result.asked_removal


def test_a_wish_that_was_not_understood_is_judged_when_it_was_said_again() -> None:
    seed = next(seed for seed in range(40) if asks_for_removal(seed))

    async def in_the_end(agent: Agent) -> None:
        await does_not_understand(agent)
        await agent.says(lambda talk: talk.respond(CallerTurn("yes")))

    async def misses_it_at_once(agent: Agent) -> None:
        await greets(agent)
        await agent.says(lambda talk: talk.respond(CallerTurn("yes")))

    def missed(script: Callable[[Agent], Awaitable[None]]) -> int:
        _, result = call(ANGRY, script, seed)
        return sum(breach.gate == "do-not-call missed" for breach in result.breaches)

    assert missed(does_not_understand) == 0
    assert missed(in_the_end) == 1
    assert missed(misses_it_at_once) == 1


def test_a_machine_speaks_at_once_and_answers_nothing() -> None:
    async def leaves_a_message(agent: Agent) -> None:
        await greets(agent)
        await asyncio.sleep(30)

    caller, _ = call(MACHINE, leaves_a_message)
    (greeting,) = caller.happened.turns
    assert greeting.start_s < 0.1
    assert caller.left
