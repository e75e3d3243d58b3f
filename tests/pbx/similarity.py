"""Whether one sound is in another."""

import numpy as np
from numpy.typing import NDArray

PIECE = 2000  # samples
AUDIBLE = 1000


def similarity(said: NDArray[np.int16], heard: NDArray[np.int16]) -> float:
    """The median, over pieces of 0.25 s, of each piece's best normalised correlation.

    In pieces, because a busy machine makes the jitter buffers shift a call by 10 ms now and then.
    Both are at 8 kHz.
    """
    line = heard.astype(np.float64)
    energy = np.convolve(line**2, np.ones(PIECE), "valid")
    peaks = []
    for start in range(0, len(said) - PIECE, PIECE):
        piece = said[start : start + PIECE].astype(np.float64)
        if np.abs(piece).max() < AUDIBLE:
            continue
        match = np.correlate(line, piece, "valid")
        peaks.append(float((match / np.sqrt(energy * np.dot(piece, piece) + 1.0)).max()))
    return float(np.median(peaks))
