"""UK telephone numbers."""

import phonenumbers

from agent.dialogue.spoken_digits import digit_runs, say_digits

_COUNTRY = "GB"
_LENGTH = 11
_FIRST = frozenset("1235789")


def parse_phone(words: str) -> str | None:
    """A number from its 0 on; None for a piece of one.

    Ten digits are complete only where the numbering plan has such a number.
    """
    digits = "".join(run.digits for run in digit_runs(words, loose=True))
    if digits.startswith(("0044", "44")):
        digits = "0" + digits.removeprefix("00").removeprefix("44").removeprefix("0")
    if len(digits) == _LENGTH - 1 and digits.startswith("7"):
        digits = "0" + digits
    if not digits.startswith("0") or digits[1:2] not in _FIRST:
        return None
    if len(digits) == _LENGTH:
        return digits
    short = len(digits) == _LENGTH - 1
    return digits if short and phonenumbers.is_valid_number(_parsed(digits)) else None


def say_phone(value: str) -> str:
    """Five, three and three digits, so that a voice pauses between them."""
    return say_digits(value, (5, 3))


def _parsed(digits: str) -> phonenumbers.PhoneNumber:
    return phonenumbers.parse(digits, _COUNTRY)
