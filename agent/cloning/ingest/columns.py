"""Which column of a table is what: by its name, else by what stands in it."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from agent.cloning.errors import CloneError
from agent.cloning.ingest.cells import (
    is_duration,
    is_label,
    is_path_of_sound,
    is_time,
    money,
    words_of,
)
from agent.cloning.ingest.outcomes import means_failure, means_no_contact, means_success
from agent.cloning.ingest.table import Table

Meaning = Literal[
    "id", "agent", "outcome", "value", "started_at", "duration", "customer", "recording"
]
MEANINGS: tuple[Meaning, ...] = get_args(Meaning)

# In order of preference: a table may have several columns of a kind.
_NAMES: Mapping[Meaning, tuple[str, ...]] = {
    "id": (
        "call id", "callid", "call ref", "call reference", "call uuid", "call key", "call no",
        "call number", "uniqueid", "unique id", "linkedid", "interaction id", "contact id",
        "conversation id", "recording id", "session id", "case id", "ticket id", "ticket", "uuid",
        "call", "reference", "ref", "id",
    ),
    "agent": (
        "agent id", "agent name", "agent", "agent code", "operator", "advisor", "adviser", "rep",
        "sales rep", "representative", "handled by", "handler", "taken by", "answered by", "user",
        "username", "user name", "employee", "employee id", "staff", "staff id", "staff name",
        "consultant", "receptionist", "colleague", "salesperson", "seller", "clerk", "agent ext",
        "agent extension", "owner", "member", "membername",
    ),
    "outcome": (
        "outcome", "call outcome", "result", "call result", "disposition", "call disposition",
        "outcome code", "disposition code", "wrap up code", "wrap up", "wrapup", "wrapup code",
        "status", "call status", "resolution", "conclusion", "final status", "converted",
        "conversion", "success", "sale", "sold", "booked", "won", "resolved", "closed as",
        "how it ended", "ended", "ending", "end result", "what happened", "finished", "finish",
    ),
    "value": (
        "order value", "sale value", "deal value", "value", "revenue", "amount", "order amount",
        "sale amount", "price", "premium", "annual premium", "total", "order total", "turnover",
        "booking value", "policy value", "contract value", "income", "fee",
    ),
    "started_at": (
        "started at", "start time", "call start", "call date", "calldate", "start", "started",
        "call time", "date time", "datetime", "timestamp", "created at", "date", "time", "when",
    ),
    "duration": (
        "duration s", "duration", "call duration", "billsec", "talk time", "duration sec",
        "duration secs", "duration seconds", "length", "call length", "handle time", "talktime",
        "duration min", "duration mins", "duration minutes", "seconds", "aht",
    ),
    "customer": (
        "customer id", "customer", "customer ref", "customer number", "customer no", "client id",
        "client", "patient id", "patient", "guest id", "guest", "member id", "account",
        "account id", "account number", "lead id", "lead", "caller", "caller id", "callerid",
        "cli", "clid", "src", "phone", "phone number", "customer phone", "msisdn", "telephone",
    ),
    "recording": (
        "recording", "recording file", "recordingfile", "recording path", "recording url", "file",
        "filename", "file name", "audio", "audio file", "wav", "path", "userfield",
    ),
}  # fmt: skip
# Whoever these belong to, their values stay out of the case mix.
_PERSONAL = frozenset({
    "name", "surname", "forename", "phone", "telephone", "mobile", "tel", "email", "mail",
    "address", "postcode", "zip", "dob", "birth", "birthday", "born", "card", "iban", "account",
    "password", "manager", "supervisor", "leader",
})  # fmt: skip
# A case mix has groups that calls can be compared within.
_MOST_CASES = 20
_MOST_OUTCOMES = 30
_LONGEST_CASE = 40


@dataclass(frozen=True, slots=True)
class Columns:
    """What each column is taken for. `guessed` were recognised by what stands in them."""

    meant: Mapping[Meaning, str]
    guessed: frozenset[Meaning]
    case: tuple[str, ...]
    dropped: tuple[tuple[str, str], ...]


def understand_columns(
    calls: Table, chosen: Mapping[str, str], known_ids: frozenset[str] = frozenset()
) -> Columns:
    """`chosen` is the user's mapping; `known_ids` are names of recordings and transcripts.

    Raises CloneError for a chosen column that is not there, or a meaning that is none of ours.
    """
    meant = _chosen(calls, chosen)
    guessed = _by_known_ids(calls, meant, known_ids)
    _by_name(calls, meant)
    guessed += _by_values(calls, meant)
    case, dropped = [], []
    for column in calls.columns:
        if column in meant.values():
            continue
        reason = _no_case(column, calls.values(column))
        if reason:
            dropped.append((column, reason))
        else:
            case.append(column)
    return Columns(meant, frozenset(guessed), tuple(case), tuple(dropped))


def _chosen(calls: Table, chosen: Mapping[str, str]) -> dict[Meaning, str]:
    meant: dict[Meaning, str] = {}
    for ours, theirs in chosen.items():
        meaning = next((known for known in MEANINGS if known == ours), None)
        if meaning is None:
            raise CloneError(
                f"'{ours}' is no column that is needed: use one of {', '.join(MEANINGS)}."
            )
        if theirs not in calls.columns:
            raise CloneError(
                f"{calls.name} has no column '{theirs}': it has {', '.join(calls.columns)}."
            )
        meant[meaning] = theirs
    return meant


def _by_known_ids(
    calls: Table, meant: dict[Meaning, str], known_ids: frozenset[str]
) -> list[Meaning]:
    """The column whose cells name the files is the id, whatever it is called."""
    for column in calls.columns if "id" not in meant else ():
        told = _told(calls, column)
        if _share(told, lambda cell: cell.casefold() in known_ids) > 0.5:
            meant["id"] = column
            return [] if " ".join(words_of(column)) in _NAMES["id"] else ["id"]
    return []


def _by_name(calls: Table, meant: dict[Meaning, str]) -> None:
    """The names listed first win; a column whose cells say otherwise is passed over."""
    plain = {column: " ".join(words_of(column)) for column in calls.columns}
    for meaning, names in _NAMES.items():
        if meaning in meant:
            continue
        candidates = [
            column
            for name in names
            for column in calls.columns
            if plain[column] == name and column not in meant.values()
        ] or [
            column
            for name in names
            if " " in name or meaning not in ("id", "customer", "started_at")
            for column in calls.columns
            # "Order Value (GBP)", "Agent Full Name": the name with something around it.
            if set(name.split()) <= set(plain[column].split()) and column not in meant.values()
        ]
        fitting = (c for c in candidates if _fits(meaning, _told(calls, c)))
        found = next(fitting, None)
        if found is not None:
            meant[meaning] = found


def _fits(meaning: Meaning, told: Sequence[str]) -> bool:
    """Whether the cells can be what the column's name says."""
    if not told:
        # An empty column is what it is called.
        return True
    match meaning:
        case "value":
            return _share(told, lambda cell: money(cell) is not None) > 0.8
        case "started_at":
            return _share(told, is_time) > 0.8
        case "duration":
            return _share(told, is_duration) > 0.8
        case "id":
            return len(set(told)) > 0.9 * len(told)
        case "outcome":
            # What a PBX writes about answering tells nothing of how the call went.
            return len(set(told)) <= _MOST_OUTCOMES and not all(map(means_no_contact, set(told)))
        case _:
            return True


