"""A simulated call to listen to."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile

from agent.cloning.files import write_bytes
from agent.evaluation.sound.voices import RATE_HZ
from agent.media.codecs import Pcm


def write_recording(path: Path, customer: Sequence[Pcm], agent: Sequence[Pcm]) -> None:
    """A stereo WAV file, the customer left, the agent right; both sides' frames from the start."""
    nothing = np.zeros(0, np.int16)
    sides = [np.concatenate([nothing, *frames]) for frames in (customer, agent)]
    stereo = np.zeros((max(map(len, sides)), 2), np.int16)
    for side, samples in enumerate(sides):
        stereo[: len(samples), side] = samples
    made = io.BytesIO()
    soundfile.write(made, stereo, RATE_HZ, subtype="PCM_16", format="WAV")
    write_bytes(path, made.getvalue())
