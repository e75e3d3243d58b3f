"""Reasons that nobody wrote down before: this trade's own, told by how agents reply to them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.acts.seeds import Seed
from agent.cloning.mine.acts.wording import plain

# A thing that customers of several calls name, and that agents then mostly ask about ("is it the
# noise, or ...?"), is a reason; once or twice is chance, and so is a word of every other turn.
_LEAST_CALLS = 3
_ASKED_ABOUT = 0.5
_KNOWN = 0.5
_SAME_TURNS = 0.5
_WORD = re.compile(r"[a-z]{4,}")


@dataclass(frozen=True, slots=True)
class Context:
    """A customer's turn, whether the agent asked what is in the way, and whether we know it."""

    sentences: tuple[Said, ...]
    asked_about: bool
    known: bool

    @property
    def call(self) -> str:
        return self.sentences[0].place.call.id


def unknown_reasons(contexts: Sequence[Context]) -> Iterator[Seed]:
    """A reason for each thing that agents of several calls asked about."""
    turns: dict[str, set[int]] = defaultdict(set)
    for number, context in enumerate(contexts):
        for one in context.sentences:
            for word in _words(one):
                turns[word].add(number)
    telling = [word for word in sorted(turns) if _tells([contexts[n] for n in turns[word]])]
    telling.sort(key=lambda word: -len(turns[word]))
    taken: set[int] = set()
    for word in telling:
        if len(turns[word] & taken) >= _SAME_TURNS * len(turns[word]):
            continue
        taken |= turns[word]
        said = [one for n in sorted(turns[word]) for one in contexts[n].sentences]
        yield Seed(
            label=f"about_{word}",
            description=f"Worried about: {word}",
            examples=tuple(plain(one.text) for one in said if word in _words(one)),
        )


def _tells(contexts: Sequence[Context]) -> bool:
    return (
        len({one.call for one in contexts}) >= _LEAST_CALLS
        and sum(one.asked_about for one in contexts) >= _ASKED_ABOUT * len(contexts)
        and sum(one.known for one in contexts) <= _KNOWN * len(contexts)
    )


def _words(one: Said) -> set[str]:
    words: set[str] = set(_WORD.findall(plain(one.text))) - ENGLISH_STOP_WORDS
    return words
