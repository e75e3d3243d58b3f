"""The manager connection against a stand-in for Asterisk's side of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import structlog
from pydantic import SecretStr

from agent.asterisk import queues
from agent.asterisk.queues import QueueMonitor, QueueState
from agent.config import AmiSettings

SECRET = "s3cret"


class FakeManager:
    """Lets one user in and knows one queue, unless told to hang."""

    def __init__(self) -> None:
        self.hangs = False
        self.secret = SECRET
        self.connections: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    async def open(self, port: int = 0) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in self.connections:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer)
        writer.write(b"Asterisk Call Manager/9.0.0\r\n")
        try:
            while action := await reader.readuntil(b"\r\n\r\n"):
                if not self.hangs:
                    self._answer(dict(line.split(": ", 1) for line in lines(action)), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            return

    def _answer(self, action: dict[str, str], writer: asyncio.StreamWriter) -> None:
        about = f"ActionID: {action['ActionID']}\r\n"
        refused = action["Action"] == "Login" and action["Secret"] != self.secret
        writer.write(f"Response: {'Error' if refused else 'Success'}\r\n{about}".encode())
        if action["Action"] == "QueueStatus":
            params = f"Event: QueueParams\r\n{about}Queue: sales\r\nCalls: 1\r\nHoldtime: 9\r\n\r\n"
            end = f"Event: QueueStatusComplete\r\n{about}EventList: Complete\r\n\r\n"
            writer.write(f"EventList: start\r\n\r\n{params}{end}".encode())
        else:
            writer.write(b"\r\n")
        if refused:
            writer.close()


def lines(action: bytes) -> list[str]:
    return [line for line in action.decode().split("\r\n") if line]


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeManager]:
    asterisk = FakeManager()
    yield asterisk
    asterisk.close()


@pytest.fixture
async def monitor(
    asterisk: FakeManager, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[QueueMonitor]:
    monkeypatch.setattr(queues, "_WATCH_S", 0.05)
    monkeypatch.setattr(queues, "_ANSWERS_WITHIN_S", 0.1)
    monkeypatch.setattr(queues, "_RECONNECT_S", 0)
    port = await asterisk.open()
    monitor = QueueMonitor(AmiSettings(port=port, secret=SecretStr(SECRET)))
    monitor.start()
    yield monitor
    await monitor.aclose()


async def until_logged_in(monitor: QueueMonitor, wanted: bool = True) -> None:
    async with asyncio.timeout(3):
        while True:
            if monitor.stats.logged_in is wanted:
                return
            await asyncio.sleep(0.01)


KNOWN = QueueState("sales", logged_in=0, idle=0, waiting=1, hold_time_s=9)


async def test_the_queue_is_read(monitor: QueueMonitor) -> None:
    assert await monitor.state("sales") is None  # not connected yet
    await until_logged_in(monitor)
    assert await monitor.state("sales") == KNOWN


async def test_one_that_hangs_is_dropped_told_once_and_used_again(
    asterisk: FakeManager, monitor: QueueMonitor
) -> None:
    await until_logged_in(monitor)
    asterisk.hangs = True
    with structlog.testing.capture_logs() as logs:
        await until_logged_in(monitor, False)
        assert await monitor.state("sales") is None  # at once
        await asyncio.sleep(0.3)
        asterisk.hangs = False
        await until_logged_in(monitor)
    assert await monitor.state("sales") == KNOWN
    assert [log["event"] for log in logs] == [
        "no queue state: callers are handed over blind",
        "queue state is known again",
    ]
    assert (monitor.stats.losses, monitor.stats.unanswered) == (1, 1)


async def test_a_password_that_is_changed_in_mid_run_is_told_once_with_its_place(
    asterisk: FakeManager, monitor: QueueMonitor
) -> None:
    await until_logged_in(monitor)
    asterisk.secret = "another"
    with structlog.testing.capture_logs() as logs:
        asterisk.connections[0].transport.abort()
        await until_logged_in(monitor, False)
        await asyncio.sleep(0.3)
    (log,) = logs
    assert "manager.conf" in log["reason"]
    assert SECRET not in str(log)
    assert len(asterisk.connections) > 2  # it goes on trying


async def test_there_is_one_connection_however_late_asterisk_is(
    asterisk: FakeManager, monitor: QueueMonitor
) -> None:
    await until_logged_in(monitor)
    port = asterisk.connections[0].get_extra_info("sockname")[1]
    asterisk.close()
    await until_logged_in(monitor, False)
    await asyncio.sleep(0.2)
    asterisk.connections.clear()
    await asterisk.open(port)
    await until_logged_in(monitor)
    await asyncio.sleep(0.2)
    assert len(asterisk.connections) == 1
