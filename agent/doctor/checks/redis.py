"""Whether Redis answers, where it keeps snapshots of live conversations."""

from collections.abc import Sequence

from agent.config import Settings
from agent.doctor.finding import Finding, fail, ok
from agent.records.database import create_engine
from agent.snapshots.opening import opened_store
from agent.snapshots.store import SnapshotsUnavailable


async def look(settings: Settings) -> Sequence[Finding]:
    """Ask it for the unfinished calls of a number that nobody has."""
    if not settings.snapshots.url.get_secret_value():
        return [ok("not used: the database keeps unfinished conversations ([snapshots] url)")]
    engine = create_engine("sqlite:///:memory:")  # not connected to: the store is Redis
    try:
        async with opened_store(settings.snapshots, engine) as store:
            await store.count_of("understudy-doctor")
    except SnapshotsUnavailable as error:
        seen, _, remedy = str(error).partition(": ")
        return [
            fail(
                seen,
                "A caller whose call broke off begins anew.",
                f"{remedy} See [snapshots] url, and `redis-cli ping`".strip(),
            )
        ]
    finally:
        await engine.dispose()
    return [ok("Redis answers")]
