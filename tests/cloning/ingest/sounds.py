"""Sound for tests: noise that differs by seed, so that no two files are the same recording."""

from pathlib import Path

import numpy as np
import soundfile


def write_sound(
    path: Path, *, seconds: float = 4.0, rate_hz: int = 8000, channels: int = 2, seed: int = 0
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(
        -200, 200, (int(seconds * rate_hz), channels), np.int16
    )
    soundfile.write(path, noise, rate_hz)
    return path
