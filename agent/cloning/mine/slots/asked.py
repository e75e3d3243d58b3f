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


def _parts(text: str) -> Iterator[str]:
    start = 0
    for border in _AND.finditer(text):
        yield text[start : border.start()]
        start = border.end()
    yield text[start:]
