"""Counts wrong statements in what the agent said, by other means than the guard's.

Each line that was said is held against its own template in the playbook: it may say the numbers of
the facts and slots that the template names, with the facts' units, and nothing else. Numbers are
read by a small grammar of English number words, values come from the facts' `value` and `unit` (the
guard goes by the words in `spoken`), and promises and names by plain lists of words.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.dialogue.claims import word_list
from agent.dialogue.playbook import VARIABLE, Playbook, SlotType

_UP_TO_NINETEEN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_SMALL = {word: number for number, word in enumerate(_UP_TO_NINETEEN)} | {"oh": 0, "nought": 0}
_ROUND = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TENS = {word: 10 * number for number, word in enumerate(_ROUND, start=2)}
_BIG = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_ORDINALS = (
    "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth", "twentieth", "thirtieth",
)  # fmt: skip
_UNITS = (
    ("money", r"(?:gbp|pounds?|quid|pence|p\b|euros?|dollars?)"),
    ("percent", r"(?:%|per ?cent)"),
    ("months", r"months?"), ("days", r"(?:working )?days?"), ("hours", r"hours?"),
    ("years", r"years?"), ("weeks", r"weeks?"), ("minutes", r"minutes?"),
    ("seconds", r"seconds?"), ("speed", r"(?:meg|mbit|gig)"), ("bar", r"bar\b"),
)  # fmt: skip
# Words that promise, shorten or date something: only where the template has them.
_LOADED = word_list(
    "half halved quarter third twice double triple free gratis discount discounted off "
    "percent cent tenner fiver grand quid refund refunded cashback voucher gift bonus "
    "cheaper cheapest lifetime forever everything christmas easter tomorrow yesterday "
    "dozen couple few january february april june july august september october november "
    "december monday tuesday wednesday thursday friday saturday sunday"
)
_TOKENS = re.compile(r"\d+(?:\.\d+)?|[a-z']+|[£%.,;:?!]")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a text with its unit, "" for none."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something said that the line's template does not give."""

    line_id: str
    what: str
    text: str


def wrong_in(
    playbook: Playbook,
    line_id: str,
    text: str,
    slots: Mapping[str, str],
    names: frozenset[str] = frozenset(),
) -> tuple[Wrong, ...]:
    """What is wrong in a line as it was said; `names` (lower case) are wrong unless it has them."""
    line = playbook.lines[line_id]
    variables = {name for template in line.texts for name in VARIABLE.findall(template)}
    allowed = {amount for name in variables for amount in _known(playbook, name, slots)}
    bare = " ".join(line.texts).lower()
    values = " ".join(_worded(playbook, name, slots) for name in variables).lower()
    found = [
        Wrong(line_id, f"{amount.value:g} {amount.unit}".strip(), text)
        for amount in amounts_in(text)
        if amount not in allowed and amount != Amount(1, "")
    ]
    words = set(re.findall(r"[a-z']+", text.lower()))
    own = set(re.findall(r"[a-z']+", f"{bare} {values}"))
    loaded = words & (_LOADED | names) - own
    return (*found, *(Wrong(line_id, word, text) for word in sorted(loaded)))


def amounts_in(text: str) -> Iterator[Amount]:
    """Every number of a text, in its order."""
    tokens = _TOKENS.findall(text.lower().replace("-", " "))
    position = 0
    while position < len(tokens):
        value, used = _number(tokens, position)
        if not used:
            position += 1
            continue
        after = " ".join(tokens[position + used : position + used + 3])
        before = tokens[position - 1] if position else ""
        unit = "money" if before == "£" else _unit(after)
        yield Amount(value, unit)
        position += used


def _number(tokens: list[str], start: int) -> tuple[float, int]:
    """The number that begins at a token and how many tokens it takes; 0 where there is none."""
    if tokens[start][0].isdigit():
        return float(tokens[start]), 1
    if tokens[start] in _ORDINALS:
        return 3.0 + _ORDINALS.index(tokens[start]), 1
    if tokens[start] == "a" and tokens[start + 1 : start + 2] == ["hundred"]:
        value, used = _number(["one", *tokens[start + 1 :]], 0)
        return value, used
    total, last, position = 0.0, float("inf"), start
    while position < len(tokens):
        word = tokens[position]
        joined = word == "and" and position > start and tokens[position - 1] in _BIG
        if joined and tokens[position + 1 : position + 2] != []:
            following = tokens[position + 1]
            if following in _SMALL or following in _TENS:
                position += 1
                continue
        if word in _BIG and position > start:
            total, last = (total or 1.0) * _BIG[word], float(_BIG[word])
        elif word in _TENS and last >= 100:
            total, last = total + _TENS[word], 10.0
        elif word in _SMALL and (last >= 100 or (last == 10 and 0 < _SMALL[word] < 10)):
            total, last = total + _SMALL[word], 1.0
        else:
            break
        position += 1
    if position > start and tokens[position : position + 3] == ["and", "a", "half"]:
        return total + 0.5, position + 3 - start
    return total, position - start


def _unit(after: str) -> str:
    return next((name for name, pattern in _UNITS if re.match(pattern, after)), "")


def _known(playbook: Playbook, name: str, slots: Mapping[str, str]) -> Iterator[Amount]:
    """The amounts that a variable stands for."""
    if name in playbook.derived:
        derived = playbook.derived[name]
        name = derived.facts.get(slots.get(derived.slot, ""), "")
    if name in playbook.facts:
        fact = playbook.facts[name]
        unit = _unit(fact.unit.lower())
        if isinstance(fact.value, str):
            yield from _of_text(fact.value)
            yield from amounts_in(fact.spoken)
        else:
            yield Amount(float(fact.value), "speed" if "bit" in fact.unit else unit)
            yield Amount(float(fact.value), "")
    elif name in playbook.slots and name in slots:
        slot = playbook.slots[name]
        if slot.type is SlotType.CHOICE:
            yield from amounts_in(slot.choices[slots[name]].spoken)
        else:
            yield from (Amount(float(digit), "") for digit in re.findall(r"\d", slots[name]))


def _of_text(value: str) -> Iterator[Amount]:
    """ "08:00-13:00" is eight till one."""
    for hour in re.findall(r"(\d+):00", value):
        yield Amount(float((int(hour) - 1) % 12 + 1), "")
    for number in re.findall(r"\d+", value):
        yield Amount(float(number), "")


def _worded(playbook: Playbook, name: str, slots: Mapping[str, str]) -> str:
    """The words a variable may bring, so that "monday" is right where the caller chose it."""
    if name in playbook.derived:
        derived = playbook.derived[name]
        name = derived.facts.get(slots.get(derived.slot, ""), "")
    if name in playbook.facts:
        return playbook.facts[name].spoken
    slot = playbook.slots.get(name)
    value = slots.get(name, "")
    if slot is not None and value in slot.choices:
        return slot.choices[value].spoken
    return value
