"""Records as bytes for the disk: JSON with the record's kind in front."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from agent.records.records import (
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    Record,
    TurnRecord,
)

# The names on the disk: a class may be renamed, a record of an older version stays readable.
_KINDS: dict[str, type[Record]] = {
    "started": CallStarted,
    "answered": CallAnswered,
    "turn": TurnRecord,
    "event": EventRecord,
    "latency": LatencyRecord,
    "ended": CallEnded,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def encode(record: Record) -> bytes:
    """`kind {...}`, UTF-8. Raises ValueError for what is no JSON (the database refuses it too)."""
    name = _NAMES[type(record)]
    return b"%s %s" % (name.encode(), _adapter(name).dump_json(record))


def decode(data: bytes) -> Record:
    """The record that was encoded. Raises ValueError for anything else."""
    name, _, body = data.partition(b" ")
    try:
        record: Record = _adapter(name.decode()).validate_json(body)
    except (KeyError, UnicodeDecodeError, ValidationError) as error:
        raise ValueError(f"not a record: {type(error).__name__}") from None
    return record


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_KINDS[name])
