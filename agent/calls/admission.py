"""Whether there is room for one more call: a caller in a queue is better off than in a stutter.

Headroom is measured, not assumed: each figure has a limit, and the load is the largest share that a
figure has of its limit. What a call that began a moment ago will cost is not in the figures yet, so
every recent start counts for a share.

    load >= 1          closed: a few callers hear a line and are looked at again, others go on to
                       the queue at once
    load <= reopen     open again, when it has been closed for `hold_s`
"""

from dataclasses import dataclass
from enum import Enum

from pydantic import Field

from agent.section import Section


class AdmissionSettings(Section):
    """Limits of what a call may be let into."""

    enforce: bool = Field(True, description="false: only note what would have been decided")
    max_calls: int = Field(0, ge=0, description="live calls; 0: as many as the figures allow")
    loop_lag_ms: float = Field(60.0, gt=0, description="event loop, 95th percentile of 5 s")
    pacing_ms: float = Field(40.0, gt=0, description="lateness of RTP, 95th percentile of 5 s")
    recognition_lag_ms: float = Field(1500.0, gt=0, description="of the call that is worst off")
    decision_wait_ms: float = Field(500.0, gt=0, description="the oldest waiting decision")
    synthesis_wait_ms: float = Field(1000.0, gt=0, description="the oldest waiting sentence")
    call_share: float = Field(
        0.1, ge=0, le=1, description="load that a call of the last 5 s is taken to bring"
    )
    reopen: float = Field(0.7, gt=0, le=1, description="load at which calls are let in again")
    hold_s: float = Field(5.0, ge=0, description="closed for this long at least")
    may_wait: int = Field(2, ge=0, description="callers who hear the line below at once; 0: none")
    busy_line: str = Field(
        "All our lines are busy. One moment, please.", min_length=1, description="heard once"
    )


@dataclass(frozen=True, slots=True)
class Headroom:
    """What the process measures of itself; times in ms, `recent` calls began in the last 5 s."""

    live: int = 0
    recent: int = 0
    waiting: int = 0
    loop_lag_ms: float = 0.0
    pacing_ms: float = 0.0
    recognition_lag_ms: float = 0.0
    decision_wait_ms: float = 0.0
    synthesis_wait_ms: float = 0.0


class Verdict(Enum):
    """What becomes of a new caller."""

    TAKEN = "taken"
    WAITS = "waits"  # hears the line once, and is looked at again
    QUEUED = "queued"


@dataclass(frozen=True, slots=True)
class Admission:
    """A verdict, the load (1: full) and the figure that has most of it."""

    verdict: Verdict
    load: float
    tightest: str


class AdmissionPolicy:
    """Decides call by call; the only state is whether it is closed, and since when."""

    def __init__(self, settings: AdmissionSettings) -> None:
        self._settings = settings
        self._closed_s: float | None = None

    def ask(self, headroom: Headroom, now_s: float, *, again: bool = False) -> Admission:
        """Whether one more call fits in; `again`: the caller has heard the line."""
        settings = self._settings
        load, tightest = measured_load(headroom, settings)
        if load >= 1.0:
            self._closed_s = now_s
        elif self._closed_s is not None and load <= settings.reopen:
            held = now_s - self._closed_s >= settings.hold_s
            self._closed_s = None if held else self._closed_s
        # A number needs no hysteresis: a call that ends makes room for one.
        full = bool(settings.max_calls) and headroom.live >= settings.max_calls
        if full:
            load, tightest = max(load, headroom.live / settings.max_calls), "max_calls"
        elif self._closed_s is None:
            return Admission(Verdict.TAKEN, load, tightest)
        waits = not again and headroom.waiting < settings.may_wait
        return Admission(Verdict.WAITS if waits else Verdict.QUEUED, load, tightest)


def measured_load(headroom: Headroom, settings: AdmissionSettings) -> tuple[float, str]:
    """The largest share that a figure has of its limit, recent starts added, and its name."""
    figures = {
        name: getattr(headroom, name) / getattr(settings, name)
        for name in (
            "loop_lag_ms",
            "pacing_ms",
            "recognition_lag_ms",
            "decision_wait_ms",
            "synthesis_wait_ms",
        )
    }
    tightest = max(figures, key=lambda name: figures[name])
    starting = headroom.recent * settings.call_share
    if starting > figures[tightest]:
        return figures[tightest] + starting, "recent"
    return figures[tightest] + starting, tightest
