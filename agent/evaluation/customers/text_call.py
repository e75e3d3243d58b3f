"""A simulated call in text: the agent's own dialogue against a customer, as fast as both think."""

from dataclasses import dataclass
from random import Random

from agent.cloning.recorded import Conversation as Recorded
from agent.cloning.recorded import Speaker, Turn
from agent.dialogue.conversation import Conversation
from agent.dialogue.playbook import Playbook
from agent.dialogue.reply import CallerTurn, Reply
from agent.dialogue.understanding import Understander
from agent.evaluation.customers import mind
from agent.evaluation.customers.ears import Ears
from agent.evaluation.customers.mind import Dials, Does
from agent.evaluation.customers.persona import Persona, Reason
from agent.evaluation.customers.wording import Mouth, Phrases

_MAX_TURNS = 60
# People speak about so many words a second (guide: 150 words a minute), and pause between turns.
_WORDS_PER_S = 2.5
_GAP_S = 0.6


@dataclass(frozen=True, slots=True)
class SimulatedCall:
    """What came of one call."""

    persona: str
    seed: str
    outcome: str
    bought: bool
    left: bool
    raised: tuple[Reason, ...]
    conversation: Recorded
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class World:
    """What all calls of a run share."""

    playbook: Playbook
    understander: Understander
    phrases: Phrases
    meant: dict[Reason, str]
    dials: Dials


def text_call(world: World, persona: Persona, seed: str) -> SimulatedCall:
    """One call, the same for the same seed."""
    random = Random(seed)  # noqa: S311 a simulation has to be repeatable
    agent = Conversation(world.playbook, world.understander, seed=seed.encode())
    ears, state = Ears(world.playbook, world.meant), mind.begin(persona, random)
    mouth = Mouth(world.phrases, persona, world.playbook, random)
    told = _Transcript(seed)
    reply, silences, leaves = agent.open(), 0, False
    for _ in range(_MAX_TURNS):
        told.agent(reply)
        heard = ears.hear(reply, state.open)
        state, turn = mind.respond(persona, state, heard, random, world.dials)
        leaves = turn.leaves and not heard.over
        if heard.over or (turn.leaves and turn.does is Does.LEAVE):
            break
        words = mouth.words(turn)
        told.customer(words)
        silences = silences + 1 if not words else 0
        reply = agent.silence(silences) if silences else agent.respond(CallerTurn(words))
        if turn.leaves:
            told.agent(reply)
            break
    return SimulatedCall(
        persona=persona.id,
        seed=seed,
        outcome=agent.disposition,
        bought=state.bought,
        left=leaves,
        raised=state.raised,
        conversation=told.conversation(),
        lines=tuple(told.lines),
    )


class _Transcript:
    def __init__(self, call: str) -> None:
        self._call = call
        self._turns: list[Turn] = []
        self._now = 0.0
        self.lines: list[tuple[str, ...]] = []

    def agent(self, reply: Reply) -> None:
        self._add("agent", " ".join(line.text for line in reply.lines))
        self.lines.append(tuple(line.line_id for line in reply.lines))

    def customer(self, words: str) -> None:
        if words:
            self._add("customer", words)

    def _add(self, speaker: Speaker, text: str) -> None:
        end = self._now + len(text.split()) / _WORDS_PER_S
        self._turns.append(Turn(speaker=speaker, start=self._now, end=end, text=text))
        self._now = end + _GAP_S

    def conversation(self) -> Recorded:
        return Recorded(call=self._call, source="given", turns=tuple(self._turns))
