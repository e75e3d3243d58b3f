"""The three recordings in data/: synthetic sentences after a telephone channel, 8 kHz."""

import wave
from pathlib import Path

import numpy as np

from agent.speech.protocols import Pcm

DATA = Path(__file__).parent / "data"
SAID = {
    "syn_unseen_0003.wav": "well i don't know yet",
    "syn_unseen_0015.wav": "okay so talk to you later",
    "syn_unseen_0137.wav": "yes and let's enter the interest tomorrow afternoon",
}


def read_wav(name: str) -> Pcm:
    with wave.open(str(DATA / name)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.int16)
