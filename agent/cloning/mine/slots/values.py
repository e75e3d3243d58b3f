"""What kind of thing a slot's answers are."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from agent.cloning.mine.words import content_words

_PLACEHOLDER = {
    "EMAIL": "email",
    "PHONE": "phone",
    "POSTCODE": "postcode",
    "ADDRESS": "text",
    "PERSON": "name",
    "AGE": "number",
    "ACCOUNT": "text",
    "REFERENCE": "text",
}
_SOUNDS = {
    "email": re.compile(r"\bat \S+ (?:dot|\.)|@"),
    "money": re.compile(r"\b(?:pounds?|quid|euros?|dollars?|pence|p|cents?)\b|[£€$]"),
    "date": re.compile(
        r"\b(?:january|february|march|april|may|june|july|august|september|october|november|"
        r"december|christmas|easter|next year|last year)\b"
    ),
    "appointment": re.compile(
        r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mornings?|afternoons?|evenings?|"
        r"o'clock|half past|quarter (?:to|past)|tonight|tomorrow)\b"
    ),
    "yes_no": re.compile(r"^(?:yes|yeah|yep|no|nope|not)\b"),
    "number": re.compile(
        r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|just (?:me|us))\b"
    ),
}
# The share of the answers that have to look alike before the slot is of that kind.
_MOST = 0.5
# Answers to a question whose meaning is known may be evasive; what is told may be told in any way
# where the kind is one of these. A name, a date of birth or a number is often redacted or spelled.
_SOME = 0.2
_VAGUE = frozenset({"text", "choice", "yes_no", "number", "date"})
# A choice: so many answers name one of its values, each value at least so often.
_CHOSEN = 0.6
_LEAST = 2
_LEAST_SHARE = 0.08
# A value is said in answers to this question so many times as often as elsewhere.
_MARKED = 4.0
_MOST_CHOICES = 12
_ALONE = 0.5


def type_of(answers: Sequence[str]) -> str:
    """A slot type of the playbook that most of the answers are of; text where none is."""
    found: Counter[str] = Counter()
    for answer in answers:
        found.update(_kinds(answer))
    for kind in (*_PLACEHOLDER.values(), *_SOUNDS):
        if answers and found[kind] >= _MOST * len(answers):
            return kind
    return "text"


def fits(kind: str, answers: Sequence[str]) -> bool:
    """Whether enough answers sound like a kind of which the sound is known."""
    if kind in _VAGUE:
        return True
    return sum(kind in _kinds(answer) for answer in answers) >= _SOME * len(answers)


def _kinds(answer: str) -> set[str]:
    """What an answer may be; a placeholder tells it for sure."""
    sure = {_PLACEHOLDER[kind] for kind in _PLACEHOLDER if f"<{kind}_" in answer}
    return sure or {kind for kind, sound in _SOUNDS.items() if sound.search(answer.lower())}


def choices_of(
    answers: Sequence[str], elsewhere: Mapping[str, float]
) -> dict[str, tuple[str, ...]]:
    """Value -> words heard for it, most frequent first; empty where the answers are no choice.

    `elsewhere` is the share of the customers' turns in which a word stands.
    """
    if not answers:
        return {}
    words = [set(content_words(answer)) for answer in answers]
    counted = Counter(word for own in words for word in own)
    least = max(_LEAST, _LEAST_SHARE * len(answers))
    marking = [
        word
        for word, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        if count >= least and count / len(answers) >= _MARKED * elsewhere.get(word, 0.0)
    ]
    values = _apart(marking, words)[:_MOST_CHOICES]
    named = sum(1 for own in words if own.intersection(values))
    if len(values) < 2 or named < _CHOSEN * len(answers):
        return {}
    return {value: (value,) for value in values}


def _apart(marking: Sequence[str], answers: Sequence[set[str]]) -> list[str]:
    """The words that stand instead of each other, most frequent first.

    A word that mostly comes with a more frequent one is no value of its own.
    """
    values: list[str] = []
    for word in marking:
        own = [answer for answer in answers if word in answer]
        if sum(not answer.intersection(values) for answer in own) > _ALONE * len(own):
            values.append(word)
    return values
