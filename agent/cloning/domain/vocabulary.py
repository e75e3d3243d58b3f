"""Words that these calls use far more than English at large does.

Usual frequencies are those of the wordfreq package (Speer, rspeer/wordfreq: books, subtitles, news
and the web).
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from math import log2

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from wordfreq import zipf_frequency

from agent.cloning.domain.description import Term
from agent.cloning.domain.words import words_in
from agent.cloning.recorded import Conversation

_LANGUAGE = "en"
_SHARE_OF_CALLS, _CALLS = 0.05, 2
_TIMES_USUAL = 5.0
_TERMS = 60
# Zipf's scale is the logarithm of occurrences in a billion words; unknown words are as rare as
# the rarest that are known.
_BILLION, _RAREST = 1e9, 1.0
_WORD = re.compile(r"<\w+>|[^\W\d_][\w'’-]*")


def words_of(text: str) -> list[str]:
    """Lower-case words of three letters and more, without placeholders and possessives."""
    found = (word.lower().replace("’", "'") for word in _WORD.findall(text) if word[0] != "<")
    return [word.removesuffix("'s") for word in found if len(word) > 2]


def tells(word: str) -> bool:
    """Whether a word can say what a call is about: no number, no greeting, no small word."""
    if word in words_in("talk") or word in ENGLISH_STOP_WORDS or "'" in word:
        return False
    return not set(word.split("-")) & words_in("numbers")


def vocabulary_of(conversations: Mapping[str, Conversation]) -> tuple[Term, ...]:
    """Best first: those that tell most by being in many calls and rare elsewhere."""
    count, calls = defaultdict[str, int](int), defaultdict[str, set[str]](set)
    for call, conversation in conversations.items():
        for turn in conversation.turns:
            for word in words_of(turn.text):
                count[word] += 1
                calls[word].add(call)
    total = sum(count.values())
    enough = max(_CALLS, _SHARE_OF_CALLS * len(conversations))
    terms = (
        Term(
            word=word,
            calls=len(calls[word]),
            times_usual=round(_times(word, count[word] / total), 1),
        )
        for word in count
        if len(calls[word]) >= enough and tells(word)
    )
    telling = [term for term in terms if term.times_usual >= _TIMES_USUAL]
    telling.sort(key=lambda term: (-term.calls * log2(term.times_usual), term.word))
    return tuple(telling[:_TERMS])


def _times(word: str, rate: float) -> float:
    usual = max(zipf_frequency(word, _LANGUAGE), _RAREST)
    return rate * _BILLION / 10**usual
