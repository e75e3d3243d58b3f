"""Recognition whose results are looked at before a call believes them."""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from agent.speech.errors import RecognitionFailed
from agent.speech.protocols import Recognizer, RecognizerFactory, Transcript
from agent.watchdog.faults import Faults

_ENGINE = "asr"
_Result = TypeVar("_Result", Transcript, Transcript | None)


class SteadyRecognizers:
    """Implements `RecognizerFactory`."""

    def __init__(self, recognizers: RecognizerFactory, faults: Faults) -> None:
        self._recognizers = recognizers
        self._faults = faults

    def open(self, sample_rate_hz: int) -> "SteadyRecognizer":
        """One call's."""
        return SteadyRecognizer(self._recognizers.open(sample_rate_hz), self._faults)


class SteadyRecognizer:
    """Implements `Recognizer`; raises RecognitionFailed instead of giving what can't be."""

    def __init__(self, recognizer: Recognizer, faults: Faults) -> None:
        self._recognizer = recognizer
        self._faults = faults

    def accept(self, pcm: bytes) -> Transcript | None:
        """As the recogniser's."""
        return self._looked_at(lambda: self._recognizer.accept(pcm))

    def finish(self) -> Transcript:
        """As the recogniser's."""
        return self._looked_at(self._recognizer.finish)

    def hear(self, clip: bytes, vocabulary: Sequence[str] = ()) -> Transcript:
        """As the recogniser's."""
        return self._looked_at(lambda: self._recognizer.hear(clip, vocabulary))

    def _looked_at(self, work: Callable[[], _Result]) -> _Result:
        try:
            transcript = work()
        except Exception as error:  # an engine may raise anything
            self._faults.note(_ENGINE, "raised", error)
            raise
        for word in transcript.words if transcript is not None else ():
            numbers = (word.start_s, word.end_s, word.confidence)
            if not all(map(math.isfinite, numbers)) or not 0 <= word.start_s <= word.end_s:
                self._faults.note(_ENGINE, "nonsense", numbers)
                raise RecognitionFailed("Recognition gave a word at a time that can't be.")
        return transcript
