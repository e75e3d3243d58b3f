"""A tone each way: what goes out, and whether what came back has it."""

import numpy as np

from agent.media.codecs import Codec, Pcm

_AMPLITUDE = 8000.0
# Of a received stretch's energy: a tone through any telephone codec has nearly all in one place.
_SHARE = 0.5
_WIDTH_HZ = 25.0


def tone_frame(codec: Codec, hz: float, index: int) -> Pcm:
    """The `index`th frame of a steady tone, int16 at the codec's rate."""
    samples = np.arange(codec.samples_per_frame) + index * codec.samples_per_frame
    wave = _AMPLITUDE * np.sin(2 * np.pi * hz * samples / codec.sample_rate_hz)
    return wave.astype(np.int16)


def has_tone(pcm: Pcm, rate_hz: int, hz: float) -> bool:
    """Whether most of the energy of `pcm` is within 25 Hz of `hz`."""
    if not len(pcm):
        return False
    power = np.abs(np.fft.rfft(pcm * np.hanning(len(pcm)))) ** 2
    frequencies = np.fft.rfftfreq(len(pcm), 1 / rate_hz)
    near = np.abs(frequencies - hz) <= _WIDTH_HZ
    total = float(power[1:].sum())
    return total > 0 and float(power[near].sum()) / total >= _SHARE
