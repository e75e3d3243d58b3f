"""Slot values from what a recogniser heard, and how a voice says them again.

Every parser takes lower-case words with errors in them and returns None rather than a guess.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from text_to_num import alpha2digit

from agent.dialogue.playbook import Slot, SlotType
from agent.dialogue.rules import normalise
from agent.dialogue.spoken_digits import digit_runs, letters_and_digits, say_digits

_HESITATIONS = frozenset(["uh", "um", "er", "erm", "hmm", "ah", "eh"])
_FILLERS = _HESITATIONS | {"oh", "well", "so", "and", "like", "just"}
_NEGATIVE = (
    "no", "nope", "nah", "not really", "don't think so", "afraid not", "no thanks", "wrong",
    "not right", "isn't", "not quite", "not yet", "rather not", "it doesn't",
)  # fmt: skip
_POSITIVE = (
    "yes", "yeah", "yep", "yup", "yea", "aye", "sure", "course", "okay", "ok", "right", "correct",
    "fine", "go on", "go ahead", "go for it", "please", "sounds good", "sounds right", "that's it",
    "suppose so", "think so", "why not", "absolutely", "definitely", "spot on", "perfect", "lovely",
    "great", "brilliant", "alright", "clear", "good", "do it", "it is",
    "it does", "i am", "i do", "that's me", "i can", "exactly", "cool", "happy", "carry on",
)  # fmt: skip
_BACKCHANNELS = frozenset({"uh huh", "mm hm", "mm hmm", "mhm", "mm", "hmm", "ah"})
_NAME_INTRO = re.compile(
    r"^(?:(?:hello|hi|yes|yeah|sure|okay|right|of|course|uh|um|er|it's|its|it|is|this|that's|that|"
    r"my|full|the|first|name|name's|i'm|i|am|call|me|and|so|surname|last|called)\s+)+"
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RELATIVE_DAYS = ("today", "tomorrow")
_HALVES = (
    ("morning", ("morning", "mornings", "first thing", "before lunch", "a m", "early")),
    ("afternoon", ("afternoon", "afternoons", "after lunch", "p m", "after one")),
    ("evening", ("evening", "tonight", "after work", "this evening")),
)
_MIN_LIKENESS = 0.75
# Shorter names are too near to ordinary words.
_MIN_LETTERS = 6


@dataclass(frozen=True, slots=True)
class Parsed:
    """A slot's value; `complete` is False where a part of it is still missing (a half-day)."""

    value: str
    complete: bool = True


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


def mentioned(slot: Slot, text: str) -> str | None:
    """A choice named in a turn that was about something else; only distinctive ones count."""
    padded = f" {normalise(text)} "
    for value, choice in slot.choices.items():
        distinctive = not choice.only_asked
        if distinctive and any(f" {normalise(phrase)} " in padded for phrase in choice.heard):
            return value
    return None


def parse(slot: Slot, text: str, previous: str | None = None) -> Parsed | None:
    """The slot's value in a text, joined with what was known of it."""
    words = normalise(text)
    if slot.type is SlotType.APPOINTMENT:
        return _appointment(words, previous)
    value = _PARSERS[slot.type](slot, words)
    return None if value is None else Parsed(value)


def spoken(slot: Slot, value: str) -> str:
    """A value as a voice says it."""
    if slot.type is SlotType.CHOICE:
        return slot.choices[value].spoken if value in slot.choices else value
    if slot.type is SlotType.PHONE:
        return say_digits(value, (5, 3))
    if slot.type is SlotType.POSTCODE:
        return ", ".join(_say_characters(half) for half in value.split())
    if slot.type is SlotType.EMAIL:
        return _say_email(value)
    if slot.type is SlotType.MONEY:
        pounds, _, pence = value.partition(".")
        return f"{pounds} pounds" + (f" {pence}" if pence.strip("0") else "")
    return value


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


def _text(_slot: Slot, words: str) -> str | None:
    kept = [word for word in words.split() if word not in _HESITATIONS]
    return " ".join(kept) or None


