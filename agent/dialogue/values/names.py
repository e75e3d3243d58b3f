"""People's names, said and spelled."""

import re
from difflib import SequenceMatcher

from agent.dialogue.spoken_digits import digit_runs
from agent.dialogue.values.answers import yes_no
from agent.dialogue.values.spelling import spelled_at

_INTRO = re.compile(
    r"^(?:(?:hello|hi|yes|yeah|sure|okay|right|of|course|uh|um|er|it's|its|it|is|this|that's|that|"
    r"my|full|the|first|name|name's|i'm|i|am|call|me|and|so|surname|last|called)\s+)+"
)
_FILLERS = frozenset(
    {
        "uh", "um", "er", "erm", "hmm", "ah", "eh", "oh", "well", "so", "and", "like", "just",
        "spelled", "spelt", "that's", "with", "is",
    }
)  # fmt: skip
# An amount is nobody's name, however politely it is asked to be called by it.
_NO_NAMES = frozenset(
    {"percent", "per", "cent", "pound", "pounds", "quid", "pence", "free", "off", "price", "half",
     "hundred", "thousand", "discount"}
)  # fmt: skip
_BETWEEN = "surname"
_MAX_WORDS = 4
_MIN_SPELLED = 3
_ALIKE = 0.5


def parse_name(words: str) -> str | None:
    """A name with its capitals; letters that were spelled correct the word they are most like."""
    answer = yes_no(words)
    if answer is not None and answer.other_words == 0:
        return None
    tokens = [token for token in _INTRO.sub("", f"{words} ").split() if token not in _FILLERS]
    named, spelled = _apart(tokens)
    if named:
        for letters in spelled:
            _correct(named, letters)
    else:
        named = spelled
    amount = _NO_NAMES & set(named) or digit_runs(" ".join(named))
    if not named or len(named) > _MAX_WORDS or amount:
        return None
    return " ".join(_capital(token) for token in named)


def _apart(tokens: list[str]) -> tuple[list[str], list[str]]:
    """The words, and every run of letters that spells one: three of them, or it is no spelling."""
    named: list[str] = []
    spelled: list[str] = []
    position = 0
    while position < len(tokens):
        run, end = "", position
        while end < len(tokens):
            letter, used = spelled_at(tokens, end, names=False)
            if not used:
                break
            run, end = run + letter, end + used
        if len(run) >= _MIN_SPELLED:
            spelled.append(run)
            position = end
        else:
            # Charlie and Victor are names as well as letters.
            if len(tokens[position]) > 1 and tokens[position] != _BETWEEN:
                named.append(tokens[position])
            position += 1
    return named, spelled


def _correct(named: list[str], letters: str) -> None:
    ratios = [SequenceMatcher(None, name, letters).ratio() for name in named]
    best = max(ratios, default=0.0)
    if best >= _ALIKE:
        named[ratios.index(best)] = letters
    elif len(named) < 2:
        named.append(letters)
    else:
        # It is the surname that people spell.
        named[-1] = letters


def _capital(token: str) -> str:
    """ "o'neill" is O'Neill; a trailing "'s" stays small."""
    return re.sub(r"^\w|(?<=')\w(?=\w\w)", lambda match: match[0].upper(), token)
