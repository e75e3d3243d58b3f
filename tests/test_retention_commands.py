"""`understudy retention`, `calls hold`, and `erase` of what is unfinished."""

import asyncio
import json
from pathlib import Path

import pytest

from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.records.writer import RecordWriter
from agent.snapshots.database import DatabaseSnapshots
from tests.records.calls import CALL, ended, said, started
from tests.snapshots.saved import NUMBER, OTHER, saved
from tests.test_cli import Run, run  # noqa: F401  a fixture


@pytest.fixture
def database(tmp_path: Path) -> str:
    """An old call with a recording, and an unfinished one of the same number."""
    url = f"sqlite:///{tmp_path}/calls.sqlite3"
    wav = tmp_path / "call.wav"
    wav.write_bytes(b"RIFF")

    async def fill() -> None:
        await upgrade(url)
        engine = create_engine(url)
        writer = RecordWriter(engine)
        writer.start()
        writer.call_started(started(caller_number=NUMBER, recording_path=str(wav)))
        writer.turn(said(0))
        writer.call_ended(ended())
        await writer.aclose()
        await DatabaseSnapshots(engine).save(saved(OTHER))
        await engine.dispose()

    asyncio.run(fill())
    return url


def test_a_dry_run_deletes_nothing(run: Run, database: str, tmp_path: Path) -> None:  # noqa: F811
    settings = {
        "UNDERSTUDY_RECORDS__DATABASE_URL": database,
        "UNDERSTUDY_RECORDS__KEEP_AUDIO_DAYS": "1",
        "UNDERSTUDY_RECORDS__KEEP_TRANSCRIPTS_DAYS": "1",
        "UNDERSTUDY_RECORDS__KEEP_CALLS_DAYS": "0",
    }
    done = run("retention", "--dry-run", **settings)
    assert done.out == "To delete: 0 calls, the words of 1 more, 1 recordings\n"
    assert (tmp_path / "call.wav").exists()
    done = run("retention", "--json", **settings)
    counts = {"calls": 0, "transcripts": 1, "files": 1, "failed": [], "dry_run": False}
    assert (done.status, json.loads(done.out)) == (0, counts)
    assert not (tmp_path / "call.wav").exists()
    done = run("retention", **settings)
    assert done.out == "Deleted: 0 calls, the words of 0 more, 0 files\n"


def test_a_held_call_stays_until_it_is_let_go(run: Run, database: str) -> None:  # noqa: F811
    settings = {
        "UNDERSTUDY_RECORDS__DATABASE_URL": database,
        "UNDERSTUDY_RECORDS__KEEP_CALLS_DAYS": "1",
    }
    assert run("calls", "hold", CALL[:8], **settings).out == f"{CALL} is held\n"
    assert json.loads(run("retention", "--json", **settings).out)["calls"] == 0
    refused = run("erase", "--number", NUMBER, "--yes", **settings)
    assert "is held: end that with `understudy calls hold" in refused.complaint
    done = run("calls", "hold", CALL[:8], "--off", **settings)
    assert done.out == f"{CALL} is no longer held\n"
    assert json.loads(run("retention", "--json", **settings).out)["calls"] == 1


def test_erasing_a_caller_takes_the_unfinished_calls_too(
    run: Run,  # noqa: F811
    database: str,
) -> None:
    settings = {"UNDERSTUDY_RECORDS__DATABASE_URL": database}
    done = run("erase", "--number", NUMBER, "--yes", **settings)
    assert done.out == f"1 calls, 1 files, 1 unfinished calls are kept of {NUMBER}\nErased\n"
    again = run("erase", "--number", NUMBER, **settings)
    assert again.out.startswith(f"Nothing is kept of {NUMBER}, ")
