"""The options about papers, the same for every command that prints some, and what was wanted by them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeAlias

import typer

from taper_cli.cli import arguments as read
from taper_cli.cli.output import Format, Wanted, file_content, name_of
from taper_cli.model.errors import InvalidInput, Unsound
from taper_cli.model.identity import NOBODY
from taper_cli.model.request import Request
from taper_cli.render.style import USUAL_POINTS, Events, LargePrint, Paper, Sheets, Style, Titles

_Option = typer.Option
Output: TypeAlias = Annotated[
    list[str] | None,
    _Option(
        "--output",
        "-o",
        metavar="FILE",
        help="write a file: .pdf .html .csv .json .md .txt .ics .fhir.json, or - ; repeatable",
    ),
]
RowsOf: TypeAlias = Annotated[
    str, _Option("--rows", metavar="ROWS", help="rows of the CSV: step, day, intake or supply  [default: step]")
]
FormatOf: TypeAlias = Annotated[
    str,
    _Option(
        "--format",
        metavar="FORMAT",
        help="what stdout gets: screen, txt, md, csv, html, pdf, json, ics or fhir  [default: screen]",
    ),
]
AsJson: TypeAlias = Annotated[
    bool, _Option("--json", help="stdout gets the plan file (JSON), stderr any error as JSON")
]
QuantityWords: TypeAlias = Annotated[bool, _Option("--quantity-words", help="quantities in words on the paper too")]
Sheet: TypeAlias = Annotated[
    str,
    _Option("--sheet", metavar="SHEET", help="sheets of a PDF or HTML: patient, prescriber or both  [default: both]"),
]
PaperOf: TypeAlias = Annotated[
    str, _Option("--paper", metavar="PAPER", help="a4 or letter  [default: letter in us, else a4]")
]
LargePrintOf: TypeAlias = Annotated[
    str, _Option("--large-print", metavar="POINTS", help="the patient's sheet in 18 or 20 points  [default: 14]")
]
IdentityOf: TypeAlias = Annotated[
    str,
    _Option("--identity", metavar="FILE", help="names and phone numbers for the sheets: a TOML file, - (stdin) or ask"),
]
LevelPicture: TypeAlias = Annotated[
    bool,
    _Option("--level-picture", help="predicted drug levels on the prescriber's sheet (PDF, HTML); changes no plan"),
]
SelfcheckOf: TypeAlias = Annotated[
    bool,
    _Option("--selfcheck", help="first do the reference plans again; the verdict stands on the prescriber's sheet"),
]
Calendar: TypeAlias = Annotated[bool, _Option("--calendar", help="add a month calendar with the dose on each day")]
EventTitles: TypeAlias = Annotated[
    str,
    _Option(
        "--titles",
        metavar="TITLES",
        help="titles in a calendar file (.ics): neutral, or dose (drug and dose)  [default: neutral]",
    ),
]
Remind: TypeAlias = Annotated[
    str,
    _Option(
        "--remind", metavar="TIMES", help="reminders in a calendar file: 'morning 08:00, bedtime 22:00', or '08:00'"
    ),
]
Excel: TypeAlias = Annotated[bool, _Option("--excel", help="begin the CSV with a byte-order mark, for Excel")]
Ascii: TypeAlias = Annotated[bool, _Option("--ascii", help="plain ASCII characters only")]
Force: TypeAlias = Annotated[bool, _Option("--force", help="overwrite files that exist")]
Quiet: TypeAlias = Annotated[bool, _Option("--quiet", "-q", help="with -o: show nothing on the screen")]
ProductsFile: TypeAlias = Annotated[
    str,
    _Option(
        "--products-file",
        metavar="FILE",
        help="your own products: a TOML file that adds to or narrows what may be supplied",
    ),
]

_OF_SHEETS = ("--sheet", "--paper", "--large-print", "--identity", "--quantity-words", "--level-picture")
_OF_CALENDARS = ("--titles", "--remind")


def with_products_file(request: Request, file: str) -> Request:
    """The request with the prescriber's own products, if a file of them was named."""
    if not file:
        return request
    from taper_cli.service import with_own_file

    return with_own_file(request, file_content(file), name_of(file))


