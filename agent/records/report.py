"""One call, put together for people and for other programs."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np

from agent.records.models import Base, Call, Event, Latency, Turn

Moment = Turn | Event

_CSV_COLUMNS = (
    "index",
    "speaker",
    "start_s",
    "end_s",
    "text",
    "heard_text",
    "interrupted",
    "confidence",
    "stage",
    "intent",
)


@dataclass(frozen=True, slots=True)
class LatencySummary:
    """All measurements of one name within a call, in milliseconds."""

    name: str
    count: int
    p50_ms: float
    p95_ms: float
    max_ms: float


@dataclass(frozen=True, slots=True)
class CallReport:
    """A call with everything that belongs to it; `timeline` is in order of audio time."""

    call: Call
    timeline: tuple[Moment, ...]
    latencies: tuple[Latency, ...]
    latency_table: tuple[LatencySummary, ...]

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Both sides' turns in order."""
        return tuple(moment for moment in self.timeline if isinstance(moment, Turn))

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything but turns, in order."""
        return tuple(moment for moment in self.timeline if isinstance(moment, Event))

    def as_dict(self) -> dict[str, Any]:
        """JSON-able: `call`, `turns`, `events`, `latencies` and `latency_table`; ISO times."""
        return {
            "call": call_as_dict(self.call),
            "turns": [_columns(turn) for turn in self.turns],
            "events": [_columns(event) for event in self.events],
            "latencies": [_columns(latency) for latency in self.latencies],
            "latency_table": [asdict(row) for row in self.latency_table],
        }

    def turns_csv(self) -> str:
        """The turns as CSV with a header line."""
        target = io.StringIO()
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(_CSV_COLUMNS)
        writer.writerows([getattr(turn, name) for name in _CSV_COLUMNS] for turn in self.turns)
        return target.getvalue()


def build_report(
    call: Call, turns: Iterable[Turn], events: Iterable[Event], latencies: Sequence[Latency]
) -> CallReport:
    """Merge what belongs to a call into one timeline, and summarise its latencies."""
    # An event that explains a turn beginning at the same time stands before it.
    timeline: list[Moment] = [*events, *turns]
    timeline.sort(key=_place)
    return CallReport(call, tuple(timeline), tuple(latencies), summarise(latencies))


def summarise(latencies: Iterable[Latency]) -> tuple[LatencySummary, ...]:
    """Median, 95th percentile (interpolated) and maximum by name, in order of first appearance."""
    by_name: defaultdict[str, list[float]] = defaultdict(list)
    for latency in latencies:
        by_name[latency.name].append(latency.ms)
    return tuple(
        LatencySummary(
            name,
            len(values),
            float(np.percentile(values, 50)),
            float(np.percentile(values, 95)),
            max(values),
        )
        for name, values in by_name.items()
    )


def clock(seconds: float) -> str:
    """Audio time as people read it: `02:07.4`; an hour and more as `62:07.4`."""
    tenths = round(max(seconds, 0.0) * 10)
    return f"{tenths // 600:02d}:{tenths // 10 % 60:02d}.{tenths % 10}"


def _place(moment: Moment) -> tuple[float, int, int]:
    if isinstance(moment, Event):
        return moment.at_s, 0, moment.sequence
    return moment.start_s, 1, moment.index


def call_as_dict(call: Call) -> dict[str, Any]:
    """JSON-able columns of a call and its duration; ISO times."""
    return {**_columns(call), "duration_s": call.duration_s}


def _columns(row: Base) -> dict[str, Any]:
    values = {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in values.items()
    }
