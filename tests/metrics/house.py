"""Metrics of a process that has everything and has seen one of everything."""

import asyncio
from dataclasses import asdict
from pathlib import Path

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
from agent.records.records import ASSIGNED, CallAnswered, LatencyRecord
from agent.snapshots.keeper import KeeperStats
from tests.metrics.test_calls import MEDIA
from tests.metrics.test_engines import ADMISSIONS, ENGINES, MONITOR
from tests.metrics.test_pbx import AMI, PBX, STATES
from tests.metrics.test_watched import STATS
from tests.records.calls import CALL, ended, happened, said, started


async def whole_house() -> Metrics:
    """To be called in an event loop, whose tasks are counted."""
    metrics = Metrics()
    metrics.watch(
        *process_figures(asyncio.get_running_loop()),
        *pbx_figures(lambda: PBX),
        *ami_figures(lambda: AMI),
        *state_figures(lambda: STATES),
        *clock_figures(MediaClock()),
        *writer_figures(lambda: STATS),
        *snapshot_figures(lambda: KeeperStats(0, 0, 0, 0)),
        *disk_figures({"recordings": Path("/")}),
        *engine_figures(lambda: ENGINES),
        *loop_figures(MONITOR),
        *admission_figures(lambda: ADMISSIONS),
    )
    calls = metrics.calls
    calls.call_started(started())
    calls.call_answered(CallAnswered(call_id=CALL, codec="ulaw", linked_id="1.1"))
    calls.turn(said(0))
    calls.latency(LatencyRecord(call_id=CALL, name="decision", ms=1.0))
    calls.event(happened("barge_in_resumed", paused_ms=1.0))
    calls.event(happened("transfer_answered", wait_s=1.0))
    calls.event(happened("turn_taking", half_duplex_s=0.0, confidences=[1]))
    calls.event(happened(ASSIGNED, experiment="price", variant="b"))
    calls.call_ended(ended(media=asdict(MEDIA)))
    return metrics
