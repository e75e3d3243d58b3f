"""Who had the floor: pauses, what became of them, and how sure the detector was."""

from collections.abc import Callable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram

from agent.metrics.buckets import WAITS_S
from agent.records.records import EventRecord

# What becomes of the caller's making the agent pause; the last is a turn that had not been over.
_OUTCOMES = {
    "barge_in_committed": "true",
    "barge_in_resumed": "false",
    "turn_went_on": "merged",
}


class TurnTakingMetrics:
    """Counts and times what events tell of turn-taking."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._triggers = Counter(
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
            "barge_in_resumed": self._resumed,
            "turn_taking": self._whole_call,
        }

    def event(self, record: EventRecord) -> None:
        """Count it, if it is about turn-taking."""
        if record.kind in _OUTCOMES:
            self._barge_ins.labels(_OUTCOMES[record.kind]).inc()
        if record.kind in self._on_event:
            self._on_event[record.kind](record.data)

    def _paused(self, data: Mapping[str, Any]) -> None:
        self._triggers.inc()
        self._pause.observe(data["latency_ms"] / 1000.0)

    def _resumed(self, data: Mapping[str, Any]) -> None:
        self._false_pause.observe(data["paused_ms"] / 1000.0)

    def _whole_call(self, data: Mapping[str, Any]) -> None:
        self._half_duplex.inc(data["half_duplex_s"])
        bins = data["confidences"]
        for number, frames in enumerate(bins, start=1):
            self._confidence.labels(f"{number / len(bins):.1f}").inc(frames)
