"""A simulated call in text: the agent's own dialogue against a customer, as fast as both think."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Protocol

from agent.cloning.recorded import Conversation as Recorded
from agent.cloning.recorded import Speaker, Turn
from agent.dialogue.conversation import CallerTurn, Conversation, Reply
from agent.dialogue.playbook import Playbook
from agent.dialogue.reply import Transfer
from agent.dialogue.understanding import Understander
from agent.evaluation.customers import mind
from agent.evaluation.customers.ears import Ears
from agent.evaluation.customers.mind import Dials, Does
from agent.evaluation.customers.persona import Persona, Reason
from agent.evaluation.customers.wording import Mouth, Phrases
from agent.evaluation.group_scores import group_scores
from agent.evaluation.rubric.criteria import Group
from agent.evaluation.rubric.score import score_call
from agent.evaluation.simulation.gates import (
    Breach,
    answer_breaches,
    fact_breaches,
    opening_breaches,
)

_MAX_TURNS = 60
# 150 words a minute, and the pause that people leave between turns.
_WORDS_PER_S = 2.5
_GAP_S = 0.6
# Callers name days; the same day for all keeps calls the same on any day.
_TODAY = date(2026, 3, 2)
TRANSFERRED, HUNG_UP = "transferred", "hung up"


class Agent(Protocol):
    """Whoever leads the call; a Conversation does."""

    @property
    def disposition(self) -> str: ...
    @property
    def slots(self) -> Mapping[str, str]: ...
    def open(self) -> Reply: ...
    def respond(self, turn: CallerTurn) -> Reply: ...
    def silence(self, count: int) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """What a customer did in its turn and what the agent took it for, or an agent's turn's lines.

    `reason` is the one that a customer gives, `objection` the one that was understood.
    """

    does: str = ""
    reason: Reason | None = None
    intent: str = ""
    objection: str | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SimulatedCall:
    """What came of one call.

    `outcome` is the playbook's disposition, or TRANSFERRED, HUNG_UP. `done`: the customer said yes,
    and the call ended as the playbook's objective wants. `left`: the customer hung up before the
    agent had ended it. `rubric` has the groups that came up, from 0 to 1; `taken` is of each turn
    of the conversation.
    """

    persona: str
    seed: str
    can_be_won: bool
    outcome: str
    bought: bool
    done: bool
    left: bool
    asked_removal: bool
    raised: tuple[Reason, ...]
    settled: tuple[Reason, ...]
    stages: tuple[str, ...]
    not_understood: int
    rubric: dict[Group, float]
    breaches: tuple[Breach, ...]
    conversation: Recorded
    taken: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class World:
    """What all calls of one version share; `approved` has the facts that are true."""

    playbook: Playbook
    approved: Playbook
    understander: Understander
    phrases: Phrases
    meant: dict[Reason, str]
    dials: Dials


def text_call(
    world: World, persona: Persona, seed: str, agent: Agent | None = None
) -> SimulatedCall:
    """One call, the same for the same seed, led by the playbook or by another agent."""
    return _TextCall(world, persona, seed, agent).run()


class _TextCall:
    def __init__(self, world: World, persona: Persona, seed: str, agent: Agent | None) -> None:
        random = Random(seed)  # noqa: S311 a simulation has to be repeatable
        self._world = world
        self._persona = persona
        self._seed = seed
        self._random = random
        self._agent: Agent = agent or Conversation(
            world.playbook, world.understander, seed=seed.encode(), today=_TODAY
        )
        self._ears = Ears(world.playbook, world.meant)
        self._mind = mind.begin(persona, random)
        self._mouth = Mouth(world.phrases, persona, world.playbook, random)
        self._told = _Transcript(seed)
        self._stages: list[str] = []
        self._breaches: list[Breach] = []
        self._not_understood = 0
        self._asked_removal = False

    def run(self) -> SimulatedCall:
        reply = self._agent.open()
        self._breaches += opening_breaches(reply)
        left, silences = False, 0
        for _ in range(_MAX_TURNS):
            self._hears(reply)
            turn, over = self._answers(reply)
            left = turn.leaves and not over
            if over or turn.does is Does.LEAVE:
                break
            words = self._mouth.words(turn)
            self._told.customer(words, turn)
            self._asked_removal |= turn.does is Does.REMOVE_ME
            silences = 0 if words else silences + 1
            reply = (
                self._agent.respond(CallerTurn(words)) if words else self._agent.silence(silences)
            )
            self._breaches += answer_breaches(turn.does, reply, self._agent.disposition)
            if turn.leaves:
                self._hears(reply)
                break
        else:
            self._breaches.append(Breach("no end", "", f"still talking after {_MAX_TURNS} turns"))
        return self._result(reply, left)

    def _hears(self, reply: Reply) -> None:
        self._told.agent(reply)
        if not self._stages or self._stages[-1] != reply.stage:
            self._stages.append(reply.stage)
        no_match = self._world.playbook.repair.no_match
        self._not_understood += any(line.line_id in no_match for line in reply.lines)
        self._breaches += fact_breaches(
            self._world.playbook, self._world.approved, reply,
            self._world.playbook.assumed(self._agent.slots),
        )  # fmt: skip

    def _answers(self, reply: Reply) -> tuple[mind.Turn, bool]:
        heard = self._ears.hear(reply, self._mind.open)
        self._mind, turn = mind.respond(
            self._persona, self._mind, heard, self._random, self._world.dials
        )
        return turn, heard.over

    def _result(self, reply: Reply, left: bool) -> SimulatedCall:
        playbook, conversation = self._world.playbook, self._told.conversation()
        outcome = self._agent.disposition
        if not outcome:
            outcome = TRANSFERRED if isinstance(reply.action, Transfer) else HUNG_UP
        return SimulatedCall(
            persona=self._persona.id,
            seed=self._seed,
            can_be_won=self._persona.buyable,
            outcome=outcome,
            bought=self._mind.bought,
            done=self._mind.bought and outcome == playbook.objective.definition_of_done,
            left=left,
            asked_removal=self._asked_removal,
            raised=self._mind.raised,
            settled=self._mind.settled,
            stages=tuple(self._stages),
            not_understood=self._not_understood,
            rubric=group_scores(score_call(conversation, company=playbook.persona.company)),
            breaches=tuple(self._breaches),
            conversation=conversation,
            taken=self._told.taken(),
        )


class _Transcript:
    def __init__(self, call: str) -> None:
        self._call = call
        self._turns: list[Turn] = []
        self._taken: list[Taken] = []
        self._now = 0.0

    def agent(self, reply: Reply) -> None:
        heard = reply.understanding
        if heard is not None and self._turns and self._turns[-1].speaker == "customer":
            self._taken[-1] = replace(
                self._taken[-1], intent=heard.intent, objection=heard.objection
            )
        self._add("agent", " ".join(line.text for line in reply.lines))
        self._taken.append(Taken(lines=tuple(line.line_id for line in reply.lines)))

    def customer(self, words: str, turn: mind.Turn) -> None:
        if words:
            self._add("customer", words)
            self._taken.append(Taken(turn.does.value, turn.reason))

    def _add(self, speaker: Speaker, text: str) -> None:
        end = self._now + len(text.split()) / _WORDS_PER_S
        self._turns.append(Turn(speaker=speaker, start=self._now, end=end, text=text))
        self._now = end + _GAP_S

    def taken(self) -> tuple[Taken, ...]:
        return tuple(self._taken)

    def conversation(self) -> Recorded:
        return Recorded(call=self._call, source="given", turns=tuple(self._turns))
