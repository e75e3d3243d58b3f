"""The recording: both sides in sync, readable at any moment, harmless when the disk is full."""

import asyncio
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from agent.media.codecs import Pcm
from agent.media.recording import StereoRecorder


def frame(value: int, samples: int = 160) -> Pcm:
    return np.full(samples, value, np.int16)


def read(path: Path) -> tuple[int, NDArray[np.int16]]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (2, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return file.getframerate(), samples.reshape(-1, 2)


@pytest.mark.parametrize(("sample_rate_hz", "samples"), [(8000, 160), (16000, 320)])
async def test_caller_is_left_and_agent_right(
    tmp_path: Path, sample_rate_hz: int, samples: int
) -> None:
    path = tmp_path / "calls" / "one.wav"
    recorder = StereoRecorder(path, sample_rate_hz)
    for tick in range(120):
        recorder.add(frame(tick, samples), frame(-tick, samples))
    await recorder.aclose()
    rate, stereo = read(path)
    assert rate == sample_rate_hz
    assert len(stereo) == 120 * samples
    assert np.array_equal(stereo[:, 0], np.repeat(np.arange(120), samples))
    assert np.array_equal(stereo[:, 1], -stereo[:, 0])
    assert recorder.error is None


def at(stereo: NDArray[np.int16], tick: int) -> tuple[int, int]:
    """What is recorded at a tick: caller, agent."""
    return int(stereo[tick * 160, 0]), int(stereo[tick * 160, 1])


@pytest.mark.parametrize("written", [False, True])
async def test_the_caller_is_silence_from_a_moment_in_the_past_until_unmuted(
    tmp_path: Path, written: bool
) -> None:
    recorder = StereoRecorder(tmp_path / "one.wav", 8000)
    for _ in range(130):
        recorder.add(frame(7), frame(-7))
        if written:
            await asyncio.sleep(0.001)
    recorder.mute_caller(0.5)  # ticks 25 to 129 are recorded already
    for _ in range(70):
        recorder.add(frame(7), frame(-7))
    recorder.unmute_caller()
    for _ in range(10):
        recorder.add(frame(7), frame(-7))
    await recorder.aclose()
    _, stereo = read(recorder.path)
    assert len(stereo) == 210 * 160
    assert at(stereo, 24) == (7, -7)
    assert not stereo[25 * 160 : 200 * 160, 0].any()
    assert (stereo[:, 1] == -7).all()
    assert at(stereo, 200) == (7, -7)


async def test_muting_again_joins_what_was_muted_before(tmp_path: Path) -> None:
    recorder = StereoRecorder(tmp_path / "one.wav", 8000)
    for tick in range(300):
        recorder.add(frame(7), frame(-7))
        if tick == 100:
            recorder.mute_caller(1.0)
        if tick == 150:
            recorder.unmute_caller()
        if tick == 250:
            recorder.mute_caller(3.0)
    await recorder.aclose()
    _, stereo = read(recorder.path)
    assert at(stereo, 49) == (7, -7)
    assert not stereo[50 * 160 :, 0].any()


@pytest.mark.parametrize("late", [False, True])
async def test_what_must_not_be_kept_goes_even_when_the_recording_has_failed(
    tmp_path: Path, late: bool
) -> None:
    recorder = StereoRecorder(tmp_path / "one.wav", 8000)
    for _ in range(200):
        recorder.add(frame(7), frame(-7))
    recorder._fail("the disk takes nothing")
    if late:
        recorder._put(None)
        recorder._thread.join()
    recorder.mute_caller(0.0)
    await recorder.aclose()
    _, stereo = read(recorder.path)
    assert not stereo[:, 0].any()


@pytest.mark.parametrize("frames", [0, 10, 400])
async def test_a_discarded_recording_leaves_no_file(tmp_path: Path, frames: int) -> None:
    recorder = StereoRecorder(tmp_path / "one.wav", 8000)
    for _ in range(frames):
        recorder.add(frame(7), frame(-7))
    recorder.discard()
    recorder.add(frame(7), frame(-7))
    await recorder.aclose()
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240
    assert recorder.error is None


async def test_a_recording_that_failed_can_still_be_discarded(tmp_path: Path) -> None:
    recorder = StereoRecorder(tmp_path / "one.wav", 8000)
    for _ in range(200):
        recorder.add(frame(7), frame(-7))
    recorder._fail("the disk takes nothing")
    await recorder.aclose()
    recorder.discard()
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240


CRASHES = """
import os, sys, wave
from pathlib import Path
import numpy as np
from agent.media.recording import StereoRecorder

path = Path(sys.argv[1])
recorder = StereoRecorder(path, 8000)
silence = np.zeros(160, np.int16)
for _ in range(120):
    recorder.add(silence, silence)
while not path.exists() or path.stat().st_size < 44 or path.read_bytes()[40:44] == bytes(4):
    pass
os._exit(9)
"""


def test_a_recording_cut_off_by_a_crash_still_opens(tmp_path: Path) -> None:
    path = tmp_path / "one.wav"
    done = subprocess.run([sys.executable, "-c", CRASHES, str(path)], timeout=20)
    assert done.returncode == 9
    _, stereo = read(path)
    assert 160 <= len(stereo) <= 120 * 160


async def test_closing_twice_and_recording_nothing(tmp_path: Path) -> None:
    recorder = StereoRecorder(tmp_path / "one.wav", 8000)
    await recorder.aclose()
    await recorder.aclose()
    assert len(read(recorder.path)[1]) == 0


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/dev/full", "No space left on device"), ("/proc/none/one.wav", "No such file or directory")],
)
async def test_a_disk_that_takes_nothing_stops_the_recording_only(path: str, reason: str) -> None:
    recorder = StereoRecorder(Path(path), 8000)
    for _ in range(200):
        recorder.add(frame(1), frame(2))
    await recorder.aclose()
    assert recorder.error == f"recording {path} stopped: {reason}; the call goes on"


FILLS_UP = """
import asyncio, resource, sys
from pathlib import Path
import numpy as np
from agent.media.recording import StereoRecorder

async def record():
    recorder = StereoRecorder(Path(sys.argv[1]), 8000)
    silence = np.zeros(160, np.int16)
    for _ in range(500):
        recorder.add(silence, silence)
    await recorder.aclose()
    print(recorder.error)

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
asyncio.run(record())
"""


def test_a_disk_that_fills_up_leaves_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "one.wav"
    done = subprocess.run(
        [sys.executable, "-c", FILLS_UP, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.count("recording_stopped") == 1
    assert f"recording {path} stopped: File too large; the call goes on" in done.stdout
    _, stereo = read(path)
    assert 0 < len(stereo) <= 25_000
