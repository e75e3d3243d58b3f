"""A conversation as its sentences, with what phrases they hold.

Clean transcripts have sentences and question marks; recognised speech has neither: there a turn is
one sentence, and a question is known by its words.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

import yaml

from agent.cloning.recorded import Conversation, Speaker
from agent.dialogue.rules import Cues, is_question, normalise

_SENTENCE = re.compile(r"\S.*?(?:[.?!…]+(?=\s|$)|$)", re.DOTALL)
_PUNCTUATED = re.compile(r"[.?!]")


@dataclass(frozen=True)
class Sentence:
    """One sentence as it stands in its turn; `place` counts the turns."""

    place: int
    speaker: Speaker
    text: str
    asks: bool
    meaning: frozenset[str] = frozenset()

    @cached_property
    def words(self) -> str:
        """Normalised, as phrases are matched."""
        return normalise(self.text)

    @cached_property
    def cues(self) -> frozenset[str]:
        """The names in cues/ that have a phrase in it, and those it was given by its meaning."""
        return cues().match(self.words) | self.meaning


@dataclass(frozen=True, slots=True)
class Meaning:
    """A cue that is meant from a character of a turn on, whatever the words."""

    place: int
    start: int
    cue: str


Meanings = Sequence[Meaning]


@cache
def cues() -> Cues:
    """The phrases of the files in cues/, by their names.

    Their syntax is the playbooks': words in order, a/b for alternatives, ... for up to three words
    in between; case and punctuation do not count. They are what people say on any kind of call,
    nothing about what a company sells.
    """
    phrases: dict[str, list[str]] = {}
    folder = resources.files(__package__).joinpath("cues")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        phrases |= yaml.safe_load(file.read_text("utf-8"))
    return Cues(phrases)


def sentences_of(conversation: Conversation, meanings: Meanings = ()) -> tuple[Sentence, ...]:
    """Every sentence, in order; `meanings` give cues to what begins in their characters."""
    return tuple(_split(conversation, meanings))


def by(speaker: Speaker, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """One side's sentences."""
    return tuple(sentence for sentence in sentences if sentence.speaker == speaker)


def _split(conversation: Conversation, meanings: Meanings) -> Iterator[Sentence]:
    of_turn = defaultdict[int, list[Meaning]](list)
    for meaning in meanings:
        of_turn[meaning.place].append(meaning)
    for place, turn in enumerate(conversation.turns):
        punctuated = _PUNCTUATED.search(turn.text) is not None
        for found in _SENTENCE.finditer(turn.text):
            text = found.group().strip()
            asks = text.endswith("?") if punctuated else _asks_somewhere(text)
            meant = (m.cue for m in of_turn[place] if found.start() <= m.start < found.end())
            yield Sentence(place, turn.speaker, text, asks, frozenset(meant))


def _asks_somewhere(text: str) -> bool:
    words = normalise(text).split()
    return any(is_question(" ".join(words[start:])) for start in range(len(words)))
