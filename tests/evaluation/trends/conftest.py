"""The databases of the records' tests."""

from tests.records.conftest import database_url, engine, postgres

__all__ = ["database_url", "engine", "postgres"]
