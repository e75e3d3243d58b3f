"""Words that carry meaning, counted, to name things and to tell them apart."""

import re
from collections import Counter
from collections.abc import Iterable

from spacy.lang.en.stop_words import STOP_WORDS

_WORD = re.compile(r"[a-z][a-z']*[a-z]|<[a-z]+_\d+>")
_QUANTITY = re.compile(
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|"
    r"fifty|sixty|seventy|eighty|ninety|hundred|thousand|first|second|third|"
    r"pounds?|quid|pence|minutes?|hours?|days?|weeks?|months?|years?)"
)
# What people say while they think, listen or are polite: spaCy's stop words are those of writing.
_FILLERS = frozenset(
    (
        "ah", "aw", "bit", "bye", "cheers", "course", "dear", "er", "erm", "get", "gets", "getting",
        "give", "go", "goes", "going", "gonna", "good", "got", "great", "guess", "hello", "hi",
        "hiya", "hmm", "kind", "know", "let", "like", "look", "lot", "love", "lovely", "mean", "mm",
        "oh", "ok", "okay", "perfect", "please", "really", "right", "said", "say", "see", "sorry",
        "sort", "suppose", "sure", "tell", "thank", "thanks", "thing", "things", "think", "today",
        "uh", "um", "wait", "want", "wanted", "yeah", "yep", "yes",
    )
)  # fmt: skip


def content_words(text: str) -> tuple[str, ...]:
    """The words of a text that say what it is about, in their order, lower case; no quantities."""
    return tuple(
        word
        for word in _WORD.findall(text.lower().replace("’", "'"))
        if not (
            word.startswith("<")
            or "'" in word
            or word in STOP_WORDS
            or word in _FILLERS
            or _QUANTITY.fullmatch(word)
        )
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
