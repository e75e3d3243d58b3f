"""Calls and their turns as spans; implements `calls.journal.CallObserver`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import Span, Tracer, set_span_in_context

from agent.records.models import Speaker
from agent.records.records import (
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    TurnRecord,
)

# Latencies of a turn that follow each other from the caller's last sound on, and their spans.
_IN_TURN = {"endpointing": "endpointing", "asr_final": "asr", "decision": "decision"}
_NS_PER_MS = 1_000_000
_NS_PER_S = 1_000_000_000


@dataclass(slots=True)
class _LiveCall:
    """`audio_zero_ns` is the wall time of audio time 0, once it is known."""

    span: Span
    inside: Context
    answered_ns: int = 0
    audio_zero_ns: int | None = None
    heard: TurnRecord | None = None
    waits_ms: dict[str, float] = field(default_factory=dict)


class CallTraces:
    """Makes a span of each call when it ends, and of each turn once its answer has been spoken."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._calls: dict[str, _LiveCall] = {}

    def call_started(self, record: CallStarted) -> None:
        """The call's own span begins."""
        attributes = {
            "call.id": record.call_id,
            "call.direction": record.direction.value,
            "call.playbook": record.playbook_id or "",
        }
        span = self._tracer.start_span(
            "call", attributes=attributes, start_time=_ns(record.started_at)
        )
        self._calls[record.call_id] = _LiveCall(span, set_span_in_context(span))

    def call_answered(self, record: CallAnswered) -> None:
        """The greeting is waited for from here."""
        call = self._calls.get(record.call_id)
        if call is not None:
            call.answered_ns = _ns(record.answered_at)
            call.span.set_attribute("call.codec", record.codec)

    def turn(self, record: TurnRecord) -> None:
        """Remember what was heard; what was answered to it makes the turn's spans."""
        call = self._calls.get(record.call_id)
        if call is None:
            return
        if record.speaker is Speaker.CALLER:
            call.heard = record
            return
        heard, waits_ms = call.heard, call.waits_ms
        call.heard, call.waits_ms = None, {}
        if "answer_to_first_audio" in waits_ms:
            self._span(call.inside, "answer", call.answered_ns, waits_ms["answer_to_first_audio"])
        elif heard is not None and call.audio_zero_ns is not None:
            ended_ns = call.audio_zero_ns + int(heard.end_s * _NS_PER_S)
            self._turn(call, ended_ns, waits_ms, _of_turn(heard, record))

    def event(self, record: EventRecord) -> None:
        """A mark on the call's span; its numbers alone, for words are nobody's business there."""
        call = self._calls.get(record.call_id)
        if call is None:
            return
        at_ns = _ns(record.happened_at)
        call.audio_zero_ns = at_ns - int(record.at_s * _NS_PER_S)
        numbers = {
            name: value for name, value in record.data.items() if isinstance(value, int | float)
        }
        call.span.add_event(record.kind, numbers, timestamp=at_ns)

    def latency(self, record: LatencyRecord) -> None:
        """Kept for the agent's turn that it leads to."""
        call = self._calls.get(record.call_id)
        if call is not None:
            call.waits_ms[record.name] = record.ms

    def call_ended(self, record: CallEnded) -> None:
        """The call's span is complete."""
        call = self._calls.pop(record.call_id, None)
        if call is not None:
            call.span.set_attributes(
                {"call.outcome": record.outcome, "call.ended_by": record.ended_by}
            )
            call.span.end(_ns(record.ended_at))

    def _turn(
        self,
        call: _LiveCall,
        ended_ns: int,
        waits_ms: Mapping[str, float],
        attributes: Mapping[str, Any],
    ) -> None:
        answer_ms = waits_ms.get("end_of_speech_to_first_audio")
        if answer_ms is None:
            return
        turn = self._tracer.start_span(
            "turn", context=call.inside, attributes=attributes, start_time=ended_ns
        )
        inside = set_span_in_context(turn)
        at_ns = ended_ns
        for name, span_name in _IN_TURN.items():
            if name in waits_ms:
                at_ns = self._span(inside, span_name, at_ns, waits_ms[name])
        spoken_ns = ended_ns + int(answer_ms * _NS_PER_MS)
        if "tts_first_audio" in waits_ms:
            tts_ms = waits_ms["tts_first_audio"]
            self._span(inside, "tts", spoken_ns - int(tts_ms * _NS_PER_MS), tts_ms)
        turn.end(spoken_ns)

    def _span(self, inside: Context, name: str, start_ns: int, lasts_ms: float) -> int:
        """A finished span; returns its end."""
        end_ns = start_ns + int(lasts_ms * _NS_PER_MS)
        self._tracer.start_span(name, context=inside, start_time=start_ns).end(end_ns)
        return end_ns


def _of_turn(heard: TurnRecord, answer: TurnRecord) -> dict[str, Any]:
    return {
        "turn.index": heard.index,
        "turn.stage": heard.stage or "",
        "turn.intent": heard.intent or "",
        "turn.confidence": heard.confidence or 0.0,
        "turn.lines": tuple(answer.line_ids),
        "turn.interrupted": answer.interrupted,
    }


def _ns(moment: datetime) -> int:
    return int(moment.timestamp() * _NS_PER_S)
