import asyncio
from pathlib import Path

import pytest

from agent.media.clock import MediaClock
from agent.metrics.exposition import Metrics
from agent.metrics.parts import (
    clock_figures,
    disk_figures,
    process_figures,
    snapshot_figures,
    writer_figures,
)
from agent.metrics.watched import Watched, watch_fields
from agent.records.writer import WriterStats
from agent.snapshots.keeper import KeeperStats
from tests.metrics.scrape import value

STATS = WriterStats(queued=12, stored=40, dropped=1, failures=6, at_risk=2, spool_failures=1)


class Connection:
    slowest_ms = 250.0
    losses = 3
    away_s = 12.5


def test_a_watched_figure_is_read_at_each_scrape() -> None:
    metrics, waiting = Metrics(), [2.0]
    metrics.watch(Watched("understudy_waiting", "Waiting", lambda: waiting[0]))
    assert value(metrics, "understudy_waiting") == 2.0
    waiting[0] = 5.0
    assert value(metrics, "understudy_waiting") == 5.0


def test_a_label_gives_a_value_each() -> None:
    metrics = Metrics()
    refused = {"loop": 2, "pacing": 1}
    metrics.watch(Watched("understudy_refused", "Refused", lambda: refused, "counter", ("reason",)))
    assert value(metrics, "understudy_refused_total", reason="loop") == 2
    assert value(metrics, "understudy_refused_total", reason="pacing") == 1


def test_a_figure_that_fails_costs_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    metrics = Metrics()

    def broken() -> float:
        raise RuntimeError("dictionary changed size during iteration")

    metrics.watch(Watched("understudy_broken", "Broken", broken))
    metrics.watch(Watched("understudy_whole", "Whole", lambda: 1.0))
    assert value(metrics, "understudy_broken") is None
    assert value(metrics, "understudy_whole") == 1.0
    assert "understudy_broken" in capsys.readouterr().out  # the log of a test


def test_fields_that_are_times_are_shown_in_seconds() -> None:
    metrics = Metrics()
    figures = watch_fields(
        "understudy_pbx",
        Connection,
        gauges={"slowest_ms": "Slowest"},
        counters={"losses": "Losses", "away_s": "Away"},
    )
    metrics.watch(*figures)
    assert value(metrics, "understudy_pbx_slowest_seconds") == 0.25
    assert value(metrics, "understudy_pbx_losses_total") == 3
    assert value(metrics, "understudy_pbx_away_seconds_total") == 12.5


def test_lateness_is_a_histogram() -> None:
    metrics, clock = Metrics(), MediaClock(lambda: 0.0)
    for late_ms in (0.1, 4.2, 12.0, 400.0):
        clock.wake_lateness.observe(late_ms / 1000)
    metrics.watch(*clock_figures(clock))
    name = "understudy_clock_lateness_seconds"
    bounds = ("0.001", "0.005", "0.02", "0.075", "+Inf")
    counts = [value(metrics, f"{name}_bucket", le=bound) for bound in bounds]
    assert counts == [1, 2, 3, 3, 4]
    assert value(metrics, f"{name}_count") == 4
    assert value(metrics, f"{name}_sum") == pytest.approx(0.4163)


async def test_a_process_without_calls_has_figures_of_its_own() -> None:
    metrics = Metrics()
    metrics.watch(*process_figures(asyncio.get_running_loop()))
    assert value(metrics, "understudy_tasks") == 1  # this test
    assert (value(metrics, "process_resident_memory_bytes") or 0) > 1e6
    assert await asyncio.to_thread(value, metrics, "understudy_tasks") == 1


def test_storing_and_saving_that_fail_show() -> None:
    metrics = Metrics()
    metrics.watch(
        *writer_figures(lambda: STATS),
        *snapshot_figures(lambda: KeeperStats(waiting=2, written=5, failures=3, dropped=1)),
    )
    shown = metrics.render().decode().splitlines()
    assert "understudy_records_queued 12.0" in shown
    assert "understudy_records_failures 6.0" in shown
    assert "understudy_records_at_risk 2.0" in shown
    assert "understudy_records_stored_total 40.0" in shown
    assert "understudy_records_dropped_total 1.0" in shown
    assert "understudy_snapshots_waiting 2.0" in shown
    assert "understudy_snapshots_failures_total 3.0" in shown


def test_the_clock_tells_its_sessions_and_what_it_left_out() -> None:
    metrics, clock = Metrics(), MediaClock(lambda: 0.0)
    clock.skipped_ticks = 4
    metrics.watch(*clock_figures(clock))
    assert value(metrics, "understudy_media_sessions") == 0
    assert value(metrics, "understudy_clock_skipped_ticks_total") == 4


def test_room_is_told_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    metrics = Metrics()
    metrics.watch(*disk_figures({"recordings": tmp_path / "not" / "yet"}))
    assert (value(metrics, "understudy_disk_free_bytes", place="recordings") or 0) > 0
