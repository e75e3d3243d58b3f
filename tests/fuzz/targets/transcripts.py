"""Transcripts that other programs have written, up to conversations with roles and times."""

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from agent.cloning.ingest.given.conversations import conversations_from
from agent.cloning.ingest.given.read import read_transcripts
from tests.fuzz.inputs import as_json, changed, edited, odd_values, tables, texts
from tests.fuzz.scratch import file_of
from tests.fuzz.target import Target

_KEYS = (
    "turns", "segments", "results", "speaker", "role", "text", "start", "start_ms", "end", "words",
    "word", "confidence", "alternatives", "call_id", "agent", "data", "channel", "name", "time",
)  # fmt: skip
_CALL = {
    "call_id": "c-1",
    "agent": "Ann",
    "turns": [
        {"speaker": "agent", "text": "Hello, this is Ann.", "start": 0.0, "end": 1.5,
         "words": [{"word": "Hello", "start": 0.0, "end": 0.4, "confidence": 0.9}]},
        {"speaker": "customer", "text": "How much is it?", "start": "00:00:02,000", "end": 3},
    ],
}  # fmt: skip
_TIMES = ("00:00:01.000", "00:00:02.500", "00:01:00.000", "99:59:59.999", "0:1.5", "-00:00:01.000")


def _target(
    suffix: str, made: st.SearchStrategy[bytes], seeds: Sequence[bytes], tokens: Sequence[bytes]
) -> Target:
    def check(data: bytes) -> None:
        given = read_transcripts(file_of(data, f"transcript.{suffix}"))
        by_call = {transcript.call or str(n): transcript for n, transcript in enumerate(given)}
        for conversation in conversations_from(by_call, {"Ann"}).conversations.values():
            assert conversation.turns
            conversation.model_dump_json()

    return Target(f"transcript-{suffix}", check, made, tokens=tokens, longest=4096, seeds=seeds)


@st.composite
def _captions(draw: st.DrawFn, head: str, arrow: str, comma: bool) -> bytes:
    parts = [head]
    who = st.sampled_from(("Agent: ", "<v Ann>", "- Customer: ", "", "[Ann] : ", "Caller > "))
    for number in range(draw(st.integers(1, 6))):
        if draw(st.booleans()):
            parts.append(str(number))
        begins, ends = (draw(st.one_of(st.sampled_from(_TIMES), texts())) for _ in range(2))
        times = f"{begins}{arrow}{ends}"
        parts.append(times.replace(".", ",") if comma else times)
        parts += [draw(who) + draw(texts()) for _ in range(draw(st.integers(0, 2)))]
        parts.append("")
    return "\n".join(parts).encode("utf-8", "replace")


@st.composite
def _plain(draw: st.DrawFn) -> bytes:
    who = st.sampled_from(("Agent: ", "Customer: ", "[00:01] Agent: ", "(0:02) Bob > ", "  ", "- "))
    lines = [draw(who) + draw(texts()) for _ in range(draw(st.integers(0, 8)))]
    return "\n".join(lines).encode("utf-8", "replace")


_VTT = (
    b"WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n<v Ann>Hello.\n\n"
    b"00:00:02.500 --> 00:00:04.000\nCustomer: How much?\n"
)
_SRT = (
    b"1\n00:00:01,000 --> 00:00:02,000\nAgent: Hello.\n\n"
    b"2\n00:00:02,500 --> 00:00:04,000\nCustomer: How much?\n"
)
_TABLE = b"speaker,text,start,end\nagent,Hello,0,1\ncustomer,How much?,2,3.5\n"
_TEXT = b"[00:01] Agent: Hello.\n[00:03] Customer: How much?\nis it\nAgent: Ten.\n"
_JSON = as_json(_CALL)
_LINES = b"\n".join(as_json(turn) for turn in _CALL["turns"])
_TIME_TOKENS = (
    b"-->",
    b" --> ",
    b"00:00:01.000",
    b"\n\n",
    b"<v ",
    b"WEBVTT",
    b"NOTE",
    b"STYLE",
    b": ",
)

TARGETS = (
    _target(
        "json",
        st.one_of(
            changed(_CALL, _KEYS).map(as_json),
            odd_values(_KEYS).map(as_json),
            st.lists(odd_values(_KEYS), max_size=4).map(lambda v: b"\n".join(map(as_json, v))),
            edited([_JSON, _LINES]),
        ),
        (_JSON, _LINES),
        [json.dumps(key).encode() for key in _KEYS],
    ),
    _target(
        "vtt",
        st.one_of(_captions("WEBVTT\n", " --> ", False), edited([_VTT], _TIME_TOKENS)),
        (_VTT,),
        _TIME_TOKENS,
    ),
    _target(
        "srt", st.one_of(_captions("", " --> ", True), edited([_SRT], _TIME_TOKENS)), (_SRT,),
        _TIME_TOKENS,
    ),
    _target(
        "csv",
        st.one_of(
            tables(
                ("speaker", "text", "start", "start ms", "end", "call id", "from", "to", "role"),
                ("agent", "customer", "Hello.", "0", "1.5", "00:02", "c-1", "1500"),
            ),
            edited([_TABLE]),
        ),
        (_TABLE,),
        (b",", b'"', b"\n"),
    ),
    _target("txt", st.one_of(_plain(), edited([_TEXT])), (_TEXT,), (b": ", b"\n", b"[00:01] ")),
)  # fmt: skip
