import numpy as np
import pytest

from agent.cloning.recorded import SpokenWord
from agent.cloning.transcribe.voices import SURE, two_voices
from agent.speech.protocols import Pcm

# Fitting mixtures takes as long as loading a model.
takes_seconds = pytest.mark.models
RATE_HZ = 8000
WORD_S = 0.4
WORDS = 36


def vowels(pitch_hz: float, formants_hz: tuple[float, ...], seed: int, seconds: float) -> Pcm:
    """A buzz through resonances, whose pitch and colour waver as a voice's do."""
    random = np.random.default_rng(seed)
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    pitch = pitch_hz * (1 + 0.05 * np.sin(2 * np.pi * 3 * time + random.uniform(0, 6)))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    sound = np.zeros_like(time)
    for harmonic in range(1, int(3600 / pitch_hz)):
        frequency = harmonic * pitch_hz
        waver = random.uniform(0.9, 1.1)
        gain = sum(np.exp(-(((frequency - f * waver) / 150) ** 2)) for f in formants_hz)
        sound += (gain + 0.01) * np.sin(harmonic * phase)
    sound += 0.05 * random.standard_normal(len(time))
    return (3000 * sound / np.abs(sound).max()).astype(np.int16)


LOW = (110.0, (500.0, 1100.0, 2300.0))
HIGH = (210.0, (700.0, 1700.0, 2900.0))


def conversation(*voices: tuple[float, tuple[float, ...]]) -> tuple[Pcm, list[SpokenWord]]:
    """Turns of three words in one channel, the voices by turns."""
    sound, words = [], []
    now = 0.0
    for number in range(WORDS):
        turn, place = divmod(number, 3)
        sound.append(vowels(*voices[turn % len(voices)], seed=number, seconds=WORD_S))
        words.append(SpokenWord(text=f"w{number}", start=now, end=now + WORD_S))
        pause_s = 0.6 if place == 2 else 0.1
        sound.append(np.zeros(int(pause_s * RATE_HZ), np.int16))
        now += WORD_S + pause_s
    return np.concatenate(sound), words


@takes_seconds
def test_two_voices_are_told_apart_the_first_one_first() -> None:
    sound, words = conversation(HIGH, LOW)
    found = two_voices(sound, RATE_HZ, words)
    assert found.of_words == tuple(number // 3 % 2 for number in range(WORDS))
    assert found.sure >= SURE


@takes_seconds
def test_the_same_sound_gives_the_same_voices() -> None:
    sound, words = conversation(LOW, HIGH)
    assert two_voices(sound, RATE_HZ, words) == two_voices(sound, RATE_HZ, words)


@takes_seconds
def test_one_voice_is_not_made_two() -> None:
    sound, words = conversation(LOW)
    assert two_voices(sound, RATE_HZ, words).sure < SURE


@pytest.mark.parametrize("number", [0, 1, 3])
def test_too_few_words_for_two(number: int) -> None:
    sound, words = conversation(LOW, HIGH)
    found = two_voices(sound, RATE_HZ, words[:number])
    assert (found.of_words, found.sure) == ((0,) * number, 0.0)
