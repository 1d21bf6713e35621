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
from taper_cli.render.sheet_blocks import Sheet
from taper_cli.render.style import Style

_HERE = Path(__file__).parent
_FONTS = _HERE / "fonts"
# The template breaks words from this length on.
_LONG = 45
_TEMPLATE = _HERE / "templates" / "sheets.typ"


def pdf(report: Report, style: Style, made: tuple[Sheet, ...] = ()) -> bytes:
    """The sheets as PDF, those that are `made` already or all that the style asks for; see `pdf_of`."""
    return pdf_of(drawing_data(report, style, made), report.generated_on)


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
            sys_inputs={"data": json.dumps(_with_long_words_marked(data))},
        )
    except typst.TypstError as error:
        raise _fault_of(error) from error
    if warnings or not isinstance(made, bytes):
        raise RuntimeError(f"the PDF was drawn with warnings: {[warning.message for warning in warnings]}")
    return made


def _with_long_words_marked(data: dict[str, Any]) -> dict[str, Any]:
    """The document with each block that has a word longer than a column marked: only such a block looks where to break it."""
    sheets = [
        {
            **sheet,
            "blocks": [{**block, "long": block["kind"] != "Picture" and _has_long_word(block)} for block in blocks],
        }
        for sheet in data["sheets"]
        for blocks in (sheet["blocks"],)
    ]
    return {**data, "sheets": sheets}


def _has_long_word(value: Any) -> bool:
    """Whether any text in it has a word of so many letters, counting none that stand before a hyphen."""
    if isinstance(value, str):
        return len(value) >= _LONG and re.search(rf"[^\s-]{{{_LONG},}}", value) is not None
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(map(_has_long_word, inner))


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
