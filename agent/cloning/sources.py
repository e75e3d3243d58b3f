"""What a clone project is made from, as given on the command line."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from agent.cloning.errors import CloneError
from agent.cloning.ingest.columns import MEANINGS
from agent.cloning.ingest.database import is_database
from agent.cloning.project import Project, ProjectSettings, SourceSettings

_FILE = "clone.toml"
_VARIABLE = re.compile(r"\$\{\w+\}")
Channel = Literal["left", "right"]


def changed(
    project_root: Path,
    *,
    recordings: Path | None = None,
    calls: str = "",
    query: str = "",
    won: Sequence[str] = (),
    columns: Sequence[str] = (),
    customer: str = "",
) -> Project:
    """The project at this folder, made or changed; what is empty stays as it was.

    `columns` are OURS=THEIRS, `customer` is the channel "left" or "right". Raises CloneError.
    """
    settings = ProjectSettings()
    if (project_root / _FILE).exists():
        settings = Project.open(project_root).settings
    given: dict[str, Any] = {}
    if recordings is not None:
        if not recordings.is_dir():
            raise CloneError(f"{recordings} is no folder: give the one that the recordings are in.")
        given["recordings"] = recordings.resolve()
    if calls:
        given["calls"] = _calls(calls)
    if query:
        given["query"] = query
    if won:
        given["won"] = tuple(won)
    if columns:
        given["columns"] = {**settings.source.columns, **dict(map(_column, columns))}
    if customer:
        if customer not in get_args(Channel):
            raise CloneError(f"The customer's channel is left or right, not '{customer}'.")
        given["customer_channel"] = customer
    source = SourceSettings.model_validate({**settings.source.model_dump(), **given})
    if source.recordings is None:
        raise CloneError(
            f"{project_root} is no clone project yet: say where the recordings are, as in "
            "`understudy clone run RECORDINGS --calls CALLS.csv`."
        )
    return Project.create(project_root, settings.model_copy(update={"source": source}))


def _calls(calls: str) -> str:
    """A file's absolute path, or a URL whose password is a `${NAME}`."""
    if not is_database(calls):
        path = Path(calls)
        if not path.is_file():
            raise CloneError(f"{calls} is no file: give the table of calls as CSV.")
        return str(path.resolve())
    try:
        password = make_url(_VARIABLE.sub("x", calls)).password
        kept = make_url(calls).password if password else None
    except (ArgumentError, ValueError):
        raise CloneError(
            "--calls is no database URL: give postgresql://USER:${PASSWORD}@HOST/DATABASE."
        ) from None
    if password and not (kept and _VARIABLE.fullmatch(str(kept))):
        raise CloneError(
            "The password in --calls would be kept in clone.toml: put it into an environment "
            "variable and write '${ITS_NAME}' instead (in single quotes)."
        )
    return calls


def _column(mapping: str) -> tuple[str, str]:
    ours, equals, theirs = (part.strip() for part in mapping.partition("="))
    if not equals or not theirs or ours not in MEANINGS:
        raise CloneError(
            f"--columns {mapping} is not OURS=THEIRS, where OURS is one of {', '.join(MEANINGS)}."
        )
    return ours, theirs
