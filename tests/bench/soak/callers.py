"""Callers who ring again as soon as they have hung up."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from itertools import count

from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.phone import AnswerAfter, Phone
from agent.evaluation.phone_call import PhoneCall, PhoneError
from agent.evaluation.phone_options import PhoneOptions
from agent.evaluation.scripted_caller import Script, ScriptedCaller, ScriptError

_AGENT = "1000"
# Callers come one after the other, as they do.
_APART_S = 1.5
_ANSWERED_WITHIN_S = 30.0
_LONGEST_TALK_S = 3600.0


class Callers:
    """So many calls at once, one script after the other; counts what became of them."""

    def __init__(self, phone: Phone, scripts: Sequence[Script]) -> None:
        self.placed = 0
        self.ended = 0
        self.broken: list[str] = []
        self._phone = phone
        self._scripts = scripts
        self._turn = count()
        self._talks: set[asyncio.Task[None]] = set()
        self._over = False

    @contextlib.asynccontextmanager
    async def ringing(self, at_once: int) -> AsyncIterator[None]:
        """Ring while the block runs; at its end all hang up, in the middle of what they say."""
        self._over = False
        lines = [asyncio.create_task(self._line(number * _APART_S)) for number in range(at_once)]
        try:
            yield
        finally:
            self._over = True
            for talk in self._talks:
                talk.cancel()
            await asyncio.gather(*lines)

    async def _line(self, after_s: float) -> None:
        await asyncio.sleep(after_s)
        while not self._over:
            script = self._scripts[next(self._turn) % len(self._scripts)]
            try:
                await self._one_call(script)
            except PhoneError as error:
                self.broken.append(str(error))
                await asyncio.sleep(_APART_S)

    async def _one_call(self, script: Script) -> None:
        call = await self._phone.dial(_AGENT)
        try:
            await call.wait_for_answer(_ANSWERED_WITHIN_S)
            self.placed += 1
            await self._talk(script, call)
            self.ended += 1
        finally:
            await call.hang_up()
            self._phone.forget(call)

    async def _talk(self, script: Script, call: PhoneCall) -> None:
        if self._over:
            return
        talk = asyncio.create_task(self._perform(script, call))
        self._talks.add(talk)
        # Whoever stops the callers cancels the talk; the line still hangs up and counts it.
        await asyncio.wait({talk})
        self._talks.discard(talk)

    async def _perform(self, script: Script, call: PhoneCall) -> None:
        try:
            async for _ in ScriptedCaller(script, CallerVoice(script.voice), call).perform():
                pass
        except (PhoneError, ScriptError) as error:
            self.broken.append(str(error))


@contextlib.asynccontextmanager
async def phones() -> AsyncIterator[Phone]:
    """The callers' phone; beside it a colleague's, who answers what is handed over."""
    colleague = PhoneOptions("agent1", "agent1", register=True)
    async with (
        Phone.start(colleague, AnswerAfter(0.5)) as human,
        Phone.start(PhoneOptions("caller", "caller")) as caller,
    ):
        listening = asyncio.create_task(_forget_talks(human))
        try:
            yield caller
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


async def _forget_talks(human: Phone) -> None:
    """A call that has ended holds all its sound: let go of it."""
    while True:
        talk = await human.incoming(timeout_s=float("inf"))
        await talk.wait_for_end(_LONGEST_TALK_S)
        human.forget(talk)
