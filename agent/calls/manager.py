"""All live calls: turns Asterisk's events into calls and into their inboxes."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import structlog

from agent.asterisk.ari import AriClient
from agent.asterisk.event_stream import Connected, Disconnected, StreamEvent, ari_events
from agent.asterisk.events import (
    ApplicationReplaced,
    Channel,
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    StasisStart,
)
from agent.asterisk.queue_log import QueueEvent
from agent.calls.actor import CallActor
from agent.calls.arms import Arm
from agent.calls.asterisk_line import AsteriskLine, call_id_of_media_channel
from agent.calls.entry import Entry
from agent.calls.events import (
    BackFromQueue,
    CallerGone,
    InQueue,
    KeyPressed,
    StopRequested,
    SupervisorAnswered,
    SupervisorGone,
)
from agent.calls.gatekeeper import Gatekeeper
from agent.calls.journal import CallJournal
from agent.calls.leftovers import find_leftovers, remove
from agent.calls.memory import CallMemory
from agent.calls.reception import Arrival, queue_result
from agent.calls.screening import OutboundCall
from agent.calls.state import CallState
from agent.calls.supervisor_phone import AsteriskSupervisorPhone, call_id_of_supervisor
from agent.calls.with_human import WithHuman
from agent.config import HandoffSettings
from agent.errors import UnderstudyError
from agent.outbound.arguments import parse_arguments
from agent.outbound.settings import AnsweringSettings
from agent.records.models import Direction
from agent.snapshots.keeper import SnapshotKeeper


class ApplicationTaken(UnderstudyError):
    """Another process registered the same Stasis application."""


class CallManager:
    """Creates an actor for each caller who enters the application, and routes events to it."""

    def __init__(
        self,
        ari: AriClient,
        arm_of: Callable[[Channel], Arm],
        recording_path: Callable[[str], Path | None],
        handoff: HandoffSettings,
        answering: AnsweringSettings,
        gatekeeper: Gatekeeper | None = None,
    ) -> None:
        """`arm_of` says what a caller's call is led with; no `gatekeeper`: everybody is let in."""
        self._ari = ari
        self._arm_of = arm_of
        self._recording_path = recording_path
        self._handoff = handoff
        self._answering = answering
        self._gatekeeper = gatekeeper
        self._actors: dict[str, CallActor] = {}  # by the caller's channel id
        self._lines: dict[str, AsteriskLine] = {}  # by call id
        self._tasks: dict[str, asyncio.Task[None]] = {}  # by the caller's channel id
        self._with_human = WithHuman()
        self._connected = asyncio.Event()
        self._catching_up: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("calls")

    @property
    def live(self) -> int:
        """How many calls are under way."""
        return len(self._tasks)

    def call(self, call_id: str) -> CallActor | None:
        """A call that is under way."""
        return next((a for a in self._actors.values() if a.call_id == call_id), None)

    @property
    def states(self) -> Mapping[CallState, int]:
        """How many calls are in each state that any is in."""
        return Counter(actor.state for actor in tuple(self._actors.values()))

    @property
    def connected(self) -> asyncio.Event:
        """Set while Asterisk's events arrive."""
        return self._connected

    async def run(self) -> None:
        """Serve calls until cancelled. Raises AriRefused and ApplicationTaken."""
        async for event in ari_events(self._ari):
            self._route(event)

    async def stop(self, timeout_s: float = 10.0) -> None:
        """Hand every live call to its fallback queue and wait until nothing is left."""
        for actor in self._actors.values():
            actor.post(StopRequested())
        if self._tasks:
            _, pending = await asyncio.wait(self._tasks.values(), timeout=timeout_s)
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

    def queue_event(self, event: QueueEvent) -> None:
        """Something happened to a caller in a queue; to one of ours, perhaps."""
        actor = self._actors.get(event.channel_id)
        if actor is not None:
            actor.post(InQueue(event))
        else:
            self._with_human.queue_event(event)

    def _route(self, event: StreamEvent) -> None:
        match event:
            case Connected():
                self._connected.set()
                self._log.info("connected to Asterisk", url=self._ari.url, app=self._ari.app)
                self._catching_up = asyncio.create_task(self._catch_up())
            case Disconnected():
                self._connected.clear()
                self._log.warning("lost Asterisk's events; live calls go on", calls=self.live)
            case ApplicationReplaced():
                raise ApplicationTaken(
                    f"Another process registered the Stasis application '{self._ari.app}': stop "
                    "it, or give this one another name (ari.app) and route calls to it."
                )
            case StasisStart(channel, arguments):
                self._entered(channel, arguments)
            case ChannelHangupRequest(channel, cause) | ChannelDestroyed(channel, cause):
                self._gone(channel.channel_id, cause)
            case ChannelDtmfReceived(channel, digit):
                actor = self._actors.get(channel.channel_id)
                if actor is not None:
                    actor.post(KeyPressed(digit))

    async def _catch_up(self) -> None:
        """Come to terms with what was missed while nobody listened.

        Calls whose callers hung up end; callers without a call, whose process died, get one.
        """
        try:
            channels = await self._ari.channels()
        except UnderstudyError as error:
            self._log.warning("live calls could not be compared with Asterisk", reason=str(error))
            return
        for channel_id in self._actors.keys() - {channel["id"] for channel in channels}:
            self._gone(channel_id, 0)
        left = find_leftovers(channels, self._ari.app)
        for arrival in left.callers:
            # Asterisk tells the application of them again by itself since it is registered again.
            channel_id = arrival.channel.channel_id
            if channel_id not in self._actors:
                self._log.warning("a caller was left behind and is taken back", channel=channel_id)
                self._start(arrival, left_behind=True)
        await remove(self._ari, left, self._lines)

    def _entered(self, channel: Channel, arguments: tuple[str, ...]) -> None:
        media_of = call_id_of_media_channel(channel.channel_id)
        if media_of is not None:
            line = self._lines.get(media_of)
            if line is not None:
                line.media_entered()
            return
        supervised = call_id_of_supervisor(channel.channel_id)
        if supervised is not None:
            # The phone of a call that is over is hung up by that call, or by `_catch_up`.
            if (actor := self.call(supervised)) is not None:
                actor.post(SupervisorAnswered())
            return
        actor = self._actors.get(channel.channel_id)
        if actor is not None:
            actor.post(BackFromQueue(queue_result(arguments)))
            return
        self._start(Arrival(channel, arguments))

    def _gone(self, channel_id: str, cause: int) -> None:
        supervised = self.call(call_id_of_supervisor(channel_id) or "")
        if supervised is not None:
            supervised.post(SupervisorGone(cause))
        actor = self._actors.get(channel_id)
        if actor is not None:
            actor.post(CallerGone(cause))
        self._with_human.gone(channel_id)

    def _figures(self) -> tuple[int, float]:
        """How many calls there are, and the recognition lag of the worst of them, in ms."""
        lags_ms = [actor.recognition_lag_ms for actor in self._actors.values()]
        return self.live, max(lags_ms, default=0.0)

    def _start(self, arrival: Arrival, *, left_behind: bool = False) -> None:
        """Lead a call; who was left behind by a process that died has been let in before."""
        placed = parse_arguments(arrival.arguments)
        channel = arrival.channel
        outbound = None
        if placed is not None:
            # Who is called does not ring back: only the channel tells of an earlier call.
            arrival = replace(arrival, channel=replace(channel, caller_number=""))
            channel = replace(channel, caller_number=placed.number, extension=channel.caller_number)
            outbound = OutboundCall(placed.attempt_id, placed.known, self._answering)
        arm = self._arm_of(channel)
        services = arm.services
        call_id = str(uuid.uuid4())
        line = AsteriskLine(self._ari, channel, call_id, self._handoff.context)
        recording = self._recording_path(call_id)
        direction = Direction.INBOUND if placed is None else Direction.OUTBOUND
        journal = arm.open_journal(call_id, channel, recording, direction)
        keeper, reception = services.snapshots, services.reception
        entry = None
        if self._gatekeeper is not None and placed is None and not left_behind:
            entry = Entry(self._gatekeeper, self._figures, journal)
        actor = CallActor(
            call_id,
            line,
            services,
            journal,
            recording,
            begin=(lambda: reception.begin(arrival, self._lines)) if reception else None,
            memory=CallMemory(keeper, self._ari.app, call_id, channel) if keeper else None,
            outbound=outbound,
            entry=entry,
            supervisor=AsteriskSupervisorPhone(
                self._ari, channel, call_id, ring_s=self._handoff.queue_timeout_s
            ),
        )
        self._actors[channel.channel_id] = actor
        self._lines[call_id] = line
        task = asyncio.create_task(actor.run(), name=f"call {call_id}")
        self._tasks[channel.channel_id] = task
        task.add_done_callback(lambda _: self._ended(channel.channel_id, actor, journal, keeper))

    def _ended(
        self,
        channel_id: str,
        actor: CallActor,
        journal: CallJournal,
        keeper: SnapshotKeeper | None,
    ) -> None:
        self._actors.pop(channel_id, None)
        self._lines.pop(actor.call_id, None)
        self._tasks.pop(channel_id, None)
        if actor.taken_s is not None:
            self._with_human.follow(
                channel_id,
                actor.linked_id,
                journal,
                audio_s=actor.taken_s,
                on_gone=lambda: keeper.forget(actor.call_id) if keeper else None,
            )
