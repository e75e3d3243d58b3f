"""Turns cut into sentences, with their places in the turn."""

import re
from collections.abc import Iterator
from itertools import pairwise

from agent.cloning.recorded import Turn

# A full stop, question or exclamation mark before a capital; not after a title or an initial, and
# not after an ellipsis, which is a hesitation.
_END = re.compile(
    r"(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<![\s.][A-Za-z])(?<!\.)[.?!][\"'”’)]?\s+(?=[^a-z\s])"
)
_PUNCTUATED = re.compile(r"[.?!,;:—…]")
# Where a recogniser writes no marks, a new sentence is told by a breath or by how sentences begin.
_BREATH_S = 0.5
# Fewer words are no sentence of their own: before a cut, and after it.
_WORDS_BEFORE, _WORDS_AFTER = 2, 4
_BEGINS = re.compile(
    r"\b(?:(?:so|and|but|okay|right|well|now) )?"
    r"(?:can i|could i|may i|shall i|shall we|should i|would you|could you|can you|do you|did you|"
    r"have you|have i|are you|is it|is that|is there|does that|does it|would that|would it|"
    r"will you|what's|what is|what are|what do|what would|what about|who's|who do|when's|when did|"
    r"when would|how long|how much|how many|how do|how does|how would|which|why|"
    r"thank you|thanks for|i'm sorry|i understand|that's fine|of course|let me)\b"
    r"|\b(?:so|and|but) (?:i|we|you|it|that|there|he|she|they|if)(?:'\w+)?\b"
)
# A word that its sentence does not end with.
_DANGLING = re.compile(
    r"\b(?:or|and|so|but|who|what|how|when|where|why|which|if|because|ask|to|the|a)\s*$"
)


def sentences(turn: Turn) -> tuple[tuple[int, int], ...]:
    """(start, end) of each sentence in `turn.text`, without the spaces around it."""
    text = turn.text
    if _PUNCTUATED.search(text):
        cuts = [match.end() for match in _END.finditer(text)]
    else:
        cuts = _unpunctuated(turn)
    borders = [0, *cuts, len(text)]
    return tuple(_trimmed(text, borders))


def _unpunctuated(turn: Turn) -> list[int]:
    cuts: list[int] = []
    for cut in sorted({*_breaths(turn), *(m.start() for m in _BEGINS.finditer(turn.text))}):
        since = turn.text[cuts[-1] if cuts else 0 : cut]
        left = turn.text[cut:]
        long_enough = len(since.split()) >= _WORDS_BEFORE and len(left.split()) >= _WORDS_AFTER
        if long_enough and not _DANGLING.search(since):
            cuts.append(cut)
    return cuts


def _breaths(turn: Turn) -> Iterator[int]:
    """Where words with times have a gap between them; none when the words are not the text's."""
    place = 0
    for before, word in pairwise(turn.words):
        place = turn.text.find(before.text, place)
        if place < 0:
            return
        place += len(before.text)
        if word.start - before.end >= _BREATH_S:
            yield place


def _trimmed(text: str, borders: list[int]) -> Iterator[tuple[int, int]]:
    for start, end in pairwise(borders):
        part = text[start:end]
        if part.strip():
            lead = len(part) - len(part.lstrip())
            yield start + lead, start + len(part.rstrip())
