"""Prometheus metrics of calls; implements `calls.journal.CallObserver`."""

import asyncio
from collections.abc import Callable
from functools import partial

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from agent.records.records import (
    ASSIGNED,
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    TurnRecord,
)
from agent.snapshots.keeper import KeeperStats

_BARGE_IN_OUTCOMES = {
    "barge_in_committed": "true",
    "barge_in_resumed": "false",
    "turn_went_on": "merged",
}
_LATENCY_BUCKETS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.2, 1.5, 2.0, 3.0, 5.0)


class Metrics:
    """One process's metrics in a registry of their own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        tasks = Gauge("understudy_tasks", "asyncio tasks of the process", registry=registry)
        tasks.set_function(lambda: float(len(asyncio.all_tasks())))
        self._live = Gauge("understudy_live_calls", "Calls under way", registry=registry)
        self._calls = Counter(
            "understudy_calls", "Calls that ended", ["outcome"], registry=registry
        )
        self._events = Counter(
            "understudy_call_events", "Events within calls", ["kind"], registry=registry
        )
        self._assigned = Counter(
            "understudy_experiment_calls",
            "Calls begun by experiment and variant",
            ["experiment", "variant"],
            registry=registry,
        )
        self._turns = Counter(
            "understudy_turns", "Turns of either side", ["speaker"], registry=registry
        )
        self._latency = Histogram(
            "understudy_latency_seconds",
            "Waits within calls by stage",
            ["stage"],
            buckets=_LATENCY_BUCKETS,
            registry=registry,
        )

        # The names that the product's owner gave the two figures watched most.
        self._answer_latency = Histogram(
            "call_answer_latency_seconds",
            "call.answer.latency: end of the caller's speech to the agent's first sample",
            buckets=_LATENCY_BUCKETS,
            registry=registry,
        )
        self._vad_triggers = Counter(
            "vad_trigger_count",
            "vad.trigger.count: times the caller's sound made the agent pause",
            registry=registry,
        )
        self._barge_ins = Counter(
            "understudy_barge_ins",
            "Pauses by what became of them: true, false (taken back), merged (turn went on)",
            ["outcome"],
            registry=registry,
        )
        self._confidence = Counter(
            "understudy_vad_confidence_frames",
            "Caller frames by voice activity confidence, up to `le`",
            ["le"],
            registry=registry,
        )
        self._half_duplex = Counter(
            "understudy_half_duplex_seconds", "Time spent speaking by turns", registry=registry
        )

    def render(self) -> bytes:
        """The text exposition format; to be called in the event loop."""
        return generate_latest(self._registry)

    def watch_snapshots(self, stats: Callable[[], KeeperStats]) -> None:
        """Show how the saving of live calls does."""
        texts = {
            "waiting": "Calls whose newest turn is not saved yet",
            "failures": "Failed attempts to save a call since the start",
            "dropped": "Snapshots given up since the start",
        }
        for name, text in texts.items():
            gauge = Gauge(f"understudy_snapshots_{name}", text, registry=self._registry)
            gauge.set_function(partial(_count, stats, name))

    def call_started(self, record: CallStarted) -> None:
        """One more live call."""
        self._live.inc()

    def call_answered(self, record: CallAnswered) -> None:
        """Nothing is counted: every live call is answered within a moment."""

    def turn(self, record: TurnRecord) -> None:
        """Count by speaker."""
        self._turns.labels(record.speaker.value).inc()

    def event(self, record: EventRecord) -> None:
        """Count by kind."""
        self._events.labels(record.kind).inc()
        if record.kind == "barge_in_paused":
            self._vad_triggers.inc()
        elif record.kind in _BARGE_IN_OUTCOMES:
            self._barge_ins.labels(_BARGE_IN_OUTCOMES[record.kind]).inc()
        elif record.kind == ASSIGNED:
            self._assigned.labels(record.data["experiment"], record.data["variant"]).inc()
        elif record.kind == "turn_taking":
            self._half_duplex.inc(record.data["half_duplex_s"])
            bins = record.data["confidences"]
            for number, frames in enumerate(bins, start=1):
                self._confidence.labels(f"{number / len(bins):.1f}").inc(frames)

    def latency(self, record: LatencyRecord) -> None:
        """Observe by stage."""
        self._latency.labels(record.name).observe(record.ms / 1000.0)
        if record.name == "end_of_speech_to_first_audio":
            self._answer_latency.observe(record.ms / 1000.0)

    def call_ended(self, record: CallEnded) -> None:
        """One live call less."""
        self._live.dec()
        self._calls.labels(record.outcome).inc()


def _count(stats: Callable[[], KeeperStats], name: str) -> float:
    return float(getattr(stats(), name))
