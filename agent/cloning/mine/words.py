"""Words that carry meaning, counted, to name things and to tell them apart."""

import re
from collections import Counter
from collections.abc import Iterable

from spacy.lang.en.stop_words import STOP_WORDS

_WORD = re.compile(r"[a-z][a-z']*[a-z]|<[a-z]+_\d+>")
# What people say while they think or listen, and what spaCy's list of stop words forgets.
_FILLERS = frozenset(
    """
    ah aw bit bye can't cheers course d'you dear didn't doesn't don't eight eighteen eighty
    eleven er erm far fifteen fifty five forty four fourteen get gets getting give go goes
    going gonna good got great guess haven't hello hi hiya hmm hundred i'd i'll i'm i've
    isn't it'd it'll it's kind know let let's like look lot love lovely mean mm nine
    nineteen ninety oh ok okay one perfect please really right said say see seven seventeen
    seventy sir six sixteen sixty sorry sort suppose sure tell ten thank thanks that'd
    that'll that's there's they'd they'll they're thing things think thirteen thirty
    thousand three today twelve twenty two uh um wait want wanted wasn't we'd we'll we're
    we've well what's when's where's who's won't wouldn't yeah yep yes you'd you'll you're
    you've
    """.split()
)


def content_words(text: str) -> tuple[str, ...]:
    """The words of a text that say what it is about, in their order, lower case."""
    return tuple(
        word
        for word in _WORD.findall(text.lower().replace("’", "'"))
        if not word.startswith("<") and word not in STOP_WORDS and word not in _FILLERS
    )


def stem(word: str) -> str:
    """A word without its commonest endings: recorded, recording and records are one."""
    for ending in ("'s", "ings", "ing", "ied", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def name_of(texts: Iterable[str], everything: Counter[str], *, words: int = 2) -> str:
    """A snake-case name from the words that mark these texts among all; "" when none does.

    `everything` counts in how many texts of the corpus each word stands.
    """
    own = Counter(word for text in texts for word in set(content_words(text)))
    ranked = sorted(own, key=lambda word: (-own[word] * own[word] / (everything[word] + 1), word))
    chosen = [re.sub(r"[^a-z]", "", word) for word in ranked[:words] if own[word] > 1]
    return "_".join(word for word in chosen if word)
