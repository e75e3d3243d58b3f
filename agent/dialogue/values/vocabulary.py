"""The words of an answer, for hearing it a second time with nothing else to choose from.

A recogniser that may hear any English takes "lima, kilo" for "like a little"; one that knows that
letters were asked for does not.
"""

from collections.abc import Mapping
from types import MappingProxyType

from agent.dialogue.playbook import SlotType
from agent.dialogue.values.spelling import ALPHABET

_SPELLED = 3
UNKNOWN = "[unk]"
_DIGITS = (
    "zero", "oh", "nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "double", "treble", "triple",
)  # fmt: skip
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen",
)  # fmt: skip
_TENS = (
    *_TEENS, "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    "hundred", "thousand", "and", "a",
)  # fmt: skip
_WORDS_FOR_LETTERS = (*(word for word in ALPHABET if word.isalpha()), "x", "ray")
_LETTERS = (*"abcdefghijklmnopqrstuvwxyz", *_WORDS_FOR_LETTERS)
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth", "thirtieth", "twenty", "thirty",
)  # fmt: skip
_CALENDAR = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january",
    "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "the", "of", "in", "on", "this", "next", "last", "week", "weeks",
    "fortnight", "day", "days", "today", "tomorrow", "yesterday", "ago", "after",
)  # fmt: skip
_ADDRESS = (
    "dot", "at", "underscore", "dash", "plus", "gmail", "hotmail", "outlook", "yahoo", "icloud",
    "bt", "internet", "com", "co", "uk", "org", "net", "ac", "example",
)  # fmt: skip
_HALF_DAYS = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today",
    "tomorrow", "morning", "afternoon", "evening", "on", "in", "the", "first", "thing", "after",
    "lunch", "any", "day",
)  # fmt: skip
_COINS = ("pounds", "pound", "quid", "pence", "p", "tenner", "fiver", "about")
_AROUND = ("it's", "it", "is", "yes", "please", "um", "uh", "er")
_FIRST: Mapping[SlotType, tuple[str, ...]] = MappingProxyType(
    {
        SlotType.PHONE: (*_DIGITS, "hundred", *_AROUND),
        SlotType.POSTCODE: (*_DIGITS, *_TEENS, *_LETTERS, *_AROUND),
        SlotType.EMAIL: (*_DIGITS, *_TENS, *_LETTERS, *_ADDRESS, *_AROUND),
        SlotType.DATE: (*_DIGITS, *_TENS, *_ORDINALS, *_CALENDAR, *_AROUND),
        SlotType.APPOINTMENT: (*_HALF_DAYS, *_AROUND),
        SlotType.NUMBER: (*_DIGITS, *_TENS, "point", "about", *_AROUND),
        SlotType.MONEY: (*_DIGITS, *_TENS, *_COINS, *_AROUND),
    }
)
# Asked again, callers spell with a word for each letter, digit by digit.
_AGAIN: Mapping[SlotType, tuple[str, ...]] = MappingProxyType(
    {
        SlotType.NAME: (*_WORDS_FOR_LETTERS, "surname"),
        SlotType.POSTCODE: (*_DIGITS, *_WORDS_FOR_LETTERS),
        SlotType.EMAIL: (*_DIGITS, *_WORDS_FOR_LETTERS, *_ADDRESS),
    }
)


def vocabulary_of(slot_type: SlotType, *, again: bool = False) -> tuple[str, ...]:
    """Every word that an answer is made of; empty where it can be anything.

    `again`: it is not the first time that the slot is asked for.
    """
    words = (_AGAIN if again and slot_type in _AGAIN else _FIRST).get(slot_type, ())
    return tuple(dict.fromkeys(words))


def is_spelled(heard: str) -> bool:
    """Whether words stand for letters in it."""
    return sum(word in ALPHABET for word in heard.split()) >= _SPELLED


def within_vocabulary(heard: str) -> str:
    """What was heard with a vocabulary, "" where something outside it was said in between."""
    words = heard.split()
    while words and words[0] == UNKNOWN:
        words = words[1:]
    while words and words[-1] == UNKNOWN:
        words = words[:-1]
    return "" if UNKNOWN in words else " ".join(words)
