"""The one ticker that paces every call.

Deadlines are absolute, so lateness never accumulates. Sessions are spread over four phases of
5 ms, which keeps the burst of work at one deadline, and so the lateness of its last call, a
quarter of what it would be:

    ms       0    5    10   15   20   25   30
    phase    0    1    2    3    0    1    2
    calls    A E  B F  C    D    A E  B F  C

After a stall of the process each session gets every tick it missed, for its incoming audio and its
time base, but only the last three ask it to send: Asterisk would buffer a longer burst and play
everything after it late.
"""

import asyncio
import math
import time
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from agent.media.codecs import FRAME_S
from agent.media.pacing import LatenessMeter

PHASES = 4
MAX_BURST_TICKS = 3
# A longer stall is not made up for: the far end has given up on that audio.
MAX_REPLAYED_TICKS = 250


class Ticking(Protocol):
    """What the clock drives."""

    def tick(self, deadline_s: float, send: bool) -> None:
        """Handle the 20 ms that end at `deadline_s`; send a frame only if `send`."""
        ...


FailureCallback = Callable[[Exception], None]


@dataclass(frozen=True, slots=True)
class _Member:
    """`context` is the one that the session was registered in: its log lines name its call."""

    on_failure: FailureCallback
    context: Context


@dataclass(slots=True)
class _Phase:
    next_s: float
    members: dict[Ticking, _Member] = field(default_factory=dict)


class MediaClock:
    """Ticks all registered sessions every 20 ms; one timer, which runs while there are any.

    `now` is the time base of all deadlines. Under an event loop it must be the loop's own.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self.wake_lateness = LatenessMeter()
        self.skipped_ticks = 0
        self._phases: list[_Phase] = []
        self._timer: asyncio.TimerHandle | None = None

    @property
    def sessions(self) -> int:
        return sum(len(phase.members) for phase in self._phases)

    @property
    def next_wake_s(self) -> float | None:
        """When the timer goes off; None while it doesn't run."""
        return None if self._timer is None else self._timer.when()

    def register(self, session: Ticking, on_failure: FailureCallback) -> None:
        """Tick a session from now on. One whose `tick` raises is unregistered and told so."""
        self.add(session, on_failure)
        self._set_timer()

    def unregister(self, session: Ticking) -> None:
        """Tick it no more; unknown sessions are ignored."""
        for phase in self._phases:
            phase.members.pop(session, None)
        if self._timer is not None:
            self._set_timer()

    def close(self) -> None:
        """Stop ticking, whoever is still registered."""
        self._phases.clear()
        self._set_timer()

    def add(self, session: Ticking, on_failure: FailureCallback) -> None:
        """Put a session in the emptiest phase, without a timer to drive it."""
        if not self.sessions:
            start = self.now()
            self._phases = [_Phase(start + FRAME_S * n / PHASES) for n in range(PHASES)]
        phase = min(self._phases, key=lambda phase: len(phase.members))
        if not phase.members:
            self._move_past(phase, self.now())
        phase.members[session] = _Member(on_failure, copy_context())

    def run_due(self, now: float) -> None:
        """Run every tick that is due at `now`, without a timer to ask for it."""
        for phase in self._phases:
            if phase.members and phase.next_s <= now:
                self._run_phase(phase, now)

    def _wake(self) -> None:
        self._timer = None
        self.run_due(self.now())
        self._set_timer()

    def _set_timer(self) -> None:
        """Wake at the next deadline, or never while nobody is registered."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if (next_s := self._next_deadline_s()) is not None:
            self._timer = asyncio.get_running_loop().call_at(next_s, self._wake)

    def _next_deadline_s(self) -> float | None:
        return min((phase.next_s for phase in self._phases if phase.members), default=None)

    def _run_phase(self, phase: _Phase, now: float) -> None:
        self.wake_lateness.observe(now - phase.next_s)
        due = 1 + int((now - phase.next_s) / FRAME_S)
        if due > MAX_BURST_TICKS:
            self.skipped_ticks += (due - MAX_BURST_TICKS) * len(phase.members)
        if due > MAX_REPLAYED_TICKS:
            phase.next_s += (due - MAX_REPLAYED_TICKS) * FRAME_S
            due = MAX_REPLAYED_TICKS
        for left in range(due, 0, -1):
            deadline_s = phase.next_s
            phase.next_s += FRAME_S
            send = left <= MAX_BURST_TICKS
            for session, member in list(phase.members.items()):
                if session in phase.members:  # another one's tick may have closed it
                    on_failure = member.on_failure
                    member.context.run(self._tick, phase, session, on_failure, deadline_s, send)

    def _tick(
        self,
        phase: _Phase,
        session: Ticking,
        on_failure: FailureCallback,
        deadline_s: float,
        send: bool,
    ) -> None:
        try:
            session.tick(deadline_s, send)
        except Exception as error:  # one call's failure must not stop the others
            phase.members.pop(session, None)
            structlog.get_logger().exception("media_tick_failed", session=repr(session))
            on_failure(error)

    @staticmethod
    def _move_past(phase: _Phase, now: float) -> None:
        """Bring the deadline of a phase that had no members into the future."""
        if phase.next_s <= now:
            phase.next_s += FRAME_S * math.ceil((now - phase.next_s) / FRAME_S)
