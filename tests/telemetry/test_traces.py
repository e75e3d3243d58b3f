"""Spans, collected by the library's own in-memory exporter."""

import time
from collections.abc import Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agent.calls.journal import CallObserver
from agent.telemetry.exporting import open_traces
from agent.telemetry.settings import TelemetrySettings
from agent.telemetry.traces import CallTraces
from tests.diagnosis.told import Told, begun, good


def spans_of(*calls: Told) -> Sequence[ReadableSpan]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    traces = CallTraces(provider.get_tracer("test"))
    for call in calls:
        call.tell(traces)
    return exporter.get_finished_spans()


def lasts_ms(span: ReadableSpan) -> float:
    assert span.start_time is not None
    assert span.end_time is not None
    return (span.end_time - span.start_time) / 1e6


def below(parent: ReadableSpan, spans: Sequence[ReadableSpan]) -> list[ReadableSpan]:
    assert parent.context is not None
    inside = [s for s in spans if s.parent and s.parent.span_id == parent.context.span_id]
    return sorted(inside, key=lambda span: span.start_time or 0)


def test_a_call_is_a_span_and_what_its_caller_waited_for_are_spans_inside() -> None:
    spans = spans_of(good())
    call = next(span for span in spans if span.name == "call")
    assert call.parent is None
    assert dict(call.attributes or {})["call.outcome"] == "sold"
    assert [event.name for event in call.events][:2] == ["barge_in_paused", "barge_in_resumed"]
    answer, *turns = below(call, spans)
    assert (answer.name, lasts_ms(answer)) == ("answer", pytest.approx(19.0))
    assert [turn.name for turn in turns] == ["turn", "turn"]
    turn = turns[1]
    assert lasts_ms(turn) == pytest.approx(442.0)
    stages = below(turn, spans)
    assert [(stage.name, lasts_ms(stage)) for stage in stages] == [
        ("endpointing", pytest.approx(410.0)),
        ("asr", pytest.approx(18.0)),
    ]
    assert stages[0].start_time == turn.start_time
    assert stages[1].start_time == stages[0].end_time


def test_the_voice_ends_with_the_agents_first_sample() -> None:
    call = begun().event("end_of_turn", 4.0, words="complete", waited_ms=400)
    call.waits(end_of_speech_to_first_audio=900.0, decision=20.0, tts_first_audio=300.0)
    spans = spans_of(call.agent("On the ninth.", 4.5, 6.0, stage="offer").ended())
    turn = next(span for span in spans if span.name == "turn")
    voice = next(span for span in spans if span.name == "tts")
    assert voice.end_time == turn.end_time
    assert lasts_ms(voice) == pytest.approx(300.0)
    assert dict(turn.attributes or {})["turn.intent"] == "inform"


def test_nothing_that_was_said_is_in_a_trace() -> None:
    call = begun(caller_number="+441632960123")
    call.event("barge_in_committed", 5.0, evidence="words", heard="my card is four two")
    call.event("dtmf", 6.0, digits="4242")
    spans = spans_of(call.agent("Goodbye.", 7.0, 8.0).ended(slots={"name": "Jo Field"}))
    events = [(event.name, dict(event.attributes or {})) for span in spans for event in span.events]
    text = repr([(span.name, dict(span.attributes or {})) for span in spans]) + repr(events)
    assert "barge_in_committed" in text
    words = ("1632", "four two", "4242", "Goodbye", "yes hello", "Jo Field")
    assert not any(said in text for said in words)


def test_two_calls_at_once_are_two_traces() -> None:
    spans = spans_of(good(), good())
    assert len({span.context.trace_id for span in spans if span.context}) == 2


async def test_a_collector_that_is_away_costs_spans_and_nothing_else() -> None:
    settings = TelemetrySettings(endpoint="http://127.0.0.1:9", timeout_s=0.2)
    async with open_traces(settings, "understudy") as traces:
        began_s = time.monotonic()
        observer: CallObserver = traces
        for _ in range(50):
            good().tell(observer)
        assert time.monotonic() - began_s < 1.0  # 300 spans, and nobody waited for the collector
        closing_s = time.monotonic()
    assert time.monotonic() - closing_s < 2.0
