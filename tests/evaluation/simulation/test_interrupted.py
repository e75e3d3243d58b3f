"""Ctrl-C in the middle of a simulation, as a terminal sends it, and the same command again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

_COMMAND = (
    sys.executable, "-m", "agent.cli", "simulate", "--playbook", "harbour",
    "--personas", "silence", "--n", "400",
)  # fmt: skip


@pytest.mark.models
def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    folders = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CACHE", "DATA", "STATE")}
    process = subprocess.Popen(
        _COMMAND,
        env={**os.environ, **folders},
        start_new_session=True,
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 90
    while not kept(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.01)
    # The whole group hears of it.
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped; the same command goes on where it was." in said
    before = kept(tmp_path)
    assert 0 < len(before) < 20
    deadline = time.monotonic() + 10
    while running(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert running(process.pid) == []

    again = subprocess.run(
        _COMMAND, env={**os.environ, **folders}, capture_output=True, text=True, check=True
    )
    assert "harbour kept every gate in 400 calls." in again.stdout
    after = kept(tmp_path)
    assert len(after) == 20
    assert before.items() <= after.items()


def kept(folder: Path) -> dict[str, int]:
    """Files of finished calls, and when each was written."""
    files = folder.glob("CACHE/understudy/simulated/*/*.json")
    return {file.name: file.stat().st_mtime_ns for file in files}


def running(group: int) -> list[str]:
    """The processes of a group that are not dead."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of_group = entry.read_text().rpartition(") ")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(of_group) == group and state != "Z":
            found.append(entry.parent.name)
    return found
