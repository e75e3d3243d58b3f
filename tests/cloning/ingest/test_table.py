from pathlib import Path

import pytest

from agent.cloning.errors import CloneError
from agent.cloning.ingest.table import read_csv

ROWS = [["call_id", "agent", "note"], ["c1", "Zoë", "a; b, c"], ["c2", "Ann", ""]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_spreadsheets_csv(tmp_path: Path, delimiter: str, encoding: str) -> None:
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in ROWS]
    path = tmp_path / "calls.csv"
    path.write_text("\r\n".join(lines), encoding)
    table = read_csv(path)
    assert [list(table.columns), *map(list, table.rows)] == ROWS


def test_short_rows_and_nameless_or_doubled_columns(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("id,,id\n1,x\n\n2,y,z,w\n")
    table = read_csv(path)
    assert table.columns == ("id", "column 2", "id 2")
    assert table.rows == (("1", "x", ""), ("2", "y", "z"))


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "is empty"), (b"PK\x03\x04\0\0", "is no text"), (None, "can't be read")],
)
def test_what_is_no_csv_is_one_line(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "calls.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CloneError, match=told) as caught:
        read_csv(path)
    assert "\n" not in str(caught.value)
