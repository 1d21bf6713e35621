"""The plan on a terminal and as plain text: a table from 60 columns on, stacked blocks below; no dose or date is ever cut short."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from io import StringIO
from typing import TYPE_CHECKING, TextIO

from taper_cli.model.report import Report
from taper_cli.render import content as of

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

STACKED_BELOW = 76
BESIDE_FROM = 112
TEXT_WIDTH = 80


def show(report: Report, stream: TextIO, *, width: int, calendar: bool, ascii_only: bool) -> None:
    """Print the plan to a stream of that width; colour only where the stream is a terminal that wants it."""
    from rich.console import Console

    target = StringIO() if ascii_only else stream
    console = Console(
        file=target, width=max(width, 40), highlight=False, emoji=False, markup=False, soft_wrap=False,
        no_color=True if ascii_only else None, color_system=None if ascii_only else "auto",
    )
    for block in of.blocks(report, calendar=calendar):
        for part in _drawn(block, console, ascii_only):
            console.print(part)
    if ascii_only:
        stream.write(to_ascii(target.getvalue()) if isinstance(target, StringIO) else "")


def plain_text(report: Report, *, calendar: bool, ascii_only: bool) -> str:
    """The plan as plain text of 80 columns, the same on every machine."""
    stream = StringIO()
    show(report, stream, width=TEXT_WIDTH, calendar=calendar, ascii_only=ascii_only)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def to_ascii(text: str) -> str:
    """Text in ASCII: accents are dropped, anything else is spelled as its code, never as a question mark."""
    parts = []
    for char in text:
        plain = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
        parts.append(char if ord(char) < 128 else plain or f"\\u{ord(char):04x}")
    return "".join(parts)


def _drawn(block: of.Block, console: Console, ascii_only: bool) -> Iterable[RenderableType]:
    """One block in rich's terms."""
    from rich.padding import Padding
    from rich.text import Text

    match block:
        case of.Notice(text):
            yield _frame(Text(text, style="bold"), ascii_only)
        case of.Heading(text, level):
            yield Text(f"\n{text.upper() if level == 1 else text}", style="bold" if level == 1 else "bold underline")
        case of.Para(text):
            yield Text(text)
        case of.Items(items, tick):
            for item in items:
                yield _hanging("[ ] " if tick else "- ", item)
        case of.Framed(title, items):
            yield Text(f"\n{title}", style="bold")
            yield Padding(Text("; ".join(items) if title.startswith(("[", "(")) else "\n".join(f"- {item}" for item in items)), (0, 0, 0, 2))
        case of.StepTable():
            yield from _steps(block, console.width, ascii_only)
        case of.Staircase(bars):
            yield _bars(bars, console.width, ascii_only)
        case of.Month():
            yield _month(block)


def _hanging(mark: str, text: str) -> RenderableType:
    """A line whose continuation lines stand under its text, not under its mark."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=0)
    grid.add_column(no_wrap=True, width=len(mark))
    grid.add_column(overflow="fold")
    grid.add_row(mark, Text(text))
    return grid


def _frame(text: RenderableType, ascii_only: bool) -> RenderableType:
    """A box round a notice."""
    from rich import box
    from rich.panel import Panel

    return Panel(text, box=box.ASCII if ascii_only else box.HEAVY)


def _steps(table: of.StepTable, width: int, ascii_only: bool) -> Iterable[RenderableType]:
    """The schedule: as a table where it fits, with warnings beside or below; stacked where it does not."""
    from rich.text import Text

    yield Text("\nSchedule", style="bold underline")
    if width < STACKED_BELOW:
        yield from _stacked(table)
        return
    yield _table(table, width, ascii_only)
    if width < BESIDE_FROM:
        lines = [(row.number, line) for row in table.rows for line in row.beside]
        yield Text("Beside the steps", style="bold")
        for number, line in lines:
            yield _hanging(f"{'step ' + number if number != 'END' else 'END':<8} ", line)


def _table(table: of.StepTable, width: int, ascii_only: bool) -> RenderableType:
    """One row a step; dates, doses and figures never wrap, words may."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.ASCII if ascii_only else box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_lines=ascii_only, pad_edge=False)
    drawn.add_column("Step", no_wrap=True)
    drawn.add_column("First and last day", no_wrap=True, min_width=18)
    for slot in table.slots:
        drawn.add_column(f"Take ({slot})" if len(table.slots) == 1 else slot.capitalize(), overflow="fold", ratio=1)
    drawn.add_column("A day", no_wrap=True, justify="right")
    drawn.add_column("Cut, % of\nnow   start", no_wrap=True)
    wide = width >= BESIDE_FROM
    drawn.add_column("Flags" if not wide else "Flags, and what to heed", overflow="fold", ratio=1 if wide else None)
    for row in table.rows:
        dates = f"{row.first}\nto {row.last}\n{row.days} days" if row.days else "\n".join(part for part in (row.first, row.last) if part)
        takes = [take for take in row.takes]
        if row.watch:
            takes[0] += f"\nwatch {row.watch}"
        cut = f"{row.of_current:<6}{row.of_start}"
        heed = "\n".join(part for part in (row.flags, *(row.beside if wide else ())) if part)
        cells = [row.number, dates, *takes, row.total, cut, heed]
        drawn.add_row(*(Text(cell) for cell in cells))
        if not ascii_only:
            drawn.add_section() if row.number == "now" else drawn.add_row()
    return drawn


def _stacked(table: of.StepTable) -> Iterable[RenderableType]:
    """One paragraph a step, for narrow screens and screen readers."""
    from rich.text import Text

    for row in table.rows:
        title = row.number if row.number in ("now", "END") else f"Step {row.number}"
        when = f": {row.first} to {row.last}, {row.days} days" if row.days else (f": {row.first}" if row.first else "")
        yield Text(f"{title}{when}", style="bold")
        for slot, take in zip(table.slots, row.takes, strict=True):
            if take:
                yield _hanging("  ", take if row.number == "END" and take.startswith("STOP") else f"{slot}: {take}")
        cut = f"; cut {row.of_current} of the dose now, {row.of_start} of the start" if row.of_current else ""
        yield _hanging("  ", f"{row.total} a day{cut}")
        for line in (f"watch {row.watch}" if row.watch else "", f"flags {row.flags}" if row.flags else "", *row.beside):
            if line:
                yield _hanging("  ", line)


def _bars(bars: tuple[tuple[str, int, str], ...], width: int, ascii_only: bool) -> RenderableType:
    """Bars of the dose, drawn in whole characters."""
    from rich.text import Text

    mark = "#" if ascii_only else "█"
    room = max(10, min(50, width - 30))
    lines = [f"{label:<16} {mark * -(-length * room // 100)} {dose}" for label, length, dose in bars]
    return Text("\n".join(lines), no_wrap=True)


def _month(month: of.Month) -> RenderableType:
    """A month as a grid of days; each cell holds the day and the dose on it, which never wraps."""
    from rich.text import Text

    lines = [month.name, "".join(f"{name:<9}" for name in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))]
    for week in month.weeks:
        cells = []
        for cell in week:
            day, dose, changed = cell or ("", "", False)
            cells.append(f"{day:>2} {dose}{'*' if changed and dose else ''}".ljust(9))
        lines.append("".join(cells).rstrip())
    return Text("\n".join(lines) + "\n", no_wrap=True)
