"""The outline of a stereo recording, small enough to draw."""

import wave
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from agent.records.recordings import OpenRecording, open_plain

# Speech on the telephone lies 20 to 40 dB below full scale; the square root keeps it visible.
_FULL_SCALE = 32768.0


@dataclass(frozen=True, slots=True)
class Waveform:
    """Peaks of both legs from 0 to 1, on a square-root scale, one a column."""

    duration_s: float
    caller: tuple[float, ...]
    agent: tuple[float, ...]


def read_waveform(path: Path, columns: int, open_recording: OpenRecording = open_plain) -> Waveform:
    """Outline of a 16-bit stereo WAV (caller left, agent right), read piece by piece.

    Raises ValueError when the file is something else, OSError when it can't be read, and what
    `open_recording` does.
    """
    try:
        with open_recording(path) as sound, wave.open(sound, "rb") as file:
            if file.getnchannels() != 2 or file.getsampwidth() != 2:
                raise ValueError(f"{path} is not a 16-bit stereo recording")
            if not file.getframerate():
                raise ValueError(f"{path} has a header that tells no sample rate")
            frames = file.getnframes()
            edges = np.linspace(0, frames, columns + 1).astype(int)
            peaks = [_peak(file.readframes(int(end - start))) for start, end in pairwise(edges)]
            duration_s = frames / file.getframerate()
    except (wave.Error, EOFError, RuntimeError) as error:
        # RuntimeError: a chunk that is longer than the file, in front of the sound.
        raise ValueError(
            f"{path} is not a WAV recording: {error or 'its chunks are damaged'}"
        ) from None
    return Waveform(duration_s, *zip(*peaks, strict=True))


def outline(peaks: tuple[float, ...], *, middle: float, height: float, width: float) -> str:
    """An SVG path: the closed shape of `peaks` around the line y = `middle`."""
    step = width / len(peaks)
    above = [f"{i * step:.1f} {middle - height * p:.1f}" for i, p in enumerate(peaks)]
    below = [f"{i * step:.1f} {middle + height * p:.1f}" for i, p in enumerate(peaks)]
    return "M" + "L".join(above + below[::-1]) + "Z"


def _peak(data: bytes) -> tuple[float, float]:
    pcm = np.frombuffer(data[: len(data) // 4 * 4], dtype="<i2").reshape(-1, 2)
    if not len(pcm):
        return 0.0, 0.0
    left, right = np.sqrt(np.abs(pcm.astype(np.int32)).max(axis=0) / _FULL_SCALE)
    return float(left), float(right)
