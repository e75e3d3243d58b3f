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

from agent.calls.line import Handoff, MediaEndpoint
from agent.dialogue.conversation import Conversation
from agent.dialogue.reply import Continue, Reply
from agent.evaluation.customers.customer import Customer
from agent.evaluation.customers.mind import Does, Turn
from agent.evaluation.simulation.audio.customer_sounds import CustomerSounds
from agent.evaluation.simulation.audio.telephone import Sounded, Telephone
from agent.evaluation.simulation.audio.wire import CUSTOMER
from agent.evaluation.simulation.notes import CallNotes
from agent.evaluation.simulation.simulated_call import Taken

# How long people take to answer on the telephone.
_GAP_S = (0.25, 0.9)
_SLOWER_S = 0.8
# An agent's turn of fewer words is over before anybody cuts in, at 150 words a minute.
_LONG_WORDS, _WORDS_PER_S = 12, 2.5
_ASIDE_AT = (0.2, 0.8)
# What was said in vain is said again after this long, and so often.
_AGAIN_AFTER_S = 1.5
_AGAIN = 2
# A turn that was over so soon after a cut-in is not judged: it was ending anyway.
_JUST_ENDING_S = 1.0
# Who has said a last word hangs up, answered or not.
_LEAVES_AFTER_S = 10.0
_MACHINE_RECORDS_S = 25.0


@dataclass(slots=True)
class AgentTurn:
    """One of the agent's turns as the customer hears it."""

    reply: Reply
    cut_in: Sounded | None = None
    asides: int = 0


@dataclass(slots=True)
class Happened:
    """What the customer's end has seen, in the loop's seconds.

    `cut_ins` have the moment and whether the agent broke off; `kept_on` as in `Heard`. `secret`:
    something was said that the agent's records mask.
    """

    turns: list[Sounded] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    cut_ins: list[tuple[Sounded, bool]] = field(default_factory=list)
    kept_on: list[bool] = field(default_factory=list)
    secret: bool = False


class Caller:
    """Implements `calls.line.Line` and `calls.memory.Memory` for one call."""

    def __init__(
        self, customer: Customer, sounds: CustomerSounds, notes: CallNotes, random: Random
    ) -> None:
        self.telephone = Telephone(sounds)
        self.unrecorded = False
        self.happened = Happened()
        self.left = False
        self.conversation: Conversation | None = None
        self.on_hang_up: Callable[[], None] = lambda: None
        self.on_taken: Callable[[], None] = lambda: None
        self._customer = customer
        self._sounds = sounds
        self._notes = notes
        self._random = random
        self._agent: AgentTurn | None = None
        self._does: Does | None = None
        self._said = ""
        self._taken = Taken()
        self._said_again = 0
        self._leaves = False
        self._timers: list[asyncio.TimerHandle] = []

    # -- the agent's line

    async def codec(self) -> str:
        """Always ulaw."""
        return "ulaw"

    async def linked_id(self) -> str:
        """No PBX knows this call."""
        return ""

    async def attach(self, media: MediaEndpoint, codec: str) -> None:
        """The wire is there already."""
        media.connect(CUSTOMER)

    async def answer(self) -> None:
        """Both sides hear each other."""
        self.telephone.pick_up()
        if self._customer.persona.presence == "voicemail":
            self._play_greeting()

    async def hang_up(self) -> None:
        """The agent ends the call."""
        self._agent_ended_call()

    async def hand_over(self, handoff: Handoff) -> None:
        """A human takes the caller at once."""
        self._agent_ended_call()
        self.on_taken()

    async def take_back(self) -> None:
        """Never asked for: nobody gives the caller back."""

    async def release(self) -> None:
        """The call is over."""
        self._forget_plans()
        self.telephone.hang_up()

    # -- what the agent says

    def talking(self, conversation: Conversation, *, heard: bool) -> None:
        """The agent begins a turn, or with `heard` has ended it or was interrupted in it."""
        self.conversation = conversation
        if not heard and conversation.latest is not None:
            self._forget_plans()
            self._agent = AgentTurn(conversation.latest)
            self._plan_aside(self._agent)
        elif self._agent is not None:
            self._agent_ended(self._agent, conversation)

    def handed_over(self, conversation: Conversation) -> None:
        """`hand_over` says it."""

    def ended(self, conversation: Conversation, *, ended_by: str, in_queue: bool) -> None:
        """The agent's last word on the call."""
        self.conversation = conversation

    def _agent_ended(self, turn: AgentTurn, conversation: Conversation) -> None:
        text = conversation.history[-1].text
        whole = text == " ".join(line.text for line in turn.reply.lines)
        again = self._to_say_again(turn)
        self._note(turn, whole=whole)
        # What has not been understood is judged when it has been said again.
        self._notes.decided(turn.reply, conversation, None if again else self._does)
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

    def _note(self, turn: AgentTurn, *, whole: bool) -> None:
        if turn.cut_in is not None:
            under_way_s = asyncio.get_running_loop().time() - turn.cut_in.start_s
            # Some lines have to be heard, and are said to their end.
            may = all(line.interruptible for line in turn.reply.lines)
            if may and (not whole or under_way_s > _JUST_ENDING_S):
                self.happened.cut_ins.append((turn.cut_in, not whole))
        self.happened.kept_on += [whole or turn.cut_in is not None] * turn.asides

    def _agent_ended_call(self) -> None:
        if self._agent is not None and self.conversation is not None:
            self._note(self._agent, whole=True)
            self._notes.decided(self._agent.reply, self.conversation, self._does)
            self._agent = None
        self._forget_plans()

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
        sounded = self.telephone.say(self._sounds.words(self._said))
        self.happened.turns.append(sounded)
        self.happened.words.append(self._said)
        self._notes.said("customer", self._said, sounded.start_s, sounded.end_s, self._taken)
        return sounded

    def _play_greeting(self) -> None:
        self._speak(Turn(Does.MACHINE))
        self.telephone.say(self._sounds.beep())
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
        if self._agent is turn and self.telephone.agent_audible and not self.telephone.speaking:
            aside(turn)

    def _cut_in(self, turn: AgentTurn) -> None:
        found = self._customer.cuts_in()
        if found is not None:
            turn.cut_in = self._speak(found)

    def _hum(self, turn: AgentTurn) -> None:
        self.telephone.say(self._sounds.words(self._customer.back_channel()))
        turn.asides += 1

    def _cough(self, turn: AgentTurn) -> None:
        self.telephone.say(self._sounds.cough())
        turn.asides += 1

    def _hang_up(self) -> None:
        self.left = True
        self._forget_plans()
        self.on_hang_up()

    # -- time

    def _gap_s(self) -> float:
        slower = _SLOWER_S if self._customer.persona.line.slow else 0.0
        return self._random.uniform(*_GAP_S) + slower

    def _speaks_for_s(self) -> float:
        return max(0.0, self.telephone.speaks_until_s - asyncio.get_running_loop().time())

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
