"""A leg of tones, and engines that hear them."""

import numpy as np

from agent.speech.protocols import Pcm, Transcript, Word

RATE_HZ = 8000


class LoudIsSpeech:
    """A voice activity detector for tones."""

    def confidence(self, frame: Pcm) -> float:
        return float(np.abs(frame).max() > 1000)


class SpellsTones:
    """Hears a word in every stretch of one sample value: value 20 is "w20"."""

    def __init__(self) -> None:
        self._fed = 0
        self._words: list[Word] = []

    def accept(self, pcm: bytes) -> Transcript | None:
        value = int(np.abs(np.frombuffer(pcm, np.int16)).max())
        start_s, self._fed = self._fed / RATE_HZ, self._fed + len(pcm) // 2
        end_s = self._fed / RATE_HZ
        if value == 0:
            return None
        text = f"w{value}"
        if self._words and self._words[-1].text == text:
            self._words[-1] = Word(text, self._words[-1].start_s, end_s, 0.5)
        else:
            self._words.append(Word(text, start_s, end_s, 0.5))
        return self._heard()

    def finish(self) -> Transcript:
        heard = self._heard()
        self._words = []
        return heard

    def _heard(self) -> Transcript:
        return Transcript(" ".join(word.text for word in self._words), tuple(self._words))


def leg(seconds: float, *tones: tuple[float, float, int]) -> Pcm:
    """Silence with (from, to, value)."""
    pcm = np.zeros(int(seconds * RATE_HZ), np.int16)
    for start_s, end_s, value in tones:
        pcm[int(start_s * RATE_HZ) : int(end_s * RATE_HZ)] = value
    return pcm
