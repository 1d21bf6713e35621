"""Papers from Python: as bytes, or written to files by the same hand that the command line has."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Literal, TypeAlias

from taper_cli.cli.identity import check_given
from taper_cli.cli.output import PRINTED, Format, Wanted, deliver, paper_of
from taper_cli.model.errors import InvalidInput
from taper_cli.model.identity import NOBODY
from taper_cli.model.report import Report
from taper_cli.render.style import Events, Style

Form: TypeAlias = Literal["txt", "md", "csv", "pdf", "html", "ics", "fhir", "json"]
Rows: TypeAlias = Literal["step", "day", "intake", "supply"]
_PLAIN = Style()


def paper(
    report: Report, form: Form, *, rows: Rows | None = None, style: Style = _PLAIN, ascii_only: bool = False
) -> bytes:
    """One paper: `paper(report, "csv", rows="day")`, `paper(report, "pdf", style=Style(sheets=Sheets.PATIENT))`.

    'json' is the plan file, from which `open_plan` makes the same report. Text is UTF-8.

    Raises:
        InvalidInput: for an unknown form, or rows or a style that change nothing in it; a name would be missing unseen.
    """
    wanted = _wanted(report, [], form, rows, style, ascii_only=ascii_only)
    return paper_of(report, wanted.stdout, wanted)


def save(
    report: Report,
    *files: str | PathLike[str],
    rows: Rows | None = None,
    style: Style = _PLAIN,
    ascii_only: bool = False,
    force: bool = False,
) -> None:
    """Write papers to files, each in the form of its extension: all of them or none, for the owner's eyes only.

    Raises:
        InvalidInput: for an unknown extension, a file that exists (without `force`) or cannot be written, or as `paper`.
    """
    wanted = _wanted(report, [str(Path(file).absolute()) for file in files], None, rows, style, ascii_only=ascii_only)
    deliver(report, wanted, force=force, quiet=True)


def _wanted(
    report: Report, files: list[str], form: Form | None, rows: Rows | None, style: Style, *, ascii_only: bool
) -> Wanted:
    """What is asked for, once nothing in it would be lost."""
    wanted = Wanted.of(
        files, rows=rows or "", form=form or "", style=style, events=Events(), excel=False, ascii_only=ascii_only
    )
    forms = [wanted.stdout] if form else [each for _, each in wanted.files]
    if rows and Format.CSV not in forms:
        raise InvalidInput(f"rows={rows!r} has no table to change", "expected a CSV", "leave rows out")
    if style._replace(calendar=False) != _PLAIN and not set(forms) & set(PRINTED):
        raise InvalidInput("style has no sheet to change", "expected 'pdf' or 'html'", "leave style out")
    if style.identity != NOBODY:
        check_given(style.identity, report.request)
    return wanted
