"""Placing one call for the agent, and following it until it is over.

    originate -> rings -> answered: the channel enters the agent's application, the agent talks
                       -> not answered: the channel ends with a cause

The dialler is another Stasis application than the agent's and owns no channel: if its process dies,
the calls it has placed go on.
"""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

import structlog

from agent.asterisk.ari import AriClient, AriError, AriOutcomeUnknown, AriRefused, AriUnreachable
from agent.asterisk.event_stream import Connected, ari_events
from agent.asterisk.events import ChannelDestroyed, ChannelStateChange, PresenceTold
from agent.asterisk.presence import Presence
from agent.config import AriSettings
from agent.errors import UnderstudyError
from agent.outbound.arguments import Placed, channel_id_of, format_arguments
from agent.outbound.outcomes import Outcome, Result, unanswered
from agent.outbound.records import CallRecords
from agent.outbound.settings import OutboundSettings
from agent.records.records import utc_now

_CONNECTED_WITHIN_S = 10.0
_LOOK_S = 0.5
# Asterisk ends a call that rings too long by itself.
_GRACE_S = 15.0
_EVENTS = ("ChannelStateChange", "ChannelDestroyed", "ChannelUserevent")
_UP = "Up"
_RINGING = "Ringing"


class AgentAway(UnderstudyError):
    """No agent would take the call."""


class Progress(Enum):
    """What is seen of a call while it is placed."""

    DIALLING = "dialling"
    RINGING = "ringing"
    ANSWERED = "answered"


OnProgress = Callable[[Progress], None]


@dataclass(slots=True)
class _Channel:
    on_progress: OnProgress
    answered_at: datetime | None = None
    cause: int = 0
    cancelled: bool = False
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Dialler:
    """Calls under way; made by `open`."""

    def __init__(
        self, ari: AriClient, agent_app: str, settings: OutboundSettings, records: CallRecords
    ) -> None:
        self._ari = ari
        self._agent_app = agent_app
        self._settings = settings
        self._records = records
        self._channels: dict[str, _Channel] = {}
        self._connected = asyncio.Event()
        self._presence = Presence(ari)
        self._log = structlog.get_logger("dialler")

    @classmethod
    @contextlib.asynccontextmanager
    async def open(
        cls, ari: AriSettings, settings: OutboundSettings, records: CallRecords
    ) -> AsyncIterator["Dialler"]:
        """Connect to Asterisk beside the agent. Raises AriError."""
        own = ari.model_copy(update={"app": f"{ari.app}-dial-{uuid.uuid4().hex[:8]}"})
        async with AriClient(own) as client:
            await client.info()  # says at once what is wrong with address or password
            dialler = cls(client, ari.app, settings, records)
            following = asyncio.create_task(dialler._follow())
            connecting = asyncio.create_task(dialler._connected.wait())
            try:
                tasks = {following, connecting}
                done, _ = await asyncio.wait(
                    tasks, timeout=_CONNECTED_WITHIN_S, return_when=asyncio.FIRST_COMPLETED
                )
                if following in done:
                    following.result()
                if not connecting.done():
                    raise AriUnreachable(
                        f"Asterisk at {client.url} sends no events: is res_ari_events loaded?"
                    )
                yield dialler
            finally:
                for task in (following, connecting):
                    task.cancel()
                await asyncio.gather(following, connecting, return_exceptions=True)

    async def agent_ready(self) -> bool:
        """Whether the agent's process takes calls; not so while it drains. Raises AriError."""
        return await self._presence.answers(self._agent_app)

    async def require_agent(self) -> None:
        """Raises AgentAway while nobody would take an answered call."""
        if not await self.agent_ready():
            raise AgentAway(
                f"No agent is connected to Asterisk as '{self._agent_app}': start `understudy "
                "serve`, whoever answers would hear nobody."
            )

    async def call(
        self, placed: Placed, endpoint: str, on_progress: OnProgress = lambda _: None
    ) -> Result:
        """Place one call and wait for its end; `cancel` hangs it up before.

        Raises AriError when it is not known what became of it.
        """
        channel_id = channel_id_of(placed.attempt_id)
        channel = self._channels[channel_id] = _Channel(on_progress)
        try:
            on_progress(Progress.DIALLING)
            try:
                await self._ari.originate(
                    endpoint,
                    channel_id=channel_id,
                    app=self._agent_app,
                    arguments=format_arguments(placed),
                    caller_id=self._settings.caller_id,
                    ring_s=self._settings.ring_s,
                )
            except AriRefused:
                # An endpoint that is not registered or does not exist: Asterisk can't tell which.
                return Result(Outcome.FAILED)
            if channel.cancelled:  # before there was a channel to hang up
                await self._ari.hang_up(channel_id)
            return await self._end_of(channel_id, channel)
        finally:
            del self._channels[channel_id]

    async def cancel(self, attempt_id: str, *, even_answered: bool = False) -> None:
        """Hang a call up that rings; a conversation only if that is wanted."""
        channel = self._channels.get(channel_id_of(attempt_id))
        if channel is not None and (even_answered or not channel.answered.is_set()):
            channel.cancelled = True
            await self._ari.hang_up(channel_id_of(attempt_id))

    async def _end_of(self, channel_id: str, channel: _Channel) -> Result:
        ended = asyncio.create_task(channel.ended.wait())
        give_up_s = time.monotonic() + self._settings.ring_s + _GRACE_S
        try:
            while not ended.done():
                await asyncio.wait({ended}, timeout=_LOOK_S)
                if not channel.answered.is_set() and time.monotonic() > give_up_s:
                    raise AriOutcomeUnknown(
                        "Asterisk has not told what became of a call: its events may have been "
                        "lost."
                    )
                if channel.answered.is_set() and not ended.done():
                    # A caller who was handed over is a human's; the agent's part is over.
                    result = await self._records.result(channel_id, patience_s=0.0)
                    if result is not None:
                        return result
        finally:
            ended.cancel()
        if channel.answered.is_set():
            return await self._records.settled(channel_id, channel.cause, channel.answered_at)
        outcome = Outcome.CANCELLED if channel.cancelled else unanswered(channel.cause)
        return Result(outcome, channel.cause)

    async def _follow(self) -> None:
        async for event in ari_events(self._ari, every_channel=True):
            match event:
                case Connected():
                    try:
                        await self._ari.allow_events(*_EVENTS)
                        await self._catch_up()
                    except AriError as error:
                        self._log.warning("calls under way not looked up", reason=str(error))
                    self._connected.set()
                case ChannelStateChange(channel, state):
                    self._changed(channel.channel_id, state)
                case ChannelDestroyed(channel, cause):
                    self._ended(channel.channel_id, cause)
                case PresenceTold():
                    self._presence.told(event)

    async def _catch_up(self) -> None:
        """What was missed while the event socket was down."""
        if not self._channels:
            return
        present = {channel["id"]: channel["state"] for channel in await self._ari.channels()}
        for channel_id in list(self._channels):
            if channel_id in present:
                self._changed(channel_id, present[channel_id])
            else:
                self._ended(channel_id, 0)

    def _changed(self, channel_id: str, state: str) -> None:
        channel = self._channels.get(channel_id)
        if channel is None or channel.answered.is_set():
            return
        if state == _UP:
            channel.answered_at = utc_now()
            channel.answered.set()
            channel.on_progress(Progress.ANSWERED)
        elif state == _RINGING:
            channel.on_progress(Progress.RINGING)

    def _ended(self, channel_id: str, cause: int) -> None:
        channel = self._channels.get(channel_id)
        if channel is not None:
            channel.cause = cause
            channel.ended.set()
