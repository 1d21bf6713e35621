"""The table of results of a panel as CSV, line by line: no cell that a spreadsheet would run, and no line in two parts."""

from __future__ import annotations

from taper_cli.model.panel import RESULT_COLUMNS, RESULTS_SCHEMA, Result
from taper_cli.render.spreadsheet import line_of


def results_head(*, excel: bool) -> bytes:
    """The line of the columns; for Excel it begins with a byte-order mark."""
    return line_of(RESULT_COLUMNS).encode("utf-8-sig" if excel else "utf-8")


def result_line(result: Result) -> bytes:
    """The line of one row."""
    return line_of((RESULTS_SCHEMA, *result)).encode()
