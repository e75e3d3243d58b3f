"""Telephone numbers in one form, so that the same one is found again."""

import re

from agent.errors import UnderstudyError

_PUNCTUATION = re.compile(r"[\s()./-]+")
_NUMBER = re.compile(r"\+?\d{2,20}")


class NotANumber(UnderstudyError):
    """A text that is no telephone number."""


def normalised(number: str) -> str:
    """Digits, with a plus before a country's code; "00" there is a plus. Raises NotANumber."""
    text = _PUNCTUATION.sub("", number)
    text = f"+{text[2:]}" if text.startswith("00") else text
    if not _NUMBER.fullmatch(text):
        raise NotANumber(f"'{number}' is no telephone number: give digits, as +44 7700 900123.")
    return text
