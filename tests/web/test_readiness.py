import asyncio
import json
import time
from dataclasses import replace

from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application

from agent.metrics.exposition import Metrics
from agent.records.writer import WriterStats
from agent.web.health import Health
from agent.web.readiness import (
    OK,
    Component,
    asterisk,
    database,
    event_loop,
    models,
    queues,
    readiness,
    serving,
)


def test_every_part_that_works_makes_it_ready() -> None:
    found = readiness({"asterisk": asterisk(True), "serving": serving(False)})
    assert (found.ready, found.status) == (True, "ready")


def test_a_part_that_is_down_is_the_status() -> None:
    found = readiness({"asterisk": asterisk(True), "serving": serving(True)})
    assert not found.ready
    assert found.status.startswith("draining")


def test_calls_are_taken_while_the_database_is_away() -> None:
    well = WriterStats(queued=812, stored=0, dropped=0, failures=0, at_risk=0, spool_failures=0)
    assert database(well) == OK
    away = database(replace(well, failures=4))
    assert away.state == "impaired"
    assert "812 records wait" in away.why
    assert readiness({"database": away}).ready
    assert (
        "12 records are in memory alone"
        in database(replace(well, at_risk=12, spool_failures=1)).why
    )


def test_callers_are_taken_where_nothing_is_known_of_queues() -> None:
    assert queues(known=True) == OK
    assert readiness({"queues": queues(known=False)}).ready


def test_a_model_that_was_replaced_is_named() -> None:
    assert models({"asr": 0, "tts": 0}) == OK
    hangs = models({"asr": 0, "tts": 2})
    assert (hangs.state, "tts (2)" in hangs.why) == ("impaired", True)


def test_a_late_loop_impairs() -> None:
    assert event_loop(3.0) == OK
    assert event_loop(250.0) == Component(
        "impaired", "the event loop was 250 ms late: callers hear stutter"
    )


async def test_a_loop_that_stands_still_shows() -> None:
    app = Application()
    app.add_routes(Health({}, Metrics()).routes)
    async with TestClient(TestServer(app)) as client:
        asked = asyncio.create_task(client.get("/health/ready"))
        for _ in range(8):  # something that hogs the loop while the probe waits
            await asyncio.sleep(0.002)
            time.sleep(0.07)  # noqa: ASYNC251
        told = json.loads(await (await asked).text())
    assert told["components"]["event_loop"]["state"] == "impaired"
