import csv
import io
import json

import pytest
from rich.console import Console

from agent.records.models import Call, Event, Latency, Speaker, Turn
from agent.records.report import build_report, clock, summarise
from agent.records.transcript import event_text, length, print_calls, print_report
from tests.records.calls import CALL, NOON


def turn(index: int, start_s: float, text: str, **values: object) -> Turn:
    speaker = Speaker.AGENT if index % 2 == 0 else Speaker.CALLER
    return Turn(
        call_id=CALL, index=index, speaker=speaker, text=text,
        start_s=start_s, end_s=start_s + 1.0, **values,  # type: ignore[arg-type]
    )  # fmt: skip


def event(sequence: int, at_s: float, kind: str, **data: object) -> Event:
    return Event(call_id=CALL, sequence=sequence, at_s=at_s, happened_at=NOON, kind=kind, data=data)


def latency(name: str, ms: float) -> Latency:
    return Latency(call_id=CALL, sequence=int(ms), name=name, ms=ms)


CALL_ROW = Call(
    id=CALL,
    instance="understudy",
    channel_id="1.1",
    started_at=NOON,
    ended_at=NOON.replace(minute=2, second=7),
    outcome="sold",
    ended_by="caller",
    hangup_cause=16,
    slots={"postcode": "LK1 2AB"},
)
REPORT = build_report(
    CALL_ROW,
    [
        turn(2, 65.04, "Of course."),
        turn(0, 0.3, "Hello, how are you?", interrupted=True, heard_text="Hello,"),
        turn(1, 2.0, "what, [b] does it cost"),
    ],
    [event(9, 2.0, "barge_in_committed", evidence="words"), event(8, 2.0, "barge_in_paused")],
    [latency("decision", 100.0), latency("endpointing", 550.0), latency("decision", 200.0)],
)


def test_turns_and_events_are_one_timeline_in_order_of_time() -> None:
    assert [
        moment.kind if isinstance(moment, Event) else moment.index for moment in REPORT.timeline
    ] == [0, "barge_in_paused", "barge_in_committed", 1, 2]


@pytest.mark.parametrize(
    ("values", "p50", "p95"),
    [([100.0], 100.0, 100.0), ([100.0, 200.0], 150.0, 195.0), (range(101), 50.0, 95.0)],
)
def test_percentiles(values: list[float], p50: float, p95: float) -> None:
    (row,) = summarise([latency("decision", float(ms)) for ms in values])
    assert (row.p50_ms, row.p95_ms, row.max_ms) == pytest.approx((p50, p95, max(values)))
    assert row.count == len(values)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0, "00:00.0"),
        (65.04, "01:05.0"),
        (59.96, "01:00.0"),
        (3727.4, "62:07.4"),
        (-1, "00:00.0"),
    ],
)
def test_audio_time_is_shown_in_minutes_and_tenths(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_as_dict_is_json_with_everything() -> None:
    data = json.loads(json.dumps(REPORT.as_dict()))
    assert data["call"]["started_at"] == "2026-03-02T12:00:00+00:00"
    assert data["call"]["duration_s"] == 127.0
    assert [entry["speaker"] for entry in data["turns"]] == ["agent", "caller", "agent"]
    assert data["events"][1]["data"] == {"evidence": "words"}
    assert data["latency_table"][0] == {
        "name": "decision",
        "count": 2,
        "p50_ms": 150.0,
        "p95_ms": 195.0,
        "max_ms": 200.0,
    }


def test_csv_has_a_row_a_turn() -> None:
    rows = list(csv.DictReader(io.StringIO(REPORT.turns_csv())))
    assert [row["text"] for row in rows][1] == "what, [b] does it cost"
    assert (rows[0]["heard_text"], rows[0]["interrupted"]) == ("Hello,", "True")


def shown(width: int = 100) -> tuple[Console, io.StringIO]:
    target = io.StringIO()
    return Console(file=target, width=width), target


def test_the_transcript_shows_what_was_not_heard() -> None:
    console, target = shown()
    print_report(REPORT, console)
    lines = [" ".join(line.split()) for line in target.getvalue().splitlines()]
    assert "Ended by caller (cause 16)" in lines
    assert "postcode LK1 2AB" in lines
    assert "00:00.3 agent Hello, ⟂ interrupted not heard: how are you?" in lines
    assert "00:02.0 · barge in committed: evidence words" in lines
    assert "00:02.0 caller what, [b] does it cost" in lines  # no markup is read from speech
    assert "decision 2 150 195 200" in lines


def test_a_list_has_a_line_a_call() -> None:
    console, target = shown(200)
    live = Call(id=CALL, instance="a", channel_id="1.2", started_at=NOON, caller_number="[x]")
    print_calls([CALL_ROW, live], console)
    lines = target.getvalue().splitlines()
    assert "2:07" in lines[1]
    assert "[x]" in lines[2]
    assert "live" in lines[2]


def test_the_length_of_a_live_call_is_unknown() -> None:
    assert length(Call(id=CALL, instance="a", channel_id="1", started_at=NOON)) == "–"
    assert length(CALL_ROW) == "2:07"


def test_an_event_without_details_is_only_its_name() -> None:
    assert event_text(event(1, 0.0, "media_lost")) == "media lost"
