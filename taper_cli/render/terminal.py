"""The plan on a terminal and as plain text: a table from 60 columns on, stacked blocks below; no dose or date is ever cut short."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable
from io import StringIO
from typing import TYPE_CHECKING, TextIO

from taper_cli.model.report import Report
from taper_cli.render import content as of

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

BESIDE_FROM = 112
# A slot narrower than this would break "1 and a half tablets" over too many lines: the steps are stacked instead.
NARROWEST_TAKE = 10
TEXT_WIDTH = 80
# Stands for a space that must not break: between a number and its unit. Rich breaks at every space, so we wrap cells ourselves.
_GLUE = "\ue000"


def show(report: Report, stream: TextIO, *, width: int, calendar: bool, ascii_only: bool) -> None:
    """Print the plan to a stream of that width; colour and the terminal's own controls only where the stream is a terminal."""
    if not ascii_only and stream.isatty():
        _print(report, stream, width=width, calendar=calendar, ascii_only=False)
        return
    drawn = StringIO()
    _print(report, drawn, width=width, calendar=calendar, ascii_only=ascii_only)
    text = "\n".join(line.rstrip() for line in drawn.getvalue().splitlines()) + "\n"
    stream.write(to_ascii(text) if ascii_only else text)


def plain_text(report: Report, *, calendar: bool, ascii_only: bool) -> str:
    """The plan as plain text of 80 columns, the same on every machine, with every source."""
    drawn = StringIO()
    _print(report, drawn, width=TEXT_WIDTH, calendar=calendar, ascii_only=ascii_only, brief=False)
    text = "\n".join(line.rstrip() for line in drawn.getvalue().splitlines()) + "\n"
    return to_ascii(text) if ascii_only else text


def _print(report: Report, stream: TextIO, *, width: int, calendar: bool, ascii_only: bool, brief: bool = True) -> None:
    """Draw every block on a console of that width."""
    from rich.console import Console

    plain = isinstance(stream, StringIO)
    console = Console(
        file=stream,
        width=max(width, 40),
        highlight=False,
        emoji=False,
        markup=False,
        color_system=None if plain else "auto",
        force_terminal=False if plain else None,
    )
    for block in of.blocks(report, calendar=calendar, brief=brief):
        for part in _drawn(block, console, ascii_only):
            console.print(part)


def to_ascii(text: str) -> str:
    """Text in ASCII: accents are dropped, anything else is spelled as its code, never as a question mark."""
    parts = []
    for char in text:
        plain = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
        parts.append(char if ord(char) < 128 else plain or f"\\u{ord(char):04x}")
    return "".join(parts)


