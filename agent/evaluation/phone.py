"""A real SIP phone for the demo, the simulated callers and the PBX tests.

    async with Phone.start(PhoneOptions("caller", "caller")) as phone:
        call = await phone.place("1000")
        await call.wait_for_silence()
        await call.say(pcm)
        await call.hang_up()

PJSUA2 runs in processes of its own (`phone_process.py`); this side is plain asyncio.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

from agent.evaluation.phone_call import PhoneCall, PhoneTimeout
from agent.evaluation.phone_options import PhoneOptions
from agent.evaluation.phone_worker import PhoneWorker


@dataclass(frozen=True, slots=True)
class Ring:
    """Let incoming calls ring until the test answers them."""


@dataclass(frozen=True, slots=True)
class AnswerAfter:
    """Answer incoming calls after so many seconds of ringing."""

    ringing_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refuse incoming calls with this status: 486 busy, 603 declined."""

    sip_status: int = 486


OnIncoming = Ring | AnswerAfter | Refuse


class Phone:
    """A running phone, made by `Phone.start`.

    Any number of calls at once: every fourth one starts another process of the same account. Only
    the first process registers, so at most four calls come in at the same time.
    """

    def __init__(self, options: PhoneOptions, on_incoming: OnIncoming) -> None:
        self.options = options
        self.on_incoming = on_incoming
        self.calls: list[PhoneCall] = []
        self.workers: list[PhoneWorker] = []
        self._incoming: asyncio.Queue[PhoneCall] = asyncio.Queue()
        self._answering: set[asyncio.Task[None]] = set()
        self._starting = asyncio.Lock()

    @classmethod
    @contextlib.asynccontextmanager
    async def start(
        cls, options: PhoneOptions, on_incoming: OnIncoming | None = None
    ) -> AsyncIterator[Self]:
        """Start a phone and, if its options say so, register it; stop it at the end.

        Raises PhoneError when PJSUA2 is missing, the port can't be opened or registration fails.
        """
        phone = cls(options, on_incoming or Ring())
        phone.workers.append(await PhoneWorker.start(options, phone._on_incoming))
        try:
            yield phone
        finally:
            for task in phone._answering:
                task.cancel()
            await asyncio.gather(*(worker.stop() for worker in phone.workers))

    async def place(
        self,
        extension: str,
        *,
        headers: Mapping[str, str] | None = None,
        answer_timeout_s: float = 10.0,
    ) -> PhoneCall:
        """Call an extension and wait for the answer; CallEnded when it is refused."""
        call = await self.dial(extension, headers=headers)
        await call.wait_for_answer(answer_timeout_s)
        return call

    async def dial(self, extension: str, *, headers: Mapping[str, str] | None = None) -> PhoneCall:
        """Send an INVITE to an extension, or to a whole SIP URI, without waiting for the answer."""
        uri = extension
        if not uri.startswith("sip:"):
            uri = f"sip:{extension}@{self.options.host}:{self.options.port}"
        async with self._starting:
            call = (await self._free_worker()).dial(uri, extension, headers or {})
        self.calls.append(call)
        return call

    def forget(self, call: PhoneCall) -> None:
        """Let go of a call that has ended: it holds all that was said and heard."""
        self.calls.remove(call)

    async def incoming(self, timeout_s: float = 10.0) -> PhoneCall:
        """The next call that reaches this phone, in the order of arrival."""
        try:
            async with asyncio.timeout(timeout_s):
                return await self._incoming.get()
        except TimeoutError:
            raise PhoneTimeout(
                f"phone {self.options.user}: no call within {timeout_s:g} s"
            ) from None

    async def _free_worker(self) -> PhoneWorker:
        for worker in self.workers:
            if worker.free_calls > 0:
                return worker
        options = replace(self.options, register=False)
        self.workers.append(await PhoneWorker.start(options, self._on_incoming))
        return self.workers[-1]

    def _on_incoming(self, worker: PhoneWorker, call: PhoneCall) -> None:
        self.calls.append(call)
        self._incoming.put_nowait(call)
        match self.on_incoming:
            case AnswerAfter(ringing_s):
                task = asyncio.create_task(_answer_after(worker, call, ringing_s))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)
            case Refuse(sip_status):
                worker.order("answer", call=call.ref, code=sip_status)
            case Ring():
                pass


async def _answer_after(worker: PhoneWorker, call: PhoneCall, ringing_s: float) -> None:
    await asyncio.sleep(ringing_s)
    if not call.ended:
        worker.order("answer", call=call.ref, code=200)
