"""Where a finished report goes: the screen, stdout, and files by their extension; all are made before any is written."""

from __future__ import annotations

import os
import sys
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from taper_cli.model.audit import Audit
from taper_cli.model.errors import InvalidInput
from taper_cli.model.report import Report


class Rows(Enum):
    """What a row of the CSV is."""

    STEP = "step"
    DAY = "day"


class Format(Enum):
    """What can be made of a report."""

    SCREEN = "screen"
    TEXT = "txt"
    MARKDOWN = "md"
    CSV = "csv"


class Wanted(NamedTuple):
    """The outputs asked for: files with their formats, what stdout gets, and how things are written."""

    files: tuple[tuple[Path, Format], ...]
    to_stdout: bool
    stdout: Format
    rows: Rows
    calendar: bool
    excel: bool
    ascii_only: bool

    @classmethod
    def of(cls, outputs: list[str], *, rows: str, form: str, calendar: bool, excel: bool, ascii_only: bool) -> Wanted:
        """Read the output options.

        Raises:
            InvalidInput: for an extension, row kind or format that is not known, or one file named twice.
        """
        from taper_cli.cli.arguments import choice

        files = tuple((Path(name), _by_extension(name)) for name in outputs if name != "-")
        if len({path.absolute() for path, _ in files}) != len(files):
            raise InvalidInput("one file is named twice with -o", "expected each file once", "leave one out")
        stdout = choice(form, Format, "--format") if form else (Format.TEXT if "-" in outputs else Format.SCREEN)
        return cls(
            files=files,
            to_stdout="-" in outputs or stdout is not Format.SCREEN,
            stdout=stdout,
            rows=choice(rows, Rows, "--rows") if rows else Rows.STEP,
            calendar=calendar,
            excel=excel,
            ascii_only=ascii_only,
        )


def _by_extension(name: str) -> Format:
    """The format of a file by its extension."""
    extension = Path(name).suffix.lower().lstrip(".")
    known = [member.value for member in Format if member is not Format.SCREEN]
    if extension not in known:
        raise InvalidInput(
            f"-o {name!r} has no known extension",
            f"expected one of .{', .'.join(known)}",
            f"write for example {Path(name).stem}.csv",
        )
    return Format(extension)


def deliver(report: Report, wanted: Wanted, *, force: bool, quiet: bool) -> None:
    """Make every output, then write the files, then show.

    Raises:
        InvalidInput: for a file that exists (without `force`) or cannot be written; then nothing is written.
    """
    made = {path: _make(report, form, wanted) for path, form in wanted.files}
    _write(made, force=force)
    try:
        if wanted.to_stdout:
            sys.stdout.buffer.write(_make(report, wanted.stdout, wanted))
        elif not quiet:
            _show(report, wanted)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output has gone; pointing stdout at nothing keeps Python from failing again while closing it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not quiet:
        _tell(list(made))


def _write(made: dict[Path, bytes], *, force: bool) -> None:
    """Write the files, if there are any; the means for it are loaded only then."""
    if made:
        from taper_cli.render.base import write_files

        write_files(made, force=force)


def _tell(paths: list[Path]) -> None:
    """Name the written files on stderr."""
    if paths:
        from taper_cli.render.wording import visible

        sys.stderr.write("".join(f"written: {visible(str(path))}\n" for path in paths))


def _make(report: Report, form: Format, wanted: Wanted) -> bytes:
    """One output as bytes."""
    match form:
        case Format.CSV:
            from taper_cli.render.spreadsheet import days_csv, steps_csv

            text = days_csv(report) if wanted.rows is Rows.DAY else steps_csv(report)
            return text.encode("utf-8-sig" if wanted.excel else "utf-8")
        case Format.MARKDOWN:
            from taper_cli.render.markdown import markdown

            return markdown(report, calendar=wanted.calendar, ascii_only=wanted.ascii_only).encode()
        case Format.TEXT | Format.SCREEN:
            from taper_cli.render.terminal import plain_text

            return plain_text(report, calendar=wanted.calendar, ascii_only=wanted.ascii_only).encode()


def _show(report: Report, wanted: Wanted) -> None:
    """The plan on the screen, as wide as it is."""
    from taper_cli.render.terminal import show

    show(report, sys.stdout, width=_screen_width(), calendar=wanted.calendar, ascii_only=wanted.ascii_only)


def show_audit(audit: Audit, *, as_json: bool, ascii_only: bool) -> None:
    """The judge's answer on the screen, or as JSON."""
    from taper_cli.render.verdict import verdict_blocks, verdict_json

    width = _screen_width()
    if as_json:
        sys.stdout.write(verdict_json(audit))
    else:
        from taper_cli.render.terminal import show_blocks

        show_blocks(verdict_blocks(audit), sys.stdout, width=width, ascii_only=ascii_only)


def _screen_width() -> int:
    """How wide the screen is; a pipe gets 80 columns, and UTF-8 even under an old locale that would fail on the first bar."""
    import shutil

    if not sys.stdout.isatty() and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    return shutil.get_terminal_size((80, 24)).columns
