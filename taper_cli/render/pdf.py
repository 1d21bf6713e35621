"""The sheets as a PDF: tagged for screen readers (PDF/UA-1), fonts embedded, the same bytes for the same plan."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from taper_cli.model.errors import InvalidInput
from taper_cli.model.report import Report
from taper_cli.render.printing import drawing_data
from taper_cli.render.style import Style

_HERE = Path(__file__).parent
_FONTS = _HERE / "fonts"
_TEMPLATE = _HERE / "templates" / "sheets.typ"


def pdf(report: Report, style: Style) -> bytes:
    """The sheets as PDF; see `pdf_of`."""
    return pdf_of(drawing_data(report, style), report.generated_on)


def pdf_of(data: dict[str, Any], today: date) -> bytes:
    """A document of sheets as PDF, made on a day.

    Raises:
        InvalidInput: for a character that the embedded fonts do not have: a blank box on a sheet would be worse.
    """
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FONTS)])
    compiler = typst.Compiler(_TEMPLATE.read_bytes(), font_paths=fonts)
    try:
        made, warnings = compiler.compile_with_warnings(
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=datetime(today.year, today.month, today.day, tzinfo=UTC),
            sys_inputs={"data": json.dumps(data)},
        )
    except typst.TypstError as error:
        raise _fault_of(error) from error
    if warnings or not isinstance(made, bytes):
        raise RuntimeError(f"the PDF was drawn with warnings: {[warning.message for warning in warnings]}")
    return made


def _fault_of(error: Exception) -> Exception:
    """The compiler's complaint about a character without a shape as a fault of the input; anything else is a bug."""
    missing = re.search(r'the text `"(.+?)"` could not be displayed', str(error))
    if missing is None:
        return RuntimeError(f"the PDF could not be drawn: {error}")
    character = missing[1][0]
    return InvalidInput(
        f"the character {character!r} (U+{ord(character):04X}) has no shape in the font of the PDF",
        "expected Latin, Greek or Cyrillic letters",
        "write it in those, leave the line blank, or write -o plan.html",
    )
