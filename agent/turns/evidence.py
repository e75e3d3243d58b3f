"""What recognised words say about whether the caller wants the floor.

Each word weighs by its confidence above a floor that the line's noise sets: what recognisers make
of hums, coughs and laughter is a word, too, but an unsure one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from agent.speech.protocols import Word
from agent.turns.lexicon import STOP_WORDS, content_tokens, has_stop_word

# A word that always takes the floor weighs so much more than another.
_STOP_FACTOR = 1.5
_STOP_PHRASE = 1.2


class Evidence(Enum):
    """Why a barge-in was committed."""

    STOP_WORD = "stop_word"
    WORDS = "words"
    SUSTAINED_SPEECH = "sustained_speech"
    DTMF = "dtmf"


@dataclass(frozen=True, slots=True)
class Found:
    """How much was found, in sure words, and of what kind."""

    weight: float
    evidence: Evidence | None


def weigh(words: Sequence[Word], floor: float, whole_to_s: float | None = None) -> Found:
    """Add up what the words weigh; those that end after `whole_to_s` were cut off.

    A word as sure as `floor` (0 to 1) weighs nothing, a sure one 1; back-channels, fillers and
    what noise is written as never weigh anything.
    """
    whole = [word for word in words if whole_to_s is None or word.end_s <= whole_to_s]
    weight = sum(
        (_STOP_FACTOR if word.text in STOP_WORDS else 1.0)
        * max(0.0, (word.confidence - floor) / (1.0 - floor))
        for word in whole
        if word.text in STOP_WORDS or content_tokens(word.text)
    )
    text = " ".join(word.text for word in whole)
    stops = has_stop_word(text)
    if stops and not any(word.text in STOP_WORDS for word in whole):
        weight += _STOP_PHRASE
    if not weight:
        return Found(0.0, None)
    return Found(weight, Evidence.STOP_WORD if stops else Evidence.WORDS)
