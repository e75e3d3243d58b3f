"""Sounds that are no speech of the caller's, made from noise and sines with a seed.

Every maker takes a generator and returns 8 kHz samples of arbitrary level: `channel` sets levels.
"""

from collections.abc import Callable, Sequence

import numpy as np
from scipy import signal

from agent.evaluation.sound.voices import RATE_HZ, Samples, Voice, speak

Rng = np.random.Generator


def cough(rng: Rng) -> Samples:
    """One to three bursts: an explosive start, then breath falling over a quarter of a second."""
    bursts = []
    for _ in range(int(rng.integers(1, 4))):
        length = int(RATE_HZ * rng.uniform(0.15, 0.32))
        time_s = np.arange(length) / RATE_HZ
        envelope = np.exp(-time_s / rng.uniform(0.03, 0.09)) + 0.15 * np.exp(-time_s / 0.15)
        burst = _resonant(rng.standard_normal(length), rng.uniform(500, 1500), 300) * envelope
        bursts += [burst, np.zeros(int(RATE_HZ * rng.uniform(0.05, 0.25)))]
    return np.concatenate(bursts[:-1])


def laugh(rng: Rng) -> Samples:
    """Four to eight voiced syllables at about five a second, falling in pitch and level."""
    pitch_hz, count = rng.uniform(150, 350), int(rng.integers(4, 9))
    syllables = []
    for index in range(count):
        length = int(RATE_HZ * rng.uniform(0.08, 0.13))
        time_s = np.arange(length) / RATE_HZ
        tone = signal.sawtooth(2 * np.pi * pitch_hz * (1 - 0.03 * index) * time_s)
        mixed = tone + 0.8 * rng.standard_normal(length)
        vowel = _resonant(mixed, rng.uniform(600, 900), 120) + _resonant(mixed, 1300, 200)
        syllables += [
            vowel * np.hanning(length) * 0.9**index,
            0.03
            * _resonant(rng.standard_normal(int(RATE_HZ * rng.uniform(0.06, 0.12))), 1200, 900),
        ]
    return np.concatenate(syllables)


def breath(rng: Rng) -> Samples:
    """Air on the microphone, 0.4 to 1.2 s."""
    length = int(RATE_HZ * rng.uniform(0.4, 1.2))
    return _resonant(rng.standard_normal(length), rng.uniform(700, 1600), 900) * np.hanning(length)


def click(rng: Rng) -> Samples:
    """A line click of 2 to 6 ms, sometimes two of them."""
    clicks = np.zeros(int(RATE_HZ * 0.3))
    for at in rng.integers(0, len(clicks) - 60, int(rng.integers(1, 3))):
        length = int(RATE_HZ * rng.uniform(0.002, 0.006))
        clicks[at : at + length] += rng.standard_normal(length)
    return clicks


