"""A panel of patients: one request a row under a code of the clinic's own, and what became of each row."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Outcome(Enum):
    """What became of a row; UNWRITTEN was planned, but another file stands where a paper of it belongs."""

    PLANNED = "planned"
    REFUSED = "refused"
    CANNOT = "cannot"
    UNREADABLE = "unreadable"
    UNWRITTEN = "unwritten"
    FAULT = "internal error"

    @property
    def final(self) -> bool:
        """Whether the same request would come to the same end again."""
        return self not in (Outcome.UNWRITTEN, Outcome.FAULT)


class Columns(NamedTuple):
    """The columns that a panel may have, and those of them that no row does without."""

    known: tuple[str, ...]
    needed: tuple[str, ...]


class PanelRow(NamedTuple):
    """One row: its number as a spreadsheet shows it (the header is 1), its code, its other cells that are not empty.

    `code` is '' where it cannot be used. `fault` is what makes the row unreadable before any word of it is read: found,
    expected, instead; empty for a sound row.
    """

    number: int
    code: str
    cells: tuple[tuple[str, str], ...]
    fault: tuple[str, ...] = ()

    def get(self, column: str) -> str:
        """The cell of a column, '' where it is empty."""
        return next((text for name, text in self.cells if name == column), "")


class Result(NamedTuple):
    """A line of the table of results, each cell as it stands there.

    `stop_date` is empty for a maintenance dose; `findings` are the rules of flags and accepted refusals; `largest_cut_pct` is
    within the guideline's window. `request_id` stands for everything that the papers depend on.
    """

    code: str
    row: str
    outcome: str
    exit_code: str
    why: str = ""
    plan_id: str = ""
    ending: str = ""
    stop_date: str = ""
    findings: str = ""
    largest_cut_pct: str = ""
    files: str = ""
    generated_on: str = ""
    request_id: str = ""


RESULTS_SCHEMA = "taper.results.v1"
RESULT_COLUMNS = ("schema", *Result._fields)
