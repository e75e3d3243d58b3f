"""Stereo call recordings to transcripts, a turn a line, by the same recogniser as live calls.

The customer's leg is the left channel and the agent's the right one, as in this product's own
recordings; each leg is segmented by the live endpointing policy, run in the recording's time.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from agent.errors import UnderstudyError
from agent.speech.protocols import (
    Recognizer,
    RecognizerFactory,
    Transcript,
    VoiceActivityDetector,
    Word,
)
from agent.turns.endpointing import Endpointer, Expected
from agent.turns.levels import level_dbfs
from agent.turns.settings import EndpointingSettings

_FRAME_S = 0.02
_GATE_DBFS = -50.0
_SPEECH_CONFIDENCE = 0.5
_LEGS = ("customer", "agent")


class RecordingError(UnderstudyError):
    """A recording that can't be read or has the wrong shape."""


@dataclass(frozen=True, slots=True)
class TranscribedTurn:
    """One turn of one speaker; times in seconds from the start of the recording."""

    speaker: str
    start: float
    end: float
    text: str
    confidence: float
    words: tuple[Word, ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON-able form."""
        return asdict(self)


def transcribe(
    path: Path,
    recognizers: RecognizerFactory,
    open_vad: Callable[[int], VoiceActivityDetector],
) -> list[TranscribedTurn]:
    """The turns of a stereo recording in order of their start. Raises RecordingError."""
    legs, rate = read_legs(path)
    turns = [
        turn
        for speaker, samples in zip(_LEGS, legs, strict=True)
        for turn in _leg_turns(speaker, samples, rate, recognizers.open(rate), open_vad(rate))
    ]
    return sorted(turns, key=lambda turn: (turn.start, turn.end))


def read_legs(path: Path) -> tuple[tuple[NDArray[np.int16], NDArray[np.int16]], int]:
    """Both legs (int16) and the sample rate. Raises RecordingError."""
    try:
        samples, rate = soundfile.read(path, dtype="int16", always_2d=True)
    except (soundfile.SoundFileError, OSError) as error:
        raise RecordingError(
            f"{path} can't be read as a recording ({error}): give a WAV or FLAC file."
        ) from None
    if samples.shape[1] != 2:
        raise RecordingError(
            f"{path} has {samples.shape[1]} channel(s): a stereo recording with the customer on "
            "the left and the agent on the right is needed."
        )
    if rate not in (8000, 16000):
        raise RecordingError(f"{path} has {rate} samples a second: 8000 or 16000 are needed.")
    return (samples[:, 0].copy(), samples[:, 1].copy()), int(rate)


def _leg_turns(
    speaker: str,
    samples: NDArray[np.int16],
    rate: int,
    recognizer: Recognizer,
    vad: VoiceActivityDetector,
) -> Iterator[TranscribedTurn]:
    endpointer = Endpointer(EndpointingSettings())
    frame_length = int(rate * _FRAME_S)
    # Silence after the last word lets the last turn end, even one that sounds unfinished.
    padded = np.concatenate([samples, np.zeros(2 * rate, np.int16)])
    for number in range(len(padded) // frame_length):
        frame = padded[number * frame_length : (number + 1) * frame_length]
        now = number * _FRAME_S
        partial = recognizer.accept(frame.tobytes())
        if partial is not None:
            endpointer.on_words(now, partial.text)
        loud = level_dbfs(frame) > _GATE_DBFS
        speech = vad.confidence(frame) >= _SPEECH_CONFIDENCE and loud
        if endpointer.on_frame(now, speech) is None:
            continue
        endpointer.begin(Expected())
        yield from _turn(speaker, recognizer.finish())
    # What was too faint for the endpointing may still have been recognised.
    yield from _turn(speaker, recognizer.finish())


def _turn(speaker: str, heard: Transcript) -> Iterator[TranscribedTurn]:
    """None when there are no words in it."""
    if heard.words:
        yield TranscribedTurn(
            speaker,
            heard.words[0].start_s,
            heard.words[-1].end_s,
            heard.text,
            heard.confidence,
            heard.words,
        )
