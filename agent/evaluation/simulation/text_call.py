"""A simulated call in text: the agent's own dialogue against a customer, as fast as both think."""

from datetime import date
from random import Random

from agent.cloning.recorded import Speaker
from agent.dialogue.conversation import CallerTurn, Conversation, Reply
from agent.evaluation.customers.customer import Customer
from agent.evaluation.customers.mind import Does
from agent.evaluation.customers.persona import Persona
from agent.evaluation.simulation.agent import Agent
from agent.evaluation.simulation.notes import CallNotes
from agent.evaluation.simulation.simulated_call import SimulatedCall, Taken
from agent.evaluation.simulation.world import World

MAX_TURNS = 60
# 150 words a minute, and the pause that people leave between turns.
_WORDS_PER_S = 2.5
_GAP_S = 0.6
# Callers name days; the same day for all keeps calls the same on any day.
TODAY = date(2026, 3, 2)


def text_call(
    world: World, persona: Persona, seed: str, agent: Agent | None = None
) -> SimulatedCall:
    """One call, the same for the same seed, led by the playbook or by another agent."""
    return _TextCall(world, persona, seed, agent).run()


class _TextCall:
    def __init__(self, world: World, persona: Persona, seed: str, agent: Agent | None) -> None:
        random = Random(seed)  # noqa: S311 a simulation has to be repeatable
        self._agent: Agent = agent or Conversation(
            world.playbook, world.understander, seed=seed.encode(), today=TODAY
        )
        self._customer = Customer(
            persona, world.playbook, world.phrases, world.meant, world.dials, random
        )
        self._notes = CallNotes(world, seed)
        self._now_s = 0.0

    def run(self) -> SimulatedCall:
        reply, does = self._agent.open(), None
        left, silences = False, 0
        for _ in range(MAX_TURNS):
            self._hears(reply, does)
            turn, over = self._customer.answers(reply)
            left = turn.leaves and not over
            if over or turn.does is Does.LEAVE:
                break
            words, does = self._customer.words(turn), turn.does
            self._said("customer", words, Taken(does.value, turn.reason))
            self._notes.customer_does(does)
            silences = 0 if words else silences + 1
            reply = (
                self._agent.respond(CallerTurn(words)) if words else self._agent.silence(silences)
            )
            if turn.leaves:
                self._hears(reply, does)
                break
        else:
            self._notes.never_ends(f"still talking after {MAX_TURNS} turns")
        return self._notes.result(self._customer, self._agent, reply, left=left)

    def _hears(self, reply: Reply, does: Does | None) -> None:
        lines = tuple(line.line_id for line in reply.lines)
        self._said("agent", " ".join(line.text for line in reply.lines), Taken(lines=lines))
        self._notes.decided(reply, self._agent, does)

    def _said(self, speaker: Speaker, text: str, taken: Taken) -> None:
        if not text:
            return
        ends_s = self._now_s + len(text.split()) / _WORDS_PER_S
        self._notes.said(speaker, text, self._now_s, ends_s, taken)
        self._now_s = ends_s + _GAP_S