def _drawn(block: of.Block, console: Console, ascii_only: bool) -> Iterable[RenderableType]:
    """One block in rich's terms."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    match block:
        case of.Notice(text):
            yield _frame(Text(text, style="bold"), ascii_only)
        case of.Heading(text, level):
            yield Text(f"\n{text}", style="bold" if level == 1 else "bold underline")
        case of.Para(text):
            yield Text(text)
        case of.Items(items, tick):
            for item in items:
                yield _hanging("[ ] " if tick else "- ", item)
        case of.Framed(title, items):
            lines = [_hanging("- ", item) for item in items]
            yield _frame(Group(*lines), ascii_only, title)
        case of.TierBlock(title, items):
            yield Text(f"\n{title}", style="bold")
            yield Padding(Text("; ".join(items)), (0, 0, 0, 2))
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


def _frame(content: RenderableType, ascii_only: bool, title: str | None = None) -> RenderableType:
    """A box round a notice or a list."""
    from rich import box
    from rich.panel import Panel

    return Panel(
        content, box=box.ASCII if ascii_only else box.SQUARE if title else box.HEAVY, title=title, title_align="left"
    )


def wrapped(text: str, width: int) -> list[str]:
    """Text in lines of at most that width; a number and its unit are never parted, and no word is ever cut."""
    glued = re.sub(r"(?<=\d) (?=(?:mg|mL|micrograms|mcg|g)\b)", _GLUE, text)
    return [
        line.replace(_GLUE, " ")
        for line in textwrap.wrap(glued, max(width, 8), break_long_words=False, break_on_hyphens=False)
    ]


def _steps(table: of.StepTable, width: int, ascii_only: bool) -> Iterable[RenderableType]:
    """The schedule: as a table where it fits, with warnings beside or below; stacked where it does not."""
    from rich.text import Text

    yield Text("\nSchedule", style="bold underline")
    wide = width >= BESIDE_FROM and _share(table, width, wide=True) >= NARROWEST_TAKE
    if not wide and _share(table, width, wide=False) < NARROWEST_TAKE:
        yield from _stacked(table)
        return
    yield _table(table, width, wide=wide, ascii_only=ascii_only)
    if not wide:
        yield Text("Beside the steps", style="bold")
        for row in table.rows:
            for line in row.beside:
                yield _hanging(f"{'END' if row.number == 'END' else 'step ' + row.number:<8} ", line)


def _table(table: of.StepTable, width: int, *, wide: bool, ascii_only: bool) -> RenderableType:
    """A table whose columns have their widths worked out here, so that no dose and no date is ever broken or cut."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    columns = _columns(table, width, wide)
    drawn = Table(box=box.ASCII if ascii_only else box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for name, size in columns:
        drawn.add_column(
            name, width=size, min_width=size, overflow="fold", justify="right" if name == "A day" else "left"
        )
    for row in table.rows:
        cells = _cells(row, columns, wide)
        drawn.add_row(*(Text("\n".join(lines)) for lines in cells))
        drawn.add_row()
    return drawn


def _share(table: of.StepTable, width: int, *, wide: bool) -> int:
    """The width of one slot's column; what to heed gets twice that on a wide screen."""
    days, watch, cut, flags = 4 + 18, 16 if wide else 0, 11, 5
    fixed = days + watch + cut + flags + _total_width(table)
    columns = 5 + len(table.slots) + (2 if wide else 0)
    # Each column has a space of padding and one of division, the table an edge on either side.
    return (width - fixed - 2 * columns - 2) // (len(table.slots) + (2 if wide else 0))


def _total_width(table: of.StepTable) -> int:
    """The width of the widest daily total."""
    return max(6, *(len(row.total) for row in table.rows))


def _columns(table: of.StepTable, width: int, wide: bool) -> list[tuple[str, int]]:
    """Column heads with their widths; what the fixed ones leave is shared by the slots, and by what to heed."""
    share = _share(table, width, wide=wide)
    names = ["Take" if len(table.slots) == 1 else slot.capitalize() for slot in table.slots]
    return [
        ("Step", 4),
        ("First and last day", 18),
        *([("Watch closely", 16)] if wide else []),
        *((name, share) for name in names),
        ("A day", _total_width(table)),
        ("Cut, % of\nnow   start", 11),
        ("Flags", 5),
        *([("What to heed", 2 * share)] if wide else []),
    ]


def _cells(row: of.StepRow, columns: list[tuple[str, int]], wide: bool) -> list[list[str]]:
    """The lines of each cell of one step."""
    share = columns[3 if wide else 2][1]
    first = [row.first, f"to {row.last}"] if row.days else [part for part in (row.first, row.last) if part]
    if row.watch and not wide:
        begin, _, end = row.watch.partition(" to ")
        first += [f"watch {begin}", f"to {end}"]
    number = [row.number, *([f"{row.days} d"] if row.days else [])]
    takes = [wrapped(take, share) for take in row.takes]
    cells = [number, first, *takes, [row.total], [f"{row.of_current:<6}{row.of_start}"], row.flags.split()]
    if wide:
        cells.insert(2, row.watch.replace(" to ", "\nto ").split("\n"))
        cells.append([part for line in row.beside for part in wrapped(line, columns[-1][1])])
    return cells


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
