import numpy as np
import pytest

from agent.turns.levels import level_dbfs


@pytest.mark.parametrize(
    ("amplitude", "expected"), [(0, -96.0), (16384, -6.02), (3277, -20.0), (16, -66.2)]
)
def test_level_of_a_square_wave_is_its_amplitude(amplitude: int, expected: float) -> None:
    frame = np.full(160, amplitude, np.int16)
    frame[::2] *= -1
    assert level_dbfs(frame) == pytest.approx(expected, abs=0.05)
