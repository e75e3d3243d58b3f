"""Transcripts as captions (WebVTT, SRT), as tables and as plain text with names before colons."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from agent.cloning.ingest.cells import words_of
from agent.cloning.ingest.given.json_shapes import seconds_of
from agent.cloning.ingest.given.said import GivenTranscript, NoTranscript, Said
from agent.cloning.ingest.table import Table

_LABELLED = re.compile(r"^\s*[-–]?\s*\[?(?P<label>[^\W_][\w .'-]{0,30}?)\]?\s*[:>]\s*(?P<text>.*)$")
_VOICE = re.compile(r"<v(?:\.[^\s>]+)*\s+(?P<label>[^>]+)>")
_TAG = re.compile(r"<[^>]*>")
_STAMP = re.compile(r"^\s*[\[(]?(?P<time>\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?)[\])]?\s*[-–]?\s*")
# After a longer pause the same speaker begins another turn.
_PAUSE_S = 1.0
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "speaker": (
        "speaker", "role", "channel", "participant", "party", "who", "speaker label", "side", "leg",
        "by", "talker", "voice", "person", "name", "from",
    ),
    "text": (
        "text", "utterance", "transcript", "content", "message", "sentence", "line", "said",
        "words", "what", "speech", "spoken", "body",
    ),
    "start": (
        "start", "start s", "start time", "begin", "begins", "offset", "time", "start ms", "from",
        "at", "t0", "sec", "seconds", "timestamp",
    ),
    "end": ("end", "end s", "end time", "stop", "end ms", "ends", "to", "until", "till", "t1"),
    "call": ("call id", "callid", "call", "conversation id", "interaction id", "file", "recording"),
}  # fmt: skip


def read_captions(path: Path, text: str) -> list[GivenTranscript]:
    """WebVTT with voices or names, or SRT with names. Raises NoTranscript."""
    try:
        if path.suffix.lower() == ".srt":
            captions = webvtt.from_buffer(io.BytesIO(text.encode()), format="srt")
        else:
            captions = webvtt.from_buffer(io.BytesIO(text.encode()))
    except (MalformedCaptionError, MalformedFileError) as error:
        raise NoTranscript(f"its captions can't be read ({error})") from None
    parts = [
        part
        for caption in captions.captions
        for part in _parts(
            caption.raw_text, seconds_of(caption.start) or 0.0, seconds_of(caption.end) or 0.0
        )
    ]
    return [GivenTranscript(path, tuple(_joined(parts)))]


def read_plain(path: Path, text: str) -> list[GivenTranscript]:
    """A turn a line, "Agent: words", times in front where there are some. Raises NoTranscript."""
    said: list[Said] = []
    for line in filter(str.strip, text.splitlines()):
        stamp = _STAMP.match(line)
        start = seconds_of(stamp["time"]) if stamp else None
        labelled = _LABELLED.match(line[stamp.end() :] if stamp else line)
        if labelled:
            said.append(Said(labelled["label"], labelled["text"].strip(), start))
        elif said:
            last = said.pop()
            said.append(Said(last.label, f"{last.text} {line.strip()}".strip(), last.start))
    if len(said) < 2:
        raise NoTranscript("no lines begin with a speaker's name and a colon")
    return [GivenTranscript(path, tuple(turn for turn in said if turn.text))]


def read_table(path: Path, table: Table) -> list[GivenTranscript]:
    """Rows with speaker and text; several calls where there is a column for the call's id.

    Raises NoTranscript.
    """
    rows = list(table.dicts())
    columns = _understood(table.columns, rows)
    if not {"speaker", "text"} <= columns.keys():
        raise NoTranscript("it has no columns for speaker and text")
    name = columns.get("call")
    if name is None:
        return [GivenTranscript(path, _turns(rows, columns))]
    # The rows of a call need not lie together.
    rows.sort(key=lambda row: row[name])
    return [
        GivenTranscript(path, _turns(list(part), columns), call=call)
        for call, part in groupby(rows, key=lambda row: row[name])
    ]


def _turns(rows: Sequence[Mapping[str, str]], columns: Mapping[str, str]) -> tuple[Said, ...]:
    def time(row: Mapping[str, str], ours: str) -> float | None:
        column = columns.get(ours)
        found = seconds_of(row[column]) if column else None
        return found / 1000 if found is not None and words_of(column or "")[-1] == "ms" else found

    return tuple(
        Said(
            row[columns["speaker"]],
            " ".join(row[columns["text"]].split()),
            time(row, "start"),
            time(row, "end"),
        )
        for row in rows
        if row[columns["text"]]
    )


def _understood(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Our columns by name, where what stands in them fits; "from" is a person or a time."""
    plain = {" ".join(words_of(column)): column for column in reversed(columns)}
    found: dict[str, str] = {}
    for ours, names in _COLUMNS.items():
        for name in names:
            column = plain.get(name)
            if column is None or column in found.values():
                continue
            timed = all(seconds_of(row[column]) is not None for row in rows if row[column])
            if timed == (ours in ("start", "end")) or ours == "call":
                found[ours] = column
                break
    return found


def _parts(text: str, start: float, end: float) -> Iterator[Said]:
    """A caption's turns, by voices (`<v Name>`) or by lines that begin with a name."""
    said: list[tuple[str, str]] = []
    for line in _VOICE.sub(r"\n\g<label>: ", text).splitlines():
        labelled = _LABELLED.match(line)
        if labelled or not said:
            said.append((labelled["label"], labelled["text"]) if labelled else ("", line))
        else:
            said[-1] = (said[-1][0], f"{said[-1][1]} {line}")
    said = [(label, " ".join(_TAG.sub("", words).split())) for label, words in said]
    letters = sum(len(words) for _, words in said) or 1
    for label, words in said:
        share = (end - start) * len(words) / letters
        if words:
            yield Said(label, words, start, start + share)
        start += share


def _joined(parts: Sequence[Said]) -> Iterator[Said]:
    """Captions that follow each other closely by the same speaker are one turn.

    A caption without a name goes on with whoever spoke before.
    """
    current: Said | None = None
    for part in parts:
        pause_s = (part.start or 0.0) - (current.end or 0.0) if current is not None else 0.0
        goes_on = current is not None and pause_s <= _PAUSE_S and part.label == current.label
        if current is not None and (goes_on or not part.label):
            text = f"{current.text} {part.text}".strip()
            current = Said(current.label, text, current.start, part.end)
            continue
        if current is not None:
            yield current
        current = part
    if current is not None:
        yield current
