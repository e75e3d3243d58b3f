import numpy as np
import pytest

from agent.turns.levels import LevelMeter, level_dbfs


@pytest.mark.parametrize(
    ("amplitude", "expected"), [(0, -96.0), (16384, -6.02), (3277, -20.0), (16, -66.2)]
)
def test_level_of_a_square_wave_is_its_amplitude(amplitude: int, expected: float) -> None:
    frame = np.full(160, amplitude, np.int16)
    frame[::2] *= -1
    assert level_dbfs(frame) == pytest.approx(expected, abs=0.05)


def test_a_meter_shows_the_loudest_of_the_last_moment() -> None:
    meter = LevelMeter(holds_s=0.2)
    for number, dbfs in enumerate((-20.0, -40.0, -30.0)):
        meter.add(1.0 + 0.02 * number, dbfs)
    assert meter.read(1.1) == -20.0
    assert meter.read(1.21) == -30.0


def test_a_meter_without_frames_falls_silent() -> None:
    meter = LevelMeter()
    assert meter.read(0.0) == -96.0
    meter.add(0.0, -20.0)
    assert meter.read(1.0) == -96.0
