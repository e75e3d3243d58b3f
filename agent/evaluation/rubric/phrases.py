"""Phrases that a customer's own criteria look for."""

import re
from typing import Annotated

from pydantic import AfterValidator

from agent.dialogue.rules import compile_phrase
from agent.evaluation.rubric.speech import Sentence


def _checked(phrase: str) -> str:
    """Raises ValueError for a phrase that can't be looked for."""
    expression = expression_of(phrase)
    if expression is not None:
        try:
            re.compile(expression)
        except re.error as error:
            raise ValueError(f"the regular expression {phrase} is broken ({error})") from None
    elif not re.search(r"\w", phrase):
        raise ValueError(f"'{phrase}' has no word in it")
    return phrase


Phrases = tuple[Annotated[str, AfterValidator(_checked)], ...]


def expression_of(phrase: str) -> str | None:
    """The regular expression of "/.../"; None for words."""
    quoted = len(phrase) > 1 and phrase.startswith("/") and phrase.endswith("/")
    return phrase[1:-1] if quoted else None


def says(sentence: Sentence, phrases: Phrases) -> bool:
    """Whether one of them is in it: words by the cues' syntax, expressions as the text stands."""
    return any(_is_in(sentence, phrase) for phrase in phrases)


def _is_in(sentence: Sentence, phrase: str) -> bool:
    expression = expression_of(phrase)
    if expression is not None:
        return re.search(expression, sentence.text, re.IGNORECASE) is not None
    return compile_phrase(phrase).search(sentence.words) is not None
