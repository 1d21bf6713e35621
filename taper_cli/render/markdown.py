"""The plan as Markdown: the same blocks, the schedule as a table with every row whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from taper_cli.model.text import visible
from taper_cli.render import blocks as of
from taper_cli.render.layout import to_ascii

BAR = "█"
_PICTURE_WIDTH = 80


def markdown(found: Iterable[of.Block], *, ascii_only: bool = False) -> str:
    """A paper as a Markdown document."""
    lines: list[str] = []
    for block in found:
        lines += [*_lines(block.as_items if isinstance(block, of.Told) else block), ""]
    text = "\n".join(lines).rstrip() + "\n"
    return to_ascii(text.replace(BAR, "#")) if ascii_only else text


def escaped(text: str) -> str:
    """Text in which nothing is taken for markup, a table bar or a link."""
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", visible(text))


def _lines(block: of.Plain) -> Iterator[str]:
    match block:
        case of.Notice(text):
            yield f"> **{escaped(text)}**"
        case of.Heading(text, level, _):
            yield f"{'#' * level} {escaped(text)}"
        case of.Para(text):
            yield escaped(text)
        case of.Sources(items):
            yield from (f"- {escaped(item)}" for item in items)
        case of.Items(items, tick):
            yield from (f"- {'[ ] ' if tick else ''}{escaped(item)}" for item in items)
        case of.Framed(title, items):
            yield from _titled(title, items)
        case of.TierBlock(mark, title, items, _, also):
            yield from _titled(f"{mark} {title}", (*items, *([also] if also else [])))
        case of.StepTable() | of.Staircase() | of.Month() | of.Grid() | of.Overlay():
            yield from _tabled(block)


def _tabled(block: of.StepTable | of.Staircase | of.Month | of.Grid | of.Overlay) -> Iterator[str]:
    """A block of rows and columns."""
    match block:
        case of.StepTable():
            yield from _table(block)
        case of.Staircase(bars):
            yield "```text"
            yield from (f"{label:<16} {BAR * -(-length * 40 // 100)} {dose}" for label, length, dose in bars)
            yield "```"
        case of.Month(name, weeks):
            yield f"**{escaped(name)}**"
            yield ""
            yield "| Mon | Tue | Wed | Thu | Fri | Sat | Sun |"
            yield "|---|---|---|---|---|---|---|"
            for week in weeks:
                yield "| " + " | ".join(_day(cell) for cell in week) + " |"
        case of.Grid(head, rows, figures):
            yield "| " + " | ".join(escaped(cell.replace("\n", " ")) for cell in head) + " |"
            yield "|" + "".join("---:|" if at in figures else "---|" for at in range(len(head)))
            yield from ("| " + " | ".join(escaped(cell.replace("\n", "; ")) for cell in row) + " |" for row in rows)
        case of.Overlay():
            from taper_cli.render.overlay import overlay_lines

            yield "```text"
            yield from overlay_lines(block, _PICTURE_WIDTH)
            yield "```"


def _titled(title: str, items: tuple[str, ...]) -> Iterator[str]:
    """A list under a title in bold."""
    yield f"**{escaped(title)}**"
    yield ""
    yield from (f"- {escaped(item)}" for item in items)


def _day(cell: tuple[str, str, bool] | None) -> str:
    """A day of the calendar."""
    if cell is None:
        return ""
    day, dose, changed = cell
    return f"{day}: {dose}{escaped('*') if changed else ''}" if dose else day


def _table(table: of.StepTable) -> Iterator[str]:
    """The schedule, one row a step."""
    head = [
        "Step",
        "First day",
        "Last day",
        "Days",
        *(slot.capitalize() for slot in table.slots),
        "A day",
        "Cut, % of current",
        "Cut, % of start",
        "Watch closely",
        "Flags",
        "Beside the step",
    ]
    yield "## Schedule"
    yield ""
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in table.rows:
        cells = [
            row.number,
            row.first,
            row.last,
            row.days,
            *row.takes,
            row.total,
            row.of_current,
            row.of_start,
            row.watch,
            row.flags,
            "; ".join(row.beside),
        ]
        yield "| " + " | ".join(escaped(cell) for cell in cells) + " |"
