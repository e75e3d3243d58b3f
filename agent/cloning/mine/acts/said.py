"""A sentence that somebody said in a call, and what they did with it."""

from dataclasses import dataclass
from typing import Literal

from agent.cloning.mine.material import Place
from agent.cloning.mined import Step
from agent.speech.protocols import Vectors

CustomerAct = Literal[
    "question", "objection", "buying", "affirm", "deny", "inform", "request", "backchannel",
    "greet", "goodbye", "other",
]  # fmt: skip


Act = Step | CustomerAct


@dataclass(frozen=True, slots=True)
class Said:
    """`text` is literally `place.turn.text[start:end]`; `act` is a Step of an agent's sentence."""

    place: Place
    index: int
    start: int
    end: int
    text: str
    act: Act
    question: bool
    vector: Vectors
