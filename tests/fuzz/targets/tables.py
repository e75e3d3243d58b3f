"""CSV files: contacts to call, tables of calls with their outcomes, scorecards."""

from functools import cache

from hypothesis import strategies as st

from agent.cloning.ingest.calls_table import read_calls_table
from agent.cloning.ingest.rows import Digests
from agent.cloning.project import SourceSettings
from agent.dialogue.loader import load_playbook
from agent.dialogue.playbook import Playbook
from agent.evaluation.agreement.cards import read_cards
from agent.outbound.contacts_file import read_contacts
from agent.outbound.settings import OutboundSettings
from tests.fuzz.inputs import edited, tables
from tests.fuzz.scratch import file_of
from tests.fuzz.target import Target

_TOKENS = (
    b",",
    b";",
    b"\t",
    b'"',
    b'""',
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
)


@cache
def _playbook() -> Playbook:
    return load_playbook("larkfield")


def _check_contacts(data: bytes) -> None:
    read_contacts(file_of(data, "contacts.csv"), _playbook(), OutboundSettings())


def _check_calls(data: bytes) -> None:
    source = SourceSettings(calls=str(file_of(data, "calls.csv")))
    read_calls_table(source, Digests(bytes(32)), frozenset({"c-1", "c-2"}))


def _check_cards(data: bytes) -> None:
    read_cards(file_of(data, "cards.csv"))


def _target(name: str, check, names, cells, seed: bytes) -> Target:  # type: ignore[no-untyped-def]
    made = st.one_of(tables(names, cells), edited([seed], _TOKENS))
    return Target(name, check, made, tokens=_TOKENS, longest=4096, seeds=(seed,))


CONTACTS = _target(
    "contacts", _check_contacts,
    ("number", "Phone", "name", "timezone", "consent", "current_provider", "full name"),
    ("+447700900001", "07700900002", "Europe/London", "Mars/Base", "yes", "no", "Ann", "Brightwave",
     "+1", "+999999999999999", "Etc/GMT+12", "../../etc/localtime", "localtime", "Europe"),
    b"number,name,timezone,consent\n+447700900001,Ann,Europe/London,yes\n07700900002,,,no\n",
)  # fmt: skip
CALLS = _target(
    "calls-table", _check_calls,
    ("call id", "agent", "outcome", "order value", "started at", "duration", "duration min",
     "customer", "recording", "region", "recording file", "disposition"),
    ("c-1", "c-2", "Ann Lee", "sold", "lost", "won", "no answer", "£1,234.50", "1.234,50 EUR", "-3",
     "2026-11-22 10:00", "22/11/2026", "1700000000.1", "2:05", "99:99:99", "125 s", "2 min",
     "a.wav", "2999999999", "1e309", "-", "0001-01-01T00:00:00+23:59"),
    b"call id,agent,outcome,order value,started at,duration\n"
    b"c-1,Ann Lee,sold,34.50,2026-11-22 10:00,2:05\nc-2,Bob Ray,lost,,22/11/2026 11:00,45\n",
)  # fmt: skip
CARDS = _target(
    "scorecards", _check_cards,
    ("call_id", "criterion", "score", "notes", "rating"),
    ("c-1", "A1", "b2", "0", "1", "2", "NA", "n/a", "2.0", "3"),
    b"call_id,criterion,score\nc-1,A1,2\nc-1,A2,NA\nc-2,A1,0\n",
)  # fmt: skip
TARGETS = (CONTACTS, CALLS, CARDS)
