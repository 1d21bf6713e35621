"""The sheets as one HTML page for screens, phones and printers; it loads nothing, runs nothing, and escapes every text."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taper_cli.model.report import Report
from taper_cli.render.printing import drawing_data
from taper_cli.render.sheet_blocks import Sheet
from taper_cli.render.style import Paper, Style

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATES = Path(__file__).parent / "templates"


def html(report: Report, style: Style, made: tuple[Sheet, ...] = ()) -> str:
    """The sheets as an HTML document, those that are `made` already or all that the style asks for."""
    return html_of(drawing_data(report, style, made), style.paper_in(report.region), style.points)


def html_of(data: dict[str, Any], paper: Paper, patient_points: int) -> str:
    """A document of sheets as HTML."""
    page_size = {Paper.A4: "A4", Paper.LETTER: "letter"}[paper]
    return _template().render(data, page_size=page_size, patient_points=patient_points)


@cache
def _template() -> Template:
    """The template, made ready once: that takes longer than to fill it in."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    surroundings = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    surroundings.filters["css"] = css_string
    return surroundings.get_template("sheets.html")


def css_string(text: str) -> str:
    """A text as a string of a style sheet: whatever could end the string or the style is spelled as its code."""
    from markupsafe import Markup

    plain = "".join(
        char if char.isascii() and (char.isalnum() or char in " .,:-_") else f"\\{ord(char):06x}" for char in text
    )
    return Markup(f'"{plain}"')
