"""Where a finished report goes: the screen, stdout, and files by their extension; and where a file that was named comes from."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from taper_cli.cli.app import InterruptedLate
from taper_cli.model.errors import CannotPlan, InvalidInput
from taper_cli.model.report import Report
from taper_cli.render.blocks import Block
from taper_cli.render.style import Style


class Rows(Enum):
    """What a row of the CSV is."""

    STEP = "step"
    DAY = "day"
    INTAKE = "intake"
    SUPPLY = "supply"


class Format(Enum):
    """What can be made of a report."""

    SCREEN = "screen"
    TEXT = "txt"
    MARKDOWN = "md"
    CSV = "csv"
    PDF = "pdf"
    HTML = "html"
    PLAN = "json"


MOST_BYTES = 20_000_000
PRINTED = (Format.PDF, Format.HTML)


class Wanted(NamedTuple):
    """The outputs asked for: files with their formats, what stdout gets, and how things are written."""

    files: tuple[tuple[Path, Format], ...]
    to_stdout: bool
    stdout: Format
    rows: Rows
    style: Style
    excel: bool
    ascii_only: bool

    @classmethod
    def of(cls, outputs: list[str], *, rows: str, form: str, style: Style, excel: bool, ascii_only: bool) -> Wanted:
        """Read the output options.

        Raises:
            InvalidInput: for an extension, row kind or format that is not known, or one file named twice.
        """
        from taper_cli.cli.arguments import choice

        files = tuple((Path(name), _by_extension(name)) for name in outputs if name != "-")
        if len({_place(path) for path, _ in files}) != len(files):
            raise InvalidInput("one file is named twice with -o", "expected each file once", "leave one out")
        stdout = choice(form, Format, "--format") if form else (Format.TEXT if "-" in outputs else Format.SCREEN)
        return cls(
            files=files,
            to_stdout="-" in outputs or stdout is not Format.SCREEN,
            stdout=stdout,
            rows=choice(rows, Rows, "--rows") if rows else Rows.STEP,
            style=style,
            excel=excel,
            ascii_only=ascii_only,
        )

    @property
    def makes_tables(self) -> bool:
        """Whether any output is a CSV."""
        return Format.CSV in (self.stdout, *(form for _, form in self.files))

    @property
    def prints_sheets(self) -> bool:
        """Whether any output is a printed sheet."""
        return any(form in PRINTED for form in (self.stdout, *(form for _, form in self.files)))


def _place(path: Path) -> Path:
    """Where a file will stand, however its name is written."""
    try:
        return path.absolute()
    except OSError as error:
        raise InvalidInput(
            f"-o {str(path)!r} has no place: the current folder is gone",
            "expected a folder that is there",
            "change to another folder, or write the whole path",
        ) from error


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
    _verify_ending(report)
    made = {path: _make(report, form, wanted) for path, form in wanted.files}

    def show() -> None:
        if wanted.to_stdout:
            sys.stdout.buffer.write(_make(report, wanted.stdout, wanted))
        elif not quiet:
            _show(report, wanted)

    deliver_made(made, show, force=force, quiet=quiet)


def deliver_made(made: dict[Path, bytes], show: Callable[[], None], *, force: bool, quiet: bool) -> None:
    """Write files that are finished, then show, then tell of the files.

    Raises:
        InvalidInput: for a file that exists (without `force`) or cannot be written; then nothing is written.
    """
    told = [] if quiet else list(made)
    try:
        _write(made, force=force)
        show()
        _tell(told)
    except KeyboardInterrupt:
        if not made or not all(map(_stands, made.items())):
            raise
        raise InterruptedLate(tuple(map(str, made))) from None


def _stands(made: tuple[Path, bytes]) -> bool:
    """Whether a file holds what was made for it."""
    path, content = made
    return path.is_file() and path.read_bytes() == content


def _write(made: dict[Path, bytes], *, force: bool) -> None:
    """Write the files, if there are any; the means for it are loaded only then."""
    if made:
        from taper_cli.render.base import write_files

        write_files(made, force=force)


def _tell(paths: list[Path]) -> None:
    """Name the written files on stderr."""
    if paths:
        from taper_cli.model.text import visible

        sys.stderr.write("".join(f"written: {visible(str(path))}\n" for path in paths))


def _make(report: Report, form: Format, wanted: Wanted) -> bytes:
    """One output as bytes, its texts read for faults of notation first."""
    match form:
        case Format.CSV:
            return _table(report, wanted).encode("utf-8-sig" if wanted.excel else "utf-8")
        case Format.PDF | Format.HTML:
            return _printed(report, form, wanted.style)
        case Format.PLAN:
            from taper_cli.service import saved

            return saved(report)
        case Format.MARKDOWN:
            from taper_cli.render.markdown import markdown

            return markdown(_blocks(report, wanted), ascii_only=wanted.ascii_only).encode()
        case Format.TEXT | Format.SCREEN:
            from taper_cli.render.terminal import plain_text

            return plain_text(_blocks(report, wanted), ascii_only=wanted.ascii_only).encode()


def _table(report: Report, wanted: Wanted) -> str:
    """The CSV of the rows that were asked for."""
    from taper_cli.render import spreadsheet, spreadsheet_supply
    from taper_cli.service import verify_writing

    match wanted.rows:
        case Rows.STEP:
            text = spreadsheet.steps_csv(report)
        case Rows.DAY:
            text = spreadsheet.days_csv(report)
        case Rows.INTAKE:
            text = spreadsheet_supply.intakes_csv(report)
        case Rows.SUPPLY:
            text = spreadsheet_supply.supplies_csv(report)
    verify_writing(spreadsheet.sentences(text), report, spreadsheet=True)
    return text


def _printed(report: Report, form: Format, style: Style) -> bytes:
    """The sheets as PDF or HTML."""
    from taper_cli.render.blocks import words_of
    from taper_cli.render.printing import sheets
    from taper_cli.service import data_id, verify_writing

    style = style._replace(data_id=data_id())
    if style.level_picture:
        from taper_cli.service import levels_of

        style = style._replace(levels=levels_of(report))
    verify_writing(words_of(sheets(report, style)), report, typed=style.identity.note.splitlines())
    if form is Format.PDF:
        from taper_cli.render.pdf import pdf

        return pdf(report, style)
    from taper_cli.render.html import html

    return html(report, style).encode()


def _verify_ending(report: Report) -> None:
    """Whatever is printed, the last direction says to stop or to stay, and what was typed can be read in one way only.

    A plan file holds no paper, but a paper is made of it later: words that no paper may hold must not get into it.
    """
    from taper_cli.render.wording import instruction
    from taper_cli.service import verify_ending, verify_writing

    verify_writing((), report)
    verify_ending(instruction(report.schedule.ending, report.drug.name, strength=True))


def _blocks(report: Report, wanted: Wanted, *, brief: bool = False) -> tuple[Block, ...]:
    """The paper of screen, text and Markdown, its texts read."""
    from taper_cli.render.blocks import words_of
    from taper_cli.render.content import blocks
    from taper_cli.service import verify_writing

    found = tuple(blocks(report, calendar=wanted.style.calendar, brief=brief))
    verify_writing(words_of(found), report)
    return found


def _show(report: Report, wanted: Wanted) -> None:
    """The plan on the screen, as wide as it is."""
    from taper_cli.render.terminal import show

    show(_blocks(report, wanted, brief=True), sys.stdout, width=screen_width(), ascii_only=wanted.ascii_only)


def screen_width() -> int:
    """How wide the screen is; a pipe gets 80 columns, and UTF-8 even under an old locale that would fail on the first bar."""
    import shutil

    if not sys.stdout.isatty() and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    return shutil.get_terminal_size((80, 24)).columns


def file_content(file: str) -> bytes:
    """The bytes of a file; no schedule and no plan is as large as the limit.

    Raises:
        CannotPlan: for a file that is missing, a folder, unreadable or too large.
    """
    try:
        content = read_at_most(file, MOST_BYTES + 1)
    except OSError as error:
        raise CannotPlan(
            f"{file!r} cannot be read ({error.strerror})", "expected a file that is there", "check the name"
        ) from error
    if len(content) > MOST_BYTES:
        raise CannotPlan(
            f"{file!r} is larger than {MOST_BYTES // 1_000_000} MB", "expected one schedule", "check one at a time"
        )
    return content


def read_at_most(file: str, most: int) -> bytes:
    """The first bytes of a file, or of standard input for '-'; a file may have no end, as a device has none.

    Raises:
        OSError: for a file that is missing, a folder or unreadable.
    """
    if file == "-":
        return sys.stdin.buffer.read(most)
    with Path(file).open("rb") as opened:
        return opened.read(most)
