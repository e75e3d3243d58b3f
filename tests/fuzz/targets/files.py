"""Files of our own: settings, key files, records on the disk, saved calls."""

import shutil
import sqlite3
from collections.abc import Iterator
from functools import cache
from typing import Any

from hypothesis import strategies as st

from agent.config import Settings, load_settings
from agent.records.encoding import decode, encode
from agent.records.entry import Entry
from agent.records.models import Speaker
from agent.records.records import CallEnded, CallStarted, EventRecord, TurnRecord
from agent.records.spool import Spool
from agent.sealing.keys import load_keys
from agent.snapshots.store import read
from tests.fuzz.inputs import as_json, changed, edited, texts
from tests.fuzz.scratch import file_of, folder
from tests.fuzz.target import Target

_CALL = "1f0c8a52-0000-4000-8000-000000000001"


def _check_settings(data: bytes) -> None:
    secrets = file_of(b"", "secrets.toml")
    load_settings(file_of(data, "understudy.toml"), secrets)


def _check_keys(data: bytes) -> None:
    path = file_of(data, "keys")
    path.chmod(0o600)
    load_keys(path)


def _check_record(data: bytes) -> None:
    try:
        encode(decode(data))
    except ValueError as error:
        assert type(error) is ValueError, "only the documented error"


def _check_spool(data: bytes) -> None:
    """A file that a power cut or a bad disk has changed: opened, mended, read and written."""
    room = folder() / "spool"
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir()
    (room / "fuzz.sqlite3").write_bytes(data)
    spool = Spool(room / "fuzz.sqlite3")
    try:
        spool.waiting()
        spool.read(0, 100)
        spool.write([Entry("run", 2**40, EventRecord(call_id=_CALL, kind="x", at_s=0))], 0)
    finally:
        spool.close()


def _check_saved(data: bytes) -> None:
    read(data.decode("utf-8", "replace"))


_RECORDS = (
    CallStarted(call_id=_CALL, channel_id="17.1", caller_number="+447700900001"),
    TurnRecord(call_id=_CALL, index=0, speaker=Speaker.AGENT, text="Hi.", start_s=0, end_s=1),
    EventRecord(call_id=_CALL, kind="barge_in", at_s=1.5, data={"evidence": "words"}),
    CallEnded(call_id=_CALL, outcome="completed", ended_by="caller", slots={"name": "Ann"}),
)
_RECORD_SEEDS = tuple(encode(record) for record in _RECORDS)


@cache
def _spool_seed() -> bytes:
    path = folder() / "made" / "fuzz.sqlite3"
    spool = Spool(path)
    spool.write([Entry("run", n, record) for n, record in enumerate(_RECORDS, 1)], 0)
    spool.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path.read_bytes()


_TOML_VALUES = (
    "1", "-1", "0.5", "true", '""', '"x"', "[]", "[1]", "{}", "1979-05-27", "07:32:00", "inf",
    "nan", "99999999999999999999", "[[]]", '"\\u0000"', '"http://[::1"', '"https://"',
    '"127.0.0.1/99"', '"sqlite:///x"', "{a = 1}", '"Europe/Mars"', "'''x'''", "0x_1", "=",
)  # fmt: skip


@st.composite
def _settings(draw: st.DrawFn) -> bytes:
    """Sections and keys as they are named, with values that do not fit."""
    lines: list[str] = []
    for name in draw(st.lists(st.sampled_from(sorted(Settings.model_fields)), max_size=3)):
        lines.append(f"[{name}]")
        keys = sorted(_keys_of(name)) or ["x"]
        for key in draw(st.lists(st.sampled_from(keys), max_size=4)):
            value = draw(st.one_of(st.sampled_from(_TOML_VALUES), texts().map(repr)))
            lines.append(f"{key} = {value}")
    return "\n".join(lines).encode("utf-8", "replace")


def _keys_of(section: str) -> Iterator[str]:
    model: Any = Settings.model_fields[section].annotation
    yield from getattr(model, "model_fields", ())


_SAVED: dict[str, Any] = {
    "format": 1,
    "call_id": _CALL,
    "channel_id": "17.1",
    "instance": "understudy",
    "saved_at": "2026-11-22T10:00:00Z",
    "phase": "talking",
    "dialogue": {
        "playbook": ["tiny", "1", "0" * 64],
        "state": {"stage": "opening"},
        "history": [{"speaker": "agent", "text": "Hello."}],
    },
}
_TOML_SEED = (
    b'[ari]\nurl = "http://127.0.0.1:8088"\n[web]\nport = 8077\ntrusted_proxies = ["10.0.0.0/8"]\n'
)
_KEY_SEED = b"# keys\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"

SETTINGS = Target(
    "settings", _check_settings, st.one_of(_settings(), edited([_TOML_SEED])), longest=2048,
    tokens=(b"[", b"]", b"=", b'"', b"'''", b"\n", b"{", b"1979-05-27T07:32:00Z"),
    seeds=(_TOML_SEED,),
)  # fmt: skip
KEYS = Target("key-file", _check_keys, edited([_KEY_SEED]), longest=256, seeds=(_KEY_SEED,))
RECORD = Target(
    "record", _check_record, edited(_RECORD_SEEDS), told=(), longest=1024, seeds=_RECORD_SEEDS
)
SPOOL = Target(
    "spool", _check_spool, st.deferred(lambda: edited([_spool_seed()], most=4)), longest=32768,
    guided=False,
)  # fmt: skip
SAVED = Target(
    "saved-call", _check_saved, changed(_SAVED).map(as_json), longest=2048, seeds=(as_json(_SAVED),)
)
TARGETS = (SETTINGS, KEYS, RECORD, SPOOL, SAVED)