def _name(_slot: Slot, words: str) -> str | None:
    answer = _NAME_INTRO.sub("", words + " ").strip()
    tokens = answer.split()
    # Spelled letters repeat the name that was said, or are all there is of it.
    letters = [token for token in tokens if len(token) == 1]
    named = [token for token in tokens if len(token) > 1 and token not in _FILLERS]
    if len(letters) >= 3 and len(named) < 2:
        named.append("".join(letters))
    known = yes_no(answer)
    if not named or len(named) > 4 or (known is not None and known.other_words == 0):
        return None
    return " ".join(token.capitalize() for token in named)


def _choice(slot: Slot, words: str) -> str | None:
    padded = f" {words} "
    for value, choice in slot.choices.items():
        if any(f" {normalise(phrase)} " in padded for phrase in choice.heard):
            return value
    answer = yes_no(words)
    unknown = None if answer is not None and answer.other_words == 0 else slot.default
    return _alike(slot.choices, words) or unknown


def _alike(choices: Mapping[str, object], words: str) -> str | None:
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


def _money(_slot: Slot, words: str) -> str | None:
    numbers = re.findall(r"\d+(?:\.\d+)?", alpha2digit(words, "en"))
    if not numbers:
        return None
    if len(numbers) > 1 and len(numbers[1]) == 2 and "." not in numbers[0]:
        return f"{numbers[0]}.{numbers[1]}"
    return str(numbers[0])


def _postcode(_slot: Slot, words: str) -> str | None:
    match = re.search(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})(?![A-Z\d])", letters_and_digits(words))
    return f"{match[1]} {match[2]}" if match else None


def _phone(_slot: Slot, words: str) -> str | None:
    digits = "".join(run.digits for run in digit_runs(words, loose=True))
    if digits.startswith("44") and len(digits) == 12:
        digits = "0" + digits[2:]
    if len(digits) == 10 and digits.startswith("7"):
        digits = "0" + digits
    return digits if digits.startswith("0") and len(digits) == 11 else None


def _email(_slot: Slot, words: str) -> str | None:
    local, found, domain = f" {words} ".partition(" at ")
    local = re.sub(r"^.*\b(?:it's|is|address|email)\s+", "", local.strip())
    address = f"{_address_part(local)}@{_address_part(domain)}"
    valid = found and re.fullmatch(r"[a-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", address)
    return address if valid else None


def _address_part(words: str) -> str:
    symbols = {"dot": ".", "point": ".", "dash": "-", "hyphen": "-", "underscore": "_"}
    runs = {run.start: run for run in digit_runs(words)}
    tokens, part, position = words.split(), "", 0
    while position < len(tokens):
        run = runs.get(position)
        if run is not None and tokens[position] != "o":
            part, position = part + run.digits, run.end
            continue
        part += symbols.get(tokens[position], tokens[position])
        position += 1
    return part


def _appointment(words: str, previous: str | None) -> Parsed | None:
    padded = f" {words} "
    day = next((d for d in _DAYS if f" {d} " in padded or f" {d}s " in padded), "")
    relative = next((d for d in _RELATIVE_DAYS if f" {d} " in padded), "")
    half = next((h for h, said in _HALVES if any(f" {s} " in padded for s in said)), "")
    if relative == "" and "tonight" in padded:
        relative = "today"
    day = day.capitalize() or relative
    if previous is not None:
        known = previous.split()
        known_half = next((word for word in known if word in {h for h, _ in _HALVES}), "")
        day = day or next((word for word in known if word != known_half), "")
        half = half or known_half
    value = " ".join(part for part in (day, half) if part)
    return Parsed(value, complete=bool(day and half)) if value else None


def _say_characters(characters: str) -> str:
    return " ".join(say_digits(c, ()) if c.isdigit() else c for c in characters)


def _say_email(address: str) -> str:
    symbols = {".": " dot ", "@": " at ", "-": " dash ", "_": " underscore "}
    said = "".join(f" {say_digits(c, ())} " if c.isdigit() else symbols.get(c, c) for c in address)
    return " ".join(said.split())


_PARSERS = {
    SlotType.TEXT: _text,
    SlotType.NAME: _name,
    SlotType.CHOICE: _choice,
    SlotType.MONEY: _money,
    SlotType.POSTCODE: _postcode,
    SlotType.PHONE: _phone,
    SlotType.EMAIL: _email,
}
