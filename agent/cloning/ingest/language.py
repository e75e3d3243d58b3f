"""Which language a call is in, from its words."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from agent.cloning.recorded import Conversation

# Fewer words are told apart by chance; names and placeholders are no language's.
_WORDS_A_PIECE = 25
_SURE = 0.9
# One greeting or one quoted sentence in another language does no harm.
_HARMLESS_SHARE = 0.2
_NOT_WORDS = re.compile(r"<[^>]*>|\[[^\]]*\]|\d+")


def other_language(conversation: Conversation, wanted: str) -> str:
    """The language that a good part of a call is in instead of the wanted one (ISO 639-1).

    Empty when there is none. Only for words that somebody wrote: a recogniser writes its own
    language whatever it hears.
    """
    found = Counter(
        language
        for speaker in ("customer", "agent")
        for language in _languages(t.text for t in conversation.turns if t.speaker == speaker)
    )
    others = Counter({language: n for language, n in found.items() if language != wanted})
    if others.total() <= _HARMLESS_SHARE * found.total():
        return ""
    return others.most_common(1)[0][0]


def _languages(texts: Iterable[str]) -> Iterable[str]:
    """Of each piece of a speaker's words that is long enough to tell."""
    words = [word for text in texts for word in _NOT_WORDS.sub(" ", text).split()]
    for begin in range(0, len(words), _WORDS_A_PIECE):
        piece = words[begin : begin + _WORDS_A_PIECE]
        if len(piece) < _WORDS_A_PIECE / 2:
            return
        language, probability = _identifier().classify(" ".join(piece))
        if probability >= _SURE:
            yield language


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
