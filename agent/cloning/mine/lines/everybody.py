"""What can be said to every customer, not only to the one who heard it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.likeness import read_seeds
from agent.cloning.mine.words import content_words, stem

# Its examples are questions of any trade, in our own words.
_OURS = "agent.cloning.mine.slots"
# A word of the trade: said in so many calls, in this share of them all, and by several people.
_CALLS, _SHARE, _AGENTS = 3, 0.1, 2
# Stands for somebody named before.
_SOMEBODY = re.compile(
    r"\b(?:they|them|their|theirs|he|him|his|she|her|hers|both)\b", re.IGNORECASE
)
# Points to what was said before. "Is there" does not, nor does "then" at the end of a question.
_POINTS = re.compile(
    r"\b(?:those|these|still|that)\b|(?<!\bis )(?<!\bare )\bthere\b|\bby then\b|\bthen\b(?=\W+\w)",
    re.IGNORECASE,
)
# Breaks off, or holds somebody's name.
_BROKEN = re.compile(r"[…—<]")


class GeneralQuestions:
    """Knows the words that agents say in calls of all kinds, and those of our own questions."""

    def __init__(self, said: Iterable[Said]) -> None:
        calls: dict[str, set[str]] = defaultdict(set)
        agents: dict[str, set[str]] = defaultdict(set)
        for one in said:
            if one.place.turn.speaker == "agent":
                for word in ("", *_stems(one.text)):
                    calls[word].add(one.place.call.id)
                    agents[word].add(one.place.call.agent)
        least = max(_CALLS, _SHARE * len(calls[""]))
        people = min(_AGENTS, len(agents[""]))
        self._known = _our_words() | {
            word for word in calls if len(calls[word]) >= least and len(agents[word]) >= people
        }

    def has(self, question: str) -> bool:
        """Whether it points to nothing said before, and each of its words is in many calls."""
        bound = (_SOMEBODY.search(question), _POINTS.search(question), _BROKEN.search(question))
        return not any(bound) and _stems(question) <= self._known


def for_everybody(statements: Sequence[Said]) -> Sequence[Said]:
    """Those that are about nobody named before; all of them, where every one is."""
    return [one for one in statements if not _SOMEBODY.search(one.text)] or statements


def _our_words() -> set[str]:
    return set().union(
        *(_stems(text) for seed in read_seeds(_OURS) for text in (*seed.examples, *seed.cues))
    )


def _stems(text: str) -> set[str]:
    return {stem(word) for word in content_words(text)}
