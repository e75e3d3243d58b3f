import json
from pathlib import Path
from typing import Any

import pytest

from agent.cloning.ingest.given.read import read_transcripts
from agent.cloning.ingest.given.said import NoTranscript, Said, timed

TURNS = [("agent", 0.5, 2.5, "Good morning, how can I help?"), ("customer", 3.0, 4.0, "A tap.")]


def as_dicts(**names: str) -> list[dict[str, Any]]:
    return [
        {names["speaker"]: s, names["start"]: a, names["end"]: b, names["text"]: t}
        for s, a, b, t in TURNS
    ]


PLAIN = as_dicts(speaker="speaker", start="start", end="end", text="text")
SHAPES: dict[str, Any] = {
    "a list of turns": PLAIN,
    "turns": {"call_id": "c7", "turns": PLAIN},
    "segments": {"language": "en", "segments": PLAIN},
    "wrapped": {"status": "done", "results": {"transcript": {"utterances": PLAIN}}},
    "other names": {
        "entries": as_dicts(speaker="role", start="start_time", end="end_time", text="content")
    },
    "camel case": [
        {"speakerLabel": s, "startTime": a, "endTime": b, "transcript": t} for s, a, b, t in TURNS
    ],
    "milliseconds": [
        {"speaker": s, "start_ms": int(1000 * a), "end_ms": int(1000 * b), "text": t}
        for s, a, b, t in TURNS
    ],
    "clock times": [
        {"speaker": s, "start": f"00:00:0{a}", "end": f"00:00:0{b}", "text": t}
        for s, a, b, t in TURNS
    ],
    "our own": [
        {
            "speaker": s, "start": a, "end": b, "text": t, "confidence": 0.8,
            "words": [{"text": t.split()[0], "start_s": a, "end_s": a + 0.2, "confidence": 0.8}],
        }
        for s, a, b, t in TURNS
    ],
}  # fmt: skip


def read(path: Path, content: str) -> list[tuple[str, float | None, float | None, str]]:
    path.write_text(content, "utf-8")
    (given,) = read_transcripts(path)
    return [(turn.label, turn.start, turn.end, turn.text) for turn in timed(given.said)]


@pytest.mark.parametrize("shape", SHAPES)
def test_json_in_common_shapes(tmp_path: Path, shape: str) -> None:
    assert read(tmp_path / "c.json", json.dumps(SHAPES[shape])) == TURNS


def test_a_calls_own_id_and_words_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps({"call_id": "c7", "agent_id": "A1", "turns": SHAPES["our own"]}))
    (given,) = read_transcripts(path)
    assert (given.call, given.agent) == ("c7", "A1")
    (word,) = given.said[0].words
    assert (word.text, word.start, word.end, word.confidence) == ("Good", 0.5, 0.7, 0.8)


def test_several_calls_in_a_file(tmp_path: Path) -> None:
    calls = [{"call_id": f"c{n}", "turns": PLAIN} for n in (1, 2)]
    for name, content in {
        "list.json": json.dumps(calls),
        "lines.jsonl": "\n".join(map(json.dumps, calls)),
    }.items():
        (tmp_path / name).write_text(content)
        assert [given.call for given in read_transcripts(tmp_path / name)] == ["c1", "c2"]


def test_csv_with_a_call_a_group(tmp_path: Path) -> None:
    rows = [f"c{n};{s};{a};{b};{t}" for n in (1, 2) for s, a, b, t in TURNS]
    (tmp_path / "t.csv").write_text("\n".join(["call_id;Speaker;start;end;Text", *rows]))
    first, second = read_transcripts(tmp_path / "t.csv")
    assert (first.call, second.call) == ("c1", "c2")
    assert [(t.label, t.start, t.end, t.text) for t in first.said] == TURNS


