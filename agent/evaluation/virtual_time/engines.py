"""Engines whose work is charged: the same answers as without, and known times for them.

What they took on two cores, by `tests.bench.speech` and the notes in `agent.speech`; a machine that
is busy with a simulation would tell other times, and each run others.
"""

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from agent.cloning.files import write_bytes
from agent.speech.protocols import Pcm, Recognizer, RecognizerFactory, Synthesizer, Transcript

Charge = Callable[[float], None]

_BYTES_PER_SAMPLE = 2
# Vosk: 0.022 s for a second of the stream, 15 ms to end a turn; of a clip 20 ms and 33 ms a second
# (0.6 s took 40 ms, 1.5 s 70 ms).
_STREAM_S_PER_S = 0.022
_FINISH_S = 0.015
_CLIP_S, _CLIP_S_PER_S = 0.02, 0.033
# Piper with two threads: "Sure." (0.5 s) 27 ms, a sentence of 3.3 s 185 ms.
_SPEECH_S_PER_S = 0.056


class ChargedRecognizers:
    """Implements `RecognizerFactory`."""

    def __init__(self, recognizers: RecognizerFactory, charge: Charge) -> None:
        self._recognizers = recognizers
        self._charge = charge

    def open(self, sample_rate_hz: int) -> "ChargedRecognizer":
        """One call's."""
        recognizer = self._recognizers.open(sample_rate_hz)
        return ChargedRecognizer(recognizer, self._charge, sample_rate_hz)


class ChargedRecognizer:
    """Implements `Recognizer`."""

    def __init__(self, recognizer: Recognizer, charge: Charge, sample_rate_hz: int) -> None:
        self._recognizer = recognizer
        self._charge = charge
        self._bytes_per_s = _BYTES_PER_SAMPLE * sample_rate_hz

    def accept(self, pcm: bytes) -> Transcript | None:
        """As the recogniser's."""
        self._charge(_STREAM_S_PER_S * len(pcm) / self._bytes_per_s)
        return self._recognizer.accept(pcm)

    def finish(self) -> Transcript:
        """As the recogniser's."""
        self._charge(_FINISH_S)
        return self._recognizer.finish()

    def hear(self, clip: bytes, vocabulary: Sequence[str] = ()) -> Transcript:
        """As the recogniser's."""
        self._charge(_CLIP_S + _CLIP_S_PER_S * len(clip) / self._bytes_per_s)
        return self._recognizer.hear(clip, vocabulary)


class ChargedVoice:
    """Implements `Synthesizer`; every sentence is spoken once and kept on the disk.

    Piper says the same words differently each time: kept, a call comes out the same again.
    """

    def __init__(self, voice: Synthesizer, charge: Charge, folder: Path) -> None:
        self._voice = voice
        self._charge = charge
        self._folder = folder

    @property
    def voice_id(self) -> str:
        """As the voice's."""
        return self._voice.voice_id

    @property
    def sample_rate_hz(self) -> int:
        """As the voice's."""
        return self._voice.sample_rate_hz

    def synthesize(self, text: str) -> Iterator[Pcm]:
        """As the voice's."""
        key = hashlib.sha256(f"{self.voice_id}\n{text}".encode()).hexdigest()[:24]
        file = self._folder / f"{key}.npz"
        if not file.exists():
            made = io.BytesIO()
            np.savez(made, *self._voice.synthesize(text))
            write_bytes(file, made.getvalue())
        with np.load(file) as kept:
            for name in kept.files:
                sentence: Pcm = kept[name]
                self._charge(_SPEECH_S_PER_S * len(sentence) / self.sample_rate_hz)
                yield sentence