def _by_values(calls: Table, meant: dict[Meaning, str]) -> list[Meaning]:
    tests: Mapping[Meaning, Callable[[Sequence[str]], bool]] = {
        "recording": lambda told: _share(told, is_path_of_sound) > 0.8,
        "started_at": lambda told: _share(told, is_time) > 0.9,
        "outcome": _looks_like_outcomes,
        "value": lambda told: (
            _share(told, lambda cell: money(cell) is not None) > 0.9
            and any(not cell[:1].isalnum() or "." in cell for cell in told)
        ),
        "agent": _looks_like_agents,
    }
    guessed = []
    for meaning, test in tests.items():
        if meaning in meant:
            continue
        for column in calls.columns:
            told = _told(calls, column)
            if column not in meant.values() and told and test(told):
                meant[meaning] = column
                guessed.append(meaning)
                break
    return guessed


def _looks_like_outcomes(told: Sequence[str]) -> bool:
    kinds = set(told)
    if not 2 <= len(kinds) <= _MOST_OUTCOMES or len(kinds) > len(told) / 2:
        return False
    telling = [kind for kind in kinds if means_success(kind) or means_failure(kind)]
    return any(means_success(kind) for kind in kinds) and len(telling) >= 2


def _looks_like_agents(told: Sequence[str]) -> bool:
    """Names of people, each of whom took several calls."""
    counts = Counter(told)
    names = _share(
        list(counts), lambda cell: bool(re.fullmatch(r"[A-Z][a-z]+([ .][A-Z]\w*)+", cell))
    )
    return len(counts) >= 2 and names > 0.8 and len(told) / len(counts) >= 3


def _no_case(column: str, cells: Sequence[str]) -> str:
    """Why a column is not part of the case mix; empty when it is."""
    told = [cell for cell in cells if cell]
    kinds = set(told)
    if not told:
        return "empty"
    if _PERSONAL & set(words_of(column)):
        return "personal"
    if not all(is_label(cell) and len(cell) <= _LONGEST_CASE for cell in kinds):
        return "free text, or personal"
    if len(kinds) == 1:
        return "the same in every row"
    if len(kinds) > min(_MOST_CASES, max(2, len(told) // 3)):
        return "too many different values"
    return ""


def _told(calls: Table, column: str) -> list[str]:
    return [cell for cell in calls.values(column) if cell]


def _share(told: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, told)) / len(told) if told else 0.0
