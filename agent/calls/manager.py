"""All live calls: turns Asterisk's events into calls and into their inboxes."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from agent.asterisk.ari import AriClient
from agent.asterisk.connection import Connection, ConnectionStats
from agent.asterisk.event_stream import Connected, Disconnected, StreamEvent, ari_events
from agent.asterisk.events import (
    ApplicationReplaced,
    Channel,
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    PresenceAsked,
    PresenceTold,
    StasisStart,
)
from agent.asterisk.patience import Patience, PatienceStats
from agent.asterisk.presence import Presence
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
    PbxAway,
    PbxBack,
    StopRequested,
    SupervisorAnswered,
    SupervisorGone,
)
from agent.calls.gatekeeper import Gatekeeper
from agent.calls.glimpse import Glimpse
from agent.calls.journal import CallJournal
from agent.calls.leftovers import Led
from agent.calls.memory import CallMemory
from agent.calls.reception import Arrival, queue_result
from agent.calls.resync import Resync, ResyncStats
from agent.calls.screening import OutboundCall
from agent.calls.state import CallState
from agent.calls.supervisor_phone import AsteriskSupervisorPhone, call_id_of_supervisor
from agent.calls.tasks import CallTasks
from agent.calls.with_human import WithHuman
from agent.config import HandoffSettings
from agent.errors import UnderstudyError
from agent.outbound.arguments import parse_arguments
from agent.outbound.settings import AnsweringSettings
from agent.records.models import Direction
from agent.snapshots.keeper import SnapshotKeeper


class ApplicationTaken(UnderstudyError):
    """Another process registered the same Stasis application."""


@dataclass(frozen=True, slots=True)
class PbxStats:
    """How this process has got on with Asterisk, for metrics."""

    connection: ConnectionStats
    resync: ResyncStats
    requests: PatienceStats


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
        *,
        stands_in_for: Collection[str] = (),
    ) -> None:
        """`arm_of` says what a caller's call is led with; no `gatekeeper`: everybody is let in.

        `stands_in_for` are the applications of other processes whose callers are taken back here
        when their process has died.
        """
        self._ari = ari
        self._instance = ari.app
        self._arm_of = arm_of
        self._recording_path = recording_path
        self._handoff = handoff
        self._answering = answering
        self._gatekeeper = gatekeeper
        self._actors: dict[str, CallActor] = {}  # by the caller's channel id
        self._lines: dict[str, AsteriskLine] = {}  # by call id
        self._tasks: dict[str, asyncio.Task[None]] = {}  # by the caller's channel id
        self._with_human = WithHuman()
        self._connection = Connection()
        self._patience = Patience()
        self._presence = Presence(ari)
        self._resync = Resync(ari, self, self._connection, self._presence, stands_in_for)
        self._answers = CallTasks(lambda reason: None)
        self._log = structlog.get_logger("calls")

    @property
    def live(self) -> int:
        """How many calls are under way."""
        return len(self._tasks)

    def call(self, call_id: str) -> CallActor | None:
        """A call that is under way."""
        return next((a for a in self._actors.values() if a.call_id == call_id), None)

    def glimpses(self) -> list[Glimpse]:
        """What each call of the agent is doing at this moment."""
        return [actor.glimpse() for actor in self._actors.values()]

    @property
    def states(self) -> Mapping[CallState, int]:
        """How many calls are in each state that any is in."""
        return Counter(actor.state for actor in tuple(self._actors.values()))

    @property
    def connected(self) -> asyncio.Event:
        """Set while Asterisk's events arrive."""
        return self._connection.connected

    @property
    def draining(self) -> bool:
        """Whether new callers are turned away."""
        return self._ari.app != self._instance

    @property
    def taking_calls(self) -> bool:
        """Whether a new caller would be answered."""
        return self.connected.is_set() and not self.draining

    @property
    def stats(self) -> PbxStats:
        """Counters since the start."""
        return PbxStats(self._connection.stats, self._resync.stats, self._patience.stats)

    async def run(self) -> None:
        """Serve calls until cancelled, and again after `drain`.

        Raises AriRefused and ApplicationTaken.
        """
        comparing = asyncio.create_task(self._resync.run(), name="resync")
        try:
            async for event in ari_events(self._ari):
                self._route(event)
        finally:
            comparing.cancel()
            await asyncio.gather(comparing, return_exceptions=True)
            await self._answers.aclose()

    def drain(self) -> None:
        """Act for an application of this process's own from the next `run` on.

        Nobody is sent there: Asterisk lets every Stasis() of the application that was left fail,
        and the dialplan goes on, while the live calls' events come under the new name.
        """
        self.connected.clear()
        self._resync.settled.clear()
        self._ari.act_for(f"{self._instance}-draining-{uuid.uuid4().hex[:8]}")

    async def settled(self) -> None:
        """Return when no caller who came during a (re)connection is overlooked."""
        await self._resync.settled.wait()

    async def drained(self) -> None:
        """Return when this process leads no call."""
        while self._tasks:
            await asyncio.wait(set(self._tasks.values()))

    async def stop(self, timeout_s: float = 10.0) -> None:
        """Hand every live call to its fallback queue and wait until nothing is left."""
        self._tell_all(StopRequested())
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
                away_s = self._connection.made()
                self._log.info("connected to Asterisk", url=self._ari.url, app=self._ari.app)
                self._resync.connected()
                if away_s:
                    self._tell_all(PbxBack(away_s))
            case Disconnected():
                self._connection.lost()
                self._log.warning("lost Asterisk's events; live calls go on", calls=self.live)
                self._tell_all(PbxAway())
            case PresenceAsked():
                self._answers.spawn(self._presence.asked(event))
            case PresenceTold():
                self._presence.told(event)
            case ApplicationReplaced():
                raise ApplicationTaken(
                    f"Another process registered the Stasis application '{self._ari.app}': stop "
                    "it, or give this one another name (ari.app) and route calls to it."
                )
            case StasisStart(channel, arguments):
                self._entered(channel, arguments)
            case ChannelHangupRequest(channel, cause, shutdown):
                self._gone(channel.channel_id, CallerGone(cause, with_pbx=shutdown))
            case ChannelDestroyed(channel, cause):
                self._gone(channel.channel_id, CallerGone(cause))
            case ChannelDtmfReceived(channel, digit):
                actor = self._actors.get(channel.channel_id)
                if actor is not None:
                    actor.post(KeyPressed(digit))

    @property
    def led(self) -> Led:
        """The calls that this process leads."""
        return Led(frozenset(self._actors), frozenset(self._lines))

    @property
    def followed(self) -> frozenset[str]:
        """The channels of callers whom humans have taken."""
        return self._with_human.channels

    def vanished(self, channel_id: str, *, restarted: bool) -> None:
        """A caller's channel is gone; `restarted`: Asterisk went away with it."""
        self._gone(channel_id, CallerGone(0, with_pbx=restarted))

    def take_back(self, arrival: Arrival) -> None:
        """Lead a caller whom nobody leads."""
        self._start(arrival, left_behind=True)

    def media_entered(self, call_id: str) -> None:
        """A call's media channel is in the application."""
        line = self._lines.get(call_id)
        if line is not None:
            line.media_entered()

    def _entered(self, channel: Channel, arguments: tuple[str, ...]) -> None:
        media_of = call_id_of_media_channel(channel.channel_id)
        if media_of is not None:
            self.media_entered(media_of)
            return
        supervised = call_id_of_supervisor(channel.channel_id)
        if supervised is not None:
            # The phone of a call that is over is hung up by that call, or as a leftover.
            if (actor := self.call(supervised)) is not None:
                actor.post(SupervisorAnswered())
            return
        actor = self._actors.get(channel.channel_id)
        if actor is not None:
            actor.post(BackFromQueue(queue_result(arguments)))
            return
        self._start(Arrival(channel, arguments))

    def _tell_all(self, event: PbxAway | PbxBack | StopRequested) -> None:
        for actor in self._actors.values():
            actor.post(event)

    def _gone(self, channel_id: str, gone: CallerGone) -> None:
        supervised = self.call(call_id_of_supervisor(channel_id) or "")
        if supervised is not None:
            supervised.post(SupervisorGone(gone.cause))
        actor = self._actors.get(channel_id)
        if actor is not None:
            actor.post(gone)
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
        line = AsteriskLine(
            self._ari,
            channel,
            call_id,
            self._handoff.context,
            instance=self._instance,
            patience=self._patience,
        )
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
            memory=CallMemory(keeper, self._instance, call_id, channel) if keeper else None,
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
