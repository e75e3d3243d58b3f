"""Sentences of a turn, and the words around an amount in them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.cloning.mine.quantities import Quantity

_END = re.compile(r"(?<=[.?!…—])[\"”']?\s+")
_CUT = re.compile(r"[,;:]\s|\s(?:and|or|but|so|then|plus)\s")
# What opens a question where a recogniser wrote no question mark.
_QUESTION = re.compile(
    r"(?:(?:and|so|but|or|well|okay|right|um|er|uh),?\s)*"
    r"(?:is|are|am|was|were|do|does|did|have|has|had|can|could|would|will|shall|should|may|might|"
    r"what|what's|who|who's|when|where|which|how|why)\b(?:n't)?",
    re.IGNORECASE,
)
# A longer turn without marks says more than what its first word asks.
_LONGEST_QUESTION = 12


@dataclass(frozen=True, slots=True)
class Sentence:
    """A literal part of a turn's text and its character offset there."""

    start: int
    text: str
    question: bool

    @property
    def end(self) -> int:
        """Offset behind its last character."""
        return self.start + len(self.text)


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a turn; the whole of a turn that has no punctuation."""
    found, start = [], 0
    for border in [*_END.finditer(text), None]:
        end = len(text) if border is None else border.start()
        part = text[start:end]
        if part.strip():
            lead = len(part) - len(part.lstrip())
            found.append(Sentence(start + lead, part.strip(), is_question(part.strip())))
        start = end if border is None else border.end()
    return tuple(found)


def is_question(sentence: str) -> bool:
    """By its mark, or by its first words where there is no mark at all."""
    if re.search(r"\?[\"”']?$", sentence):
        return True
    unmarked = not re.search(r"[.!…—]", sentence)
    short = len(sentence.split()) <= _LONGEST_QUESTION
    return unmarked and short and bool(_QUESTION.match(sentence))


def clause(sentence: str, amounts: Sequence[Quantity], index: int) -> tuple[int, int]:
    """Where the words around one amount of a sentence begin and end.

    Amounts of one sentence are kept apart at the last comma or joining word between them, or
    right behind the earlier one. Offsets count from the sentence's start, as the amounts' do.
    """
    borders = [0]
    for before, after in pairwise(amounts):
        between = list(_CUT.finditer(sentence, before.end, after.start))
        borders.append(between[-1].end() if between else before.end)
    borders.append(len(sentence))
    return borders[index], borders[index + 1]
