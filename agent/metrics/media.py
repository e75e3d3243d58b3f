"""What ended calls' RTP went through: loss, jitter, packets dropped and why, late sending."""

from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram

from agent.metrics.buckets import JITTER_S

# Fields of `media.stats.MediaStats` that count packets which nobody has heard.
DROPPED = (
    "malformed", "wrong_source", "wrong_payload_type", "before_connect", "late", "duplicate",
    "discarded",
)  # fmt: skip
_LOSS = (0.0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
# A call as short as this need not have heard anything of its caller.
_A_SECOND_OF_PACKETS = 50


class MediaMetrics:
    """Adds up the media counters that calls leave when they end."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._packets = Counter(
            "understudy_rtp_packets", "RTP packets of ended calls", ["direction"], registry=registry
        )
        self._lost = Counter(
            "understudy_rtp_lost_packets", "Callers' packets that never came", registry=registry
        )
        self._dropped = Counter(
            "understudy_rtp_dropped_packets",
            "Packets that came and were not heard, by reason",
            ["reason"],
            registry=registry,
        )
        self._loss = Histogram(
            "understudy_rtp_loss_ratio",
            "Share of the caller's packets that never came, by call",
            buckets=_LOSS,
            registry=registry,
        )
        self._jitter = Histogram(
            "understudy_rtp_jitter_seconds",
            "Mean interarrival jitter of the caller's packets, by call",
            buckets=JITTER_S,
            registry=registry,
        )
        self._late = Counter(
            "understudy_rtp_sent_late_packets",
            "The agent's packets that left more than 5 ms after their time",
            registry=registry,
        )
        self._unsent = Counter(
            "understudy_rtp_unsent_packets",
            "The agent's packets that were not sent: the process stood still, or sending failed",
            registry=registry,
        )
        self._deaf = Counter(
            "understudy_rtp_one_way_calls",
            "Calls of a second or more in which no packet of the caller came",
            registry=registry,
        )

    def call_ended(self, media: Mapping[str, Any]) -> None:
        """Add one call's `MediaStats`; nothing for a call without media."""
        if not media:
            return
        received, sent, lost = media["packets_received"], media["packets_sent"], media["lost"]
        self._packets.labels("received").inc(received)
        self._packets.labels("sent").inc(sent)
        self._lost.inc(lost)
        for reason in DROPPED:
            self._dropped.labels(reason).inc(media[reason])
        self._late.inc(media["pacing_late"])
        self._unsent.inc(media["skipped_ticks"] + media["send_errors"])
        if received:
            self._loss.observe(lost / (received + lost))
            self._jitter.observe(media["jitter_ms"] / 1000.0)
        elif sent >= _A_SECOND_OF_PACKETS:
            self._deaf.inc()
