"""Transcripts in JSON, in the shapes that recognisers and telephone systems write."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from agent.cloning.ingest.given.said import GivenTranscript, NoTranscript, Said
from agent.cloning.recorded import SpokenWord

_TURN_LISTS = (
    "turns", "segments", "utterances", "transcript", "transcription", "dialogue", "dialog",
    "conversation", "messages", "entries", "results", "phrases", "paragraphs", "monologues",
)  # fmt: skip
_SPEAKER = (
    "speaker", "role", "speaker_label", "speaker_id", "speaker_name", "participant",
    "participant_role", "party", "from", "who", "name", "channel", "leg",
)  # fmt: skip
_TEXT = ("text", "utterance", "transcript", "content", "message", "sentence", "line", "words")
_START = ("start", "start_s", "start_time", "starttime", "begin", "from_time", "offset", "time",
          "timestamp", "ts", "start_ms", "offset_ms", "begin_ms")  # fmt: skip
_END = ("end", "end_s", "end_time", "endtime", "stop", "to_time", "end_ms", "stop_ms")
_CALL = ("call_id", "callid", "call", "conversation_id", "interaction_id", "uniqueid", "id")
_AGENT = ("agent_id", "agent", "agent_name", "advisor", "operator", "rep", "user")
_CLOCK = re.compile(r"^(?:(\d+):)?(\d+):(\d+(?:[.,]\d+)?)$")
# Wrappers around the list of turns: {"data": {"transcript": {"turns": [...]}}}.
_DEEPEST = 4


def read_json(path: Path, text: str) -> list[GivenTranscript]:
    """One call, or several as a list or a line each. Raises NoTranscript."""
    try:
        documents: list[Any] = [json.loads(text)]
    except ValueError as error:
        documents = _lines(text)
        if not documents:
            raise NoTranscript(f"it is no JSON ({error})") from None
    except RecursionError:
        raise NoTranscript("it is JSON nested too deeply") from None
    if len(documents) == 1 and _is_list_of_calls(documents[0]):
        documents = documents[0]
    elif len(documents) > 1 and not _turns(documents[0]):
        # A line a turn, not a line a call.
        documents = [documents]
    found = [given for document in documents if (given := _transcript(path, document))]
    if not found:
        raise NoTranscript("no list of turns with texts is in it")
    return found


def _lines(text: str) -> list[Any]:
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return []


def _is_list_of_calls(document: Any) -> bool:
    return (
        isinstance(document, list)
        and bool(document)
        and isinstance(document[0], dict)
        and not _of(document[0], _SPEAKER)
        and bool(_turns(document[0]))
    )


def _transcript(path: Path, document: Any) -> GivenTranscript | None:
    said = tuple(_said(item) for item in _turns(document))
    said = tuple(turn for turn in said if turn.text)
    if not said:
        return None
    about = document if isinstance(document, dict) else {}
    return GivenTranscript(path, said, _word(_of(about, _CALL)), _word(_of(about, _AGENT)))


def _turns(document: Any, depth: int = 0) -> Sequence[Mapping[str, Any]]:
    """The first list of objects with texts, looked for under the usual names first."""
    if isinstance(document, list):
        turns = [item for item in document if isinstance(item, dict)]
        return turns if turns and any(_text(item) for item in turns) else ()
    if not isinstance(document, dict) or depth == _DEEPEST:
        return ()
    known = [document[key] for key in _TURN_LISTS if key in document]
    others = [value for key, value in document.items() if key not in _TURN_LISTS]
    for value in (*known, *others):
        if isinstance(value, list | dict) and (found := _turns(value, depth + 1)):
            return found
    return ()


def _said(item: Mapping[str, Any]) -> Said:
    words = tuple(_words(item))
    confidence = _of(item, ("confidence",))
    return Said(
        label=_label(_of(item, _SPEAKER)),
        text=_text(item),
        start=_seconds(item, _START),
        end=_seconds(item, _END),
        words=words,
        confidence=float(confidence) if isinstance(confidence, int | float) else 1.0,
    )


def _text(item: Mapping[str, Any]) -> str:
    for value in (item.get(key) for key in _TEXT):
        if isinstance(value, str):
            return " ".join(value.split())
    # Vendors that list alternatives or nothing but words.
    alternatives = item.get("alternatives")
    if isinstance(alternatives, list) and alternatives and isinstance(alternatives[0], dict):
        return _text(alternatives[0])
    return " ".join(word.text for word in _words(item))


def _words(item: Mapping[str, Any]) -> Iterator[SpokenWord]:
    """The words that have times of their own."""
    words = item.get("words")
    for word in words if isinstance(words, list) else ():
        if not isinstance(word, dict):
            return
        text = _of(word, ("text", "word", "punctuated_word", "value"))
        start, end = _seconds(word, _START), _seconds(word, _END)
        if not isinstance(text, str) or not text.strip() or start is None or end is None:
            return
        confidence = _of(word, ("confidence", "conf", "probability", "score"))
        yield SpokenWord(
            text=text.strip(),
            start=start,
            end=end,
            confidence=float(confidence) if isinstance(confidence, int | float) else 1.0,
        )


def _label(value: Any) -> str:
    if isinstance(value, dict):
        value = _of(value, ("role", "name", "label", "id"))
    return _word(value)


def _word(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int) else ""


def _seconds(item: Mapping[str, Any], names: Sequence[str]) -> float | None:
    for name in names:
        for key, value in item.items():
            if _plain(key) != _plain(name) or isinstance(value, bool):
                continue
            seconds = seconds_of(value)
            if seconds is not None:
                return seconds / 1000 if name.endswith("_ms") else seconds
    return None


def seconds_of(value: Any) -> float | None:
    """12.5, "12.5", "12.5s" or "00:00:12,500"; None for what is no time."""
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str):
        return None
    clock = _CLOCK.match(value.strip())
    if clock is not None:
        hours, minutes, seconds = clock.groups()
        return 3600 * int(hours or 0) + 60 * int(minutes) + float(seconds.replace(",", "."))
    try:
        return float(value.strip().removesuffix("s"))
    except ValueError:
        return None


def _of(item: Mapping[str, Any], names: Sequence[str]) -> Any:
    """The first of these names' value, whatever the case and the dashes of the key."""
    plain = {_plain(key): value for key, value in item.items()}
    return next(
        (plain[_plain(name)] for name in names if plain.get(_plain(name)) not in (None, "")), None
    )


def _plain(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "").replace(" ", "")
