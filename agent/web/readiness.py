"""Whether new calls should come here, and what is in the way.

A part that is "impaired" works worse than it should and takes calls; one that is "down" does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from agent.records.writer import WriterStats

# A jitter buffer of 40 ms, the smallest at the far end, runs dry.
_LATE_MS = 40.0

State = Literal["ok", "impaired", "down"]


@dataclass(frozen=True, slots=True)
class Component:
    """One part's state, and in words what is the matter and what to do about it."""

    state: State
    why: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """All parts by name; `status` is "ready" or the reason of the first part that is down."""

    ready: bool
    status: str
    components: Mapping[str, Component]


OK = Component("ok")


def readiness(components: Mapping[str, Component]) -> Readiness:
    """Ready unless a part is down."""
    down = next((part.why for part in components.values() if part.state == "down"), "")
    return Readiness(not down, down or "ready", components)


def asterisk(connected: bool) -> Component:
    """Without events no call comes."""
    if connected:
        return OK
    return Component("down", "waiting for Asterisk: no ARI events (ari.url, http.conf, ari.conf)")


def queues(known: bool) -> Component:
    """Without the queues' state callers are handed over blind."""
    return OK if known else Component("impaired", "no manager interface (ami.*, manager.conf)")


def serving(draining: bool) -> Component:
    """Whether the process is about to go."""
    return Component("down", "draining: live calls end, new ones are not taken") if draining else OK


def database(stats: WriterStats) -> Component:
    """Calls go on without their database; their records wait on the disk, else in memory."""
    away = f"the database is away: {stats.queued} records wait ({stats.failures} attempts failed)"
    full = f"the spool can't be written: {stats.at_risk} records are in memory alone"
    why = "; ".join(
        text for text, fails in ((away, stats.failures), (full, stats.spool_failures)) if fails
    )
    return Component("impaired", why) if why else OK


def models(stuck: Mapping[str, int]) -> Component:
    """`stuck`: threads that hang, by model; each was replaced."""
    hanging = ", ".join(f"{name} ({count})" for name, count in stuck.items() if count)
    return Component("impaired", f"models hang and were replaced: {hanging}") if hanging else OK


def event_loop(late_ms: float) -> Component:
    """`late_ms`: how late a timer was just now; a packet is due every 20 ms."""
    if late_ms <= _LATE_MS:
        return OK
    return Component("impaired", f"the event loop was {late_ms:.0f} ms late: callers hear stutter")
