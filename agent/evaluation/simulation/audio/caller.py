"""A simulated customer on the telephone: when it speaks, cuts in, hums, coughs and hangs up.

    agent     aaaaaaaaaaaaaaaaaaaaa.                aaaa|pause|aaaaaaaa.
    customer  ............mm-hmm.......ccccccccc.........cccc cut in cccc.
                              answer after a gap of its own `

What it decides is `customers.mind`'s, as in a call in text; here it gets its time. It hears the
agent's turns as far as they were played.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import Protocol

from agent.dialogue.reply import Continue, Reply
from agent.evaluation.customers.customer import Customer
from agent.evaluation.customers.mind import Does, Turn
from agent.evaluation.simulation.agent import Dialogue
from agent.evaluation.simulation.audio.customer_sounds import CustomerSounds
from agent.evaluation.simulation.notes import CallNotes
from agent.evaluation.simulation.simulated_call import Taken
from agent.evaluation.sound.voices import Samples

# How long people take to answer on the telephone.
_GAP_S = (0.25, 0.9)
_SLOWER_S = 0.8
# An agent's turn of fewer words is over before anybody cuts in, at 150 words a minute.
_LONG_WORDS, _WORDS_PER_S = 12, 2.5
_ASIDE_AT = (0.2, 0.8)
_NEXT_SOUND_S = 0.04
# What was said in vain is said again after this long, and so often.
_AGAIN_AFTER_S = 1.5
_AGAIN = 2
# A turn that was over so soon after a cut-in is not judged: it was ending anyway.
_JUST_ENDING_S = 1.0
# Who has said a last word hangs up, answered or not.
_LEAVES_AFTER_S = 10.0
_MACHINE_RECORDS_S = 25.0


@dataclass(slots=True)
class Sounded:
    """When a sound of the customer's began and ended, in the telephone's seconds."""

    start_s: float
    end_s: float


class Telephone(Protocol):
    """The customer's end of a line. It has a clock of its own."""

    @property
    def now_s(self) -> float:
        """Its time."""

    @property
    def agent_audible(self) -> bool:
        """Whether the agent's last frame held any sound."""

    @property
    def speaking(self) -> bool:
        """Whether there is sound still to be sent."""

    @property
    def speaks_until_s(self) -> float:
        """When the sound that is being sent ends; in the past where none is."""

    def say(self, sound: Samples) -> Sounded:
        """Send a sound after what is being sent. Its times are exact once it has been sent."""


@dataclass(slots=True)
class AgentTurn:
    """One of the agent's turns as the customer hears it."""

    reply: Reply
    cut_in: Sounded | None = None
    asides: int = 0


@dataclass(slots=True)
class Happened:
    """What the customer's end has seen, in the telephone's seconds.

    `cut_ins` have the moment and whether the agent broke off; `kept_on` as in `Heard`. `secret`:
    something was said that the agent's records mask.
    """

    turns: list[Sounded] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    cut_ins: list[tuple[Sounded, bool]] = field(default_factory=list)
    kept_on: list[bool] = field(default_factory=list)
    secret: bool = False