def knock(rng: Rng) -> Samples:
    """Two to four knocks on a door."""
    gap, count = int(RATE_HZ * rng.uniform(0.14, 0.28)), int(rng.integers(2, 5))
    knocks = np.zeros(gap * count + RATE_HZ // 5)
    time_s = np.arange(RATE_HZ // 8) / RATE_HZ
    for index in range(count):
        tone = np.sin(2 * np.pi * rng.uniform(300, 480) * time_s)
        hit = (tone + 0.4 * rng.standard_normal(len(time_s))) * np.exp(-time_s / 0.02)
        knocks[index * gap : index * gap + len(hit)] += hit
    return knocks


def keyboard(rng: Rng) -> Samples:
    """Keys struck for about a second."""
    keys = np.zeros(int(RATE_HZ * rng.uniform(0.6, 1.4)))
    for at in rng.integers(0, len(keys) - 200, int(rng.integers(5, 12))):
        time_s = np.arange(160) / RATE_HZ
        keys[at : at + 160] += (
            rng.uniform(0.4, 1) * rng.standard_normal(160) * np.exp(-time_s / 0.004)
        )
    return keys


TICS: dict[str, Callable[[Rng], Samples]] = {
    "cough": cough, "laugh": laugh, "breath": breath,
    "click": click, "knock": knock, "keyboard": keyboard,
}  # fmt: skip


def music(rng: Rng, seconds: float) -> Samples:
    """Four chords round and round with a bass and a beat, at 90 to 130 beats a minute."""
    beat = int(RATE_HZ * 60 / rng.uniform(90, 130))
    root_hz = rng.uniform(180, 280)
    chords = [(0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14)]
    total, at, index = int(RATE_HZ * seconds), 0, 0
    out = np.zeros(total + 2 * beat)
    while at < total:
        time_s = np.arange(beat) / RATE_HZ
        for step in chords[index // 4 % 4]:
            note_hz = root_hz * 2 ** (step / 12)
            for harmonic in range(1, 6):
                wave = np.sin(2 * np.pi * harmonic * note_hz * time_s) / harmonic
                out[at : at + beat] += wave * np.exp(-time_s / 0.4)
        drum = rng.standard_normal(beat) * np.exp(-time_s / (0.02 if index % 2 else 0.06))
        out[at : at + beat] += 1.5 * drum
        at, index = at + beat, index + 1
    played: Samples = out[:total]
    return played


def babble(rng: Rng, seconds: float, voices: Sequence[Voice], texts: Sequence[str]) -> Samples:
    """Eight streams of talk over each other, voices in turn, each sped up or slowed a little."""
    total = int(RATE_HZ * seconds)
    out = np.zeros(total)
    for stream in range(8):
        at = -int(rng.integers(0, RATE_HZ))
        while at < total:
            voice = voices[(stream + int(rng.integers(0, 2))) % len(voices)]
            said = speak(voice, texts[int(rng.integers(len(texts)))])
            said = signal.resample_poly(said, 20, int(rng.integers(18, 23)))
            said = said / (np.sqrt(np.mean(said**2)) + 1e-9) * rng.uniform(0.6, 1.4)
            first, last = max(at, 0), min(at + len(said), total)
            if last > first:
                out[first:last] += said[first - at : last - at]
            at += len(said) + int(rng.integers(0, RATE_HZ // 3))
    return out


def street(rng: Rng, seconds: float) -> Samples:
    """Pink noise with cars that pass every few seconds."""
    total = int(RATE_HZ * seconds)
    out = _coloured(rng, total, 1.0)
    for at in np.cumsum(rng.uniform(2, 7, int(seconds // 3))):
        width_s = rng.uniform(0.6, 1.8)
        swell = np.exp(-(((np.arange(total) / RATE_HZ - at) / width_s) ** 2))
        out += rng.uniform(1, 3) * swell * _coloured(rng, total, 0.7)
    return out


def car(rng: Rng, seconds: float) -> Samples:
    """Inside a car: low rumble, engine harmonics, a little wind."""
    total = int(RATE_HZ * seconds)
    time_s = np.arange(total) / RATE_HZ
    engine_hz = rng.uniform(60, 110) * (1 + 0.05 * np.sin(2 * np.pi * 0.1 * time_s))
    phase = 2 * np.pi * np.cumsum(engine_hz) / RATE_HZ
    engine = np.sum([np.sin(k * phase) / k for k in range(1, 9)], axis=0)
    wind: Samples = 0.1 * rng.standard_normal(total)
    whole: Samples = _coloured(rng, total, 1.6) + 0.3 * engine + wind
    return whole


def cafe(rng: Rng, seconds: float, voices: Sequence[Voice], texts: Sequence[str]) -> Samples:
    """Babble, room noise and the clink of cups."""
    out = babble(rng, seconds, voices, texts)
    out += 0.5 * np.std(out) * _coloured(rng, len(out), 1.0)
    time_s = np.arange(RATE_HZ // 10) / RATE_HZ
    for at in rng.integers(0, len(out) - len(time_s), int(seconds / 1.5)):
        clink = np.sin(2 * np.pi * rng.uniform(1800, 3200) * time_s) * np.exp(-time_s / 0.02)
        out[at : at + len(time_s)] += 4 * np.std(out) * clink
    return out


def _coloured(rng: Rng, total: int, exponent: float) -> Samples:
    """Noise whose power falls with frequency to this exponent; RMS 1."""
    spectrum = np.fft.rfft(rng.standard_normal(total))
    hz = np.maximum(np.fft.rfftfreq(total, 1 / RATE_HZ), 20.0).astype(np.float64)
    noise: Samples = np.fft.irfft(spectrum * hz ** (-exponent / 2), total)
    normalised: Samples = noise / np.std(noise)
    return normalised


def _resonant(samples: Samples, centre_hz: float, width_hz: float) -> Samples:
    b, a = signal.iirpeak(centre_hz, centre_hz / width_hz, fs=RATE_HZ)
    filtered: Samples = signal.lfilter(b, a, samples)
    return filtered
