"""The file on the disk: what was written is there again, in order, whatever became of the file."""

import sqlite3
from pathlib import Path

import pytest
import structlog

from agent.records.entry import Entry
from agent.records.spool import Spool, SpoolError, count_waiting, spool_path
from agent.sealing.errors import KeyMissing
from agent.sealing.keys import KeyRing
from tests.records.calls import happened, said, started

SOURCE = "5f0c8a52-0000-4000-8000-00000000000a"
KEYS = KeyRing([b"k" * 32])


def entries(count: int, first: int = 1) -> list[Entry]:
    return [
        Entry(SOURCE, n, said(n, f"text {n}", line_ids=[])) for n in range(first, first + count)
    ]


def crash(spool: Spool, to: Path) -> Path:
    """The files as a killed process leaves them, in another place."""
    to.mkdir()
    for part in spool.path.parent.iterdir():
        (to / part.name).write_bytes(part.read_bytes())
    return to / spool.path.name


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return spool_path(tmp_path / "spool", "understudy")


def texts(spool: Spool) -> list[str]:
    return [entry.record.text for entry in spool.read(0, 1000).entries]  # type: ignore[union-attr]


def test_what_is_written_is_there_again_until_it_is_stored(path: Path) -> None:
    spool = Spool(path)
    written = [Entry(SOURCE, 7, started(caller_number="+44")), *entries(3, 8)]
    spool.write(written, 0)
    spool.close()
    spool = Spool(path)
    assert (spool.waiting().records, spool.waiting().last) == (4, 10)
    assert spool.read(0, 10).entries == tuple(written[:1]) + spool.read(7, 10).entries
    spool.write([], 8)
    assert texts(spool) == ["text 9", "text 10"]
    assert spool.read(9, 10).entries[0].sequence == 10
    spool.close()


def test_a_killed_process_loses_nothing_that_was_written(path: Path, tmp_path: Path) -> None:
    spool = Spool(path)
    spool.write(entries(3), 0)
    spool.write(entries(2, 4), 1)
    again = Spool(crash(spool, tmp_path / "after"))
    assert texts(again) == [f"text {n}" for n in (2, 3, 4, 5)]
    again.close()
    spool.close()


def test_a_write_that_was_cut_off_is_told_and_the_rest_is_kept(path: Path, tmp_path: Path) -> None:
    spool = Spool(path)
    spool.write(entries(3), 0)
    whole = path.with_name(path.name + "-wal").stat().st_size
    spool.write(entries(200, 4), 0)
    left = crash(spool, tmp_path / "after")
    with left.with_name(left.name + "-wal").open("r+b") as wal:
        wal.truncate(whole + 5000)
    with structlog.testing.capture_logs() as logs:
        again = Spool(left)
    assert texts(again) == ["text 1", "text 2", "text 3"]
    assert [log["event"] for log in logs] == [
        "the last write to the spool was cut off; what was complete is kept"
    ]
    again.close()
    spool.close()


def test_a_record_that_was_changed_on_the_disk_is_left_out_and_told(path: Path) -> None:
    spool = Spool(path)
    spool.write(entries(3), 0)
    with sqlite3.connect(path) as file:
        file.execute("UPDATE waiting SET body = CAST(replace(body, 'text 2', 'text x') AS BLOB)")
        file.commit()
    with structlog.testing.capture_logs() as logs:
        chunk = spool.read(0, 10)
    assert [entry.sequence for entry in chunk.entries] == [1, 3]
    assert (chunk.rows, chunk.last, logs[0]["records"]) == (3, 3, 1)
    spool.close()


@pytest.mark.parametrize("part", ["middle", "beginning"])
def test_a_damaged_file_is_set_aside_and_what_is_intact_goes_on(path: Path, part: str) -> None:
    spool = Spool(path)
    spool.write(entries(900), 0)
    spool.close()
    data = bytearray(path.read_bytes())
    begin = 0 if part == "beginning" else len(data) // 2
    data[begin : begin + 8192] = b"\xa5" * 8192
    path.write_bytes(data)
    with structlog.testing.capture_logs() as logs:
        spool = Spool(path)
    found = texts(spool)
    assert logs[0]["event"].startswith("the spool is damaged: it is set aside")
    assert Path(logs[0]["set_aside"]).read_bytes() == data
    if part == "middle":
        assert 700 < len(found) < 900
        assert found[0] == "text 1"
        assert found[-1] == "text 900"
        assert found == sorted(found, key=lambda text: int(text.split()[1]))
    spool.write(entries(1, 2000), 0)
    assert texts(spool)[-1] == "text 2000"
    spool.close()


def test_nobody_elses_records_are_taken_from_under_them(path: Path) -> None:
    spool = Spool(path)
    with pytest.raises(SpoolError, match=r"in use by another process: .* records\.spool_dir"):
        Spool(path)
    spool.close()
    Spool(path).close()


def test_with_a_key_the_words_are_not_in_the_file(path: Path, tmp_path: Path) -> None:
    spool = Spool(path, KEYS)
    spool.write(entries(1), 0)
    left = crash(spool, tmp_path / "after")
    spool.close()
    assert not any(b"text 1" in part.read_bytes() for part in left.parent.iterdir())
    keyless = Spool(left)
    with pytest.raises(KeyMissing, match=r"records\.encryption_key_file"):
        keyless.read(0, 10)
    keyless.close()
    rotated = Spool(left, KeyRing([b"n" * 32, b"k" * 32]))
    assert texts(rotated) == ["text 1"]
    rotated.close()


def test_a_file_of_another_version_is_left_alone(path: Path) -> None:
    Spool(path).close()
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA user_version = 9")
    with pytest.raises(SpoolError, match="another version of Understudy"):
        Spool(path)


def test_a_place_that_cant_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SpoolError, match=r"file/a\.sqlite3 can't be used .* records\.spool_dir"):
        Spool(spool_path(tmp_path / "file", "a"))


def test_what_waits_can_be_counted_while_the_process_runs(path: Path) -> None:
    spool = Spool(path)
    spool.write(entries(3), 0)
    assert count_waiting(path.parent) == {"understudy.sqlite3": 3}
    spool.close()
    assert count_waiting(path.parent) == {"understudy.sqlite3": 3}
    assert count_waiting(path.parent / "none") == {}


def test_only_the_owner_reads_it(path: Path) -> None:
    spool = Spool(path)
    spool.write([Entry(SOURCE, 1, happened("x"))], 0)
    assert path.parent.stat().st_mode & 0o077 == 0
    assert all(part.stat().st_mode & 0o077 == 0 for part in path.parent.iterdir())
    spool.close()


def test_a_process_name_is_a_file_name() -> None:
    assert spool_path(Path("/s"), "../a b").parent == Path("/s")