def with_selfcheck(wanted: Wanted, today: str) -> Wanted:
    """The papers with the verdict of a selfcheck that is run now.

    Raises:
        InvalidInput: where no prescriber's sheet is printed, on which it would stand.
        Unsound: where it fails: an installation that does not compute what it should plans nothing.
    """
    if not wanted.prints_sheets or wanted.style.sheets is Sheets.PATIENT:
        raise InvalidInput(
            "--selfcheck has no prescriber's sheet to stand on",
            "expected a PDF or HTML output with that sheet",
            "add -o plan.pdf, or type 'taper selfcheck' alone",
        )
    from taper_cli.cli.asking import done_again

    found = done_again(today)
    if not found.passed:
        raise Unsound(
            f"the selfcheck failed ({len(found.failed)} references came out otherwise, {len(found.data.faults)} files are not as "
            "shipped)",
            "nothing was planned or written",
            "type 'taper selfcheck' to see what differs, and install the program anew",
        )
    return wanted._replace(style=wanted.style._replace(selfcheck=found))


def paper_formats(text: str) -> tuple[str, ...]:
    """'csv,pdf': the endings of the papers that each row of a panel gets.

    Raises:
        InvalidInput: for a format that is not known, or named twice.
    """
    known = {form.value: form.extension for form in Format if form is not Format.SCREEN}
    named = tuple(part.strip().lower() for part in text.split(","))
    for form in named:
        if form not in known or named.count(form) > 1:
            found = f"--papers {text!r} has {form!r}{' twice' if form in known else ''}"
            raise InvalidInput(found, f"expected some of {', '.join(known)}", "write for example --papers csv,pdf")
    return tuple(known[form] for form in named)


def wanted_papers(
    output: list[str] | None,
    rows: str,
    form: str,
    *,
    as_json: bool,
    quantity_words: bool,
    sheet: str,
    paper: str,
    large_print: str,
    identity: str,
    level_picture: bool,
    calendar: bool,
    titles: str,
    remind: str,
    excel: bool,
    ascii_only: bool,
    how: str = "-o plan.{}",
) -> Wanted:
    """What the options ask for; `how` is how a format is typed, for what a fault tells to write.

    Raises:
        InvalidInput: for an unknown word, or an option that changes no output: a name, a size or a row would be missing unseen.
    """
    if as_json and form and read.choice(form, Format, "--format") is not Format.PLAN:
        raise InvalidInput(f"--json and --format {form} are given together", "expected one of them", "leave --json out")
    who = NOBODY
    if identity:
        from taper_cli.cli.identity import read_identity

        who = read_identity(identity)
    style = Style(
        paper=read.choice(paper, Paper, "--paper") if paper else None,
        points=int(read.choice(large_print, LargePrint, "--large-print").value) if large_print else USUAL_POINTS,
        sheets=read.choice(sheet, Sheets, "--sheet") if sheet else Sheets.BOTH,
        calendar=calendar,
        quantity_words=quantity_words,
        identity=who,
        level_picture=level_picture,
    )
    events = _events(titles, remind)
    wanted = Wanted.of(
        output or [],
        rows=rows,
        form="json" if as_json else form,
        style=style,
        events=events,
        excel=excel,
        ascii_only=ascii_only,
    )
    typed = {
        "--sheet": sheet, "--paper": paper, "--large-print": large_print, "--identity": identity, "--quantity-words": quantity_words,
        "--level-picture": level_picture, "--rows": rows, "--titles": titles, "--remind": remind,
    }  # fmt: skip
    _refuse_idle(wanted, [name for name, value in typed.items() if value], how)
    return wanted


def _refuse_idle(wanted: Wanted, typed: Sequence[str], how: str) -> None:
    """Refuse the first option that was typed and changes no output."""
    for name in typed:
        if name in _OF_SHEETS and not wanted.prints_sheets:
            raise InvalidInput(
                f"{name} has no sheet to change", "expected a PDF or HTML output", f"add {how.format('pdf')}"
            )
        if name == "--level-picture" and wanted.style.sheets is Sheets.PATIENT:
            raise InvalidInput(
                "--level-picture belongs to the prescriber's sheet", "expected that sheet", "leave --sheet patient out"
            )
        if name == "--rows" and not wanted.makes_tables:
            raise InvalidInput("--rows has no table to change", "expected a CSV output", f"add {how.format('csv')}")
        if name in _OF_CALENDARS and not wanted.makes_calendars:
            raise InvalidInput(
                f"{name} has no calendar to change", "expected a calendar file", f"add {how.format('ics')}"
            )


def _events(titles: str, remind: str) -> Events:
    """How a calendar file is written."""
    style = Events(titles=read.choice(titles, Titles, "--titles") if titles else Titles.NEUTRAL)
    if not remind:
        return style
    from taper_cli.cli.reminding import reminder_times

    return style._replace(times=reminder_times(remind))
