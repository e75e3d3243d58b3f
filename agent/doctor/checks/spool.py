"""Whether records wait for the database."""

import asyncio
from collections.abc import Sequence

from agent.config import Settings
from agent.doctor.finding import Finding, fail, ok, warn
from agent.records.spool import SpoolError, count_waiting

# A live process's last batch may be on its way.
_USUAL = 200


async def look(settings: Settings) -> Sequence[Finding]:
    """Count them by process name."""
    folder = settings.records.spool_dir
    if folder is None:
        return [
            warn(
                "[records] spool_dir is not set",
                "Records of an outage are in memory alone, and lost with the process.",
                'Set [records] spool_dir = "/var/lib/understudy/spool" in understudy.toml',
            )
        ]
    if not folder.is_dir():
        return [ok(f"no spool yet: {folder} is made at the first start")]
    try:
        counts = await asyncio.to_thread(count_waiting, folder)
    except SpoolError as error:
        return [
            fail(
                str(error),
                "Records on the disk can't be stored.",
                "systemctl restart understudy: it sets a damaged file aside, keeps what is whole",
            )
        ]
    waiting = {name: count for name, count in counts.items() if count > _USUAL}
    if not waiting:
        return [ok(f"{sum(counts.values())} records wait in {folder}")]
    return [_waits(f"{folder}/{name}", count) for name, count in waiting.items()]


def _waits(path: str, count: int) -> Finding:
    return warn(
        f"{count} records wait in {path}",
        "They are not in the database yet: it was away, or no process of this name runs.",
        "understudy db status; then start `understudy serve` with the ari.app of that file",
    )
