import numpy as np
import pytest

from agent.turns.levels import NoiseFloor, level_dbfs


@pytest.mark.parametrize(
    ("amplitude", "expected"), [(0, -96.0), (16384, -6.02), (3277, -20.0), (16, -66.2)]
)
def test_level_of_a_square_wave_is_its_amplitude(amplitude: int, expected: float) -> None:
    frame = np.full(160, amplitude, np.int16)
    frame[::2] *= -1
    assert level_dbfs(frame) == pytest.approx(expected, abs=0.05)


def test_noise_floor_is_the_low_percentile_and_forgets_after_five_seconds() -> None:
    floor = NoiseFloor()
    for _ in range(250):
        floor.update(-40.0)
    assert floor.dbfs == pytest.approx(-40.0)
    for _ in range(250):
        floor.update(-55.0)
    assert floor.dbfs == pytest.approx(-55.0)
