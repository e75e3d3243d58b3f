"""Both databases, where what is stored is tested."""

from tests.records.conftest import database_url, engine, postgres

__all__ = ["database_url", "engine", "postgres"]
