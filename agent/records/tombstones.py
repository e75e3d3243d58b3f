"""That a number was erased: what comes back of it later is not taken.

A late record, a replayed spool and a restored back-up can bring a caller back. A tombstone holds a
slow digest of the number (scrypt, RFC 7914: 8 MB of memory a guess), so that a number can be
compared with it and hardly be found from it. It stands in the database, for late records, and in a
file beside the spool with the ids of the erased calls: a restored database lacks what the file has.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agent.errors import UnderstudyError
from agent.records.database import explained
from agent.records.files import delete_files, files_of
from agent.records.models import Call, Snapshot, Tombstone
from agent.records.numbers import NotANumber, normalised
from agent.records.statements import insert_new

_COST = {"n": 2**13, "r": 8, "p": 1, "dklen": 16}
_FILE = "erasures.jsonl"


class LedgerError(UnderstudyError):
    """The file of erasures can't be read or written."""


@dataclass(frozen=True, slots=True)
class Burial:
    """One erasure: whose (as a digest), when, and which calls it took."""

    digest: str
    salt: str
    erased_at: datetime
    call_ids: tuple[str, ...] = ()

    def covers(self, number: str, at: datetime) -> bool:
        """Whether a call of this number at this time was to be erased. Slow: for a thread."""
        return at <= self.erased_at and digest_of(number, self.salt) == self.digest


class Ledger:
    """The file of erasures, a line of JSON each; without a directory nothing is kept."""

    def __init__(self, directory: Path | None) -> None:
        self.path = directory / _FILE if directory else None

    def add(self, burial: Burial) -> None:
        """Append, synced. Raises LedgerError."""
        if self.path is None:
            return
        values = {
            "digest": burial.digest,
            "salt": burial.salt,
            "erased_at": burial.erased_at.isoformat(),
            "calls": burial.call_ids,
        }
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(json.dumps(values) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._unusable(error) from None

    def read(self) -> tuple[Burial, ...]:
        """All of them; a line that a crash cut off is left out. Raises LedgerError."""
        if self.path is None:
            return ()
        try:
            lines = self.path.read_text("ascii").splitlines()
        except FileNotFoundError:
            return ()
        except (OSError, UnicodeDecodeError) as error:
            raise self._unusable(error) from None
        return tuple(burial for line in lines if (burial := _parsed(line)) is not None)

    def _unusable(self, error: Exception) -> LedgerError:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return LedgerError(
            f"The file of erasures {self.path} can't be used ({reason}): correct its rights or "
            "records.spool_dir. Without it a restored back-up brings erased callers back."
        )


async def buried_by(connection: AsyncConnection, since: datetime) -> tuple[Burial, ...]:
    """The erasures from a time on, as the database has them."""
    query = select(Tombstone.digest, Tombstone.salt, Tombstone.erased_at)
    rows = await connection.execute(query.where(Tombstone.erased_at >= since))
    return tuple(Burial(*row) for row in rows)


async def new_burial(
    engine: AsyncEngine, number: str, at: datetime, call_ids: Sequence[str]
) -> Burial:
    """A number's erasure, not yet written anywhere; all of a database share one salt."""
    with explained(engine.url):
        async with engine.connect() as connection:
            salt = await connection.scalar(select(Tombstone.salt).limit(1))
    salt = salt or secrets.token_hex(16)
    digest = await asyncio.to_thread(digest_of, number, salt)
    return Burial(digest, salt, at, tuple(call_ids))


async def bury(connection: AsyncConnection, burials: Iterable[Burial]) -> None:
    """Write tombstones; a later erasure of the same number takes the place of an earlier one."""
    for burial in burials:
        row = {"digest": burial.digest, "salt": burial.salt, "erased_at": burial.erased_at}
        await connection.execute(delete(Tombstone).where(Tombstone.digest == burial.digest))
        await connection.execute(insert_new(connection, Tombstone.__table__), [row])


async def erase_calls_again(engine: AsyncEngine, ledger: Ledger) -> tuple[Burial, ...]:
    """Take out what a restored database has brought back; returns the erasures it lacked.

    Raises LedgerError, ErasureRefused for a file that can't be deleted, and DatabaseUnavailable.
    """
    burials = await asyncio.to_thread(ledger.read)
    if not burials:
        return ()
    with explained(engine.url):
        async with engine.begin() as connection:
            known = {
                (digest, erased_at)
                for digest, erased_at in await connection.execute(
                    select(Tombstone.digest, Tombstone.erased_at)
                )
            }
            newest = {burial.digest: burial for burial in burials}
            lacking = tuple(
                burial for key, burial in newest.items() if (key, burial.erased_at) not in known
            )
            digests = {burial.digest for burial in lacking}
            ids = [i for burial in burials if burial.digest in digests for i in burial.call_ids]
            back = select(Call.recording_path).where(Call.id.in_(ids))
            recordings = (await connection.scalars(back)).all()
            await asyncio.to_thread(lambda: delete_files(files_of(recordings)))
            await connection.execute(delete(Call).where(Call.id.in_(ids)))
            await connection.execute(delete(Snapshot).where(Snapshot.call_id.in_(ids)))
            await bury(connection, lacking)
    return lacking


def digest_of(number: str, salt: str) -> str:
    """Of a number however it is written. Slow: for a thread."""
    key = number
    with contextlib.suppress(NotANumber):
        key = normalised(number)
    return hashlib.scrypt(key.encode(), salt=bytes.fromhex(salt), **_COST).hex()


def _parsed(line: str) -> Burial | None:
    try:
        values = json.loads(line)
        at = datetime.fromisoformat(values["erased_at"])
        return Burial(values["digest"], values["salt"], at, tuple(values["calls"]))
    except (ValueError, KeyError, TypeError):
        return None
