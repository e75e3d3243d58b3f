"""A finished turn of the caller: its words, freely heard and heard as the answer asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.calls.events import CallerFinished
from agent.speech.protocols import Transcript
from agent.speech.streaming import StreamingRecognizer

# Words that began this long before the caller's turn belong to it: the onset is found late.
_ONSET_MARGIN_S = 0.6
# Voiced sound shorter than this without a single word is a cough or a click.
_WORDLESS_SPEECH_MS = 600.0
# So much of the past is kept for hearing it again.
_HEARD_AGAIN_S = 16.0


@dataclass(frozen=True, slots=True)
class HeardTurn:
    """What the recogniser made of a turn.

    `bounded` was heard with the words of the answer alone, "" where any words may answer. The text
    was asked for at `asked_s` and there at `recognised_s`, both audio time.
    """

    words: Transcript
    bounded: str
    asked_s: float
    recognised_s: float

    def is_noise(self, finished: CallerFinished) -> bool:
        """Whether it was a cough or a click: short, and without a word."""
        return not self.words.text and finished.end.speech_ms < _WORDLESS_SPEECH_MS


async def hear_turn(
    recognizer: StreamingRecognizer,
    finished: CallerFinished,
    vocabulary: Sequence[str],
    now: Callable[[], float],
) -> HeardTurn:
    """Get the words of a turn that has just ended; `vocabulary` are those of the answer, if any."""
    asked_s = now()
    lasts_s = asked_s - finished.end.started_s + _ONSET_MARGIN_S
    bounded = ""
    if vocabulary and lasts_s <= _HEARD_AGAIN_S:
        bounded = (await recognizer.hear(lasts_s, tuple(vocabulary))).text
    final = await recognizer.finish()
    words = _of_this_turn((*finished.carried, final), finished.end.started_s)
    return HeardTurn(words, bounded, asked_s, now())


def _of_this_turn(pieces: Sequence[Transcript], started_s: float) -> Transcript:
    """The words of the caller's turn, without what the recogniser made of earlier noise."""
    began = started_s - _ONSET_MARGIN_S
    words = tuple(word for piece in pieces for word in piece.words if word.end_s >= began)
    return Transcript(" ".join(word.text for word in words), words)
