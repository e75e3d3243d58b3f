"""UK postcodes, read out letter by letter."""

import re
from itertools import product

from agent.dialogue.spoken_digits import say_digits
from agent.dialogue.values.spelling import letters_and_digits

_LONGEST = 7
# The last two letters are never one of CIKMOV, and a letter after the district is one of a few.
_SHAPE = re.compile(
    r"([A-Z]\d[\dABCDEFGHJKPSTUW]?|[A-Z]{2}\d[\dABEHMNPRVWXY]?)(\d[ABD-HJLNP-UW-Z]{2})"
)


def parse_postcode(words: str) -> str | None:
    """A postcode with its blank; None unless the letters and digits make exactly one."""
    for said in (words, _after_intro(words)):
        characters = letters_and_digits(said)
        found = {
            match.groups() for way in _readings(characters) if (match := _SHAPE.fullmatch(way))
        }
        if len(found) == 1:
            return " ".join(found.pop())
    return None


def say_postcode(value: str) -> str:
    """The two halves, character by character."""
    return ", ".join(
        " ".join(say_digits(c, ()) if c.isdigit() else c for c in half) for half in value.split()
    )


def _readings(characters: str) -> set[str]:
    """Every way to take O and 0, which are both said "oh"."""
    choices = ("O0" if character in "O0" else character for character in characters[:_LONGEST])
    return {"".join(way) for way in product(*choices)} if len(characters) <= _LONGEST else set()


def _after_intro(words: str) -> str:
    """What follows an introduction: the letters of "it is" are no part of a postcode."""
    return re.sub(r"^.*\b(?:it's|is|postcode|code|that's|sorry)\s+", "", words)
