"""A table of calls as it came: names of columns and rows of text."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.cloning.errors import CloneError

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 50
_LARGEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are as long as `columns`; a cell that was not there is empty."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def values(self, column: str) -> list[str]:
        """A column's cells in order."""
        index = self.columns.index(column)
        return [row[index] for row in self.rows]

    def dicts(self) -> Iterator[dict[str, str]]:
        """Each row by its columns' names."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))


def read_csv(path: Path) -> Table:
    """Any delimiter and encoding that spreadsheets write. Raises CloneError."""
    try:
        text = decoded(path.read_bytes())
    except OSError as error:
        raise CloneError(f"{path} can't be read: {error.strerror}. Name a CSV file.") from None
    if "\0" in text:
        raise CloneError(f"{path} is no text: save the table as CSV (a spreadsheet can).")
    csv.field_size_limit(_LARGEST_CELL)
    try:
        delimiter = _delimiter(text)
        lines = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise CloneError(f"{path} is no CSV ({error}): check its quotes.") from None
    if not lines:
        raise CloneError(f"{path} is empty: its first line names the columns.")
    return table(path.name, lines[0], lines[1:])


def table(name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """With every row as long as the header, and every column named, and named once."""
    seen: Counter[str] = Counter()
    names = []
    for number, column in enumerate(columns, 1):
        named = column.strip() or f"column {number}"
        seen[named] += 1
        names.append(named if seen[named] == 1 else f"{named} {seen[named]}")
    width = len(names)
    padded = tuple(
        tuple(cell.strip() for cell in (*row, *[""] * (width - len(row)))[:width]) for row in rows
    )
    return Table(name, tuple(names), padded)


def decoded(content: bytes) -> str:
    """Text in UTF-8 or UTF-16 by its mark, in UTF-8 without, else as Windows writes it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """The one by which most lines have as many cells as the first, more than one."""

    def agreement(delimiter: str) -> tuple[int, int]:
        sample = io.StringIO("\n".join(text.splitlines()[:_SAMPLE_LINES]))
        widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
        if not widths or widths[0] < 2:
            return 0, 0
        return sum(width == widths[0] for width in widths), widths[0]

    return max(_DELIMITERS, key=agreement)
