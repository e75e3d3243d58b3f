import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from agent.config import LogSettings
from agent.logs import configure_logs
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
