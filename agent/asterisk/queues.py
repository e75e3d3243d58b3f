"""Queue state and queue events by the manager interface (ARI has no queue API)."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import structlog
from panoramisk import Manager

from agent.asterisk.queue_log import AMI_EVENTS, QueueEvent, parse_queue_event
from agent.asterisk.retrying import while_away
from agent.config import AmiSettings
from agent.errors import UnderstudyError

# AMI QueueMember Status: device states in which a member's phone can be rung (1 not in use) or
# is at least registered and busy (2 in use, 3 busy, 6 ringing, 7 ringing in use, 8 on hold).
_IDLE = {"1"}
_LOGGED_IN = {"1", "2", "3", "6", "7", "8"}
_RINGING = {"6", "7"}


class AmiError(UnderstudyError):
    """The manager interface can't be used."""


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


class QueueMonitor:
    """One manager connection, re-established by panoramisk when it drops."""

    def __init__(self, settings: AmiSettings) -> None:
        self._settings = settings
        self._log = structlog.get_logger("asterisk.ami")
        self._on_event: Callable[[QueueEvent], None] | None = None
        self._manager: Manager | None = None
        self._connecting: asyncio.Task[None] | None = None

    def on_event(self, callback: Callable[[QueueEvent], None]) -> None:
        """Call `callback` with what happens to callers in queues."""
        self._on_event = callback

    async def connect(self, timeout_s: float = 5.0) -> None:
        """Connect and log in. Raises AmiError; the connection is then closed."""
        quiet = logging.getLogger("panoramisk")
        quiet.setLevel(logging.CRITICAL)  # its reconnect messages carry no place and no remedy
        manager = Manager(
            loop=asyncio.get_running_loop(),
            host=self._settings.host,
            port=self._settings.port,
            username=self._settings.username,
            secret=self._settings.secret.get_secret_value(),
            log=quiet,
        )
        for name in AMI_EVENTS:
            manager.register_event(name, self._queue_event)
        logged_in = asyncio.Event()
        manager.on_login = lambda _: logged_in.set()
        place = f"{self._settings.host}:{self._settings.port}"
        try:
            await asyncio.wait_for(manager.connect(), timeout_s)
            await asyncio.wait_for(logged_in.wait(), timeout_s)
        except OSError as error:
            manager.close()
            raise AmiError(
                f"The manager interface does not answer at {place} ({error.strerror}): enable it "
                "in manager.conf, or set ami.enabled = false to hand over without queue state."
            ) from None
        except TimeoutError:
            manager.close()
            raise AmiError(
                f"The manager interface at {place} refused the user '{self._settings.username}': "
                "compare ami.username and ami.secret in your secrets file with manager.conf."
            ) from None
        self._manager = manager

    def start(self) -> None:
        """Connect in the background, as soon as the manager interface lets us in."""
        away = while_away(AmiError, self._log, "no queue state", first_s=0.5, longest_s=30.0)
        self._connecting = asyncio.create_task(away(self.connect))

    async def aclose(self) -> None:
        """Close the connection, or stop trying."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        if self._manager is not None:
            self._manager.close()
            self._manager = None

    async def state(self, queue: str, timeout_s: float = 1.0) -> QueueState | None:
        """Read a queue's members and waiting callers; None when it can't be told."""
        if self._manager is None:
            return None
        try:
            answers = await asyncio.wait_for(
                self._manager.send_action({"Action": "QueueStatus", "Queue": queue}, as_list=True),
                timeout_s,
            )
        except (TimeoutError, OSError) as error:
            self._log.warning("queue state unknown", queue=queue, reason=type(error).__name__)
            return None
        return parse_queue_status(queue, [dict(answer) for answer in answers])

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
        waiting=int(params[0].get("calls", 0)),
        hold_time_s=int(params[0].get("holdtime", 0)),
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
