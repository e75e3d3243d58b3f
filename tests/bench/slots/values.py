"""Seeded values of each slot type and how a caller says them: first plainly, then with care."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from agent.dialogue.playbook import SlotType
from agent.dialogue.values.dates import say_date
from agent.dialogue.values.numbers import say_money, say_number
from agent.dialogue.values.spelling import ALPHABET

TODAY = date(2026, 11, 21)

_FIRST = (
    "daniel", "margaret", "david", "susan", "peter", "emma", "james", "sarah", "thomas", "mary",
    "robert", "helen", "george", "alice", "michael", "laura",
)  # fmt: skip
_LAST = (
    "hughes", "smith", "walker", "taylor", "brown", "wilson", "clark", "evans", "green", "wright",
    "turner", "hill", "cooper", "ward", "morris", "baker",
)  # fmt: skip
_AREAS = ("LK", "SW", "NE", "M", "B", "LS", "EH", "CF", "BS", "G", "NR", "YO", "PL", "DE")
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
_DOMAINS = ("gmail.com", "hotmail.com", "btinternet.com", "example.co.uk", "example.org")
_DIGITS = ("oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# The recogniser knows one word for each letter; a caller has more.
_WORDS = {letter: word for word, letter in reversed(ALPHABET.items())}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


@dataclass(frozen=True, slots=True)
class Value:
    """A slot's true value; the caller's wordings in the order of its attempts ("*": by keypad)."""

    type: SlotType
    true: str
    said: tuple[str, ...]


def values(slot_type: SlotType, count: int) -> list[Value]:
    """The same values at every call."""
    random = Random(f"slots {slot_type.value}")
    return [_MAKERS[slot_type](random) for _ in range(count)]


def _name(random: Random) -> Value:
    first, last = random.choice(_FIRST), random.choice(_LAST)
    full = f"{first.capitalize()} {last.capitalize()}"
    spelled = f"{_worded(first)}, surname, {_worded(last)}"
    slowly = f"{_worded(first, '. ')}. surname. {_worded(last, '. ')}."
    return Value(SlotType.NAME, full, (f"It's {full}.", spelled, slowly))


def _postcode(random: Random) -> Value:
    district, sector = random.randint(1, 29), random.randint(0, 9)
    area, unit = random.choice(_AREAS), random.choice(_INWARD) + random.choice(_INWARD)
    plain = f"{_letters(area)} {_digits(str(district))}, {_digits(str(sector))} {_letters(unit)}"
    spelled = f"{_worded(area)}, {_digits(str(district))}, {_digits(str(sector))}, {_worded(unit)}"
    slowly = ". ".join(spelled.replace(",", "").split())
    true = f"{area}{district} {sector}{unit}"
    return Value(SlotType.POSTCODE, true, (plain, spelled, slowly))


def _phone(random: Random) -> Value:
    rest = "".join(str(random.randrange(10)) for _ in range(9))
    number = f"0{random.choice('17')}{rest}"
    groups = f"{_digits(number[:5])}, {_digits(number[5:8])}, {_digits(number[8:])}"
    slowly = f"{_digits(number[:3])}, {_digits(number[3:6])}, {_digits(number[6:8])}, "
    slowly += _digits(number[8:])
    return Value(SlotType.PHONE, number, (groups, slowly, f"*{number}"))


def _email(random: Random) -> Value:
    first, last, domain = random.choice(_FIRST), random.choice(_LAST), random.choice(_DOMAINS)
    joint = random.choice((".", "_", ""))
    number = str(random.randint(2, 99)) if random.random() < 0.4 else ""
    true = f"{first}{joint}{last}{number}@{domain}"
    dot = {".": "dot", "_": "underscore", "": ""}[joint]
    end = domain.replace("btinternet", "B T internet").replace(".", " dot ")
    digits = _digits(number)
    plain = f"{first} {dot} {last} {digits} at {end}"
    spelled = f"{_worded(first)}, {dot}, {_worded(last)}, {digits}, at {end}"
    slowly = f"{_worded(first, '. ')}. {dot}. {_worded(last, '. ')}. {digits}. at {end}"
    said = tuple(" ".join(way.replace(" ,", "").split()) for way in (plain, spelled, slowly))
    return Value(SlotType.EMAIL, true, said)


def _date(random: Random) -> Value:
    day = TODAY + timedelta(random.randint(1, 120))
    full = say_date(day.isoformat(), TODAY)
    without = full.split(" the ", 1)[1]
    other = "{1}, the {0}.".format(*without.split(" of "))
    return Value(SlotType.DATE, day.isoformat(), (f"The {without}.", f"{full}.", other))


def _money(random: Random) -> Value:
    amount = f"{random.randint(8, 90)}.{random.choice((50, 99, 75, 25))}"
    amount = amount if random.random() < 0.5 else amount.split(".", maxsplit=1)[0]
    said = say_money(amount)
    other = said.replace(" pounds", "") if "." in amount else f"{said} a month"
    return Value(SlotType.MONEY, amount, (f"It's {said}.", said, other))


def _number(random: Random) -> Value:
    number = str(random.choice((random.randint(1, 20), random.randint(21, 999))))
    said = say_number(number)
    return Value(SlotType.NUMBER, number, (f"It's {said}.", _digits(number), f"*{number}"))


def _appointment(random: Random) -> Value:
    day, half = random.choice(_DAYS), random.choice(("morning", "afternoon"))
    said = (f"{day} {half}, please.", f"On {day}, in the {half}.", f"{day} {half}.")
    return Value(SlotType.APPOINTMENT, f"{day} {half}", said)


def _yes_no(random: Random) -> Value:
    true = random.choice(("yes", "no"))
    ways = {
        "yes": ("Yes, I do.", "Yes please.", "Yeah, that's right."),
        "no": ("No, I don't.", "No thanks.", "No, not really."),
    }
    return Value(SlotType.YES_NO, true, (random.choice(ways[true]), true, true))


def _letters(word: str) -> str:
    return " ".join(word.upper())


def _worded(word: str, between: str = ", ") -> str:
    """A word for each letter, as the second question asks for: "lima, kilo"."""
    return between.join(_WORDS[letter] for letter in word.lower())


def _digits(digits: str) -> str:
    return " ".join(_DIGITS[int(digit)] for digit in digits)


_MAKERS: dict[SlotType, Callable[[Random], Value]] = {
    SlotType.NAME: _name,
    SlotType.POSTCODE: _postcode,
    SlotType.PHONE: _phone,
    SlotType.EMAIL: _email,
    SlotType.DATE: _date,
    SlotType.MONEY: _money,
    SlotType.NUMBER: _number,
    SlotType.APPOINTMENT: _appointment,
    SlotType.YES_NO: _yes_no,
}
TYPES = tuple(_MAKERS)
