"""Whom a CSV file asks to call, and what is wrong with its other rows."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from agent.dialogue.playbook import Playbook, Slot, SlotType
from agent.errors import UnderstudyError
from agent.outbound.campaigns import NewContact
from agent.outbound.number_plan import UnusableNumber, parse_number, zones_of
from agent.outbound.settings import OutboundSettings
from agent.outbound.windows import opens_at
from agent.records.records import utc_now

_COLUMNS = {
    "number": ("number", "phone", "phonenumber", "telephone", "tel", "mobile", "msisdn"),
    "name": ("name", "fullname", "contact", "customer"),
    "timezone": ("timezone", "tz", "zone"),
    "consent": ("consent", "optin", "consented"),
}
_YES = frozenset({"yes", "y", "true", "1", "x", "given"})
_NO = frozenset({"no", "n", "false", "0", "", "withdrawn", "none"})
# What may stand in a file as it stands in a call: text, names, choices.
_TELLABLE = frozenset({SlotType.TEXT, SlotType.NAME, SlotType.CHOICE})


class BadContactsFile(UnderstudyError):
    """A file that can't be read as a list of people to call."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is left out: its line in the file, what is wrong and the remedy."""

    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class ContactsFile:
    """What a file holds: people to call, rows left out, columns without a meaning here."""

    people: tuple[NewContact, ...]
    bad: tuple[BadRow, ...]
    ignored: tuple[str, ...]


@dataclass(slots=True)
class _Header:
    columns: dict[str, int] = field(default_factory=dict)
    slots: dict[str, int] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)


def read_contacts(path: Path, playbook: Playbook, settings: OutboundSettings) -> ContactsFile:
    """People to call, by a header that says which column is what. Raises BadContactsFile.

    `number` is needed; `name`, `timezone`, `consent` and the ids of the playbook's slots are known,
    whatever their case and spacing. Commas, semicolons or tabs.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise BadContactsFile(f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadContactsFile(f"{path} is not UTF-8 text: save it as CSV UTF-8.") from None
    lines = text.splitlines(keepends=True)
    if not lines:
        raise BadContactsFile(f"{path} is empty: its first line names the columns.")
    reader = csv.reader(lines, delimiter=max(",;\t", key=lines[0].count))
    header = _read_header(path, next(reader), playbook)
    people: dict[str, NewContact] = {}
    bad: list[BadRow] = []
    for cells in _rows(path, reader):
        line = reader.line_num
        try:
            person = _read_row(line, cells, header, playbook, settings)
        except UnderstudyError as error:
            bad.append(BadRow(line, str(error)))
            continue
        earlier = people.setdefault(person.number, person)
        if earlier is not person:
            bad.append(BadRow(line, f"the number is on line {earlier.row} already: that counts."))
            if not person.consent:
                people[person.number] = replace(earlier, consent=False)
    return ContactsFile(tuple(people.values()), tuple(bad), tuple(header.ignored))


def _rows(path: Path, reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield cells
    except csv.Error as error:
        line = getattr(reader, "line_num", 0)
        raise BadContactsFile(f"{path}:{line}: no CSV: {error}; check its quotes.") from None


def _read_header(path: Path, names: Sequence[str], playbook: Playbook) -> _Header:
    header = _Header()
    meanings = {alias: column for column, aliases in _COLUMNS.items() for alias in aliases}
    slots = {_plain(slot_id): slot_id for slot_id in playbook.slots}
    for index, name in enumerate(names):
        plain = _plain(name)
        column = meanings.get(plain)
        if column is not None and column not in header.columns:
            header.columns[column] = index
        elif plain in slots and playbook.slots[slots[plain]].type in _TELLABLE:
            header.slots[slots[plain]] = index
        elif plain:
            header.ignored.append(name.strip())
    if "number" not in header.columns:
        raise BadContactsFile(
            f"{path}:1: no column 'number' (there are: {', '.join(names)}): the first line names "
            "the columns."
        )
    return header


def _read_row(
    line: int,
    cells: Sequence[str],
    header: _Header,
    playbook: Playbook,
    settings: OutboundSettings,
) -> NewContact:
    told = {name: _cell(cells, index) for name, index in header.columns.items()}
    number = parse_number(told["number"], settings.region)
    zone = told.get("timezone", "")
    zones = zones_of(number, zone, settings.window.time_zone)
    if opens_at(utc_now(), zones, settings.window) is None:
        raise UnusableNumber(
            "it is never calling time in all zones of the number: give one in 'timezone'."
        )
    slots = {
        slot_id: _slot_value(slot_id, playbook.slots[slot_id], value)
        for slot_id, index in header.slots.items()
        if (value := _cell(cells, index))
    }
    name = told.get("name", "")
    named = next((s for s, slot in playbook.slots.items() if slot.type is SlotType.NAME), None)
    if name and named is not None:
        slots.setdefault(named, name)
    consent = _consent(told["consent"]) if "consent" in told else True
    return NewContact(line, number.e164, name, zone, slots, consent)


def _slot_value(slot_id: str, slot: Slot, value: str) -> str:
    if not slot.choices:
        return value
    found = _choice(slot.choices, value)
    if found is None:
        raise BadContactsFile(
            f"'{value}' is no value of '{slot_id}': use one of {', '.join(slot.choices)}."
        )
    return found


def _choice(choices: Mapping[str, object], value: str) -> str | None:
    names = {_plain(choice): choice for choice in choices}
    names |= {_plain(str(getattr(c, "spoken", ""))): choice for choice, c in choices.items()}
    return names.get(_plain(value))


def _consent(value: str) -> bool:
    if value.lower() in _YES:
        return True
    if value.lower() in _NO:
        return False
    raise BadContactsFile(f"'{value}' does not say whether there is consent: write yes or no.")


def _cell(cells: Sequence[str], index: int) -> str:
    return cells[index].strip() if index < len(cells) else ""


def _plain(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())
