"""Where a finished report goes: the screen, stdout, and files by their extension; and where a file that was named comes from."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import NamedTuple, TextIO

from taper_cli.model.errors import CannotPlan, Interrupted, InvalidInput
from taper_cli.model.report import Report
from taper_cli.render.blocks import Block
from taper_cli.render.style import Events, Style


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
    CALENDAR = "ics"
    FHIR = "fhir"

    @property
    def extension(self) -> str:
        """What the name of its file ends with: a FHIR file is JSON too, and says so."""
        return f".{self.value}.json" if self is Format.FHIR else f".{self.value}"


MOST_BYTES = 20_000_000
PRINTED = (Format.PDF, Format.HTML)


class Wanted(NamedTuple):
    """The outputs asked for: files with their formats, what stdout gets, and how things are written."""

    files: tuple[tuple[Path, Format], ...]
    to_stdout: bool
    stdout: Format
    rows: Rows
    style: Style
    events: Events
    excel: bool
    ascii_only: bool

    @classmethod
    def of(
        cls, outputs: list[str], *, rows: str, form: str, style: Style, events: Events, excel: bool, ascii_only: bool
    ) -> Wanted:
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
            events=events,
            excel=excel,
            ascii_only=ascii_only,
        )

    @property
    def makes_tables(self) -> bool:
        """Whether any output is a CSV."""
        return Format.CSV in (self.stdout, *(form for _, form in self.files))

    @property
    def makes_calendars(self) -> bool:
        """Whether any output is a calendar file."""
        return Format.CALENDAR in (self.stdout, *(form for _, form in self.files))

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
    known = {member.extension: member for member in Format if member is not Format.SCREEN}
    suffixes = [suffix.lower() for suffix in Path(name).suffixes]
    found = known.get("".join(suffixes[-2:])) or known.get("".join(suffixes[-1:]))
    if found is None:
        raise InvalidInput(
            f"-o {name!r} has no known extension",
            f"expected one of {', '.join(known)}",
            f"write for example {Path(name).stem}.csv",
        )
    return found


def deliver(report: Report, wanted: Wanted, *, force: bool, quiet: bool) -> None:
    """Make every output, then write the files, then show.

    Raises:
        InvalidInput: for a file that exists (without `force`) or cannot be written; then nothing is written.
    """
    made = papers_of(report, wanted)
    # Made before any file is written: what cannot be shown as it was asked for must leave no file behind either.
    shown = _make(report, wanted.stdout, wanted) if wanted.to_stdout else b""

    def show() -> None:
        if wanted.to_stdout:
            sys.stdout.buffer.write(shown)
        elif not quiet:
            show_report(report, wanted, sys.stdout)

    deliver_made(made, show, force=force, quiet=quiet)


def papers_of(report: Report, wanted: Wanted) -> dict[Path, bytes]:
    """The content of every file that is wanted, read for faults of notation.

    Raises:
        InvalidInput: for a fault in what was typed.
        PlannerFault: for a fault in our own words, or a schedule that neither stops nor stays; nothing may be written.
    """
    _verify_ending(report)
    return {path: _make(report, form, wanted) for path, form in wanted.files}


def deliver_made(made: dict[Path, bytes], show: Callable[[], None], *, force: bool, quiet: bool) -> None:
    """Write files that are finished, then show, then tell of the files.

    Raises:
        InvalidInput: for a file that exists (without `force`) or cannot be written; then nothing is written.
    """
    told = [] if quiet else list(made)
    try:
        _write(made, force=force)
        show()
        tell_written(told)
    except KeyboardInterrupt:
        if not made or not all(map(_stands, made.items())):
            raise
        from taper_cli.model.text import visible

        # All stand in their places already: to say that nothing was written would be untrue.
        names = visible(", ".join(map(str, made)))
        raise Interrupted(f"interrupted; what was asked for stands, whole: {names}") from None


def _stands(made: tuple[Path, bytes]) -> bool:
    """Whether a file holds what was made for it."""
    path, content = made
    return path.is_file() and path.read_bytes() == content


def _write(made: dict[Path, bytes], *, force: bool) -> None:
    """Write the files, if there are any; the means for it are loaded only then."""
    if made:
        from taper_cli.render.base import write_files

        write_files(made, force=force)


def tell_written(paths: list[Path]) -> None:
    """Name the written files on stderr."""
    if paths:
        from taper_cli.model.text import visible

        sys.stderr.write("".join(f"written: {visible(str(path))}\n" for path in paths))


def paper_of(report: Report, form: Format, wanted: Wanted) -> bytes:
    """One paper as bytes, read for faults of notation like every other."""
    _verify_ending(report)
    return _make(report, form, wanted)


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
        case Format.CALENDAR:
            return _calendar(report, wanted.events)
        case Format.FHIR:
            return _bundle(report)
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
    made = sheets(report, style)
    verify_writing(words_of(made), report, typed=style.identity.note.splitlines())
    if form is Format.PDF:
        from taper_cli.render.pdf import pdf

        return pdf(report, style, made)
    from taper_cli.render.html import html

    return html(report, style, made).encode()


def _calendar(report: Report, events: Events) -> bytes:
    """The plan as entries for a calendar program."""
    from taper_cli.render.events import diary
    from taper_cli.render.ical import ical
    from taper_cli.service import reviews_of, verify_writing

    try:
        made = diary(report, events, reviews_of(report))
    except OverflowError as error:
        raise CannotPlan(
            "the calendar would go past the year 9999", "expected an earlier plan", "check --start"
        ) from error
    verify_writing(made.texts, report)
    return ical(made)


def _bundle(report: Report) -> bytes:
    """The plan for other systems."""
    from taper_cli.render.fhir import bundle, encoded, sentences
    from taper_cli.service import reviews_of, verify_writing

    try:
        found = bundle(report, reviews_of(report)[-1])
    except OverflowError as error:
        raise CannotPlan(
            "the reviews would go past the year 9999", "expected an earlier plan", "check --start"
        ) from error
    verify_writing(sentences(found), report)
    return encoded(found)


def _verify_ending(report: Report) -> None:
    """Whatever is printed, the last direction says to stop or to stay, and what was typed can be read in one way only.

    A plan file holds no paper, but a paper is made of it later: words that no paper may hold must not get into it.
    """
    from taper_cli.render.wording import Naming, instruction
    from taper_cli.service import verify_ending, verify_writing

    verify_writing((), report)
    verify_ending(instruction(report.schedule.ending, report.drug.name, naming=Naming.STRENGTH))


def _blocks(report: Report, wanted: Wanted, *, brief: bool = False) -> tuple[Block, ...]:
    """The paper of screen, text and Markdown, its texts read."""
    from taper_cli.render.blocks import words_of
    from taper_cli.render.content import blocks
    from taper_cli.service import verify_writing

    found = tuple(blocks(report, calendar=wanted.style.calendar, brief=brief))
    verify_writing(words_of(found), report)
    return found


def show_report(report: Report, wanted: Wanted, stream: TextIO) -> None:
    """The plan on a screen, as wide as it is."""
    from taper_cli.render.terminal import show

    width = screen_width()
    show(_blocks(report, wanted, brief=True), stream, width=width, ascii_only=wanted.ascii_only)


def write_json(text: str) -> None:
    """A JSON document on stdout: in UTF-8 whatever the locale, each line ended as in a file."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())


def screen_width() -> int:
    """How wide the screen is; a pipe gets 80 columns, and UTF-8 even under an old locale that would fail on the first bar."""
    import shutil

    if not sys.stdout.isatty() and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    return shutil.get_terminal_size((80, 24)).columns


def name_of(file: str) -> str:
    """What a file that was named on the command line is called in messages: without its folders, which may tell of a person."""
    return "standard input" if file == "-" else Path(file).name


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
