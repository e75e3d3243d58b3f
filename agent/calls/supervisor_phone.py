"""The phone of a supervisor who takes a call over."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

import structlog

from agent.asterisk.ari import AriClient, AriError, AriOutcomeUnknown
from agent.asterisk.events import Channel

CONTEXT = "understudy-take-over"
_ENTERS = "s"
_WAITS = "waits"
_ARGUMENT = "takes_over"
# News of a phone that has stopped ringing may be lost with the event socket.
_NEWS_WITHIN_S = 5.0


class SupervisorPhone(Protocol):
    """Rings beside one call. Every method but `stop` may raise AriError."""

    @property
    def ringing(self) -> bool:
        """Whether it may still be answered."""

    async def ready(self) -> bool:
        """Whether the PBX's dialplan knows take-overs."""

    async def ring(self, endpoint: str) -> None:
        """Ring it; events tell what becomes of it."""

    async def connect(self) -> None:
        """It was answered: join it with the caller, out of this process's hands."""

    def gone(self) -> None:
        """It does not ring any more."""

    async def stop(self) -> None:
        """Stop it ringing, if it does; one that has the caller is not touched. Never fails."""


class AsteriskSupervisorPhone:
    """Implements `SupervisorPhone` over ARI: at most one attempt at a time.

        originate -> the phone rings -> it enters the application
        phone     -> dialplan, where it waits       caller -> dialplan, which bridges the two

    In the dialplan the two go on talking whatever becomes of this process.
    """

    def __init__(
        self,
        ari: AriClient,
        caller: Channel,
        call_id: str,
        *,
        ring_s: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`ring_s`: how long it rings."""
        self._ari = ari
        self._caller = caller
        self._call_id = call_id
        self._channel_id = supervisor_channel_id(call_id)
        self._ring_s = ring_s
        self._clock = clock
        self._rung_until_s: float | None = None  # None: it is not ours to hang up

    @property
    def ringing(self) -> bool:
        """Whether it may still be answered."""
        return self._rung_until_s is not None and self._clock() < self._rung_until_s

    async def ready(self) -> bool:
        """Whether the caller's PBX has the context; a continue to nowhere would end the call."""
        exists = f"DIALPLAN_EXISTS({CONTEXT},{_ENTERS},1)"
        return await self._ari.get_variable(self._caller.channel_id, exists) == "1"

    async def ring(self, endpoint: str) -> None:
        """Ring it, with the caller's number on its screen. Raises AriError."""
        number = "".join(c for c in self._caller.caller_number if c in "+0123456789")
        self._rung_until_s = self._clock() + self._ring_s + _NEWS_WITHIN_S
        try:
            await self._ari.originate(
                endpoint,
                channel_id=self._channel_id,
                app=self._ari.app,
                arguments=_ARGUMENT,
                caller_id=f'"Take over" <{number}>',
                ring_s=self._ring_s,
            )
        except AriError as error:
            if not isinstance(error, AriOutcomeUnknown):
                self.gone()
            raise

    async def connect(self) -> None:
        """The phone first: when it is gone, nothing has happened to the caller. Raises AriError."""
        caller_id = self._caller.channel_id
        name = await self._ari.get_variable(self._channel_id, "CHANNEL(name)")
        await self._ari.continue_in_dialplan(self._channel_id, CONTEXT, _WAITS)
        self.gone()
        await self._ari.subscribe_channel(caller_id)
        await asyncio.gather(
            self._ari.set_variable(caller_id, "UNDERSTUDY_SUPERVISOR", name),
            self._ari.set_variable(caller_id, "UNDERSTUDY_CALL_ID", self._call_id),
        )
        await self._ari.continue_in_dialplan(caller_id, CONTEXT, _ENTERS)

    def gone(self) -> None:
        """It does not ring any more."""
        self._rung_until_s = None

    async def stop(self) -> None:
        """Hang it up unless it has the caller."""
        if self._rung_until_s is None:
            return
        self.gone()
        try:
            await self._ari.hang_up(self._channel_id)
        except AriError as error:
            structlog.get_logger("calls").warning("a phone may go on ringing", reason=str(error))


def supervisor_channel_id(call_id: str) -> str:
    """The ARI channel id of the phone that is to take a call over."""
    return f"understudy-supervisor-{call_id}"


def call_id_of_supervisor(channel_id: str) -> str | None:
    """The call that a supervisor's phone rings for; None for any other channel."""
    prefix = supervisor_channel_id("")
    return channel_id.removeprefix(prefix) if channel_id.startswith(prefix) else None
