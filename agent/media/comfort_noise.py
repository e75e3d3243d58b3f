"""Comfort noise: what the line carries when the agent is silent.

Digital zero sounds like a dead line, and echo cancellers in the network lose their timing in it.
"""

import numpy as np

from agent.media.codecs import Pcm

_AMPLITUDE = 16
_FRAMES = 50


class ComfortNoise:
    """White noise of at most 16 LSB, about -71 dBFS, from a table of one second."""

    def __init__(self, samples_per_frame: int, seed: int) -> None:
        noise = np.random.default_rng(seed).integers(
            -_AMPLITUDE, _AMPLITUDE, (_FRAMES, samples_per_frame), np.int16, endpoint=True
        )
        noise.setflags(write=False)
        self._frames: list[Pcm] = list(noise)
        self._index = 0

    def next_frame(self) -> Pcm:
        """The next frame; read-only, shared with the table."""
        self._index = (self._index + 1) % _FRAMES
        return self._frames[self._index]