class Caller:
    """One customer in one call; whoever joins it to an agent tells it of the agent's turns."""

    def __init__(
        self,
        customer: Customer,
        sounds: CustomerSounds,
        telephone: Telephone,
        notes: CallNotes,
        random: Random,
        on_hang_up: Callable[[], None],
    ) -> None:
        """`random` is for times alone; `on_hang_up` is called where the customer ends the call."""
        self.happened = Happened()
        self.left = False
        self._customer = customer
        self._sounds = sounds
        self._telephone = telephone
        self._notes = notes
        self._random = random
        self._on_hang_up = on_hang_up
        self._agent: AgentTurn | None = None
        self._does: Does | None = None
        self._said = ""
        self._taken = Taken()
        self._said_again = 0
        self._leaves = False
        self._timers: list[asyncio.TimerHandle] = []

    def connected(self) -> None:
        """Both sides hear each other from now on."""
        if self._customer.persona.presence == "voicemail":
            self._play_greeting()

    def agent_begins(self, reply: Reply) -> None:
        """The agent begins a turn."""
        self._forget_plans()
        self._agent = AgentTurn(reply)
        self._plan_aside(self._agent)

    def agent_ended(self, text: str, dialogue: Dialogue) -> None:
        """The agent has ended its turn, or was interrupted; `text` is what was heard of it."""
        turn = self._agent
        if turn is None:
            return
        whole = text == " ".join(line.text for line in turn.reply.lines)
        again = self._to_say_again(turn)
        self._note(turn, whole=whole)
        # What has not been understood is judged when it has been said again.
        self._notes.decided(turn.reply, dialogue, None if again else self._does)
        self._agent = None
        if self._leaves:
            self._hang_up()
        elif turn.cut_in is not None and not whole:
            pass  # the agent has made room for what is being said
        elif self._customer.persona.presence == "voicemail":
            pass  # a machine answers nothing
        elif again:
            self._later(self._speaks_for_s() + _AGAIN_AFTER_S, self._say_again)
        else:
            self._does = None
            heard = turn.reply if whole else _cut_off(turn.reply, text)
            self._later(self._speaks_for_s() + self._gap_s(), lambda: self._answer(heard))

    def agent_leaves(self, dialogue: Dialogue) -> None:
        """The agent ends the call, or hands it over."""
        if self._agent is not None:
            self._note(self._agent, whole=True)
            self._notes.decided(self._agent.reply, dialogue, self._does)
            self._agent = None
        self._forget_plans()

    def call_over(self) -> None:
        """Nothing that was planned happens any more."""
        self._forget_plans()

    def _note(self, turn: AgentTurn, *, whole: bool) -> None:
        if turn.cut_in is not None:
            under_way_s = self._telephone.now_s - turn.cut_in.start_s
            # Some lines have to be heard, and are said to their end.
            may = all(line.interruptible for line in turn.reply.lines)
            if may and (not whole or under_way_s > _JUST_ENDING_S):
                self.happened.cut_ins.append((turn.cut_in, not whole))
        self.happened.kept_on += [whole or turn.cut_in is not None] * turn.asides

    def _to_say_again(self, turn: AgentTurn) -> bool:
        in_vain = turn.cut_in is not None or self._notes.asks_again(turn.reply)
        return in_vain and bool(self._said) and self._said_again < _AGAIN

    # -- what the customer says

    def _answer(self, reply: Reply) -> None:
        turn, _ = self._customer.answers(reply)
        self._said_again = 0
        if turn.does is Does.LEAVE:
            self._hang_up()
        else:
            self._speak(turn)

    def _speak(self, turn: Turn) -> Sounded | None:
        """Say a turn; None for one without words."""
        self._does, self._said = turn.does, self._customer.words(turn)
        self._taken = Taken(turn.does.value, turn.reason)
        self._leaves = turn.leaves
        self.happened.secret |= turn.does is Does.CARD
        self._notes.customer_does(turn.does)
        if turn.leaves:
            self._later(_LEAVES_AFTER_S, self._hang_up)
        return self._utter() if self._said else None

    def _say_again(self) -> None:
        self._said_again += 1
        self._utter()

    def _utter(self) -> Sounded:
        sounded = self._telephone.say(self._sounds.words(self._said))
        self.happened.turns.append(sounded)
        self.happened.words.append(self._said)
        self._notes.said("customer", self._said, sounded.start_s, sounded.end_s, self._taken)
        return sounded

    def _play_greeting(self) -> None:
        self._speak(Turn(Does.MACHINE))
        self._telephone.say(self._sounds.beep())
        asyncio.get_running_loop().call_later(_MACHINE_RECORDS_S, self._hang_up)

    def _plan_aside(self, turn: AgentTurn) -> None:
        """Whether and when something is said, or coughed, under this turn of the agent."""
        persona, chance = self._customer.persona, self._random.random()
        at = self._random.uniform(*_ASIDE_AT)
        words = sum(len(line.text.split()) for line in turn.reply.lines)
        if words < _LONG_WORDS or persona.presence != "person":
            return
        for share, aside in (
            (persona.interrupts, self._cut_in),
            (persona.back_channels, self._hum),
            (persona.coughs, self._cough),
        ):
            if chance < share:
                self._later(at * words / _WORDS_PER_S, partial(self._aside, turn, aside))
                return
            chance -= share

    def _aside(self, turn: AgentTurn, aside: Callable[[AgentTurn], None]) -> None:
        if self._agent is not turn or self._telephone.speaking:
            return
        if self._telephone.agent_audible:
            aside(turn)
        else:  # between two words
            self._later(_NEXT_SOUND_S, partial(self._aside, turn, aside))

    def _cut_in(self, turn: AgentTurn) -> None:
        found = self._customer.cuts_in()
        if found is not None:
            turn.cut_in = self._speak(found)

    def _hum(self, turn: AgentTurn) -> None:
        self._telephone.say(self._sounds.words(self._customer.back_channel()))
        turn.asides += 1

    def _cough(self, turn: AgentTurn) -> None:
        self._telephone.say(self._sounds.cough())
        turn.asides += 1

    def _hang_up(self) -> None:
        self.left = True
        self._forget_plans()
        self._on_hang_up()

    # -- time

    def _gap_s(self) -> float:
        slower = _SLOWER_S if self._customer.persona.line.slow else 0.0
        return self._random.uniform(*_GAP_S) + slower

    def _speaks_for_s(self) -> float:
        return max(0.0, self._telephone.speaks_until_s - self._telephone.now_s)

    def _later(self, seconds: float, what: Callable[[], object]) -> None:
        self._timers.append(asyncio.get_running_loop().call_later(seconds, what))

    def _forget_plans(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()


def _cut_off(reply: Reply, heard: str) -> Reply:
    """A turn of which only this was heard: nothing is known of what it asked for."""
    lines, rest = [], heard
    for line in reply.lines:
        if not rest.startswith(line.text):
            break
        lines.append(line)
        rest = rest[len(line.text) :].lstrip()
    if rest and len(lines) < len(reply.lines):
        lines.append(replace(reply.lines[len(lines)], line_id="", text=rest))
    return replace(reply, lines=tuple(lines), action=Continue(), expects=None)
