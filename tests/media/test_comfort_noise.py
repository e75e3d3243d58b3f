"""Comfort noise and the concealment that falls to it."""

import numpy as np
import pytest

from agent.media.comfort_noise import ComfortNoise
from agent.media.concealment import Concealer

LOUD = np.full(160, 8000, np.int16)


def test_noise_is_quiet_seeded_and_never_silent() -> None:
    first, second = (ComfortNoise(160, seed=7).next_frame() for _ in range(2))
    assert np.array_equal(first, second)
    noise = ComfortNoise(320, seed=8)
    for frame in (noise.next_frame() for _ in range(120)):
        assert len(frame) == 320
        assert 8 < np.abs(frame).max() <= 16


def test_noise_table_is_read_only() -> None:
    frame = ComfortNoise(160, seed=7).next_frame()
    with pytest.raises(ValueError, match="read-only"):
        frame[0] = 1


def test_concealment_falls_from_the_last_frame_to_noise() -> None:
    concealer = Concealer(ComfortNoise(160, seed=7))
    assert np.abs(concealer.conceal()).max() <= 16  # nothing to repeat yet
    concealer.good(LOUD)
    levels = [int(np.abs(concealer.conceal()).max()) for _ in range(5)]
    assert levels[:3] == [6000, 4000, 2000]
    assert max(levels[3:]) <= 16


def test_a_good_frame_starts_it_anew() -> None:
    concealer = Concealer(ComfortNoise(160, seed=7))
    for _ in range(2):
        concealer.good(LOUD)
        assert concealer.conceal().max() == 6000
