"""`understudy simulate --level calls`: customers who decide by themselves ring a real agent."""

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import soundfile

from tests.pbx.conftest import Pbx

# The agent's models are loaded, and on a busy machine that takes its time.
_RINGS_WITHIN_S = 90.0


@pytest.fixture(autouse=True)
async def nothing_is_left(pbx: Pbx) -> AsyncIterator[None]:
    yield
    await pbx.wait_until_idle()


@asynccontextmanager
async def simulating(tmp_path: Path, *options: str) -> AsyncIterator[Process]:
    """The command as a process; what it writes for itself goes into `tmp_path`."""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "agent.cli", "simulate", "--level", "calls", *options,
        stdout=PIPE, stderr=PIPE, env=environment,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.communicate()


def records_left(tmp_path: Path) -> list[Path]:
    """Folders of agents that were started for a simulation."""
    return list(tmp_path.glob("understudy-calls-*"))


async def until_live(pbx: Pbx, channels: int) -> None:
    """Return when the PBX has so many channels."""
    deadline_s = time.monotonic() + _RINGS_WITHIN_S
    while len(await pbx.channels()) < channels:
        assert time.monotonic() < deadline_s, "nobody rings"
        await asyncio.sleep(0.2)


async def test_two_customers_ring_at_once_and_all_of_it_is_told(pbx: Pbx, tmp_path: Path) -> None:
    listen = tmp_path / "listen"
    who = ("--personas", "wrong-person", "--personas", "human-please")
    how = ("--concurrent", "2", "--listen", str(listen), "--worst", "2", "--json")
    async with simulating(tmp_path, *who, "--n", "2", *how) as process:
        out, told = await process.communicate()
    assert process.returncode == 0, told.decode()
    found = json.loads(out)
    (version,) = found["versions"]
    assert version["calls"] == 2
    assert version["measures"]["hung up on"]["mean"] < 1  # one of them was put through
    assert version["sound"]["answer_p50_ms"] < 3000
    assert version["sound"]["words"] > 5
    transcripts = told.decode()
    assert "I'm an automated assistant" in transcripts
    assert "7:human-please:1  transferred" in transcripts
    files = sorted(listen.iterdir())
    assert len(files) == 2
    for file in files:
        sound, rate_hz = soundfile.read(file)
        assert len(sound) > 5 * rate_hz
        assert (abs(sound).max(axis=0) > 0.05).all(), "both sides are heard"


async def test_ctrl_c_hangs_up_and_leaves_no_process(pbx: Pbx, tmp_path: Path) -> None:
    who = ("--personas", "eager", "--n", "2", "--concurrent", "2")
    async with simulating(tmp_path, *who) as process:
        await until_live(pbx, 4)  # two callers, each with the agent's own leg
        process.send_signal(signal.SIGINT)
        _, told = await process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in told.decode()
    await pbx.wait_until_idle()
    assert not records_left(tmp_path)
    assert await pbx.ari("applications") == [], "the agent has stopped"
