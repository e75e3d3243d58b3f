"""Scorecards: what people gave each criterion of each call, as a CSV file."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from agent.cloning.ingest.table import Table, read_csv
from agent.errors import UnderstudyError

_NAMES: Mapping[str, Sequence[str]] = {
    "call": ("call_id", "call", "callid", "call ref", "id"),
    "criterion": ("criterion", "criterion_id", "item", "code"),
    "score": ("score", "rating", "points", "mark"),
}
_NOT_SCORED = frozenset({"na", "n/a", "n.a.", "none", "-", ""})
_SCORES: Mapping[str, int] = {"0": 0, "1": 1, "2": 2, "0.0": 0, "1.0": 1, "2.0": 2}

Cards = Mapping[str, Mapping[str, int | None]]


class CardsError(UnderstudyError):
    """A file of scorecards that can't be used."""


def read_cards(path: Path) -> Cards:
    """Call -> criterion -> score, None for not applicable. Further columns do not matter.

    Raises CardsError, or CloneError where the file is no table at all.
    """
    table = read_csv(path)
    columns = {what: _column(path, table, what) for what in _NAMES}
    cards: dict[str, dict[str, int | None]] = {}
    for number, row in enumerate(table.dicts(), 2):
        call, criterion = row[columns["call"]], row[columns["criterion"]].upper()
        given = row[columns["score"]].lower()
        if given not in _NOT_SCORED and given not in _SCORES:
            raise CardsError(
                f"{path}: row {number}: '{given}' is no score: give 0, 1, 2 or NA for "
                f"{criterion} of {call}."
            )
        of_call = cards.setdefault(call, {})
        if criterion in of_call:
            raise CardsError(
                f"{path}: row {number}: {criterion} of {call} is scored twice: keep one rater's "
                "cards in a file."
            )
        of_call[criterion] = _SCORES.get(given)
    return cards


def _column(path: Path, table: Table, what: str) -> str:
    by_name = {column.strip().lower().replace(" ", "_"): column for column in table.columns}
    for name in _NAMES[what]:
        if name.replace(" ", "_") in by_name:
            return by_name[name.replace(" ", "_")]
    raise CardsError(
        f"{path} has no column for the {what}: call one '{_NAMES[what][0]}' (it has "
        f"{', '.join(table.columns)})."
    )
