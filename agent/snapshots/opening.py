"""Which store the settings ask for."""

import contextlib
from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncEngine

from agent.config import SnapshotSettings
from agent.sealing.keys import KeyRing
from agent.snapshots.database import DatabaseSnapshots
from agent.snapshots.store import SnapshotStore, SnapshotsUnavailable


def open_store(
    settings: SnapshotSettings, engine: AsyncEngine, keys: KeyRing | None = None
) -> SnapshotStore:
    """Redis where it is set, else the database of call records; connects lazily.

    In Redis snapshots are sealed with `keys`, in the database as the engine seals.

    Raises SnapshotsUnavailable for a URL that can't be used, or when Redis' client is missing.
    """
    url = settings.url.get_secret_value()
    if not url:
        return DatabaseSnapshots(engine)
    try:
        from agent.snapshots.redis import RedisSnapshots  # noqa: PLC0415
    except ModuleNotFoundError:
        raise SnapshotsUnavailable(
            "snapshots.url names a Redis, and its client is not installed: install "
            "`understudy[redis]`, or leave snapshots.url empty."
        ) from None
    return RedisSnapshots(url, settings.keep, keys)


@contextlib.asynccontextmanager
async def opened_store(
    settings: SnapshotSettings, engine: AsyncEngine
) -> AsyncIterator[SnapshotStore]:
    """The same for a while. Raises SnapshotsUnavailable."""
    store = open_store(settings, engine)
    try:
        yield store
    finally:
        await store.aclose()
