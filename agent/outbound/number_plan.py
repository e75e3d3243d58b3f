"""Telephone numbers as dialled: their one form, their forms for a trunk, their time zones."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import PhoneNumberFormat, timezone

from agent.errors import UnderstudyError

_UNKNOWN = "Etc/Unknown"


class UnusableNumber(UnderstudyError):
    """A number that can't be dialled, or whose time of day nobody knows."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number by the international plan: `e164` is +44..., `national` as within its country."""

    e164: str
    national: str
    zones: tuple[str, ...]

    def endpoint(self, template: str) -> str:
        """Asterisk's dial string; digits and a plus are all that a number puts into it."""
        forms = {"number": self.e164, "digits": self.e164[1:], "national": self.national}
        try:
            return template.format(**forms)
        except (KeyError, IndexError, ValueError):
            raise UnusableNumber(
                f"The endpoint '{template}' can't be filled in: it may name {{number}}, {{digits}} "
                "and {national}, as in PJSIP/{number}@trunk (outbound.endpoint)."
            ) from None


def parse_number(text: str, region: str = "") -> Number:
    """A number as people write it; `region` is the country of those without +, such as GB.

    Raises UnusableNumber. Numbers that are not in use are told by dialling them: plans change.
    """
    try:
        parsed = phonenumbers.parse(text, region.upper() or None)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        hint = "" if region else ", or set outbound.region for numbers without +"
        raise UnusableNumber(
            f"'{text}' is no number that can be dialled: write it as +44 7700 900123{hint}."
        )
    national = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    zones = timezone.time_zones_for_geographical_number(parsed)
    return Number(
        phonenumbers.format_number(parsed, PhoneNumberFormat.E164),
        "".join(c for c in national if c.isdigit()),
        tuple(zone for zone in zones if zone != _UNKNOWN),
    )


def zones_of(number: Number, told: str, default: str) -> tuple[ZoneInfo, ...]:
    """The zones whose clocks count: the one told for this person, else all the number may be in.

    Raises UnusableNumber when there are none, or one does not exist.
    """
    names = (told,) if told else number.zones or ((default,) if default else ())
    if not names:
        raise UnusableNumber(
            "the number tells no time zone: give one in a column 'timezone', such as "
            "Europe/London, or set outbound.window.time_zone."
        )
    return tuple(_zone(name) for name in names)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnusableNumber(
            f"there is no time zone '{name}': use a name such as Europe/London."
        ) from None
