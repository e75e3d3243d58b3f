"""Records on the disk until the database has them: one SQLite file a process name.

SQLite in WAL mode, synced with every commit: what was written survives a kill and a power cut.
(Measured against plain segments with fdatasync: 1,766 to 2,619 commits of one record a second,
111,000 to 220,000 records in commits of 200; a busy machine writes some 100 a second.)
"""

import contextlib
import fcntl
import os
import sqlite3
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from agent.errors import UnderstudyError
from agent.records.encoding import decode, encode
from agent.records.entry import Entry
from agent.sealing.errors import SealBroken
from agent.sealing.keys import KeyRing

_FORMAT = 1
_SCHEMA = """
CREATE TABLE waiting (
    sequence INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    sealed INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT
"""
_INSERT = "INSERT OR IGNORE INTO waiting VALUES (?, ?, ?, ?, ?)"
_COLUMNS = "sequence, source, sealed, checksum, body"
_BUSY_S = 5.0

_WAL_HEADER = 32
_FRAME_HEADER = struct.Struct(">II8sII")

_Row = tuple[int, str, int, int, bytes]


class SpoolError(UnderstudyError):
    """The spool can't be opened, read or written."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Entries in their order; `rows` counts damaged ones too, `last` is the last one's number."""

    entries: tuple[Entry, ...]
    rows: int
    last: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many records wait in a spool, and the number of the last."""

    records: int
    last: int


class Spool:
    """One process's records on the disk. Blocks: for a thread; one call at a time.

    Every method raises SpoolError when the disk does not do it.
    """

    def __init__(self, path: Path, keys: KeyRing | None = None) -> None:
        """Open or make the file, readable by its owner only, and lock it against other processes.

        A damaged file is set aside, and what is intact of it kept. Also raises KeyMissing.
        """
        self.path = path
        self._keys = keys or KeyRing()
        self._log = structlog.get_logger("spool")
        with self._explained():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._take_lock()
            self._connection = self._open()
        except BaseException:
            os.close(self._lock)
            raise

    def waiting(self) -> Waiting:
        """What an earlier process left, and this one wrote."""
        with self._explained():
            query = "SELECT count(*), coalesce(max(sequence), 0) FROM waiting"
            return Waiting(*self._connection.execute(query).fetchone())

    def write(self, entries: Sequence[Entry], stored: int) -> None:
        """Add entries, forget those up to the number `stored`: both or nothing, synced."""
        rows = list(self._rows(entries))
        with self._explained(), self._transaction(self._connection):
            self._connection.executemany(_INSERT, rows)
            self._connection.execute("DELETE FROM waiting WHERE sequence <= ?", [stored])

    def read(self, after: int, limit: int) -> Chunk:
        """The oldest entries with numbers above `after`. Also raises KeyMissing."""
        query = f"SELECT {_COLUMNS} FROM waiting WHERE sequence > ? ORDER BY sequence LIMIT ?"  # noqa: S608
        with self._explained():
            rows: list[_Row] = self._connection.execute(query, [after, limit]).fetchall()
        entries = tuple(entry for row in rows if (entry := self._entry(row)) is not None)
        if len(entries) < len(rows):
            self._log.error(
                "damaged records on the disk are left out",
                spool=str(self.path),
                records=len(rows) - len(entries),
            )
        return Chunk(entries, len(rows), rows[-1][0] if rows else after)

    def close(self) -> None:
        """Close the file and free the lock."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        os.close(self._lock)

    def _take_lock(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SpoolError(
                f"The spool {self.path} is in use by another process: stop that one, or give this "
                "one its own ari.app or records.spool_dir."
            ) from None

    def _open(self) -> sqlite3.Connection:
        wal = self.path.with_name(self.path.name + "-wal")
        with self._explained():
            try:
                connection = _connect(self.path)
                if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                    raise sqlite3.DatabaseError("damaged")
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                return self._salvage()
            _, frames, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if _is_torn(wal, frames):
                self._log.warning(
                    "the last write to the spool was cut off; what was complete is kept",
                    spool=str(self.path),
                )
        return connection

    def _salvage(self) -> sqlite3.Connection:
        """A new file with what can still be read of the damaged one, which is set aside."""
        aside = next(
            path
            for number in range(1, 1000)
            if not (path := self.path.with_suffix(f".damaged-{number}")).exists()
        )
        for suffix in ("", "-wal", "-shm"):
            part = self.path.with_name(self.path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
        rows = {row[0]: row for descending in (False, True) for row in _readable(aside, descending)}
        connection = _connect(self.path)
        with self._transaction(connection):
            connection.executemany(_INSERT, [rows[sequence] for sequence in sorted(rows)])
        self._log.error(
            "the spool is damaged: it is set aside, and what is intact of it goes on",
            spool=str(self.path),
            set_aside=str(aside),
            intact=len(rows),
        )
        return connection

    def _rows(self, entries: Iterable[Entry]) -> Iterator[_Row]:
        for entry in entries:
            try:
                body = encode(entry.record)
            except ValueError:  # no JSON, which the database refuses too
                self._log.error("record can't be spooled", call_id=entry.record.call_id)
                continue
            if self._keys:
                body = self._keys.seal(body, _context(entry.source, entry.sequence))
            yield entry.sequence, entry.source, bool(self._keys), zlib.crc32(body), body

    def _entry(self, row: _Row) -> Entry | None:
        sequence, source, sealed, checksum, body = row
        if zlib.crc32(body) != checksum:
            return None
        try:
            plain = self._keys.unseal(body, _context(source, sequence)) if sealed else body
            return Entry(source, sequence, decode(plain))
        except (SealBroken, ValueError):
            return None

    @contextlib.contextmanager
    def _transaction(self, connection: sqlite3.Connection) -> Iterator[None]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # a full disk has rolled it back already
                connection.execute("ROLLBACK")
            raise

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise SpoolError(
                f"The spool {self.path} can't be used ({reason}): check the directory's rights and "
                "the free space, or set records.spool_dir to another place."
            ) from None


def spool_path(directory: Path, instance: str) -> Path:
    """The file of a process name, which may have any characters."""
    safe = "".join(c if c.isalnum() or c in "-_" else f"%{ord(c):x}" for c in instance)
    return directory / f"{safe}.sqlite3"


def count_waiting(directory: Path) -> dict[str, int]:
    """Records in each spool of a directory by file name, also while a process uses it.

    Raises SpoolError.
    """
    counts = {}
    for path in sorted(directory.glob("*.sqlite3")):
        try:
            with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as file:
                counts[path.name] = int(file.execute("SELECT count(*) FROM waiting").fetchone()[0])
        except sqlite3.Error as error:
            raise SpoolError(
                f"The spool {path} can't be read ({error}): `understudy serve` sets a damaged one "
                "aside and keeps what is intact."
            ) from None
    return counts


def _connect(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)
    connection = sqlite3.connect(
        path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
    )
    for pragma in (
        "auto_vacuum=FULL",  # an outage's space is given back
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",  # these are people's words
        "journal_size_limit=0",
    ):
        connection.execute(f"PRAGMA {pragma}")
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found == 0:
        connection.execute(_SCHEMA)
        connection.execute(f"PRAGMA user_version={_FORMAT}")
    elif found != _FORMAT:
        raise SpoolError(
            f"The spool {path} was made by another version of Understudy (format {found}): "
            "let that version store it, or move it away."
        )
    return connection


def _readable(path: Path, descending: bool) -> Iterator[_Row]:
    """Rows of a damaged file until the damage, from one end."""
    direction = "DESC" if descending else "ASC"
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path)) as file:
        query = f"SELECT {_COLUMNS} FROM waiting ORDER BY sequence {direction}"  # noqa: S608
        yield from file.execute(query)


def _is_torn(wal: Path, intact_frames: int) -> bool:
    """Whether a write-ahead log goes on behind its last whole commit (sqlite.org/fileformat2).

    A frame left from before the log's last restart has other salts than its header.
    """
    try:
        with wal.open("rb") as file:
            header = file.read(_WAL_HEADER)
            if len(header) < _WAL_HEADER or intact_frames < 0:
                return False
            (page_bytes,) = struct.unpack(">I", header[8:12])
            file.seek(_WAL_HEADER + intact_frames * (_FRAME_HEADER.size + page_bytes))
            frame = file.read(_FRAME_HEADER.size)
    except OSError:
        return False
    return len(frame) == _FRAME_HEADER.size and _FRAME_HEADER.unpack(frame)[2] == header[16:24]


def _context(source: str, sequence: int) -> bytes:
    return f"spool {source} {sequence}".encode()
