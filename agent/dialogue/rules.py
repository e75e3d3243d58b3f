"""Hard rules: what a phrase decides before any model is asked.

Phrases are written for people: words in order, `a/b` for alternatives, `...` for up to three words
in between. They are matched on ASR text, so case and punctuation do not count.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from agent.dialogue.playbook import Intent
from agent.dialogue.spoken_digits import digit_runs

GIVE_CARD = "give_card"
NO_RECORDING = "no_recording"
# No telephone number has more digits with its country code; every payment card has.
_CARD_DIGITS = 13
# Cards are read out in pieces; a piece this long was asked for by nobody (a UK number starts 0).
_UNASKED_DIGITS = 8
_SECRET_DIGITS = 7
# Groups of at least so many digits, so many digits together: a card read out with pauses.
_GROUP_DIGITS = 3
_GROUPED_DIGITS = 12


def normalise(text: str) -> str:
    """Lower-case words with single blanks; apostrophes stay, other punctuation goes."""
    text = text.lower().replace("’", "'").replace("-", " ")
    return " ".join(re.sub(r"[^\w' ]+", " ", text).split())


# What a caller says before the question itself.
_LEAD_IN = r"(?:(?:um|uh|er|well|so|and|but|oh|okay|ok|right|yes|yeah|no|sorry|wait|hang on) )*"
_SUBJECT = r"(?:i|you|we|it|they|he|she|there|that|this|the|my|your|a|an|any)"
_AUXILIARY = r"(?:is|are|am|was|do|does|did|will|would|can|could|should|shall|have|has)"
_QUESTION = re.compile(
    rf"{_LEAD_IN}(?:"
    rf"(?:what|when|who|where|why|how|which)(?: \w+)? {_AUXILIARY} {_SUBJECT}\b"
    rf"|(?:what|when|who|where|how)'s {_SUBJECT}\b"
    r"|(?:what|how) (?:about|if|happens|much|long)\b"
    rf"|{_AUXILIARY} {_SUBJECT}\b)"
)


def is_question(words: str) -> bool:
    """Whether normalised words have the form of a question, which no recogniser marks."""
    return _QUESTION.match(words) is not None


class HardRules:
    """The phrases of a playbook's hard intents, in the playbook's order."""

    def __init__(self, intents: Iterable[Intent]) -> None:
        self._rules = [
            (intent.id, [compile_phrase(phrase) for phrase in intent.phrases])
            for intent in intents
            if intent.hard
        ]

    def match(self, text: str, *, digits_asked: bool = False) -> str | None:
        """The first hard intent that a text means; `digits_asked`: a number was asked for."""
        words = normalise(text)
        if any(intent == GIVE_CARD for intent, _ in self._rules) and _is_card(words, digits_asked):
            return GIVE_CARD
        for intent, patterns in self._rules:
            if any(pattern.search(words) for pattern in patterns):
                return intent
        return None


class Cues:
    """Phrases that speak for a label without deciding."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._cues = {
            label: [compile_phrase(phrase) for phrase in texts] for label, texts in phrases.items()
        }

    def match(self, words: str) -> frozenset[str]:
        """The labels that have a phrase in a normalised text."""
        return frozenset(
            label for label, cues in self._cues.items() if any(cue.search(words) for cue in cues)
        )


@cache
def compile_phrase(phrase: str) -> re.Pattern[str]:
    """A phrase as a pattern on normalised text."""
    parts = []
    for word in phrase.lower().split():
        if word == "...":
            parts.append(r"(?:\S+ ){0,3}?")
        else:
            alternatives = "|".join(re.escape(option) for option in word.split("/"))
            parts.append(rf"(?:{alternatives}) ")
    return re.compile(r"(?<!\S)" + "".join(parts).rstrip() + r"(?!\S)")


def mask_digits(text: str, at_least: int = _SECRET_DIGITS) -> str:
    """The text with every long run of digits, spoken or written, replaced by "[digits]"."""
    words = text.split()
    for run in reversed(digit_runs(text)):
        if len(run.digits) >= at_least:
            words[run.start : run.end] = ["[digits]"]
    return " ".join(words)


def goes_on_with_card(text: str) -> bool:
    """Whether a text has digits enough to be more of a card that was just begun."""
    return any(len(run.digits) >= _GROUP_DIGITS for run in digit_runs(normalise(text)))


def _is_card(words: str, digits_asked: bool) -> bool:
    runs = [run.digits for run in digit_runs(words)]
    longest = max(runs, key=len, default="")
    if len(longest) >= _CARD_DIGITS:
        return True
    if digits_asked or longest.startswith("0"):
        return False
    grouped = sum(len(run) for run in runs if len(run) >= _GROUP_DIGITS)
    return len(longest) >= _UNASKED_DIGITS or grouped >= _GROUPED_DIGITS
