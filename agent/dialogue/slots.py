"""Slot values from what a recogniser heard, and how a voice says them again.

Every parser takes lower-case words with errors in them and returns None rather than a guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from itertools import pairwise

from agent.dialogue.playbook import Slot, SlotType
from agent.dialogue.rules import normalise
from agent.dialogue.values.answers import YesNo, yes_no
from agent.dialogue.values.appointments import parse_appointment
from agent.dialogue.values.dates import parse_date, say_date
from agent.dialogue.values.email import parse_email, say_email
from agent.dialogue.values.names import parse_name
from agent.dialogue.values.numbers import (
    parse_money,
    parse_number,
    say_money,
    say_number,
    within,
)
from agent.dialogue.values.phone import parse_phone, say_phone
from agent.dialogue.values.postcode import parse_postcode, say_postcode

__all__ = ["Parsed", "YesNo", "infer", "mentioned", "parse", "spoken", "yes_no"]

_HESITATIONS = frozenset(["uh", "um", "er", "erm", "hmm", "ah", "eh"])
_MIN_LIKENESS = 0.75
# Shorter names are too near to ordinary words.
_MIN_LETTERS = 6
# What follows them replaces what was said before; "no" only in the middle of a sentence.
_CORRECTIONS = ("no i mean", "i mean", "sorry no", "no sorry", "no wait", "wait no", "or rather")
_NOT = ("not", "isn't", "not with", "not at", "leaving", "left", "used to be with", "instead of")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A slot's value; `complete` is False where a part of it is still missing (a half-day)."""

    value: str
    complete: bool = True


def mentioned(slot: Slot, text: str) -> str | None:
    """A choice named in a turn that was about something else; only distinctive ones count.

    "Vantix, not Brightwave" names Vantix.
    """
    padded = f" {normalise(text)} "
    for value, choice in slot.choices.items():
        if not choice.only_asked and _named(padded, choice.heard):
            return value
    return None


def parse(
    slot: Slot, text: str, previous: str | None = None, *, today: date | None = None
) -> Parsed | None:
    """The slot's value in a text, joined with what was known of it.

    Dates are told from `today`. Of a text that corrects itself the last version counts where it
    holds a value.
    """
    words = normalise(text)
    if slot.type is SlotType.APPOINTMENT:
        found = parse_appointment(words, previous)
        return None if found is None else Parsed(*found)
    for said in _versions(words):
        value = _value(slot, said, today)
        if value is not None:
            return Parsed(value)
    return None


def spoken(slot: Slot, value: str, *, today: date | None = None) -> str:
    """A value as a voice says it; a date with its year unless it is within a year of `today`."""
    if slot.type is SlotType.CHOICE:
        return slot.choices[value].spoken if value in slot.choices else value
    if slot.type is SlotType.DATE:
        return say_date(value, today or date.min)
    say = _SPOKEN.get(slot.type)
    return say(value) if say is not None else value


def _value(slot: Slot, words: str, today: date | None) -> str | None:
    if slot.type is SlotType.CHOICE:
        return _choice(slot, words)
    if slot.type is SlotType.DATE:
        return parse_date(words, today, slot.dates) if today is not None else None
    value = _PARSERS[slot.type](words)
    numeric = slot.type in (SlotType.NUMBER, SlotType.MONEY)
    if value is None or (numeric and not within(value, slot.at_least, slot.at_most)):
        return None
    return value


def _versions(words: str) -> list[str]:
    """What follows the last correction of a text, then the whole of it."""
    padded = f" {words} "
    ends = [
        padded.rfind(f" {mark} ") + len(mark) + 2 for mark in _CORRECTIONS if f" {mark} " in padded
    ]
    after = padded[max(ends) :].strip() if ends else ""
    return [after, words] if after else [words]


def _named(padded: str, phrases: tuple[str, ...]) -> bool:
    """Whether one of the phrases is in a text and is not what it denies."""
    for phrase in map(normalise, phrases):
        at = padded.find(f" {phrase} ")
        while at >= 0:
            if not padded[:at].endswith(tuple(f" {word}" for word in _NOT)):
                return True
            at = padded.find(f" {phrase} ", at + 1)
    return False


def infer(slot: Slot, text: str) -> str | None:
    """The choice that most words of a text speak for; the slot's default without any."""
    words = f" {normalise(text)} "
    votes = {
        value: sum(f" {normalise(phrase)} " in words for phrase in choice.heard)
        for value, choice in slot.choices.items()
    }
    best = max(votes.values(), default=0)
    winners = [value for value, count in votes.items() if count == best]
    return winners[0] if best and len(winners) == 1 else slot.default


def _text(words: str) -> str | None:
    kept = [word for word in words.split() if word not in _HESITATIONS]
    return " ".join(kept) or None


def _answer(words: str) -> str | None:
    answer = yes_no(words)
    return None if answer is None else ("yes" if answer.yes else "no")


def _choice(slot: Slot, words: str) -> str | None:
    padded = f" {words} "
    for value, choice in slot.choices.items():
        if _named(padded, choice.heard):
            return value
    answer = yes_no(words)
    unknown = None if answer is not None and answer.other_words == 0 else slot.default
    denied = {
        value
        for value, choice in slot.choices.items()
        if any(f" {normalise(phrase)} " in padded for phrase in choice.heard)
    }
    return _alike([value for value in slot.choices if value not in denied], words) or unknown


def _alike(choices: Sequence[str], words: str) -> str | None:
    """A name that a recogniser did not know, by the letters of what it wrote instead."""
    tokens = words.split()
    pieces = tokens + ["".join(pair) for pair in pairwise(tokens)]
    best, likeness = None, _MIN_LIKENESS
    for value in (value for value in choices if len(value) >= _MIN_LETTERS):
        for piece in pieces:
            ratio = SequenceMatcher(None, value, piece).ratio()
            if ratio >= likeness:
                best, likeness = value, ratio
    return best


_PARSERS = {
    SlotType.TEXT: _text,
    SlotType.NAME: parse_name,
    SlotType.MONEY: parse_money,
    SlotType.NUMBER: parse_number,
    SlotType.POSTCODE: parse_postcode,
    SlotType.PHONE: parse_phone,
    SlotType.EMAIL: parse_email,
    SlotType.YES_NO: _answer,
}
_SPOKEN = {
    SlotType.PHONE: say_phone,
    SlotType.POSTCODE: say_postcode,
    SlotType.EMAIL: say_email,
    SlotType.MONEY: say_money,
    SlotType.NUMBER: say_number,
}
