"""Figures of calls, from what their journals report."""

from collections.abc import Callable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from agent.metrics.buckets import QUEUE_WAITS_S, WAITS_S
from agent.metrics.media import MediaMetrics
from agent.records.records import (
    ASSIGNED,
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    TurnRecord,
)

# What becomes of the caller's making the agent pause; the last is a turn that had not been over.
_BARGE_IN_OUTCOMES = {
    "barge_in_committed": "true",
    "barge_in_resumed": "false",
    "turn_went_on": "merged",
}
_ANSWER = "end_of_speech_to_first_audio"


class CallMetrics:
    """Counts and times what calls report; implements `calls.journal.CallObserver`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._media = MediaMetrics(registry)
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

        # The names that the product's owner gave the two figures watched most.
        self._answer_latency = Histogram(
            "call_answer_latency_seconds",
            "call.answer.latency: end of the caller's speech to the agent's first sample",
            buckets=WAITS_S,
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
        self._pause = Histogram(
            "understudy_barge_in_pause_seconds",
            "The caller's first sound to the agent's silence",
            buckets=WAITS_S,
            registry=registry,
        )
        self._false_pause = Histogram(
            "understudy_false_pause_seconds",
            "How long the agent was silent where nobody had interrupted",
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
        self._confidence = Counter(
            "understudy_vad_confidence_frames",
            "Caller frames by voice activity confidence, up to `le`",
            ["le"],
            registry=registry,
        )
        self._half_duplex = Counter(
            "understudy_half_duplex_seconds", "Time spent speaking by turns", registry=registry
        )
        self._on_event: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
            "barge_in_paused": self._paused,
            "barge_in_resumed": lambda data: self._observe_ms(self._false_pause, data, "paused_ms"),
            "turn_taking": self._turn_taking,
            "transfer_answered": lambda data: self._waited("answered", data),
            "transfer_returned": lambda data: self._waited("returned", data),
            "transfer_abandoned": lambda data: self._waited("abandoned", data),
            ASSIGNED: self._in_experiment,
        }

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
        if record.kind in _BARGE_IN_OUTCOMES:
            self._barge_ins.labels(_BARGE_IN_OUTCOMES[record.kind]).inc()
        if record.kind in self._on_event:
            self._on_event[record.kind](record.data)

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

    def _paused(self, data: Mapping[str, Any]) -> None:
        self._vad_triggers.inc()
        self._observe_ms(self._pause, data, "latency_ms")

    def _turn_taking(self, data: Mapping[str, Any]) -> None:
        self._half_duplex.inc(data["half_duplex_s"])
        bins = data["confidences"]
        for number, frames in enumerate(bins, start=1):
            self._confidence.labels(f"{number / len(bins):.1f}").inc(frames)

    def _in_experiment(self, data: Mapping[str, Any]) -> None:
        self._assigned.labels(data["experiment"], data["variant"]).inc()

    def _waited(self, result: str, data: Mapping[str, Any]) -> None:
        if "wait_s" in data:  # Asterisk need not tell
            self._handoff_wait.labels(result).observe(data["wait_s"])

    @staticmethod
    def _observe_ms(histogram: Histogram, data: Mapping[str, Any], name: str) -> None:
        if name in data:
            histogram.observe(data[name] / 1000.0)
