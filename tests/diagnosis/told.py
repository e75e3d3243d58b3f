"""Calls as their journals would have told them, written by the real writer."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from agent.calls.journal import CallObserver
from agent.media.stats import MediaStats
from agent.records.database import create_engine
from agent.records.models import Speaker
from agent.records.records import (
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    Record,
    TurnRecord,
)
from agent.records.writer import RecordWriter
from tests.records.calls import NOON, ended, happened, said, started

GOOD_MEDIA = MediaStats(
    packets_received=1990,
    packets_sent=2000,
    lost=0,
    late=0,
    concealed=3,
    discarded=0,
    duplicate=0,
    reordered=0,
    malformed=0,
    wrong_source=0,
    wrong_payload_type=0,
    before_connect=0,
    send_errors=0,
    jitter_ms=1.2,
    buffer_target_ms=40,
    skipped_ticks=0,
    pacing_mean_ms=0.8,
    pacing_p99_ms=2.5,
    pacing_max_ms=12.0,
    pacing_late=2,
)

_METHODS: Mapping[type, str] = {
    CallStarted: "call_started",
    CallAnswered: "call_answered",
    TurnRecord: "turn",
    EventRecord: "event",
    LatencyRecord: "latency",
    CallEnded: "call_ended",
}


class Told:
    """One call; times are seconds of audio time."""

    def __init__(self, **values: Any) -> None:
        self.call_id = str(uuid.uuid4())
        self.records: list[Record] = [started(self.call_id, **values)]
        self._turns = 0

    def answered(self) -> "Told":
        answer = CallAnswered(
            call_id=self.call_id,
            codec="ulaw",
            linked_id="17.0",
            answered_at=NOON.replace(second=1),
        )
        self.records.append(answer)
        return self

    def agent(self, text: str, start_s: float, end_s: float, **values: Any) -> "Told":
        return self._said(Speaker.AGENT, text, start_s, end_s, values)

    def caller(self, text: str, start_s: float, end_s: float, **values: Any) -> "Told":
        values = {"confidence": 0.97, "intent": "inform", **values}
        return self._said(Speaker.CALLER, text, start_s, end_s, values)

    def event(self, kind: str, at_s: float, **data: Any) -> "Told":
        event = happened(kind, at_s, self.call_id, **data)
        event = replace(event, happened_at=NOON + timedelta(seconds=1 + at_s))
        self.records.append(event)
        return self

    def waits(self, **stages_ms: float) -> "Told":
        """Latencies that lead to the next turn."""
        for name, ms in stages_ms.items():
            latency = LatencyRecord(call_id=self.call_id, name=name, ms=ms, turn_index=self._turns)
            self.records.append(latency)
        return self

    def skipped_turn(self) -> "Told":
        """One turn's record is lost."""
        self._turns += 1
        return self

    def ended(self, outcome: str = "no_outcome", **values: Any) -> "Told":
        media = {**asdict(GOOD_MEDIA), **values.pop("media", {})} if self._turns else {}
        self.records.append(ended(self.call_id, outcome, media=media, **values))
        return self

    def tell(self, observer: CallObserver) -> None:
        for record in self.records:
            getattr(observer, _METHODS[type(record)])(record)

    def _said(
        self, speaker: Speaker, text: str, start_s: float, end_s: float, values: dict[str, Any]
    ) -> "Told":
        turn = said(
            self._turns,
            text,
            self.call_id,
            speaker=speaker,
            start_s=start_s,
            end_s=end_s,
            **values,
        )
        self._turns += 1
        self.records.append(turn)
        return self


def begun(**values: Any) -> Told:
    """A call that was answered and greeted within 20 ms, and whose caller has said something."""
    call = Told(**values).answered().waits(answer_to_first_audio=19.0, tts_first_audio=4.0)
    call.agent("Hello, this is Larkfield.", 0.1, 2.1, line_ids=("hello",), stage="open")
    return call.caller("yes hello", 2.9, 3.6)


def good() -> Told:
    """As a call should be, with an interruption and one "mm-hmm"."""
    call = begun().waits(
        end_of_speech_to_first_audio=436.0,
        endpointing=400.0,
        asr_final=19.0,
        decision=1.2,
        tts_first_audio=5.0,
    )
    call.event("barge_in_paused", 5.0, latency_ms=40, level_dbfs=-20, gate_dbfs=-45, line="clean")
    call.event("barge_in_resumed", 5.5, heard="okay", paused_ms=480)
    call.event("barge_in_paused", 6.2, latency_ms=60, level_dbfs=-20, gate_dbfs=-45, line="clean")
    call.event("barge_in_committed", 6.6, evidence="words", heard="how much")
    call.agent(
        "It is thirty pounds a month and it comes with a router.",
        4.0,
        6.3,
        heard_text="It is thirty pounds",
        interrupted=True,
        line_ids=("price",),
    )
    call.caller("how much is it again", 6.2, 7.4, intent="ask_price")
    call.waits(end_of_speech_to_first_audio=442.0, endpointing=410.0, asr_final=18.0)
    call.agent("Thirty pounds. Goodbye.", 7.8, 9.5, line_ids=("price.short", "bye"))
    call.event("turn_taking", 9.8, half_duplex_s=0.0, return_loss_db=None, confidences=[1])
    return call.ended("sold", ended_by="agent", hangup_cause=16)


async def write(database: Path, calls: Sequence[Told]) -> None:
    """Into a database that has its schema, by the real writer."""
    engine = create_engine(f"sqlite:///{database}")
    writer = RecordWriter(engine)
    writer.start()
    for call in calls:
        call.tell(writer)
    await writer.aclose()
    await engine.dispose()
