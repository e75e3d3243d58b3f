"""Customers' turns that give a reason not to go on."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from agent.cloning.mine.acts.label import customer_seeds
from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.acts.seeds import Nearness, Scores, Seed
from agent.cloning.mine.acts.talks import SaidTurn, Talk, by_call, is_agents, reply
from agent.cloning.mine.acts.wording import isolates, plain
from agent.cloning.mine.objections.reasons import known_reasons
from agent.cloning.mine.objections.unknown import Context, unknown_reasons
from agent.speech.protocols import SentenceEncoder

_TRUST = 5.0
# Natural logarithms of odds. How agents reply tells an objection as much as its words do: nobody
# asks "is it this or that?" about something that was not in the way.
_CUE = 2.0
_ISOLATED = 2.0
_GRANTED = 0.8
_ASKS = 0.7
# What was asked for is an answer, unless its words say clearly that it is more.
_ANSWERS = 1.2
_ASKED_FOR = frozenset({"discover", "capture", "permission", "recap", "open"})
_RAISED = 1.8
# Enough where the same reason is surely given elsewhere.
_LIKELY = 1.2
# From here on the words alone say which reason it is.
_SURE = 1.0
# Questions that offer a choice of what to do, not of what is in the way.
_CHOICES = frozenset({"close", "capture", "callback", "recap"})
# A reason of one call is one customer's, unless its words leave no doubt.
_CALLS = 2
_CLEAR = 3.5


@dataclass(frozen=True, slots=True)
class Raised:
    """A reason given in a turn; `said` is the sentence that gives it most clearly."""

    said: Said
    reason: str
    words: float
    met: float

    @property
    def strength(self) -> float:
        """Log odds that it is one: by its words, and by how the agent replied."""
        return self.words + self.met

    @property
    def probability(self) -> float:
        """That it is one."""
        return 1 / (1 + math.exp(-self.strength))

    @property
    def is_sure(self) -> bool:
        """Whether it is one without others like it."""
        return self.strength >= _RAISED


@dataclass(frozen=True, slots=True)
class _Turn:
    sentences: SaidTurn
    isolating: SaidTurn
    granted: bool
    answers: bool

    @property
    def key(self) -> tuple[str, int]:
        return self.sentences[0].place.call.id, self.sentences[0].place.index

    @property
    def met(self) -> float:
        return _GRANTED * self.granted + _ISOLATED * bool(self.isolating)


def find_raised(
    said: Sequence[Said], encoder: SentenceEncoder
) -> tuple[tuple[Raised, ...], tuple[Seed, ...]]:
    """All of them in the order they were said, and the reasons they give.

    What a corpus's customers surely said once teaches its words for the second look.
    """
    turns = tuple(_customer_turns(said))
    if not turns:
        return (), ()
    known = known_reasons()
    sure = [one for one in _look(turns, known, encoder) if one.words >= _SURE and one.is_sure]
    clear = {(one.said.place.call.id, one.said.place.index) for one in sure}
    contexts = [Context(turn.sentences, bool(turn.isolating), turn.key in clear) for turn in turns]
    reasons = (*_with_examples(known, sure), *unknown_reasons(contexts))
    raised = _kept(_look(turns, reasons, encoder), reasons)
    given = {one.reason for one in raised}
    return raised, tuple(reason for reason in reasons if reason.label in given)


def _kept(raised: Sequence[Raised], reasons: Sequence[Seed]) -> tuple[Raised, ...]:
    """Those of reasons that customers of more than one call surely gave, or one in clear words."""
    cued = {reason.label: reason for reason in reasons}
    calls = defaultdict(set)
    clear = set()
    for one in raised:
        if one.is_sure:
            calls[one.reason].add(one.said.place.call.id)
            if one.words >= _CLEAR and cued[one.reason].is_cued(plain(one.said.text)):
                clear.add(one.reason)
    return tuple(one for one in raised if len(calls[one.reason]) >= _CALLS or one.reason in clear)


def _customer_turns(said: Iterable[Said]) -> Iterator[_Turn]:
    for talk in by_call(said).values():
        for at, turn in enumerate(talk):
            if not is_agents(turn):
                answer = reply(talk, at + 1)
                granted = any(one.act in ("acknowledge", "apologise") for one in answer)
                isolating = tuple(one for one in answer if _isolates(one))
                yield _Turn(turn, isolating, granted, _answers(talk, at))


def _answers(talk: Talk, at: int) -> bool:
    """Whether the turn before it ended by asking for something to take down."""
    before = talk[at - 1] if at else ()
    last = before[-1] if before and is_agents(before) else None
    return last is not None and last.question and last.act in _ASKED_FOR


def _isolates(one: Said) -> bool:
    return one.act not in _CHOICES and isolates(one.text)


def _with_examples(reasons: Iterable[Seed], sure: Iterable[Raised]) -> Iterator[Seed]:
    heard = defaultdict(set)
    for one in sure:
        heard[one.reason].add(plain(one.said.text))
    for reason in reasons:
        yield replace(reason, examples=(*reason.examples, *sorted(heard[reason.label])))


def _look(
    turns: Sequence[_Turn], reasons: Sequence[Seed], encoder: SentenceEncoder
) -> tuple[Raised, ...]:
    sentences = [one for turn in turns for one in turn.sentences]
    answers = [turn.answers for turn in turns for _ in turn.sentences]
    odds = _odds(sentences, answers, reasons, encoder)
    found: list[Raised] = []
    row = 0
    for turn in turns:
        given = [
            Raised(one, reasons[k].label, float(odds[row + i, k]), turn.met)
            for i, one in enumerate(turn.sentences)
            for k in [int(np.argmax(odds[row + i]))]
        ]
        row += len(turn.sentences)
        found += _reasons_of_turn(given)
    return tuple(found)


def _reasons_of_turn(given: Sequence[Raised]) -> Iterator[Raised]:
    """The clearest, which the reply is to; others where their own words are enough."""
    by_words = sorted(given, key=lambda one: -one.words)
    seen: set[str] = set()
    for rank, one in enumerate(by_words):
        enough = one.strength if rank == 0 else one.words
        if enough >= _LIKELY and one.reason not in seen:
            seen.add(one.reason)
            yield one


def _odds(
    sentences: Sequence[Said],
    answers: Sequence[bool],
    reasons: Sequence[Seed],
    encoder: SentenceEncoder,
) -> Scores:
    """(sentences, reasons): log odds of a reason against everything else customers do."""
    others = customer_seeds()
    model = Nearness((*reasons, *others), encoder, _TRUST)
    near = model.scores(np.stack([one.vector for one in sentences]))
    cued = np.array(
        [[reason.is_cued(plain(one.text)) for reason in reasons] for one in sentences], np.float32
    )
    against = np.logaddexp.reduce(near[:, len(reasons) :], axis=1, keepdims=True)
    asks = np.array([[one.question] for one in sentences], np.float32)
    told = np.array([[answer] for answer in answers], np.float32) * (1 - cued)
    odds: Scores = near[:, : len(reasons)] - against + _CUE * cued - _ASKS * asks - _ANSWERS * told
    return odds
