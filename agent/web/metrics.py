"""Prometheus metrics of calls; implements `calls.journal.CallObserver`."""

import asyncio

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from agent.records.records import (
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    TurnRecord,
)

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

    def render(self) -> bytes:
        """The text exposition format; to be called in the event loop."""
        return generate_latest(self._registry)

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

    def latency(self, record: LatencyRecord) -> None:
        """Observe by stage."""
        self._latency.labels(record.name).observe(record.ms / 1000.0)

    def call_ended(self, record: CallEnded) -> None:
        """One live call less."""
        self._live.dec()
        self._calls.labels(record.outcome).inc()
