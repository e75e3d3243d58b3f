"""Figures of calls, from what their journals report."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from agent.metrics.buckets import QUEUE_WAITS_S, WAITS_S
from agent.metrics.media import MediaMetrics
from agent.metrics.turn_taking import TurnTakingMetrics
from agent.records.records import (
    ASSIGNED,
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    TurnRecord,
)

_RESULTS = {
    "transfer_answered": "answered",
    "transfer_returned": "returned",
    "transfer_abandoned": "abandoned",
}
_ANSWER = "end_of_speech_to_first_audio"


class CallMetrics:
    """Counts and times what calls report; implements `calls.journal.CallObserver`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._media = MediaMetrics(registry)
        self._turn_taking = TurnTakingMetrics(registry)
        self._live = Gauge("understudy_live_calls", "Calls under way", registry=registry)
        self._started = Counter(
            "understudy_calls_started", "Calls that came in or were placed", registry=registry
        )
        self._answered = Counter(
            "understudy_calls_answered", "Calls that the agent answered", registry=registry
        )
        self._ended = Counter(
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
            buckets=WAITS_S,
            registry=registry,
        )

        # The name that the product's owner gave it; the other one is `vad.trigger.count`.
        self._answer_latency = Histogram(
            "call_answer_latency_seconds",
            "call.answer.latency: end of the caller's speech to the agent's first sample",
            buckets=WAITS_S,
            registry=registry,
        )
        self._handoff_wait = Histogram(
            "understudy_handoff_wait_seconds",
            "Time in the human queue by how it ended: answered, returned, abandoned",
            ["result"],
            buckets=QUEUE_WAITS_S,
            registry=registry,
        )

    def call_started(self, record: CallStarted) -> None:
        """One more live call."""
        self._live.inc()
        self._started.inc()

    def call_answered(self, record: CallAnswered) -> None:
        """Count it."""
        self._answered.inc()

    def turn(self, record: TurnRecord) -> None:
        """Count by speaker."""
        self._turns.labels(record.speaker.value).inc()

    def event(self, record: EventRecord) -> None:
        """Count by kind, and observe the times that it tells of."""
        self._events.labels(record.kind).inc()
        self._turn_taking.event(record)
        if record.kind == ASSIGNED:
            self._assigned.labels(record.data["experiment"], record.data["variant"]).inc()
        elif record.kind in _RESULTS and "wait_s" in record.data:  # Asterisk need not tell
            self._handoff_wait.labels(_RESULTS[record.kind]).observe(record.data["wait_s"])

    def latency(self, record: LatencyRecord) -> None:
        """Observe by stage."""
        self._latency.labels(record.name).observe(record.ms / 1000.0)
        if record.name == _ANSWER:
            self._answer_latency.observe(record.ms / 1000.0)

    def call_ended(self, record: CallEnded) -> None:
        """One live call less; its media's counts are added up."""
        self._live.dec()
        self._ended.labels(record.outcome).inc()
        self._media.call_ended(record.media)