def test_csv_whose_columns_are_called_otherwise(tmp_path: Path) -> None:
    rows = [f"{s};{a};{b};{t}" for s, a, b, t in TURNS]
    (tmp_path / "t.csv").write_text("\n".join(["who;from;to;said", *rows]))
    (given,) = read_transcripts(tmp_path / "t.csv")
    assert [(t.label, t.start, t.end, t.text) for t in given.said] == TURNS


VTT = """WEBVTT

00:00.500 --> 00:01.500
<v agent>Good morning,

2
00:01.500 --> 00:02.500
<v agent>how can I <b>help?</b></v>

00:03.000 --> 00:04.000
<v.loud customer>A tap.</v>
"""
SRT = """1
00:00:00,500 --> 00:00:02,500
agent: Good morning,
how can I help?

2
00:00:03,000 --> 00:00:04,000
customer: A tap.
"""


@pytest.mark.parametrize(("name", "content"), [("c.vtt", VTT), ("c.srt", SRT)])
def test_captions(tmp_path: Path, name: str, content: str) -> None:
    assert read(tmp_path / name, content) == TURNS


def test_a_pause_between_captions_ends_a_turn(tmp_path: Path) -> None:
    later = VTT.replace("00:01.500 --> 00:02.500", "00:02.600 --> 00:02.900")
    assert [turn[3] for turn in read(tmp_path / "c.vtt", later)] == [
        "Good morning,", "how can I help?", "A tap.",
    ]  # fmt: skip


def test_one_caption_with_both_voices(tmp_path: Path) -> None:
    content = "WEBVTT\n\n00:00.000 --> 00:10.000\n<v Ann>Hello</v>\n<v Bob>Hiya!</v>\n"
    turns = read(tmp_path / "c.vtt", content)
    assert [(label, text) for label, _, _, text in turns] == [("Ann", "Hello"), ("Bob", "Hiya!")]
    assert turns[0][2] == turns[1][1] == pytest.approx(5.0)


def test_plain_text_with_names(tmp_path: Path) -> None:
    content = "Agent: Good morning.\nHow can I help?\n[00:03] Caller: A tap.\n"
    turns = read(tmp_path / "c.txt", content)
    assert [(label, text) for label, _, _, text in turns] == [
        ("Agent", "Good morning. How can I help?"),
        ("Caller", "A tap."),
    ]
    assert turns[1][1] == 3.0


def test_times_that_are_not_there_follow_the_number_of_words() -> None:
    turns = timed([Said("a", "one two three four five"), Said("b", "six"), Said("a", "seven")])
    assert [turn.start for turn in turns] == sorted(turn.start or 0 for turn in turns)
    assert all(turn.end > turn.start for turn in turns if turn.start is not None and turn.end)
    assert turns[0].end == pytest.approx(2.0)


def test_times_in_milliseconds_are_known_by_their_size() -> None:
    turns = timed([Said("a", "one two three", 500, 2500), Said("b", "four five", 3000, 4000)])
    assert [(turn.start, turn.end) for turn in turns] == [(0.5, 2.5), (3.0, 4.0)]


def test_a_slow_call_in_seconds_stays_one() -> None:
    said = [Said("a", "hold on please", 0.0, 2.0), Said("b", "yes", 50.0, 51.0)]
    assert timed(said)[1].start == 50.0


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("c.json", "", "is empty"),
        ("c.json", "{not json", "is no JSON"),
        ("c.json", '{"a": [1, 2]}', "no list of turns"),
        ("c.json", "[" * 100_000, "no JSON|nested"),
        ("c.csv", "call_id,score\n1,2\n", "no columns for speaker and text"),
        ("c.vtt", "no header", "can't be read"),
        ("c.txt", "just a note", "no lines begin with a speaker"),
    ],
)
def test_what_is_no_transcript_says_why(tmp_path: Path, name: str, content: str, told: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(NoTranscript, match=told) as caught:
        read_transcripts(tmp_path / name)
    assert "\n" not in str(caught.value)
