"""One simulated customer's call over the telephone network.

The customer speaks into a SIP phone. It hears what the agent's snapshots say was said, as far as it
was played; when the agent is heard, and when silent, is measured on the phone's frames.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from agent.errors import UnderstudyError
from agent.evaluation.customers.customer import Customer
from agent.evaluation.customers.persona import Persona
from agent.evaluation.phone import Phone
from agent.evaluation.phone_call import CallEnded, PhoneCall, PhoneError, PhoneTimeout
from agent.evaluation.simulation.audio.call import LONGEST_S
from agent.evaluation.simulation.audio.caller import Caller
from agent.evaluation.simulation.audio.customer_sounds import CustomerSounds
from agent.evaluation.simulation.audio.heard_by_agent import HeardByAgent
from agent.evaluation.simulation.audio.measured import measured
from agent.evaluation.simulation.notes import CallNotes
from agent.evaluation.simulation.real_calls.dialogue_watch import DialogueWatch, Standing
from agent.evaluation.simulation.real_calls.handset import Handset
from agent.evaluation.simulation.simulated_call import SimulatedCall
from agent.evaluation.simulation.world import World
from agent.records.store import CallStore
from agent.snapshots.saved_call import Phase, SavedCall

_TAKEN_WITHIN_S = 10.0
_RECORDED_WITHIN_S = 30.0
_LOOK_AGAIN_S = 0.1


@dataclass(frozen=True, slots=True)
class Exchange:
    """What all calls share: a phone, the number it rings, and the agent's records."""

    phone: Phone
    extension: str
    watch: DialogueWatch
    records: CallStore


async def real_call(
    world: World, exchange: Exchange, persona: Persona, seed: str, recording: Path | None = None
) -> SimulatedCall:
    """Ring, talk, hang up; the customer decides as for the same seed in text.

    `recording` is where to write what the phone sent and heard. Raises UnderstudyError where the
    call failed, and leaves nothing on the line whatever happens.
    """
    call = await exchange.phone.dial(exchange.extension)
    try:
        try:
            await call.wait_for_answer()
        except (CallEnded, PhoneTimeout) as error:
            raise UnderstudyError(f"Simulated call {seed} was not answered: {error}.") from None
        return await _Conducted(world, exchange, persona, seed, call).to_its_end(recording)
    finally:
        # A phone that does not answer hangs up when it is stopped.
        with contextlib.suppress(PhoneError):
            await call.hang_up()
        exchange.phone.forget(call)


class _Conducted:
    """An answered call, its customer, and what is noted of both."""

    def __init__(
        self, world: World, exchange: Exchange, persona: Persona, seed: str, call: PhoneCall
    ) -> None:
        self._exchange = exchange
        self._seed = seed
        self._call = call
        self._notes = CallNotes(world, seed)
        self._over = False
        # As with sound in virtual time: decisions and times have dice of their own.
        timing = Random(f"{seed} sound")  # noqa: S311 a simulation has to be repeatable
        random = Random(seed)  # noqa: S311
        book, dials = world.playbook, world.dials
        self._customer = Customer(
            persona, book, world.phrases, world.meant, dials, random, aloud=True
        )
        sounds = CustomerSounds(persona.line, timing)
        self._handset = Handset(call, sounds)
        self._caller = Caller(
            self._customer, sounds, self._handset, self._notes, timing, self._hang_up
        )
        self._follower = Follower(self._caller, self._hang_up)

    async def to_its_end(self, recording: Path | None) -> SimulatedCall:
        """Until the customer hangs up, or the agent."""
        watch, sip_call_id = self._exchange.watch, self._call.sip_call_id
        watch.follow(sip_call_id, self._follower)
        try:
            await self._talk()
        finally:
            self._caller.call_over()
            watch.leave(sip_call_id)
        ending = await self._call.hang_up()
        call_id, standing = self._follower.call_id, self._follower.standing
        if standing is None:
            raise UnderstudyError(
                f"Simulated call {self._seed} was answered, but not by the agent: does "
                f"{self._exchange.extension} lead to it (`evaluation.caller`, docs/pbx.md)?"
            )
        if ending.by_remote:
            self._caller.agent_leaves(standing)
        if recording is not None:
            recording.parent.mkdir(parents=True, exist_ok=True)
            await asyncio.to_thread(self._call.save_recording, recording)
        agent = await self._agents_record(call_id)
        seconds = ending.at_s - (self._call.answered_s or ending.at_s)
        frames = list(self._handset.agent_frames())
        heard = measured(self._caller.happened, frames, agent.recognised, seconds)
        return self._notes.result(
            self._customer, standing, standing.reply, left=self._caller.left, heard=heard
        )

    async def _talk(self) -> None:
        call, follower = self._call, self._follower
        try:
            self._caller.connected()
            await call.wait_until(lambda: follower.standing is not None, "agent", _TAKEN_WITHIN_S)
            await call.wait_until(lambda: self._over, "end", LONGEST_S)
        except PhoneTimeout:
            self._notes.never_ends(f"still talking after {LONGEST_S / 60:.0f} minutes")
        except CallEnded:
            pass  # by the agent

    async def _agents_record(self, call_id: str) -> HeardByAgent:
        """What the agent wrote down of the call, into the notes, once it is complete."""
        agent, records = HeardByAgent(self._notes), self._exchange.records
        deadline_s = time.monotonic() + _RECORDED_WITHIN_S
        while (report := await records.report(call_id)).call.ended_at is None:
            if time.monotonic() > deadline_s:
                raise UnderstudyError(f"The agent has not recorded the end of call {self._seed}.")
            await asyncio.sleep(_LOOK_AGAIN_S)
        for turn in report.turns:
            agent.turn(turn)
        for event in report.events:
            agent.event(event)
        return agent

    def _hang_up(self) -> None:
        self._over = True


class Follower:
    """Tells a customer of each turn of the agent, by the snapshots of its call.

    `standing` is where the dialogue stands; None before the first.
    """

    def __init__(self, caller: Caller, on_handed_over: Callable[[], None]) -> None:
        """`on_handed_over`: a human is about to take the call."""
        self.call_id = ""
        self.standing: Standing | None = None
        self._caller = caller
        self._on_handed_over = on_handed_over
        self._speaks = False

    def __call__(self, saved: SavedCall) -> None:
        """Take in the call's newest snapshot."""
        standing = Standing.of(saved)
        self.call_id, self.standing = saved.call_id, standing
        heard = saved.dialogue.heard
        if not heard or not self._speaks:
            # Of a turn that was over sooner than it was looked for only the end is seen.
            self._caller.agent_begins(standing.reply)
        self._speaks = not heard
        if saved.phase is not Phase.TALKING:
            self._caller.agent_leaves(standing)
            self._on_handed_over()
        elif heard:
            self._caller.agent_ended(standing.heard, standing)
