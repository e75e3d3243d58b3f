"""`understudy records key`, `db status`, and exports of encrypted calls."""

import asyncio
import json
from pathlib import Path

import numpy as np

from agent.records.database import create_engine
from agent.records.entry import Entry
from agent.records.migrate import latest, upgrade
from agent.records.recordings import Recordings
from agent.records.spool import Spool, spool_path
from agent.records.writer import RecordWriter
from agent.sealing.keys import KeyRing, load_keys
from tests.records.calls import CALL, ended, said, started
from tests.test_cli import Run, run  # noqa: F401  a fixture


def test_a_key_is_made_and_another_put_in_front_of_it(run: Run, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "keys"
    done = run("records", "key", str(path))
    assert done.status == 0
    assert f'set records.encryption_key_file = "{path}"' in done.out.replace("\n", "")
    first = load_keys(path).first
    done = run("records", "key", UNDERSTUDY_RECORDS__ENCRYPTION_KEY_FILE=str(path))
    assert (done.status, load_keys(path).first == first) == (0, False)
    done = run("records", "key")
    assert (done.status, "set records.encryption_key_file" in done.err) == (1, True)


def test_what_waits_is_told_also_while_the_database_is_away(run: Run, tmp_path: Path) -> None:  # noqa: F811
    spool = Spool(spool_path(tmp_path / "spool", "understudy"))
    spool.write([Entry(CALL, 1, started()), Entry(CALL, 2, said(0))], 0)
    url = f"sqlite:///{tmp_path}/calls.sqlite3"
    asyncio.run(upgrade(url))
    places = {"UNDERSTUDY_RECORDS__SPOOL_DIR": str(tmp_path / "spool")}
    done = run("db", "status", UNDERSTUDY_RECORDS__DATABASE_URL=url, **places)
    assert done.status == 0
    assert f"schema {latest()} of {latest()}" in done.out
    assert "2 records wait in" in done.out
    away = "postgresql://nobody:hush@127.0.0.1:1/calls"
    done = run("db", "status", "--json", UNDERSTUDY_RECORDS__DATABASE_URL=away, **places)
    told = json.loads(done.out)
    assert (done.status, told["waiting"]) == (1, {"understudy.sqlite3": 2})
    assert "can't be reached" in told["error"]
    assert "hush" not in done.out
    spool.close()


def test_an_encrypted_call_is_exported_with_the_key_alone(run: Run, tmp_path: Path) -> None:  # noqa: F811
    url, key_file = f"sqlite:///{tmp_path}/calls.sqlite3", tmp_path / "keys"
    run("records", "key", str(key_file))
    keys = load_keys(key_file)
    recording = tmp_path / "call.sealed"
    file = Recordings(tmp_path, keys).sound_format.create(recording, 8000)
    file.append(np.full((8000, 2), 7, "<i2"))
    file.close()

    async def fill(keys: KeyRing) -> None:
        await upgrade(url)
        engine = create_engine(url, keys)
        writer = RecordWriter(engine)
        writer.start()
        writer.call_started(started(recording_path=str(recording)))
        writer.turn(said(0, "a secret"))
        writer.call_ended(ended())
        await writer.aclose()
        await engine.dispose()

    asyncio.run(fill(keys))
    records = {"UNDERSTUDY_RECORDS__DATABASE_URL": url}
    for arguments in (("list",), ("show", CALL), ("export", CALL, "x.html")):
        done = run("calls", *arguments, **records)
        assert (done.status, done.out) == (1, "")
        assert "records.encryption_key_file" in done.err.replace("\n", " ")
        assert "Traceback" not in done.err
    records["UNDERSTUDY_RECORDS__ENCRYPTION_KEY_FILE"] = str(key_file)
    assert "a secret" in run("calls", "show", CALL, **records).out
    assert run("calls", "export", CALL, "x.html", **records).status == 0
    assert 'src="x.wav"' in (tmp_path / "x.html").read_text()
    assert len((tmp_path / "x.wav").read_bytes()) == 44 + 32000
    assert run("calls", "export", CALL, "y.wav", "--format", "wav", **records).status == 0
    assert (tmp_path / "y.wav").read_bytes() == (tmp_path / "x.wav").read_bytes()
    done = run("calls", "export", CALL, str(recording), "--format", "wav", **records)
    assert (done.status, "is the recording itself" in done.err.replace("\n", " ")) == (1, True)
