"""The writer of a process: opened with what the last one left, closed with nothing lost."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from agent.records.spool import Spool, spool_path
from agent.records.writer import RecordWriter
from agent.sealing.keys import KeyRing


@contextlib.asynccontextmanager
async def opened_writer(
    engine: AsyncEngine, spool_dir: Path | None, instance: str, keys: KeyRing
) -> AsyncIterator[RecordWriter]:
    """Store what an earlier process left, close its calls, and take records until the end.

    Without a directory records wait in memory alone. Raises DatabaseUnavailable, SpoolError and
    KeyMissing.
    """
    opener = partial(Spool, spool_path(spool_dir, instance), keys) if spool_dir else None
    writer = RecordWriter(engine, instance=instance, open_spool=opener)
    try:
        await writer.close_orphans()
        writer.start()
        yield writer
    finally:
        await writer.aclose()
