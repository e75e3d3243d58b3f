"""The event loop's lateness, the code that blocks it, and what systemd is told."""

import asyncio
import os
import socket
import time
from pathlib import Path

import structlog

from agent.watchdog.loop import LoopMonitor
from agent.watchdog.systemd import ServiceManager


def block_the_loop(seconds: float) -> None:
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        pass


async def test_a_stall_is_told_with_the_code_that_caused_it() -> None:
    monitor = LoopMonitor(stall_ms=60)
    with structlog.testing.capture_logs() as logs:
        monitor.start()
        await asyncio.sleep(0.1)
        block_the_loop(0.25)
        await asyncio.sleep(0.05)
        monitor.stop()
    (stall,) = (log for log in logs if "block_the_loop" in str(log.get("frames")))
    assert stall["event"] == "event loop stalled"
    assert 150 <= stall["ms"] <= 2000
    assert stall["frames"][-1].endswith("block_the_loop")
    assert monitor.stats.stalls >= 1
    assert monitor.stats.longest_ms >= 150
    assert monitor.stats.ticks >= 4


async def test_a_stall_counts_as_one_late_tick() -> None:
    monitor = LoopMonitor(stall_ms=1000)
    monitor.start()
    await asyncio.sleep(0.05)
    before = monitor.lateness.count
    block_the_loop(0.2)
    await asyncio.sleep(0.05)
    monitor.stop()
    assert monitor.lateness.count - before <= 5
    ticks = monitor.lateness.count
    await asyncio.sleep(0.05)
    assert monitor.lateness.count == ticks


def listen(path: Path) -> socket.socket:
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(str(path))
    manager.setblocking(False)
    return manager


def received(manager: socket.socket) -> list[str]:
    found = []
    while True:
        try:
            found.append(manager.recv(100).decode())
        except BlockingIOError:
            return found


def test_the_service_manager_is_told_and_pinged_in_time(tmp_path: Path) -> None:
    manager = listen(tmp_path / "notify")
    environment = {
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
        "WATCHDOG_USEC": "3000000",
        "WATCHDOG_PID": str(os.getpid()),
    }
    service = ServiceManager.from_environment(environment)
    service.ready()
    for tick in range(200):  # 4 s, an interval of 3 s
        service.beat(1000.0 + tick * 0.02)
    service.stopping()
    assert received(manager) == ["READY=1", *["WATCHDOG=1"] * 4, "STOPPING=1"]
    manager.close()
    service.ready()  # nobody listens any more: no reason to stop
    service.close()


def test_without_systemd_nothing_is_sent(tmp_path: Path) -> None:
    service = ServiceManager.from_environment({})
    service.ready()
    service.beat(1.0)
    manager = listen(tmp_path / "notify")
    others = {
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
        "WATCHDOG_USEC": "3000000",
        "WATCHDOG_PID": "1",
    }
    service = ServiceManager.from_environment(others)
    service.beat(1.0)
    assert received(manager) == []
    service.close()
    manager.close()
