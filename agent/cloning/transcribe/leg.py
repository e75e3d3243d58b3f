"""The words of one leg of a call.

The recogniser hears what may be speech, each stretch by itself: on a call's leg, more than half of
which is silence, that takes a third of the time, and the words are better, since silence and noise
are not taken for words. `python -m tests.bench.cloning.throughput` measures both.
"""

from collections.abc import Iterator

import numpy as np

from agent.cloning.recorded import SpokenWord
from agent.speech.protocols import Pcm, Recognizer, VoiceActivityDetector, Word

_FRAMES_A_SECOND = 50
_SPEECH_CONFIDENCE = 0.5
# Around speech: the soft beginnings and ends of words.
_MARGIN_S = 0.2
# What the recogniser takes at once; it looks for ends of its own between two of these.
_BITE_S = 1.0


def words_in(
    leg: Pcm, rate_hz: int, recognizer: Recognizer, vad: VoiceActivityDetector
) -> tuple[SpokenWord, ...]:
    """The words in order, in seconds from the start of the leg; int16 at 8 or 16 kHz."""
    found: list[SpokenWord] = []
    fed = 0
    bite = int(_BITE_S * rate_hz)
    for start, end in _stretches(leg, rate_hz, vad):
        for begin in range(start, end, bite):
            recognizer.accept(leg[begin : min(begin + bite, end)].tobytes())
        # The recogniser's clock counts what it was fed.
        skipped_s = (start - fed) / rate_hz
        found += [_spoken(word, skipped_s) for word in recognizer.finish().words]
        fed += end - start
    return tuple(found)


def _spoken(word: Word, skipped_s: float) -> SpokenWord:
    return SpokenWord(
        text=word.text,
        start=round(word.start_s + skipped_s, 3),
        end=round(word.end_s + skipped_s, 3),
        confidence=round(word.confidence, 3),
    )


def _stretches(leg: Pcm, rate_hz: int, vad: VoiceActivityDetector) -> Iterator[tuple[int, int]]:
    """Where there may be speech, as (first, last + 1) sample."""
    frame = rate_hz // _FRAMES_A_SECOND
    margin = int(_MARGIN_S * rate_hz)
    padded = np.concatenate([leg, np.zeros(-len(leg) % frame, np.int16)])
    start = end = -1
    for begin in range(0, len(padded), frame):
        if vad.confidence(padded[begin : begin + frame]) < _SPEECH_CONFIDENCE:
            continue
        if start >= 0 and begin - margin > end:
            yield start, end
            start = -1
        if start < 0:
            start = max(0, begin - margin)
        end = min(len(leg), begin + frame + margin)
    if start >= 0:
        yield start, end
