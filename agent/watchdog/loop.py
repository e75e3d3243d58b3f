"""How late the event loop is: everything a live call does waits for it."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from agent.media.pacing import LatenessMeter
from agent.watchdog.stacks import StackSampler

_TICK_S = 0.02


@dataclass(frozen=True, slots=True)
class LoopStats:
    """Lateness of a ticker of 20 ms, and the stalls since the start."""

    ticks: int
    p50_ms: float
    p99_ms: float
    longest_ms: float
    stalls: int


class LoopMonitor:
    """Measures lateness by a timer of its own; stalls are logged with the code that caused them."""

    def __init__(self, stall_ms: float) -> None:
        """What is later than `stall_ms` is a stall."""
        self.lateness = LatenessMeter()
        self.stalls = 0
        self._stall_s = stall_ms / 1000.0
        self._on_beat: list[Callable[[float], None]] = []
        self._beat_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._sampler: StackSampler | None = None
        self._log = structlog.get_logger("watchdog")

    @property
    def stats(self) -> LoopStats:
        """Since the start."""
        meter = self.lateness
        return LoopStats(
            meter.count,
            meter.percentile_ms(50),
            meter.percentile_ms(99),
            meter.max_ms,
            self.stalls,
        )

    def on_beat(self, call: Callable[[float], None]) -> None:
        """Call this at every tick, with the loop's time; it must be quick."""
        self._on_beat.append(call)

    def start(self) -> None:
        """Measure the running loop from now on."""
        loop = asyncio.get_running_loop()
        self._beat_s = loop.time()
        self._sampler = StackSampler(
            threading.get_ident(), lambda: self._beat_s, self._stall_s, loop.time
        )
        self._sampler.start()
        self._timer = loop.call_at(self._beat_s + _TICK_S, self._tick, self._beat_s + _TICK_S)

    def stop(self) -> None:
        """Measure no more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._sampler is not None:
            self._sampler.stop()

    def _tick(self, due_s: float) -> None:
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        self.lateness.observe(now_s - due_s)
        if now_s - due_s >= self._stall_s:
            self._stalled(now_s - due_s)
        self._beat_s = now_s
        for call in self._on_beat:
            call(now_s)
        # What was missed is counted as one late tick, not as many.
        due_s = max(due_s + _TICK_S, now_s)
        self._timer = loop.call_at(due_s, self._tick, due_s)

    def _stalled(self, late_s: float) -> None:
        self.stalls += 1
        stack = self._sampler.take(self._beat_s) if self._sampler is not None else ()
        where = list(stack) or "native code held the interpreter, or the machine was busy"
        self._log.warning("event loop stalled", ms=round(late_s * 1000), frames=where)
