"""Queue state and queue events by the manager interface (ARI has no queue API)."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import structlog
from panoramisk import Manager

from agent.asterisk.numbers import whole_number
from agent.asterisk.queue_log import AMI_EVENTS, QueueEvent, parse_queue_event
from agent.config import AmiSettings

# AMI QueueMember Status: device states in which a member's phone can be rung (1 not in use) or
# is at least registered and busy (2 in use, 3 busy, 6 ringing, 7 ringing in use, 8 on hold).
_IDLE = {"1"}
_LOGGED_IN = {"1", "2", "3", "6", "7", "8"}
_RINGING = {"6", "7"}
_WATCH_S = 3.0
_ANSWERS_WITHIN_S = 2.0
# Looks at a connection that does not log in.
_NEW_CONNECTION_EVERY = 5
_RECONNECT_S = 5


class MemberState(Enum):
    """What a human agent is doing, as far as its queue knows."""

    FREE = "free"
    RINGING = "ringing"
    BUSY = "busy"
    PAUSED = "paused"
    AWAY = "away"  # its phone can't be reached


@dataclass(frozen=True, slots=True)
class QueueMember:
    """A human agent of a queue; `interface` is what rings, such as `PJSIP/agent1`."""

    name: str
    interface: str
    state: MemberState


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue as a caller about to be sent there would find it."""

    queue: str
    logged_in: int
    idle: int
    waiting: int
    hold_time_s: int
    members: tuple[QueueMember, ...] = ()


@dataclass(frozen=True, slots=True)
class AmiStats:
    """The manager connection: whether it serves, how often it was lost, questions not answered."""

    logged_in: bool
    losses: int
    unanswered: int


class QueueMonitor:
    """One manager connection for as long as the process lives.

    While it is away, hangs or is not let in, nothing is known of queues, which is told once.
    """

    def __init__(self, settings: AmiSettings) -> None:
        self._settings = settings
        self._log = structlog.get_logger("asterisk.ami")
        self._on_event: Callable[[QueueEvent], None] | None = None
        self._manager = self._open()
        self._watching: asyncio.Task[None] | None = None
        self._logged_in = self._reached = self._told = False
        self._losses = self._unanswered = 0

    @property
    def stats(self) -> AmiStats:
        """Counters since the start."""
        return AmiStats(self._logged_in, self._losses, self._unanswered)

    def on_event(self, callback: Callable[[QueueEvent], None]) -> None:
        """Call `callback` with what happens to callers in queues."""
        self._on_event = callback

    def start(self) -> None:
        """Connect in the background, as soon as the manager interface lets us in."""
        self._manager.loop = asyncio.get_running_loop()
        self._manager.connect()
        self._watching = asyncio.create_task(self._watch(), name="ami")

    async def aclose(self) -> None:
        """Close the connection, or stop trying."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        self._manager.close()

    async def state(self, queue: str, timeout_s: float = 1.0) -> QueueState | None:
        """Read a queue's members and waiting callers; None when it can't be told."""
        if not self._logged_in:
            return None
        action = {"Action": "QueueStatus", "Queue": queue}
        answers = await self._answer(self._manager.send_action(action, as_list=True), timeout_s)
        return parse_queue_status(queue, [dict(answer) for answer in answers or ()])

    async def _answer(self, asked: Awaitable[Any], timeout_s: float) -> Any:
        """What comes of a question; None, and a new connection, when nothing does."""
        try:
            return await asyncio.wait_for(asked, timeout_s)
        except (TimeoutError, OSError):
            self._unanswered += 1
            self._has_lost()
            self._reached = True
            self._drop()
            return None

    def _open(self) -> Manager:
        quiet = logging.getLogger("panoramisk")
        quiet.setLevel(logging.CRITICAL)  # its reconnect messages carry no place and no remedy
        manager = Manager(
            host=self._settings.host,
            port=self._settings.port,
            username=self._settings.username,
            secret=self._settings.secret.get_secret_value(),
            log=quiet,
            reconnect_timeout=_RECONNECT_S,
            on_connect=lambda _: self._has_reached(),
            on_login=lambda _: self._has_logged_in(),
            on_disconnect=lambda *_: self._has_lost(),
        )
        for name in AMI_EVENTS:
            manager.register_event(name, self._queue_event)
        return manager

    async def _watch(self) -> None:
        """Find out a connection that is there and says nothing, and tell how it stands."""
        for look in itertools.count(1):
            await asyncio.sleep(_WATCH_S)
            if self._logged_in:
                asked = self._manager.send_action({"Action": "Ping"})
                await self._answer(asked, _ANSWERS_WITHIN_S)
            elif look % _NEW_CONNECTION_EVERY == 0:
                self._drop()
            if not self._logged_in and not self._told:
                self._told = True
                self._log.warning("no queue state: callers are handed over blind", reason=self._why)

    @property
    def _why(self) -> str:
        place = f"{self._settings.host}:{self._settings.port}"
        if self._reached:
            return (
                f"The manager interface at {place} does not let the user "
                f"'{self._settings.username}' in, or hangs: compare ami.username and ami.secret in "
                "your secrets file with manager.conf."
            )
        return (
            f"The manager interface does not answer at {place}: enable it in manager.conf, or set "
            "ami.enabled = false to hand over without queue state."
        )

    def _drop(self) -> None:
        """End the connection, if there is one; panoramisk makes another."""
        if self._manager.protocol is not None:
            self._manager.protocol.transport.abort()

    def _has_reached(self) -> None:
        self._reached = True

    def _has_logged_in(self) -> None:
        self._logged_in = True
        if self._told:
            self._log.info("queue state is known again")
        self._told = False

    def _has_lost(self) -> None:
        self._losses += self._logged_in
        self._reached = self._reached and not self._logged_in
        self._logged_in = False

    def _queue_event(self, _manager: Manager, event: Any) -> None:
        happened = parse_queue_event({key.lower(): str(value) for key, value in event.items()})
        if happened is not None and self._on_event is not None:
            self._on_event(happened)


def parse_queue_status(queue: str, answers: list[dict[str, Any]]) -> QueueState | None:
    """Sum up the answers to AMI's QueueStatus; None when they don't name the queue."""
    events = [{key.lower(): value for key, value in answer.items()} for answer in answers]
    params = [e for e in events if e.get("event") == "QueueParams" and e.get("queue") == queue]
    if not params:
        return None
    members = [e for e in events if e.get("event") == "QueueMember" and e.get("queue") == queue]
    active = [member for member in members if member.get("paused", "0") == "0"]
    return QueueState(
        queue=queue,
        logged_in=sum(member.get("status") in _LOGGED_IN for member in active),
        idle=sum(member.get("status") in _IDLE for member in active),
        waiting=whole_number(params[0].get("calls")) or 0,
        hold_time_s=whole_number(params[0].get("holdtime")) or 0,
        members=tuple(_member(member) for member in members),
    )


def _member(event: dict[str, Any]) -> QueueMember:
    interface = str(event.get("location", ""))
    return QueueMember(str(event.get("name") or interface), interface, _member_state(event))


def _member_state(event: dict[str, Any]) -> MemberState:
    status = event.get("status")
    if status not in _LOGGED_IN:
        return MemberState.AWAY
    if event.get("paused", "0") != "0":
        return MemberState.PAUSED
    if status in _RINGING:
        return MemberState.RINGING
    # A phone that takes several calls at once is idle for Asterisk while its owner talks.
    return (
        MemberState.BUSY if status not in _IDLE or event.get("incall") == "1" else MemberState.FREE
    )
