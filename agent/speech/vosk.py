"""Recognition by Vosk (the 0.3.45 wheel, which has no endpointer interface).

The engine closes a segment whenever its own rules see an end: a pause, five seconds without
speech, twenty seconds of anything. Turns are ours to end, so closed segments are kept until
`finish`. Word times need no correction: over 160 turns (12 minutes) at 8 kHz they never ran
backwards, and a turn's first word started 20 ms after its acoustic onset (median; 5th to 95th
percentile -30 to +80 ms) without drift; 40 turns at 16 kHz gave the same.
"""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import vosk

from agent.speech.errors import CorruptModel, RecognitionFailed
from agent.speech.protocols import Transcript, Word


class VoskModel:
    """A loaded Vosk model; opening recognisers from several threads is safe."""

    def __init__(self, path: Path) -> None:
        """Load the model directory at `path`. Raises CorruptModel."""
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(path))
        except Exception as error:  # the wheel raises nothing more specific
            raise CorruptModel(
                f"Vosk can't load the model at {path}: fetch it again with "
                "`understudy models fetch`, or name another one in speech.asr_model."
            ) from error

    def open(self, sample_rate_hz: int) -> "VoskRecognizer":
        """A recogniser for one call's audio at this rate."""
        return VoskRecognizer(
            lambda: vosk.KaldiRecognizer(self._model, sample_rate_hz),
            lambda words: vosk.KaldiRecognizer(self._model, sample_rate_hz, self._grammar(words)),
        )

    def _grammar(self, words: Sequence[str]) -> str:
        """The words that the model knows, and a sound for all others."""
        known = [word for word in words if self._model.vosk_model_find_word(word) >= 0]
        return json.dumps([*known, "[unk]"])


class VoskRecognizer:
    """One call's stream; noise tokens are passed on, the policies know them.

    Partial words are left off: they cost 40 % more CPU (real-time factor 0.031 against 0.022 with
    the bundled model) and no policy reads a partial's confidence.
    """

    def __init__(
        self,
        make_engine: Callable[[], Any],
        make_bounded: Callable[[Sequence[str]], Any] | None = None,
    ) -> None:
        """`make_engine` makes a `vosk.KaldiRecognizer`, one for the stream and one a clip.

        `make_bounded` makes one that hears nothing but the words it is given; None: there is none.
        """
        self._make_engine = make_engine
        self._make_bounded = make_bounded
        self._engine = make_engine()
        self._engine.SetWords(True)
        self._segments: list[Word] = []
        self._partial = ""

    def accept(self, pcm: bytes) -> Transcript | None:
        """Take s16le mono audio; the new partial of the turn, None when its text is unchanged."""
        if not pcm:
            return None
        try:
            closed = self._engine.AcceptWaveform(pcm)
        except Exception as error:  # the wheel raises nothing more specific
            raise RecognitionFailed(f"Vosk refused {len(pcm)} bytes of audio: {error}.") from error
        open_text = ""
        if closed:
            self._segments += _words(self._engine.Result())
        else:
            open_text = json.loads(self._engine.PartialResult())["partial"]
        text = _joined(self._segments, open_text)
        if text == self._partial:
            return None
        self._partial = text
        return Transcript(text, tuple(self._segments))

    def hear(self, clip: bytes, vocabulary: Sequence[str] = ()) -> Transcript:
        """What a clip of s16le mono audio says by itself, apart from the stream.

        Word times count from its start. 0.6 s of audio take 40 ms of CPU, 1.5 s 70 ms; with a
        vocabulary 2.5 s take 50 ms.
        """
        make, bounded = self._make_engine, self._make_bounded
        if vocabulary and bounded is not None:
            make = partial(bounded, vocabulary)
        apart = VoskRecognizer(make)
        apart.accept(clip)
        return apart.finish()

    def finish(self) -> Transcript:
        """End the turn; the final transcript, with times and confidence of every word."""
        words = (*self._segments, *_words(self._engine.FinalResult()))
        self._segments = []
        self._partial = ""
        return Transcript(_joined(words), words)


def _words(result: str) -> list[Word]:
    return [
        Word(item["word"], item["start"], item["end"], item["conf"])
        for item in json.loads(result).get("result", ())
    ]


def _joined(words: list[Word] | tuple[Word, ...], open_text: str = "") -> str:
    return " ".join([*(word.text for word in words), *([open_text] if open_text else [])])
