"""A panel of patients as CSV, read row by row however long it is; a fault in a row is that row's own.

What is wrong with the file as a whole is told before any row is planned; what is wrong with one row is told beside its code.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Generator, Iterator
from io import TextIOWrapper
from typing import BinaryIO

from taper_cli.model.errors import CannotPlan, InvalidInput
from taper_cli.model.panel import Columns, PanelRow
from taper_cli.reading.codes import CodePlaces
from taper_cli.reading.table import SAVE, plain_columns, refuse_other_kinds, refuse_semicolons

CODE = "code"
# It becomes the name of a file: nothing that is a path, an option, a formula or a device on any system.
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", re.ASCII)
_TAKEN = re.compile(r"results|con|prn|aux|nul|(?:com|lpt)[0-9]", re.ASCII | re.IGNORECASE)
_OF_A_PERSON = {
    "name", "names", "patient", "patient_name", "surname", "first_name", "last_name", "forename", "dob", "date_of_birth",
    "birth_date", "address", "phone", "email", "nhs_number", "record_number", "mrn", "ssn",
}  # fmt: skip
_MOST_NAMED = 3


class Panel:
    """The rows of a panel; they can be gone through again and again, and are never held all at once."""

    def __init__(self, stream: BinaryIO, name: str, expected: Columns) -> None:
        """Look through the whole panel once; `stream` can be wound back.

        Raises:
            CannotPlan: for a file that is no CSV of UTF-8 text with commas, or has no rows.
            InvalidInput: for a column that is not known, is there twice or is missing.
        """
        self._stream, self._name, self._needed = stream, name, expected.needed
        self._columns = self._known_columns(expected)
        self.count = 0
        self._places = CodePlaces(self._codes())
        if not self.count:
            raise CannotPlan(f"{name!r} has a header and no rows", "expected one request a row", SAVE)

    def __iter__(self) -> Iterator[PanelRow]:
        """The rows that are not empty, in their order."""
        return (self._row(number, cells) for number, cells in self._records())

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """The rows after the header, with their numbers; empty ones are passed over."""
        for number, cells in self._lines():
            if number > 1 and any(cell.strip() for cell in cells):
                yield number, cells

    def _lines(self) -> Generator[tuple[int, list[str]], None, None]:
        """Every row of the file from its beginning, with its number."""
        self._stream.seek(0)
        text = TextIOWrapper(self._stream, encoding="utf-8-sig", newline="")
        lines = csv.reader(text, strict=True)
        try:
            for number, cells in enumerate(lines, start=1):
                # In the header it tells another kind of file; below it is the fault of one row.
                if number == 1 and any("\0" in cell for cell in cells):
                    raise CannotPlan(f"{self._name!r} holds binary data", "expected CSV", SAVE)
                yield number, cells
        except csv.Error as error:
            found = f"{self._name!r} is no sound CSV (line {lines.line_num}: {error})"
            raise CannotPlan(found, "expected every quote to be closed", SAVE) from error
        except UnicodeDecodeError as error:
            # The text is read far ahead of the rows, and does not know its line.
            found = f"{self._name!r} is not UTF-8 (line {self._undecodable_line()})"
            raise CannotPlan(found, "expected UTF-8", SAVE) from error
        finally:
            # Whoever stops in the middle may have closed the file by now.
            if not self._stream.closed:
                text.detach()

    def _undecodable_line(self) -> int:
        """The first line of the file that is not UTF-8."""
        self._stream.seek(0)
        return next(number for number, line in enumerate(self._stream, start=1) if not _is_text(line))

    def _header(self) -> list[str]:
        """The cells of the first line, once the file is seen to be CSV."""
        self._stream.seek(0)
        beginning = self._stream.readline()
        refuse_other_kinds(beginning, self._name)
        refuse_semicolons(beginning.decode("utf-8-sig", "replace").split("\r", 1)[0], self._name)
        lines = self._lines()
        header = next(lines, (1, []))[1]
        lines.close()
        if not any(cell.strip() for cell in header):
            raise CannotPlan(f"{self._name!r} has no header row", "expected column names in its first line", SAVE)
        return header

    def _known_columns(self, expected: Columns) -> tuple[str, ...]:
        """The columns, each known and each there once."""
        header = self._header()
        try:
            columns = plain_columns(header, self._name)
        except CannotPlan as error:
            raise InvalidInput(error.found, error.expected, error.instead) from error
        unknown = next((column for column in columns if column not in expected.known), None)
        if unknown is not None:
            raise _unknown(unknown, self._name, expected.known)
        missing = next((column for column in expected.needed if column not in columns), None)
        if missing is not None:
            raise InvalidInput(
                f"{self._name!r} has no column {missing!r}",
                f"expected at least {', '.join(expected.needed)}",
                f"write {missing!r} above the column that holds it",
            )
        return columns

    def _codes(self) -> Iterator[tuple[str, int]]:
        """The codes that can be used, with their rows; counts the rows on the way."""
        place = self._columns.index(CODE)
        for number, cells in self._records():
            self.count += 1
            code = cells[place].strip() if place < len(cells) else ""
            if _usable(code):
                yield code, number

    def _row(self, number: int, cells: list[str]) -> PanelRow:
        """One row, with its fault if it has one."""
        named = {column: cell.strip() for column, cell in zip(self._columns, cells, strict=False) if cell.strip()}
        code = named.pop(CODE, "")
        fault = self._fault_of_cells(cells) or self._fault_of_code(code) or self._fault_of_gaps(named)
        return PanelRow(number, code if _usable(code) else "", tuple(named.items()), fault)

    def _fault_of_cells(self, cells: list[str]) -> tuple[str, ...]:
        """Cells that cannot be told apart: a quote too many or too few shifts a dose into another column or another row."""
        if any("\0" in cell for cell in cells):
            return ("a cell holds a zero byte", "expected text", "write the row anew")
        broken = next((cell for cell in cells if "\n" in cell.strip() or "\r" in cell.strip()), None)
        if broken is not None:
            return ("a cell holds a line break", "expected one line a row", "look for a quote that is missing")
        if any(cell.strip() for cell in cells[len(self._columns) :]):
            return (
                f"there are {len(cells)} cells under {len(self._columns)} columns",
                "expected a name above each column",
                "look for a comma or a quote that is missing or too many",
            )
        return ()

    def _fault_of_code(self, code: str) -> tuple[str, ...]:
        """A code that cannot name a file, or names two rows. It is not quoted: what stands there may be a name."""
        if not code:
            return ("there is no code", "expected one of the clinic's own for each row", "write for example A001")
        if not _usable(code):
            return (
                "the code cannot be the name of a file",
                "expected up to 40 letters, digits, '-' and '_', the first a letter or digit, and no word with a meaning of its own",
                "write for example A001",
            )
        places = self._places.of(code)
        if len(places) > 1:
            named = ", ".join(map(str, places[:_MOST_NAMED])) + (" and more" if len(places) > _MOST_NAMED else "")
            return (f"the code {code!r} stands in rows {named}", "expected each code once", "give each row its own")
        return ()

    def _fault_of_gaps(self, named: dict[str, str]) -> tuple[str, ...]:
        """A cell that no request does without."""
        empty = next((column for column in self._needed if column != CODE and column not in named), None)
        return (
            (f"there is no {empty}", f"expected a {empty} in each row", f"fill the column {empty!r}") if empty else ()
        )


def _is_text(line: bytes) -> bool:
    """Whether a line is UTF-8."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _usable(code: str) -> bool:
    """Whether a code can name a file on every system."""
    return _CODE.fullmatch(code) is not None and _TAKEN.fullmatch(code) is None


def _unknown(column: str, name: str, known: tuple[str, ...]) -> InvalidInput:
    """The fault of a column that means nothing here: to pass over it could pass over a fact about the patient."""
    if column in _OF_A_PERSON:
        return InvalidInput(
            f"{name!r} has the column {column!r}",
            "expected a panel without anything that names a person",
            "leave it out, and keep the list of codes and names elsewhere",
        )
    from difflib import get_close_matches

    near = get_close_matches(column, known, n=3, cutoff=0.5)
    return InvalidInput(
        f"{name!r} has the column {column!r}",
        "expected columns named as the options of plan",
        f"did you mean {', '.join(near)}" if near else f"they are {', '.join(known)}",
    )
