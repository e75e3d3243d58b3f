import asyncio
import json
import logging
import warnings
from collections.abc import Iterator

import pytest
import structlog

from agent.config import LogSettings
from agent.logs import configure_logs
from agent.media.clock import MediaClock
from agent.watchdog.pool import WatchedPool
from tests.restored_logs import restored_logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    with restored_logs():
        yield


def speak() -> None:
    log = structlog.get_logger("calls").bind(call_id="1f0c")
    log.debug("detail")
    log.info("answered", codec="g722")
    try:
        raise ValueError("no such frame")
    except ValueError:
        log.exception("call failed")
    logging.getLogger("aiohttp").info("chatter")
    logging.getLogger("asyncio").warning("Task was %s", "destroyed")


def test_json_lines_are_one_object_each_whoever_wrote_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs(LogSettings(json_lines=True))
    speak()
    captured = capsys.readouterr()
    answered, failed, foreign = [json.loads(line) for line in captured.err.splitlines()]
    assert captured.out == ""
    assert answered.pop("timestamp").endswith("Z")
    assert answered == {
        "event": "answered",
        "level": "info",
        "logger": "understudy.calls",
        "call_id": "1f0c",
        "codec": "g722",
    }
    assert failed["exception"].endswith("ValueError: no such frame")
    assert (foreign["event"], foreign["level"]) == ("Task was destroyed", "warning")


def test_people_get_a_line_of_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(LogSettings())
    speak()
    answered, *rest = capsys.readouterr().err.splitlines()
    assert answered.split()[1:] == [
        "[info", "]", "answered", "[understudy.calls]", "call_id=1f0c", "codec=g722",
    ]  # fmt: skip
    assert "\x1b" not in answered  # no colours into a file
    assert "ValueError: no such frame" in rest


@pytest.mark.parametrize(
    ("level", "shown"),
    [("debug", 4), ("info", 3), ("warning", 2), ("error", 2)],
)
def test_the_level_is_of_our_own_lines(
    capsys: pytest.CaptureFixture[str], level: str, shown: int
) -> None:
    configure_logs(LogSettings(json_lines=True, level=level))  # type: ignore[arg-type]
    speak()
    assert len(capsys.readouterr().err.splitlines()) == shown


class Talkative:
    """A session that says something at each tick."""

    def tick(self, deadline_s: float, send: bool) -> None:
        structlog.get_logger("media").warning("tick")


async def test_what_happens_within_a_call_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(LogSettings(json_lines=True))
    clock, pool = MediaClock(lambda: 0.0), WatchedPool("asr", 1, 5.0)
    log = structlog.get_logger("calls")

    async def call(call_id: str) -> None:
        structlog.contextvars.bind_contextvars(call_id=call_id)
        clock.add(Talkative(), lambda error: None)
        await asyncio.wrap_future(pool.submit(log.warning, "in a thread of a model"))
        await asyncio.create_task(speak_later())

    async def speak_later() -> None:
        logging.getLogger("aiohttp").warning("of a library")

    await asyncio.gather(asyncio.create_task(call("1f0c")), asyncio.create_task(call("2a7d")))
    clock.run_due(0.02)
    log.warning("of the house")
    pool.shutdown()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    told = {(line["event"], line.get("call_id")) for line in lines}
    within = ("in a thread of a model", "of a library", "tick")
    named = {(event, call_id) for event in within for call_id in ("1f0c", "2a7d")}
    assert told == {*named, ("of the house", None)}


def test_passwords_in_addresses_are_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(LogSettings(json_lines=True))
    address = "postgresql://understudy:s3cret@db.example:5432/calls"
    structlog.get_logger("records").warning("away", database=address)
    try:
        raise OSError(f"can't connect to {address}")
    except OSError:
        logging.getLogger("asyncpg").exception("failed for %s", "redis://:s3cret@cache:6379/0")
    warnings.warn(f"{address} is slow", stacklevel=1)
    text = capsys.readouterr().err
    assert "s3cret" not in text
    assert text.count("understudy:***@db.example") == 3
    assert "redis://:***@cache" in text
    assert [json.loads(line)["level"] for line in text.splitlines()] == [
        "warning", "error", "warning",
    ]  # fmt: skip
