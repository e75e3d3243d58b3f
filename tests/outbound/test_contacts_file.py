from pathlib import Path

import pytest

from agent.dialogue.loader import load_playbook
from agent.outbound.contacts_file import BadContactsFile, ContactsFile, read_contacts
from agent.outbound.settings import OutboundSettings

PLAYBOOK = load_playbook("larkfield")


def read(
    path: Path, text: str, settings: OutboundSettings | None = None, encoding: str = "utf-8"
) -> ContactsFile:
    file = path / "people.csv"
    file.write_bytes(text.encode(encoding))
    return read_contacts(file, PLAYBOOK, settings or OutboundSettings())


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_header_may_be_written_as_people_write_it(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    rows = (
        ("Phone Number", "Full Name", "Time Zone", "Opt-in", "Current Provider", "shoe size"),
        ("+44 7700 900001", "Zoë", "Europe/London", "Yes", "Brightwave", "40"),
    )
    text = "\r\n".join(separator.join(row) for row in rows)
    contents = read(tmp_path, text, encoding=encoding)
    (person,) = contents.people
    assert (person.number, person.name, person.time_zone) == (
        "+447700900001", "Zoë", "Europe/London",
    )  # fmt: skip
    assert person.slots == {"current_provider": "brightwave", "full_name": "Zoë"}
    assert person.consent
    assert contents.ignored == ("shoe size",)
    assert contents.bad == ()


def test_bad_rows_are_named_and_the_others_used(tmp_path: Path) -> None:
    contents = read(
        tmp_path,
        "number,timezone,consent,current_provider\n"
        "+447700900001,,yes,\n"
        "07700900002,,yes,\n"
        "\n"
        "+447700900003,Mars/Base,yes,\n"
        "+447700900004,,maybe,\n"
        "+447700900005,,yes,Acme\n"
        "+447700900001,,no,\n"
        "+870773111632,,yes,\n"
        "+447700900006\n",
    )
    assert [bad.line for bad in contents.bad] == [3, 5, 6, 7, 8, 9]
    problems = [bad.problem for bad in contents.bad]
    assert "outbound.region" in problems[0]
    assert "no time zone 'Mars/Base'" in problems[1]
    assert "'maybe' does not say" in problems[2]
    assert "'Acme' is no value of 'current_provider': use one of brightwave" in problems[3]
    assert "on line 2 already" in problems[4]
    assert "tells no time zone" in problems[5]
    consents = {person.number: person.consent for person in contents.people}
    assert consents == {"+447700900001": False, "+447700900006": False}


def test_national_numbers_need_a_country(tmp_path: Path) -> None:
    contents = read(tmp_path, "tel\n07700 900002\n", OutboundSettings(region="gb"))
    assert [person.number for person in contents.people] == ["+447700900002"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty: its first line names the columns"),
        ("name,town\nAnn,Leeds\n", r":1: no column 'number' \(there are: name, town\)"),
    ],
)
def test_a_file_without_people_is_told(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadContactsFile, match=message):
        read(tmp_path, text)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadContactsFile, match="save it as CSV UTF-8"):
        read(tmp_path, "number,name\n+447700900001,Zoë", encoding="latin-1")
    with pytest.raises(BadContactsFile, match="can't be read: No such file"):
        read_contacts(tmp_path / "none.csv", PLAYBOOK, OutboundSettings())
