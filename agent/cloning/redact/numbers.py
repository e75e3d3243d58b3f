"""Words that are numbers, as they are said one after the other."""

from agent.dialogue.spoken_digits import UNITS, digits_at

# Without the spellings of digits that are words of their own in free speech.
DIGITS = {word: digit for word, digit in UNITS.items() if word not in {"won", "ate", "tree"}}
REPEATS = frozenset({"double", "triple", "treble"})


def is_digits(low: str) -> bool:
    """A number below a hundred in words, or digits."""
    return low[0].isdigit() or bool(digits_at([low], 0, DIGITS)[1])


def is_number(low: str) -> bool:
    """As is_digits, or "hundred", "thousand"."""
    return low in ("hundred", "thousand") or is_digits(low)
