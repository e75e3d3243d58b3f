"""Yes and no, in the words that callers use."""

from dataclasses import dataclass

from agent.dialogue.rules import normalise

_HESITATIONS = frozenset(["uh", "um", "er", "erm", "hmm", "ah", "eh"])
_FILLERS = _HESITATIONS | {"oh", "well", "so", "and", "like", "just", "mm", "mhm"}
_NEGATIVE = (
    "no", "nope", "nah", "not really", "don't think so", "afraid not", "no thanks", "wrong",
    "not right", "isn't", "not quite", "not yet", "rather not", "it doesn't",
)  # fmt: skip
_POSITIVE = (
    "yes", "yeah", "yep", "yup", "yea", "aye", "sure", "course", "okay", "ok", "right", "correct",
    "fine", "go on", "go ahead", "go for it", "please", "sounds good", "sounds right", "that's it",
    "suppose so", "think so", "why not", "absolutely", "definitely", "spot on", "perfect", "lovely",
    "great", "brilliant", "alright", "all right", "clear", "good", "do it", "it is",
    "it does", "i am", "i do", "that's me", "i can", "exactly", "cool", "happy", "carry on",
)  # fmt: skip
_BACKCHANNELS = frozenset({"uh huh", "mm hm", "mm hmm", "mhm", "mm", "hmm", "ah"})


@dataclass(frozen=True, slots=True)
class YesNo:
    """An answer; `leads` when the text begins with it; the words that were not part of it."""

    yes: bool
    leads: bool
    other_words: int


def yes_no(text: str) -> YesNo | None:
    """Whether a text is a yes or a no; a no anywhere among the first words wins."""
    words = normalise(text)
    if words not in _BACKCHANNELS:
        words = " ".join(word for word in words.split() if word not in _FILLERS)
    rest = f" {words} "
    negative = any(f" {phrase} " in f" {' '.join(words.split()[:5])} " for phrase in _NEGATIVE)
    positive = any(f" {phrase} " in rest for phrase in _POSITIVE)
    if words in _BACKCHANNELS:
        return YesNo(True, True, 0)
    if not negative and not positive:
        return None
    for phrase in sorted(_NEGATIVE + _POSITIVE, key=len, reverse=True):
        rest = rest.replace(f" {phrase} ", " ")
    others = [word for word in rest.split() if word not in {"thanks", "thank", "you", "then"}]
    signs = _NEGATIVE if negative else _POSITIVE
    leads = any(f" {words} ".startswith(f" {phrase} ") for phrase in signs)
    return YesNo(not negative, leads, len(others))
