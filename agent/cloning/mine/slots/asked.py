"""What agents asked, one question at a time, and what they were told."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.acts.wording import plain
from agent.cloning.mine.material import Material, Place
from agent.speech.protocols import SentenceEncoder, Vectors

# Two things asked in one breath: "who are you with, and what do they charge?" An "or" is one.
_AND = re.compile(
    r",? and (?=(?:what|who|when|where|how|which|why|do|does|did|are|is|have|has|can|could|"
    r"would|will)(?:'s|'re|'ve)?\b)",
    re.IGNORECASE,
)
# More than one thing is asked for: what is told then is taken for the first of them.
_SEVERAL = re.compile(r"\band\b|,(?! please\b)", re.IGNORECASE)
# Asks whether what is known is right, not for what is not known.
_CONFIRMS = re.compile(r"^(?:have|am|do|did|is|was) (?:i|this|that|it)\b", re.IGNORECASE)
# A yes is no number and no day: such values are asked for with one of these, or by their name.
_ASKS_WHICH = re.compile(
    r"\b(?:who|what|which|when|where|how)(?:\b|['’])|\bor\b|^(?:(?:and|the|your|an?) )*\w+\?$",
    re.IGNORECASE,
)
_VALUES = frozenset({"number", "money", "date", "appointment"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of an agent; `text` is literally in its turn. `answer` is the next turn."""

    said: Said
    text: str
    answer: Place
    vector: Vectors


def asked(material: Material, said: Sequence[Said], encoder: SentenceEncoder) -> tuple[Asked, ...]:
    """Every question that a customer's turn follows."""
    found = [
        (sentence, part, answer)
        for sentence in said
        if sentence.place.turn.speaker == "agent" and sentence.question
        for answer in [answer_to(material, sentence.place)]
        if answer is not None
        for part in _parts(sentence.text)
    ]
    vectors = encoder.encode([plain(part) for _, part, _ in found])
    return tuple(
        Asked(sentence, part, answer, vector)
        for (sentence, part, answer), vector in zip(found, np.asarray(vectors), strict=True)
    )


def answer_to(material: Material, place: Place) -> Place | None:
    """The customer's next turn that the agent does not speak before."""
    turns = material.conversations[place.call.id].turns
    after = place.index + 1
    if after < len(turns) and turns[after].speaker == "customer":
        return Place(place.call, after, turns[after])
    return None


def asks_for(question: str, kind: str, *, personal: bool) -> bool:
    """Whether the answer to a question can be a value of that kind, and nothing besides it.

    `personal` values are taken down word by word, so a question for two of them is no good.
    """
    if personal:
        return not _SEVERAL.search(question) and not _CONFIRMS.search(question)
    return kind not in _VALUES or _ASKS_WHICH.search(question) is not None


def _parts(text: str) -> Iterator[str]:
    start = 0
    for border in _AND.finditer(text):
        yield text[start : border.start()]
        start = border.end()
    yield text[start:]
