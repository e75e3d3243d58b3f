"""A call on a terminal and as JSON lines."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from agent.calls.journal import CallObserver
from agent.calls.live_view import JsonView, LiveView
from agent.records.models import Speaker
from agent.records.records import (
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    TurnRecord,
)

ID = "0a1b2c3d-0000-0000-0000-000000000000"


def turn(speaker: Speaker, text: str, **more: Any) -> TurnRecord:
    return TurnRecord(
        call_id=ID, index=0, speaker=speaker, text=text, start_s=62.0, end_s=63.0, **more
    )


def event(kind: str, **data: Any) -> EventRecord:
    return EventRecord(call_id=ID, kind=kind, at_s=65.5, data=data)


def wait(name: str, ms: float) -> LatencyRecord:
    return LatencyRecord(call_id=ID, name=name, ms=ms)


def replay(view: CallObserver) -> None:
    """One of everything."""
    view.call_started(CallStarted(call_id=ID, channel_id="1.1", caller_number="201"))
    view.call_answered(CallAnswered(call_id=ID, codec="ulaw", linked_id="17.0"))
    view.latency(wait("answer_to_first_audio", 41.2))
    view.turn(turn(Speaker.AGENT, "Hello [red]you[/red]."))
    view.turn(turn(Speaker.CALLER, "yes", intent="affirm"))
    view.event(event("noise", speech_ms=120))
    view.call_ended(CallEnded(call_id=ID, outcome="sale", ended_by="agent"))


@pytest.fixture
def screen() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def view(screen: io.StringIO) -> LiveView:
    return LiveView(Console(file=screen, width=60))


def test_a_call_line_by_line(view: LiveView, screen: io.StringIO) -> None:
    replay(view)
    assert screen.getvalue().splitlines() == [
        "call 0a1b2c3d from 201 to unknown",
        "answered, ulaw",
        " 01:02.0  agent   Hello [red]you[/red].  (41 ms)",
        " 01:02.0  caller  yes  [affirm]",
        " 01:05.5  * noise  speech_ms=120",
        "call 0a1b2c3d ended by agent: sale",
    ]


def test_what_was_not_heard_is_struck_out(screen: io.StringIO) -> None:
    console = Console(file=screen, width=60, force_terminal=True, color_system="standard")
    LiveView(console).turn(turn(Speaker.AGENT, "Hello there caller", heard_text="Hello"))
    assert "Hello\x1b[0m\x1b[2;9m there caller\x1b[0m" in screen.getvalue()


def test_long_lines_are_not_cut(view: LiveView, screen: io.StringIO) -> None:
    view.turn(turn(Speaker.CALLER, "word " * 30))
    assert screen.getvalue().count("word") == 30
    assert len(screen.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    ("kind", "data", "line"),
    [
        ("barge_in_resumed", {"heard": ""}, "* barge_in_resumed  paused_after_ms=140"),
        ("barge_in_resumed", {"heard": "yes"}, "* barge_in_resumed  heard=yes paused_after_ms=140"),
        (
            "barge_in_committed",
            {"evidence": "words"},
            "* barge_in_committed  evidence=words paused_after_ms=140",
        ),
    ],
)
def test_a_pause_is_shown_with_its_verdict(
    view: LiveView, screen: io.StringIO, kind: str, data: dict[str, str], line: str
) -> None:
    view.event(event("barge_in_paused", latency_ms=140))
    assert screen.getvalue() == ""
    view.event(event(kind, **data))
    assert screen.getvalue().strip().endswith(line)


@pytest.mark.parametrize(
    ("waits", "shown"),
    [
        ([("end_of_speech_to_first_audio", 812.4)], "(812 ms)"),
        ([("decision", 5.0)], None),
        ([], None),
    ],
)
def test_the_wait_that_the_caller_felt(
    view: LiveView, screen: io.StringIO, waits: list[tuple[str, float]], shown: str | None
) -> None:
    for name, ms in waits:
        view.latency(wait(name, ms))
    view.turn(turn(Speaker.AGENT, "Well."))
    view.turn(turn(Speaker.AGENT, "Well."))
    first, second = screen.getvalue().splitlines()
    assert ("ms)" in first) == (shown is not None)
    assert shown is None or first.endswith(shown)
    assert "ms)" not in second


def test_every_record_is_a_json_line(screen: io.StringIO) -> None:
    replay(JsonView(screen))
    lines = [json.loads(line) for line in screen.getvalue().splitlines()]
    assert [line["record"] for line in lines] == [
        "call_started",
        "call_answered",
        "latency",
        "turn",
        "turn",
        "event",
        "call_ended",
    ]
    assert {line["call_id"] for line in lines} == {ID}
    assert lines[3]["speaker"] == "agent"
    assert lines[5]["data"] == {"speech_ms": 120}


@pytest.mark.parametrize("make", [JsonView, lambda file: LiveView(Console(file=file))])
def test_views_are_observers(make: Callable[[io.StringIO], CallObserver]) -> None:
    replay(make(io.StringIO()))
