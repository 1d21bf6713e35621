"""The sheets ready to be drawn: by the region's writing rules, pictures made, and as plain data for the templates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from taper_cli.model.guideline import Region
from taper_cli.model.report import Report
from taper_cli.render import wording as say
from taper_cli.render.blocks import Blank, Month, Overlay, Staircase, reworded
from taper_cli.render.patient import DRAFT, approval, patient_sheet
from taper_cli.render.pictures import levels_svg, overlay_svg, staircase_svg, staircase_words
from taper_cli.render.prescriber import prescriber_sheet
from taper_cli.render.sheet_blocks import Grid, LevelBands, Sheet
from taper_cli.render.style import PRESCRIBER_POINTS, Sheets, Style

_HELD = "\u00a0"
_HELD_TOGETHER = re.compile(
    r"(?<=\d) (?=(?:mg|mL|micrograms|mcg|g|tablets?|capsules?|days?|weeks?)\b)"
    rf"|(?<=\d) (?=(?:{'|'.join(say.MONTHS)})\b)|(?<=Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?=\d)|(?<=option) (?=\d)|(?<=:) (?=\d)"
)


def sheets(report: Report, style: Style) -> tuple[Sheet, ...]:
    """The sheets that were asked for, in the words of the region."""
    made = []
    if report.slip is not None:
        from taper_cli.render.slip import slip_sheet

        # First, whichever sheets are printed: who holds the new ones must know that the old ones are void.
        made.append(slip_sheet(report, report.slip, style, DRAFT, approval("A prescriber approves this change", style)))
    if style.sheets is not Sheets.PRESCRIBER:
        made.append(patient_sheet(report, style))
    if style.sheets is not Sheets.PATIENT:
        made.append(prescriber_sheet(report, style))
    return tuple(in_words_of(sheet, report.region) for sheet in made)


def in_words_of(sheet: Sheet, region: Region) -> Sheet:
    """A sheet by the region's writing rules, with what must stay on one line held together."""
    numbers = [line.number for line in region.lines if " " in line.number]

    def printed(text: str) -> str:
        text = unbroken(say.in_region(text, region))
        for number in numbers:
            text = text.replace(number, number.replace(" ", _HELD))
        return text

    return reworded(sheet, printed)


def drawing_data(report: Report, style: Style, made: tuple[Sheet, ...] = ()) -> dict[str, Any]:
    """Everything a template needs, as dictionaries, lists, words and whole numbers; `made` are the sheets, if they are there."""
    picture = {"kind": "Picture", "svg": staircase_svg(report, style.points), "words": staircase_words(report)}
    title = f"{say.drugs_text(report)}: plan {report.plan_id}, version {report.version}, draft"
    data = document(made or sheets(report, style), title, report.region, style)
    for sheet in data["sheets"]:
        sheet["blocks"] = [picture if block["kind"] == Staircase.__name__ else block for block in sheet["blocks"]]
    return data


def document(made: Iterable[Sheet], title: str, region: Region, style: Style) -> dict[str, Any]:
    """Sheets as one document for a template."""
    found = []
    for sheet in made:
        plain = _plain(sheet)
        plain["points"] = style.points if sheet.key in ("patient", "change") else PRESCRIBER_POINTS
        found.append(plain)
    return {
        "title": title,
        "lang": "en",
        "region": (region.market or "gb").upper(),
        "paper": {"a4": "a4", "letter": "us-letter"}[style.paper_in(region).value],
        "sheets": found,
    }


def _plain(value: Any) -> Any:
    """A value of the sheets as plain data; every block says of which kind it is."""
    if isinstance(value, Month):
        weeks = [[_day(cell) for cell in week] for week in value.weeks]
        return {"kind": "Month", "name": value.name, "weeks": weeks}
    if isinstance(value, Overlay):
        return {"kind": "Picture", "svg": overlay_svg(value, PRESCRIBER_POINTS), "words": value.words}
    if isinstance(value, LevelBands):
        return {"kind": "Picture", "svg": levels_svg(value, PRESCRIBER_POINTS), "words": value.words}
    if isinstance(value, Grid):
        # Columns of words share the room that the columns of figures leave.
        words = [at for at in range(len(value.head)) if at not in value.figures]
        wide = [at for at in words if max((len(row[at]) for row in value.rows), default=0) > _LONG_CELL]
        return {"kind": "Grid", "wide": wide, **{name: _plain(part) for name, part in value._asdict().items()}}
    if isinstance(value, Blank):
        # The parts of a telephone number stay on one line.
        return {"label": value.label, "value": re.sub(r"(?<=\d) (?=\d)", _HELD, value.value)}
    if hasattr(value, "_asdict"):
        return {"kind": type(value).__name__} | {name: _plain(part) for name, part in value._asdict().items()}
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def unbroken(text: str) -> str:
    """Text whose numbers hold on to their units and dates to their month: "(2" at a line's end and "mg)" on the next is a hazard."""
    return _HELD_TOGETHER.sub(_HELD, text)


_LONG_CELL = 12


def _day(cell: tuple[str, str, bool] | None) -> dict[str, Any] | None:
    """One day of a calendar."""
    return None if cell is None else dict(zip(("number", "dose", "changes"), cell, strict=True))
