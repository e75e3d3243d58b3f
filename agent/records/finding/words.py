"""Full-text search in either database: PostgreSQL's text search, SQLite's FTS5.

Both find other forms of a word (calls, called). Sealed texts are in neither index.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, TextClause, Uuid, bindparam, literal_column, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.records.models import Call, Turn

# Marks of a found word in an excerpt: characters that no text has.
BEGIN, END = "\x02", "\x03"
_SEALED = "sealed:v1:%"
_PHRASE = re.compile(r'"([^"]*)"|(\S+)')
_OPTIONS = f"StartSel={BEGIN}, StopSel={END}, MaxFragments=1, MinWords=6, MaxWords=18"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Where words were found: in pieces, each with whether it is a found word.

    `turn` is -1 for the summary.
    """

    call_id: str
    turn: int
    pieces: tuple[tuple[str, bool], ...]


def said(dialect: str, words: str) -> ColumnElement[bool]:
    """Calls of which a turn or the summary has all the words."""
    if dialect == "postgresql":
        turns = select(Turn.call_id).where(_matches("turns", "text", words))
        return or_(Call.id.in_(turns), _matches("calls", "summary", words))
    found = text(
        "SELECT search_rows.call_id FROM search_words JOIN search_rows "
        "ON search_rows.id = search_words.rowid WHERE search_words MATCH :fts"
    ).bindparams(bindparam("fts", fts_query(words)))
    return literal_column("calls.id").in_(found.columns(literal_column("call_id")))


async def excerpts(
    connection: AsyncConnection, words: str, call_ids: Sequence[str]
) -> dict[str, Excerpt]:
    """By call, the place that fits best."""
    if not call_ids:
        return {}
    postgres = connection.dialect.name == "postgresql"
    query = (_EXCERPTS_POSTGRES if postgres else _EXCERPTS_SQLITE).bindparams(
        bindparam("calls", list(call_ids), Uuid(as_uuid=False), expanding=True)
    )
    values = {"words": words if postgres else fts_query(words)}
    found: dict[str, Excerpt] = {}
    for call_id, turn, marked in (await connection.execute(query, values)).all():
        key = _dashed(str(call_id))
        found.setdefault(key, Excerpt(key, turn, _pieces(marked)))
    return found


def fts_query(words: str) -> str:
    """Words and quoted phrases as FTS5 reads them: nothing in them is an operator."""
    parts = [phrase or word for phrase, word in _PHRASE.findall(words)]
    cleaned = [re.sub(r"[^\w]+", " ", part).strip() for part in parts]
    return " ".join(f'"{part}"' for part in cleaned if part) or '""'


def _matches(table: str, column: str, words: str) -> ColumnElement[bool]:
    # As the index has it, to the letter.
    name = f"said_{table}"
    condition: Any = text(
        f"(to_tsvector('english', {table}.{column}) @@ websearch_to_tsquery('english', :{name}) "
        f"AND {table}.{column} NOT LIKE '{_SEALED.replace(':', chr(92) + ':')}')"
    ).bindparams(bindparam(name, words))
    return cast("ColumnElement[bool]", condition)


def _pieces(marked: str) -> tuple[tuple[str, bool], ...]:
    pieces = []
    for part in re.split(f"({BEGIN}[^{END}]*{END})", marked):
        if part:
            pieces.append((part.strip(BEGIN + END), part.startswith(BEGIN)))
    return tuple(pieces)


def _dashed(call_id: str) -> str:
    if "-" in call_id or len(call_id) != 32:
        return call_id
    return "-".join((call_id[:8], call_id[8:12], call_id[12:16], call_id[16:20], call_id[20:]))


_EXCERPTS_SQLITE: TextClause = text(
    f"SELECT search_rows.call_id, search_rows.turn, "  # noqa: S608
    f"snippet(search_words, 0, '{BEGIN}', '{END}', '…', 16) "
    "FROM search_words JOIN search_rows ON search_rows.id = search_words.rowid "
    "WHERE search_words MATCH :words AND search_rows.call_id IN :calls "
    "ORDER BY search_words.rank"
)
_EXCERPTS_POSTGRES: TextClause = text(
    f"SELECT call_id, turn, ts_headline('english', text, query, '{_OPTIONS}') FROM ("  # noqa: S608
    'SELECT call_id, "index" AS turn, text FROM turns WHERE call_id IN :calls '
    "AND text NOT LIKE 'sealed\\:v1\\:%' UNION ALL "
    "SELECT id, -1, summary FROM calls WHERE id IN :calls "
    "AND summary NOT LIKE 'sealed\\:v1\\:%') AS texts, "
    "websearch_to_tsquery('english', :words) AS query "
    "WHERE to_tsvector('english', text) @@ query "
    "ORDER BY ts_rank(to_tsvector('english', text), query) DESC"
)
