"""A call of one minute with one of everything, and a synthesised recording of it."""

import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from agent.records.models import Call, Event, Latency, Speaker, Turn
from agent.records.report import CallReport, build_report

CALL_ID = "5b7e2f0a-93c1-4d57-8a44-0c2f6f1e9b21"
STARTED = datetime(2026, 3, 2, 14, 21, 7, tzinfo=UTC)

_A, _C = Speaker.AGENT, Speaker.CALLER
_GREETING = "Hello, this is Joe at Larkfield Broadband. Calls are recorded. How can I help?"
_PRICE = "Happy to help. Fibre 500 costs 34 pounds a month, with the router included"
_REST = "and no set-up fee. It is a 24 month contract."
_STABLE = "I hear that a lot. The price stays the same for the contract. What do you pay today?"
_CHECK = "That must be annoying. Fibre does not slow down at night. Shall I check your postcode?"
# speaker, from, to, text, heard text, intent, wait
_TURNS: tuple[tuple[Speaker, float, float, str, str | None, str | None, int], ...] = (
    (_A, 0.2, 5.1, _GREETING, None, None, 212),
    (_C, 5.9, 9.2, "hi um i saw your fibre offer and what does it cost", None, "ask_price", 0),
    (_A, 9.9, 17.2, f"{_PRICE} {_REST}", _PRICE, None, 655),
    (_C, 16.5, 19.4, "thirty four pounds is more than i pay", None, "objection_price", 0),
    (_A, 20.1, 27.9, _STABLE, None, None, 702),
    (_C, 29.0, 31.6, "twenty nine but it goes down every evening", None, "fault", 0),
    (_A, 32.2, 39.6, _CHECK, None, None, 611),
    (_C, 40.3, 43.9, "yes ok it's l k one two a b", None, "give_postcode", 0),
    (_A, 44.6, 49.0, "Thank you. Good news: Fibre 500 is there. Shall I go on?", None, None, 688),
    (_C, 50.4, 53.8, "can i talk to a real person first", None, "want_human", 0),
    (_A, 54.5, 58.2, "Of course. I will put you through to sales.", None, None, 590),
)
_EVENTS: tuple[tuple[float, str, dict[str, Any]], ...] = (
    (13.2, "barge_in_paused", {"latency_ms": 138}),
    (13.5, "barge_in_resumed", {"heard": "mm-hmm"}),
    (16.7, "barge_in_paused", {"latency_ms": 121}),
    (17.1, "barge_in_committed", {"evidence": "words"}),
    (58.3, "transfer_started", {"queue": "sales", "reason": "caller asked for a human"}),
    (66.9, "transfer_answered", {"member": "agent1", "wait_s": 8.6}),
)


def sample_report(**call_values: Any) -> CallReport:
    """The report; `call_values` replace fields of the call."""
    return build_report(_call(**call_values), _turns(), _events(), _latencies())


def write_recording(path: Path, seconds: float = 58.5, rate_hz: int = 8000) -> None:
    """Speech-like noise in syllables where the sample's turns are, faint noise elsewhere."""
    random = np.random.default_rng(7)
    count = round(seconds * rate_hz)
    stereo = random.normal(0, 12, (count, 2))
    time_s = np.arange(count) / rate_hz
    for speaker, start_s, end_s, *_ in _TURNS:
        here = (time_s >= start_s) & (time_s < end_s)
        syllables = np.abs(np.sin(time_s[here] * 9)) * (0.35 + np.abs(np.sin(time_s[here] * 1.3)))
        level = 4200 if speaker is Speaker.AGENT else 2600
        stereo[here, 1 if speaker is Speaker.AGENT else 0] += (
            random.normal(0, level, here.sum()) * syllables
        )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.clip(stereo, -32768, 32767).astype("<i2").tobytes())


def _call(**values: Any) -> Call:
    fields: dict[str, Any] = {
        "id": CALL_ID,
        "instance": "understudy",
        "channel_id": "1772461267.42",
        "caller_number": "+44 1632 960123",
        "called_exten": "1000",
        "codec": "g722",
        "started_at": STARTED,
        "answered_at": STARTED + timedelta(seconds=0.4),
        "ended_at": STARTED + timedelta(seconds=67.4),
        "outcome": "transferred",
        "ended_by": "transfer",
        "transfer_queue": "sales",
        "transfer_result": "answered",
        "playbook_id": "larkfield",
        "playbook_version": "1",
        "models": {
            "asr": {"name": "vosk-model-small-en-us-0.15", "sha256": "30f26242" * 8},
            "tts": {"name": "en_US-joe-medium", "sha256": "81b3c1a9" * 8},
        },
        "recording_path": "/var/lib/understudy/recordings/5b7e2f0a.wav",
        "slots": {"postcode": "LK1 2AB", "current_price": "29 pounds", "package": "Fibre 500"},
        "summary": "Wants Fibre 500 at LK1 2AB, pays 29 pounds today and finds 34 dear; asked for "
        "a person about the contract.",
    }
    return Call(**{**fields, **values})


def _turns() -> list[Turn]:
    return [
        Turn(
            call_id=CALL_ID, index=index, speaker=speaker, text=text, heard_text=heard,
            start_s=start_s, end_s=end_s, intent=intent, interrupted=heard is not None,
            confidence=0.87 if speaker is Speaker.CALLER else None,
            words=_words(text, start_s, end_s) if speaker is Speaker.CALLER else [],
        )
        for index, (speaker, start_s, end_s, text, heard, intent, _) in enumerate(_TURNS)
    ]  # fmt: skip


def _words(text: str, start_s: float, end_s: float) -> list[Any]:
    words = text.split()
    step = (end_s - start_s) / len(words)
    return [
        {
            "text": word,
            "start_s": start_s + i * step,
            "end_s": start_s + (i + 1) * step,
            "confidence": 0.38 if word in ("um", "l") else 0.91,
        }
        for i, word in enumerate(words)
    ]


def _events() -> list[Event]:
    return [
        Event(
            call_id=CALL_ID, sequence=i, at_s=at_s, kind=kind, data=data,
            happened_at=STARTED + timedelta(seconds=at_s),
        )
        for i, (at_s, kind, data) in enumerate(_EVENTS)
    ]  # fmt: skip


def _latencies() -> list[Latency]:
    found: list[tuple[int, str, float]] = []
    for index, (*_, wait_ms) in enumerate(_TURNS):
        if index == 0:
            found.append((index, "answer_to_first_audio", wait_ms))
        elif wait_ms:
            parts = {"endpointing": 0.83, "asr_final": 0.02, "decision": 0.1}
            found += [(index, name, wait_ms * part) for name, part in parts.items()]
            found += [(index, "tts_first_audio", wait_ms * 0.05)]
            found += [(index, "end_of_speech_to_first_audio", wait_ms)]
    return [
        Latency(call_id=CALL_ID, sequence=i, turn_index=index, name=name, ms=ms)
        for i, (index, name, ms) in enumerate(found)
    ]
