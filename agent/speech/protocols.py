"""What the rest of the house asks of a speech engine, and the data that comes back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.int16]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word; times are seconds of audio fed since the recogniser was opened."""

    text: str
    start_s: float
    end_s: float
    confidence: float


# Fewer words tell no rate of speech.
_RATE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Transcript:
    """Recognised speech, lower case as the engine writes it.

    A partial transcript may have text whose words have no times yet: `words` then holds only what
    the engine has settled.
    """

    text: str
    words: tuple[Word, ...] = ()

    @property
    def confidence(self) -> float:
        """Mean over the words, 0.0 when there are none."""
        if not self.words:
            return 0.0
        return sum(word.confidence for word in self.words) / len(self.words)

    @property
    def words_per_s(self) -> float | None:
        """The rate of speech; None for too few words to tell."""
        if len(self.words) < _RATE_WORDS:
            return None
        return len(self.words) / max(self.words[-1].end_s - self.words[0].start_s, 0.1)


class Recognizer(Protocol):
    """One call's streaming recognition. Every method blocks: run it in an executor."""

    def accept(self, pcm: bytes) -> Transcript | None:
        """Take s16le mono audio; the new partial transcript of the turn, None when unchanged."""

    def finish(self) -> Transcript:
        """End the turn: the final transcript. The next audio starts a new turn."""

    def hear(self, clip: bytes, vocabulary: Sequence[str] = ()) -> Transcript:
        """What a clip of s16le mono audio says, apart from the stream; times from its start.

        With a `vocabulary` nothing but its words is heard, and "[unk]" for what is none of them.
        """


class RecognizerFactory(Protocol):
    """A loaded model, shared by all calls."""

    def open(self, sample_rate_hz: int) -> Recognizer:
        """A recogniser for one call's audio at this rate."""


class Synthesizer(Protocol):
    """A loaded voice."""

    @property
    def voice_id(self) -> str:
        """Different whenever the voice would sound different: a part of cache keys."""

    @property
    def sample_rate_hz(self) -> int:
        """The rate of what `synthesize` yields."""

    def synthesize(self, text: str) -> Iterator[Pcm]:
        """Mono int16 audio, a chunk a sentence; each step blocks."""


class VoiceActivityDetector(Protocol):
    """One audio direction's speech detector; it keeps history, so frames come in order."""

    def confidence(self, frame: Pcm) -> float:
        """How likely this 20 ms frame is speech, 0 to 1."""


class Confidence(NamedTuple):
    """How likely a frame is speech, 0 to 1: as a rule, and on a noisy line."""

    usual: float
    in_noise: float


class SentenceEncoder(Protocol):
    """Texts as vectors whose dot product is their cosine similarity."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """An (n, dimension) array with rows of length 1; blocks."""
