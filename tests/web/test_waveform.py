import wave
from pathlib import Path

import numpy as np
import pytest

from agent.web.waveform import outline, read_waveform


def write(path: Path, pcm: np.ndarray, channels: int = 2) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(100)
        file.writeframes(pcm.astype("<i2").tobytes())
    return path


def test_each_column_is_the_peak_of_its_time_on_its_leg(tmp_path: Path) -> None:
    pcm = np.zeros((400, 2))
    pcm[150, 0] = -32768  # the caller, in the second quarter
    pcm[399, 1] = 8192  # the agent, in the last
    found = read_waveform(write(tmp_path / "a.wav", pcm), 4)
    assert found.duration_s == 4.0
    assert found.caller == (0.0, 1.0, 0.0, 0.0)
    assert found.agent == (0.0, 0.0, 0.0, 0.5)


@pytest.mark.parametrize("frames", [0, 3])
def test_a_recording_shorter_than_the_drawing_is_drawn(tmp_path: Path, frames: int) -> None:
    found = read_waveform(write(tmp_path / "a.wav", np.full((frames, 2), 32767)), 10)
    assert len(found.caller) == 10
    assert sum(peak > 0 for peak in found.caller) == frames


def test_other_recordings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a 16-bit stereo recording"):
        read_waveform(write(tmp_path / "mono.wav", np.zeros(10), channels=1), 4)


def test_an_outline_is_a_closed_shape_around_its_middle() -> None:
    path = outline((0.5, 1.0), middle=50.0, height=10.0, width=100.0)
    assert path == "M0.0 45.0L50.0 40.0L50.0 60.0L0.0 55.0Z"
