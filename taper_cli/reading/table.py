"""A CSV file as rows of named cells, or one clear line about why it is none."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from typing import NamedTuple

from taper_cli.model.errors import CannotPlan

MOST_ROWS = 20_000
SAVE = "save it as 'CSV UTF-8 (comma delimited)' and try again"


class Row(NamedTuple):
    """One row: its line in the file, and its cells by column name; an absent cell is empty."""

    line: int
    cells: dict[str, str]

    def get(self, *names: str) -> str:
        """The first cell among these columns that is not empty."""
        return next((self.cells[name] for name in names if self.cells.get(name)), "")


class Table(NamedTuple):
    """Column names in a plain form (lower case, underscores), and the rows that are not empty."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(content: bytes, name: str) -> Table:
    """Read a CSV file with one header row.

    Raises:
        CannotPlan: not CSV, not UTF-8, semicolons, no or merged header, ragged rows, too many rows; one line, with what to do.
    """
    text = _text(content, name)
    try:
        lines = list(csv.reader(StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise CannotPlan(f"{name!r} is no sound CSV ({error})", "expected every quote to be closed", SAVE) from error
    if not lines or not any(cell.strip() for cell in lines[0]):
        raise CannotPlan(f"{name!r} has no header row", "expected column names in its first line", SAVE)
    columns = plain_columns(lines[0], name)
    if len(lines) - 1 > MOST_ROWS:
        raise CannotPlan(
            f"{name!r} has {len(lines) - 1} rows", f"expected at most {MOST_ROWS}", "check one schedule at a time"
        )
    rows = []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            raise CannotPlan(
                f"{name!r} line {number} has {len(cells)} cells under {len(columns)} columns",
                "expected a name above each column",
                "look for a decimal comma or a missing quote in that line",
            )
        rows.append(Row(number, {column: cell.strip() for column, cell in zip(columns, cells, strict=False)}))
    if not rows:
        raise CannotPlan(f"{name!r} has a header and no rows", "expected one row a step or a day", SAVE)
    return Table(columns, tuple(rows))


def _text(content: bytes, name: str) -> str:
    """The file as text; workbooks and other encodings are named."""
    refuse_other_kinds(content, name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CannotPlan(f"{name!r} is not UTF-8 (byte {error.start + 1})", "expected UTF-8", SAVE) from error
    if "\0" in text:
        raise CannotPlan(f"{name!r} holds binary data", "expected CSV", SAVE)
    refuse_semicolons(text.split("\n", 1)[0], name)
    return text


def refuse_other_kinds(beginning: bytes, name: str) -> None:
    """Name workbooks and other encodings by how they begin.

    Raises:
        CannotPlan: for one of them, with how to save it.
    """
    if beginning.startswith(b"PK\x03\x04"):
        raise CannotPlan(f"{name!r} is a workbook (.xlsx or .ods)", "expected CSV", SAVE)
    if beginning.startswith(b"\xd0\xcf\x11\xe0"):
        raise CannotPlan(f"{name!r} is an old Excel workbook", "expected CSV", SAVE)
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise CannotPlan(f"{name!r} is encoded as UTF-16", "expected UTF-8", SAVE)


def refuse_semicolons(header: str, name: str) -> None:
    """Where semicolons part the cells, commas part the decimals.

    Raises:
        CannotPlan: for such a file, with how to save it.
    """
    if header.count(";") > header.count(","):
        raise CannotPlan(f"{name!r} is separated by semicolons", "expected commas and a decimal point", SAVE)


def plain_columns(cells: list[str], name: str) -> tuple[str, ...]:
    """Plain column names: each there, each once."""
    plain = [
        "_".join(cell.strip().lower().replace("(", " ").replace(")", " ").replace("-", " ").split()) for cell in cells
    ]
    while plain and not plain[-1]:
        plain.pop()
    if "" in plain:
        place = plain.index("") + 1
        raise CannotPlan(f"{name!r} has no name for column {place}", "expected one each", "undo merged header cells")
    times = Counter(plain)
    twice = next((column for column in plain if times[column] > 1), None)
    if twice:
        raise CannotPlan(f"{name!r} has two columns called {twice!r}", "expected each name once", "rename one of them")
    return tuple(plain)
