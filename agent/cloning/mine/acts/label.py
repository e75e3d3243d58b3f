"""What each sentence of each call does there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import cast

import numpy as np

from agent.cloning.mine.acts.said import Act, Said
from agent.cloning.mine.acts.seeds import Nearness, Scores, Seed, parse_seeds, read_seeds
from agent.cloning.mine.acts.sentences import sentences
from agent.cloning.mine.acts.wording import is_question, plain
from agent.cloning.mine.material import Material, Place
from agent.cloning.mine.objections.reasons import known_reasons
from agent.speech.protocols import SentenceEncoder, Vectors

_TRUST = 20.0
# All in natural logarithms of odds, to be added to what the words' meaning says.
_CUE = 2.0
_WRONG_FORM = 3.0
_IN_CONTEXT = 1.0
_OUT_OF_CONTEXT = 1.5
# For a whole call's length outside the stretch where a label is at home.
_OUT_OF_PLACE = 4.0
# Most of what customers say is no objection, and its examples are of every kind.
_RARELY_OBJECTS = 1.0
# An objection is open for so many of the agent's turns.
_OPEN_TURNS = 3


def label(material: Material, encoder: SentenceEncoder) -> tuple[Said, ...]:
    """Every sentence of every call, call by call in the order it was said."""
    pieces = tuple(_cut(material))
    if not pieces:
        return ()
    texts = sorted({piece.plain for piece in pieces})
    row = {text: index for index, text in enumerate(texts)}
    vectors = encoder.encode(texts)
    ours, theirs = _agent_seeds(), _customer_seeds()
    by_row = {
        "agent": _scores(ours, texts, vectors, encoder),
        "customer": _scores(theirs, texts, vectors, encoder),
    }
    said: list[Said] = []
    for _, call in groupby(pieces, key=lambda piece: piece.place.call.id):
        context = _Context()
        for piece in call:
            speaker = piece.place.turn.speaker
            seeds = ours if speaker == "agent" else theirs
            scores = by_row[speaker][row[piece.plain]] + piece.prior(seeds)
            if speaker == "agent":
                scores = scores + context.prior(seeds, piece)
            act = cast(Act, seeds[int(np.argmax(scores))].label)
            context.follow(piece, act)
            said.append(piece.labelled(act, vectors[row[piece.plain]]))
    return tuple(said)


@dataclass(frozen=True, slots=True)
class _Piece:
    place: Place
    depth: float
    index: int
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.place.turn.text[self.start : self.end]

    @property
    def plain(self) -> str:
        return plain(self.text)

    @property
    def question(self) -> bool:
        return is_question(self.text)

    def prior(self, seeds: Sequence[Seed]) -> Scores:
        """What its form and its place in the call say, before its words."""
        form = "question" if self.question else "statement"
        return np.array(
            [
                -_WRONG_FORM * (seed.form not in ("", form))
                - _OUT_OF_PLACE * max(seed.place[0] - self.depth, self.depth - seed.place[1], 0)
                for seed in seeds
            ],
            np.float32,
        )

    def labelled(self, act: Act, vector: Vectors) -> Said:
        return Said(
            place=self.place, index=self.index, start=self.start, end=self.end, text=self.text,
            act=act, question=self.question, vector=vector,
        )  # fmt: skip


class _Context:
    """What an agent's sentence comes after."""

    def __init__(self) -> None:
        self._before: set[str] = set()
        self._turn = -1
        self._objection_turns = _OPEN_TURNS

    def prior(self, seeds: Sequence[Seed], piece: _Piece) -> Scores:
        is_open = self._objection_turns < _OPEN_TURNS
        holds = {
            "": None,
            "question": "question" in self._before and piece.index < 2,
            "objection": is_open,
        }
        worth = {None: 0.0, True: _IN_CONTEXT, False: -_OUT_OF_CONTEXT}
        return np.array([worth[holds[seed.after]] for seed in seeds], np.float32)

    def follow(self, piece: _Piece, act: Act) -> None:
        """Go on past a sentence."""
        by_customer = piece.place.turn.speaker == "customer"
        if piece.place.index != self._turn:
            self._turn = piece.place.index
            if by_customer:
                self._before = set()
            else:
                self._objection_turns += 1
        if by_customer:
            self._before.add(act)
            if act == "objection":
                self._objection_turns = 0


def _cut(material: Material) -> Iterator[_Piece]:
    last = {call: len(talk.turns) - 1 for call, talk in material.conversations.items()}
    for place in material.places():
        depth = place.index / max(last[place.call.id], 1)
        for index, (start, end) in enumerate(sentences(place.turn)):
            yield _Piece(place, depth, index, start, end)


@cache
def _agent_seeds() -> tuple[Seed, ...]:
    return parse_seeds(read_seeds(__package__ or "", "seeds.yaml")["agent"])


@cache
def customer_seeds() -> tuple[Seed, ...]:
    """What customers do besides giving a reason not to go on."""
    return parse_seeds(read_seeds(__package__ or "", "seeds.yaml")["customer"])


@cache
def _customer_seeds() -> tuple[Seed, ...]:
    """The reasons of all trades together are one act."""
    reasons = known_reasons()
    objection = Seed(
        label="objection",
        examples=tuple(text for reason in reasons for text in reason.examples),
        cues=tuple(cue for reason in reasons for cue in reason.cues),
    )
    return (*customer_seeds(), objection)


def _scores(
    seeds: Sequence[Seed], texts: Sequence[str], vectors: Vectors, encoder: SentenceEncoder
) -> Scores:
    cued = np.array([[seed.is_cued(text) for seed in seeds] for text in texts], np.float32)
    rare = np.array([_RARELY_OBJECTS * (seed.label == "objection") for seed in seeds], np.float32)
    scores: Scores = Nearness(seeds, encoder, _TRUST).scores(vectors) + _CUE * cued - rare
    return scores
