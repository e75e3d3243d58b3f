import sqlite3
from pathlib import Path

import pytest

from agent.cloning.errors import CloneError
from agent.cloning.ingest.database import expanded, read_query

QUERY = "SELECT id AS call_id, agent, result AS outcome FROM call ORDER BY id"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "crm.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE call (id TEXT, agent TEXT, result TEXT)")
        connection.execute("INSERT INTO call VALUES ('c1', 'A1', 'sale'), ('c2', NULL, 'no:sale')")
    return path


@pytest.mark.parametrize("driver", ["sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"])
def test_a_query_gives_a_table(database: Path, driver: str) -> None:
    found = read_query(f"{driver}:///{database}", QUERY)
    assert found.columns == ("call_id", "agent", "outcome")
    assert found.rows == (("c1", "A1", "sale"), ("c2", "", "no:sale"))


def test_colons_in_a_query_are_no_parameters(database: Path) -> None:
    found = read_query(f"sqlite:///{database}", "SELECT id FROM call WHERE result = 'no:sale'")
    assert found.rows == (("c2",),)


def test_names_in_the_url_come_from_the_environment(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_FILE", str(database))
    assert read_query("sqlite:///${CRM_FILE}", QUERY).rows
    monkeypatch.delenv("CRM_FILE")
    with pytest.raises(CloneError, match="CRM_FILE, which --calls names, is not set"):
        expanded("sqlite:///${CRM_FILE}")


@pytest.mark.parametrize(
    ("url", "query", "told"),
    [
        ("sqlite:///{}", "", "give the query"),
        ("sqlite:///{}", "SELECT * FROM nowhere", "no such table: nowhere"),
        ("sqlite:////nowhere/else.db", QUERY, "no SQLite file"),
        ("nosuch://host/db", QUERY, "names no database"),
        ("postgresql://user:hunter2@127.0.0.1:1/db", QUERY, "can't be asked"),
    ],
)
def test_what_can_not_be_asked_is_one_line_without_the_password(
    database: Path, url: str, query: str, told: str
) -> None:
    with pytest.raises(CloneError, match=told) as caught:
        read_query(url.format(database), query)
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)
