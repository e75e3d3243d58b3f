"""What each part of the house has to show; joined to the metrics by the composition root."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from agent.media.clock import MediaClock
from agent.metrics.distributions import WatchedDistribution, of_lateness
from agent.metrics.watched import Watched, watch_fields
from agent.records.writer import WriterStats
from agent.snapshots.keeper import KeeperStats


def process_figures(loop: asyncio.AbstractEventLoop) -> tuple[Watched, ...]:
    """Of the process, beside what Prometheus' own collector tells."""
    return (
        Watched(
            "understudy_tasks",
            "asyncio tasks of the process",
            lambda: float(len(asyncio.all_tasks(loop))),
        ),
    )


def clock_figures(clock: MediaClock) -> tuple[Watched | WatchedDistribution, ...]:
    """Of the 20 ms clock."""
    return (
        WatchedDistribution(
            "understudy_clock_lateness_seconds",
            "How late the 20 ms clock wakes while calls are live",
            lambda: {"": of_lateness(clock.wake_lateness)},
        ),
        Watched(
            "understudy_media_sessions",
            "RTP sessions that the clock drives",
            lambda: float(clock.sessions),
        ),
        Watched(
            "understudy_clock_skipped_ticks",
            "Ticks in which nothing was sent, because the process had stood still",
            lambda: float(clock.skipped_ticks),
            kind="counter",
        ),
    )


def writer_figures(stats: Callable[[], WriterStats]) -> tuple[Watched, ...]:
    """How the storing of call records does."""
    return watch_fields(
        "understudy_records",
        stats,
        gauges={
            "queued": "Records of calls that wait for the database",
            "failures": "Failed attempts in a row to store records; 0 while the database answers",
            "at_risk": "Records that wait in memory alone, where a crash would cost them",
            "spool_failures": "Failed attempts in a row to put records on the disk",
        },
        counters={
            "stored": "Records stored",
            "dropped": "Records given up",
        },
    )


def snapshot_figures(stats: Callable[[], KeeperStats]) -> tuple[Watched, ...]:
    """How the saving of live calls does."""
    return watch_fields(
        "understudy_snapshots",
        stats,
        gauges={"waiting": "Calls whose newest turn is not saved yet"},
        counters={
            "failures": "Failed attempts to save a call",
            "dropped": "Snapshots given up",
        },
    )


def disk_figures(places: Mapping[str, Path]) -> tuple[Watched, ...]:
    """Room on the disks that hold these folders, by what is kept there.

    A folder that is not there yet is looked for in the nearest one that is.
    """
    return (
        Watched(
            "understudy_disk_free_bytes",
            "Room on the disk, by what is kept on it",
            lambda: {name: _free_bytes(path) for name, path in places.items()},
            labels=("place",),
        ),
    )


def _free_bytes(path: Path) -> int:
    present = next(place for place in (path, *path.absolute().parents) if place.exists())
    return shutil.disk_usage(present).free
