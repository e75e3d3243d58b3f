"""Which figures of the running house are shown; one line a part."""

import asyncio
from pathlib import Path

from sqlalchemy.engine import make_url

from agent.asterisk.queues import QueueMonitor
from agent.calls.gatekeeper import Gatekeeper
from agent.calls.manager import CallManager
from agent.config import RecordSettings
from agent.media.clock import MediaClock
from agent.metrics.engines import admission_figures, engine_figures, loop_figures
from agent.metrics.exposition import Metrics
from agent.metrics.parts import (
    clock_figures,
    disk_figures,
    process_figures,
    snapshot_figures,
    writer_figures,
)
from agent.metrics.pbx import ami_figures, pbx_figures, state_figures
from agent.records.writer import RecordWriter
from agent.snapshots.keeper import SnapshotKeeper
from agent.watchdog.engines import EngineWatch
from agent.watchdog.loop import LoopMonitor


def watch_house(
    metrics: Metrics,
    settings: RecordSettings,
    *,
    manager: CallManager,
    queues: QueueMonitor | None,
    clock: MediaClock,
    writer: RecordWriter,
    snapshots: SnapshotKeeper,
    watch: EngineWatch,
    monitor: LoopMonitor,
    gatekeeper: Gatekeeper,
) -> None:
    """Show what each part counts; called in the event loop, once all parts are there."""
    metrics.watch(*process_figures(asyncio.get_running_loop()))
    metrics.watch(*state_figures(lambda: manager.states))
    metrics.watch(*pbx_figures(lambda: manager.stats))
    if queues is not None:
        metrics.watch(*ami_figures(lambda: queues.stats))
    metrics.watch(*clock_figures(clock))
    metrics.watch(*writer_figures(lambda: writer.stats))
    metrics.watch(*snapshot_figures(lambda: snapshots.stats))
    metrics.watch(*engine_figures(lambda: watch.stats))
    metrics.watch(*loop_figures(monitor))
    metrics.watch(*admission_figures(lambda: gatekeeper.stats))
    metrics.watch(*disk_figures(_places(settings)))


def _places(records: RecordSettings) -> dict[str, Path]:
    places = {"recordings": records.recordings_dir}
    if records.spool_dir is not None:
        places["spool"] = records.spool_dir
    url = make_url(records.database_url.get_secret_value())
    if url.get_backend_name() == "sqlite" and url.database:
        places["records"] = Path(url.database).parent
    return places
