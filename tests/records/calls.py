"""Small calls for tests."""

from datetime import UTC, datetime
from typing import Any

from agent.records.models import Speaker
from agent.records.records import (
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    TurnRecord,
)
from agent.records.writer import RecordWriter

CALL = "1f0c8a52-0000-4000-8000-000000000001"
OTHER = "1f0c8a52-0000-4000-8000-000000000002"
NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


def started(call_id: str = CALL, **values: Any) -> CallStarted:
    return CallStarted(
        **{"call_id": call_id, "channel_id": "1772452800.17", "started_at": NOON, **values}
    )


def said(index: int, text: str = "hello", call_id: str = CALL, **values: Any) -> TurnRecord:
    return TurnRecord(
        **{
            "call_id": call_id,
            "index": index,
            "speaker": Speaker.CALLER,
            "text": text,
            "start_s": float(index),
            "end_s": index + 0.5,
            **values,
        }
    )


def happened(kind: str, at_s: float = 0.0, call_id: str = CALL, **data: Any) -> EventRecord:
    return EventRecord(call_id=call_id, kind=kind, at_s=at_s, data=data, happened_at=NOON)


def ended(call_id: str = CALL, outcome: str = "sold", **values: Any) -> CallEnded:
    return CallEnded(
        **{
            "call_id": call_id,
            "outcome": outcome,
            "ended_by": "caller",
            "ended_at": NOON.replace(minute=2),
            **values,
        }
    )


def record_whole_call(writer: RecordWriter) -> None:
    """One short call with one of everything."""
    writer.call_started(
        started(
            caller_number="+441632960123",
            called_exten="1000",
            playbook_id="larkfield",
            playbook_sha256="ab" * 32,
            models={"asr": {"name": "vosk-small", "sha256": "cd" * 32}},
            recording_path="/var/lib/understudy/calls.wav",
        )
    )
    writer.call_answered(
        CallAnswered(
            call_id=CALL, codec="g722", linked_id="17.0", answered_at=NOON.replace(second=1)
        )
    )
    writer.event(happened("barge_in_committed", 2.1, evidence="words"))
    writer.turn(
        said(
            0,
            "Hello, this is Larkfield. How are you?",
            speaker=Speaker.AGENT,
            heard_text="Hello, this is",
            start_s=0.3,
            end_s=2.2,
            interrupted=True,
            line_ids=("greeting",),
        )
    )
    writer.turn(
        said(
            1,
            "what does it cost",
            start_s=2.0,
            end_s=3.1,
            confidence=0.9,
            intent="price",
            words=[{"text": "what", "start_s": 2.0, "end_s": 2.2, "confidence": 0.97}],
        )
    )
    for ms in (100.0, 200.0, 300.0):
        writer.latency(LatencyRecord(call_id=CALL, name="decision", ms=ms, turn_index=1))
    writer.call_ended(ended(slots={"postcode": "LK1 2AB"}, media={"packets_lost": 3}))
