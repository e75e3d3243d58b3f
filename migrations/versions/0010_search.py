"""Full-text search over what was said, and indexes for the list of past calls.

PostgreSQL keeps no second copy: its indexes are over expressions that queries repeat. SQLite has
an FTS5 table that points at the rows by triggers; the numbers of rows without an INTEGER PRIMARY
KEY may change (VACUUM), so that `search_rows` gives them numbers of their own. Sealed texts are in
neither.

Revision ID: 0010
Revises: 0009
"""

from alembic import op

# ruff: noqa: S608  (no value in these statements comes from outside)

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_REPLACED = (("ix_events_kind", "events", "kind"), ("ix_latencies_name", "latencies", "name"))
_INDEXES = (
    ("ix_calls_caller_number", "calls", ("caller_number",)),
    ("ix_events_kind_call_id", "events", ("kind", "call_id")),
    ("ix_latencies_name_ms_call_id", "latencies", ("name", "ms", "call_id")),
)
_SEALED = "sealed:v1:%"
# The summary of a call stands as turn -1.
_SUMMARY = -1
_VIEW = f"""
CREATE VIEW search_texts AS
SELECT search_rows.id AS id,
       CASE search_rows.turn WHEN {_SUMMARY} THEN calls.summary ELSE turns.text END AS text
FROM search_rows
LEFT JOIN calls ON search_rows.turn = {_SUMMARY} AND calls.id = search_rows.call_id
LEFT JOIN turns ON turns.call_id = search_rows.call_id AND turns."index" = search_rows.turn
"""
_SQLITE = (
    "CREATE TABLE search_rows (id INTEGER PRIMARY KEY, call_id CHAR(32) NOT NULL, "
    "turn INTEGER NOT NULL, UNIQUE (call_id, turn))",
    _VIEW,
    "CREATE VIRTUAL TABLE search_words USING fts5(text, content='search_texts', "
    "content_rowid='id', tokenize='porter unicode61')",
)


def upgrade() -> None:
    """Create the indexes, and put what is there into them."""
    for name, table, _ in _REPLACED:
        op.drop_index(name, table)
    for name, table, columns in _INDEXES:
        op.create_index(name, table, list(columns))
    if op.get_bind().dialect.name == "postgresql":
        for table, column in (("turns", "text"), ("calls", "summary")):
            _run(
                f"CREATE INDEX ix_search_{table} ON {table} "
                f"USING gin (to_tsvector('english', {column})) "
                f"WHERE {column} NOT LIKE '{_SEALED}'"
            )
        return
    for statement in _SQLITE:
        _run(statement)
    for table, column, turn in (("turns", "text", '"index"'), ("calls", "summary", str(_SUMMARY))):
        call = "call_id" if table == "turns" else "id"
        _run(
            f"INSERT INTO search_rows (call_id, turn) SELECT {call}, {turn} FROM {table} "
            f"WHERE {column} IS NOT NULL AND {column} NOT LIKE '{_SEALED}'"
        )
        for statement in _triggers(table, column, call, turn):
            _run(statement)
    _run("INSERT INTO search_words (search_words) VALUES ('rebuild')")


def downgrade() -> None:
    """Drop the indexes; no word is lost, for they are only pointed at."""
    if op.get_bind().dialect.name == "postgresql":
        for table in ("turns", "calls"):
            _run(f"DROP INDEX ix_search_{table}")
    else:
        for table in ("turns", "calls"):
            for moment in ("added", "changed", "removed"):
                _run(f"DROP TRIGGER search_{table}_{moment}")
        _run("DROP TABLE search_words")
        _run("DROP VIEW search_texts")
        _run("DROP TABLE search_rows")
    for name, table, _ in _INDEXES:
        op.drop_index(name, table)
    for name, table, column in _REPLACED:
        op.create_index(name, table, [column])


def _run(statement: str) -> None:
    """As it is: `op.execute` would take the colons of a literal for parameters."""
    op.get_bind().exec_driver_sql(statement)


def _triggers(table: str, column: str, call: str, turn: str) -> tuple[str, ...]:
    """FTS5 must be told the old text to take it out (sqlite.org/fts5.html, section 4.4.3)."""

    def row(side: str) -> str:
        number = turn if turn.startswith("-") else f"{side}.{turn}"
        return f"call_id = {side}.{call} AND turn = {number}"

    def usable(side: str) -> str:
        return f"{side}.{column} IS NOT NULL AND {side}.{column} NOT LIKE '{_SEALED}'"

    number = turn if turn.startswith("-") else f"new.{turn}"
    add = (
        f"INSERT INTO search_rows (call_id, turn) SELECT new.{call}, {number} "
        f"WHERE {usable('new')}; "
        f"INSERT INTO search_words (rowid, text) SELECT id, new.{column} "
        f"FROM search_rows WHERE {row('new')} AND {usable('new')}; "
    )
    remove = (
        f"INSERT INTO search_words (search_words, rowid, text) SELECT 'delete', id, old.{column} "
        f"FROM search_rows WHERE {row('old')}; "
        f"DELETE FROM search_rows WHERE {row('old')}; "
    )
    return (
        f"CREATE TRIGGER search_{table}_added AFTER INSERT ON {table} BEGIN {add}END",
        f"CREATE TRIGGER search_{table}_changed AFTER UPDATE OF {column} ON {table} "
        f"BEGIN {remove}{add}END",
        f"CREATE TRIGGER search_{table}_removed BEFORE DELETE ON {table} BEGIN {remove}END",
    )
