"""Tables laid out in lines: a number is never parted from its unit, and where the columns have no room each row is a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from taper_cli.render import blocks as of
from taper_cli.render.layout import Line, Page, pieces, wrapped

_GAP = 2
_NARROWEST = 8


def grid_lines(grid: of.Grid, page: Page) -> Iterator[Line]:
    """A table in the width of the page; a line break within a cell is kept."""
    sizes = _sizes(grid, page.width)
    if sizes is None:
        yield from _listed(grid, page)
        return
    for line in _row(grid.head, sizes, grid.figures):
        yield Line(line, True)
    yield Line(("-" if page.ascii_only else "─") * page.width)
    for row in grid.rows:
        yield from map(Line, _row(row, sizes, grid.figures))
        if any(len(_cell(cell, size)) > 1 for cell, size in zip(row, sizes, strict=True)):
            yield Line("")


def _cell(text: str, size: int) -> list[str]:
    """A cell in lines of at most that width."""
    return [line for part in text.split("\n") for line in wrapped(part, size)]


def _row(cells: Sequence[str], sizes: Sequence[int], figures: Sequence[int]) -> Iterator[str]:
    """One row, line by line; figures stand to the right."""
    broken = [_cell(cell, size) for cell, size in zip(cells, sizes, strict=True)]
    for place in range(max(map(len, broken))):
        parts = []
        for column, (lines, size) in enumerate(zip(broken, sizes, strict=True)):
            text = lines[place] if place < len(lines) else ""
            parts.append(text.rjust(size) if column in figures else text.ljust(size))
        yield (" " * _GAP).join(parts).rstrip()


def _sizes(grid: of.Grid, width: int) -> list[int] | None:
    """The width of each column: what it needs where all have room, else the widest ones share what is left; None without room."""
    columns = list(zip(grid.head, *grid.rows, strict=True))
    wanted = [max(len(line) for cell in cells for line in cell.split("\n")) for cells in columns]
    # No piece that must stay whole may be cut, so a column is never narrower than its longest one.
    least = [max(len(piece) for cell in cells for piece in ("", *pieces(cell))) for cells in columns]
    room = width - _GAP * (len(columns) - 1)
    if sum(max(one, min(_NARROWEST, most)) for one, most in zip(least, wanted, strict=True)) > room:
        return None
    sizes = list(wanted)
    while sum(sizes) > room:
        widest = max(
            (at for at in range(len(sizes)) if sizes[at] > least[at]), key=lambda at: (sizes[at] - least[at], -at)
        )
        sizes[widest] -= 1
    return sizes


def _listed(grid: of.Grid, page: Page) -> Iterator[Line]:
    """Each row under its first cell, every other cell with the name of its column."""
    for row in grid.rows:
        yield from (Line(line, True) for line in _cell(row[0], page.width))
        for name, cell in zip(grid.head[1:], row[1:], strict=True):
            if cell:
                text = f"{name}: {cell}" if name else cell
                yield from (Line(f"  {line}") for line in wrapped(text.replace("\n", " "), page.width - 2))
