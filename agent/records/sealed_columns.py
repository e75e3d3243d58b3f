"""Columns that hold people's words: encrypted where the engine has keys, plain where it has none.

A row says itself whether it is sealed, so old and new rows stand side by side. What is sealed can
be neither searched nor compared in the database.
"""

import json
from typing import Any

from sqlalchemy import JSON, Dialect, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.sealing.keys import KeyRing
from agent.sealing.text import MARK, seal_text, unseal_text


def give_keys(engine: AsyncEngine, keys: KeyRing) -> None:
    """Let the engine's columns seal and unseal; the dialect is what a column type is handed."""
    engine.dialect.record_keys = keys  # type: ignore[attr-defined]


class SealedText(TypeDecorator[str]):
    """Text. Reading raises KeyMissing for a sealed value without its key, and SealBroken."""

    impl = Text
    cache_ok = True

    def __init__(self, context: str) -> None:
        """`context`, as "turns.text": a value is not to be taken for another column's."""
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal it."""
        return None if value is None else seal_text(_keys_of(dialect), value, self.context)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Unseal it if it is sealed."""
        return None if value is None else unseal_text(_keys_of(dialect), value, self.context)


class SealedJson(TypeDecorator[Any]):
    """JSON (JSONB on PostgreSQL), likewise; sealed it is an object with one text in it."""

    impl = JSON
    cache_ok = True

    def __init__(self, context: str) -> None:
        """`context` as for text."""
        super().__init__()
        self.context = context

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """The database's own kind."""
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Seal it."""
        if value is None or not _keys_of(dialect):
            return value
        return {MARK: seal_text(_keys_of(dialect), json.dumps(value), self.context)}

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Unseal it if it is sealed."""
        if not isinstance(value, dict) or value.keys() != {MARK}:
            return value
        return json.loads(unseal_text(_keys_of(dialect), value[MARK], self.context))


def _keys_of(dialect: Dialect) -> KeyRing:
    keys = getattr(dialect, "record_keys", None)
    return keys if isinstance(keys, KeyRing) else KeyRing()
