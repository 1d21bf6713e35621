"""The paper laid out in lines of a given width, for screens, pipes and text files alike; no dose and no date is ever broken or cut.

Our own and not a table library's: those break a cell at every space, and "1" on one line with "mg" on the next is a hazard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from taper_cli.model.text import visible
from taper_cli.render import blocks as of

BESIDE_FROM = 112
NARROWEST = 40
# A slot narrower than this would break "1 and a half tablets" over too many lines: the steps are stacked instead.
NARROWEST_TAKE = 10
_SHORTEST_BARS = 8
_DATES = 18
# What a number holds on to: "1" at the end of a line and "mg" on the next is a hazard.
_UNITS = frozenset({"mg", "mL", "micrograms", "mcg", "g", "tablet", "tablets", "capsule", "capsules"})
_PLAIN_BOX, _NOTICE_BOX, _ASCII_BOX = "┌─┐│└┘", "┏━┓┃┗┛", "+-+|++"


class Line(NamedTuple):
    """One line, and whether it stands out."""

    text: str
    strong: bool = False


class Page(NamedTuple):
    """How wide the paper is, and whether it may hold ASCII only."""

    width: int
    ascii_only: bool


def lines(blocks: Iterable[of.Block], width: int, *, ascii_only: bool) -> Iterator[Line]:
    """Every line of a paper, none longer than the width (40 at least) and none with a space at its end."""
    page = Page(max(width, NARROWEST), ascii_only)
    for block in blocks:
        for line in _drawn(block.as_items if isinstance(block, of.Told) else block, page):
            text = to_ascii(line.text) if ascii_only else line.text
            yield Line(text.rstrip(), line.strong)


def wrapped(text: str, width: int) -> list[str]:
    """Text in lines of at most that width; a number and its unit are never parted, control characters are spelled out.

    A word longer than a whole line, such as an address, is cut; no dose is that long.
    """
    return _filled(pieces(text), width)


def _filled(whole: Sequence[str], width: int) -> list[str]:
    """Pieces in lines of at most that width, each piece on one line."""
    found = [""]
    for word in whole:
        if found[-1] and len(found[-1]) + 1 + len(word) <= width:
            found[-1] += f" {word}"
            continue
        parts = [word[at : at + width] for at in range(0, len(word), width)]
        found[-1:] = [*([found[-1]] if found[-1] else []), *parts]
    return found


def pieces(text: str) -> list[str]:
    """The pieces of a text that stay on one line: its words, a number together with its unit."""
    found: list[str] = []
    for word in visible(text).split():
        if found and word.strip("().,;:") in _UNITS and found[-1][-1:].isdigit():
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


def to_ascii(text: str) -> str:
    """Text in ASCII: accents are dropped, anything else is spelled as its code, never as a question mark."""
    if text.isascii():
        return text
    import unicodedata

    parts = []
    for char in text:
        plain = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
        parts.append(char if char.isascii() else plain or f"\\u{ord(char):04x}")
    return "".join(parts)


def _drawn(block: of.Plain, page: Page) -> Iterator[Line]:
    """One block in lines."""
    match block:
        case of.Notice(text):
            yield from _framed(wrapped(text, page.width - 4), page, _NOTICE_BOX, strong=True)
        case of.Heading(text):
            yield Line("")
            yield from (Line(line, True) for line in wrapped(text, page.width))
        case of.Para(text):
            yield from map(Line, wrapped(text, page.width))
        case of.Sources(items):
            yield from (Line(line) for item in items for line in _hanging("- ", item, page.width))
        case of.Items(items, tick):
            for item in items:
                yield from map(Line, _hanging("[ ] " if tick else "- ", item, page.width))
        case of.Framed(title, items):
            inside = [line for item in items for line in _hanging("- ", item, page.width - 4)]
            yield from _framed(inside, page, _PLAIN_BOX, title=title)
        case of.TierBlock(mark, title, items, _, also):
            yield Line("")
            yield from (Line(line, True) for line in wrapped(f"{mark} {title}", page.width))
            yield from map(Line, _hanging("  ", "; ".join((*items, *([also] if also else []))), page.width))
        case of.StepTable() | of.Staircase() | of.Month() | of.Grid() | of.Overlay():
            yield from _tabled(block, page)


def _tabled(block: of.StepTable | of.Staircase | of.Month | of.Grid | of.Overlay, page: Page) -> Iterator[Line]:
    """A block of rows and columns in lines."""
    match block:
        case of.StepTable():
            yield from _steps(block, page)
        case of.Staircase(bars):
            yield from _bars(bars, page)
        case of.Month():
            yield from _month(block, page)
        case of.Grid():
            from taper_cli.render.tables import grid_lines

            yield from grid_lines(block, page)
        case of.Overlay():
            from taper_cli.render.overlay import overlay_lines

            yield from map(Line, overlay_lines(block, page.width))


def _hanging(mark: str, text: str, width: int) -> list[str]:
    """Lines whose continuations stand under the text, not under its mark."""
    first, *rest = wrapped(text, width - len(mark))
    return [mark + first, *(" " * len(mark) + line for line in rest)]


def _framed(inside: Sequence[str], page: Page, box: str, *, title: str = "", strong: bool = False) -> Iterator[Line]:
    """Lines in a frame as wide as the page."""
    left, bar, right, side, low_left, low_right = tuple(_ASCII_BOX if page.ascii_only else box)
    head = f"{bar} {title} " if title else ""
    yield Line(f"{left}{head}{bar * (page.width - 2 - len(head))}{right}", strong)
    for line in inside:
        yield Line(f"{side} {line:<{page.width - 4}} {side}", strong)
    yield Line(f"{low_left}{bar * (page.width - 2)}{low_right}", strong)


def _steps(table: of.StepTable, page: Page) -> Iterator[Line]:
    """The schedule: as a table where it fits, with warnings beside or below; stacked where it does not."""
    yield Line("")
    yield Line("Schedule", True)
    least = max(NARROWEST_TAKE, _longest_word(table))
    wide = page.width >= BESIDE_FROM and _share(table, page.width, wide=True) >= least
    if not wide and _share(table, page.width, wide=False) < least:
        yield from _stacked(table, page)
        return
    yield from _table(table, page, wide=wide)
    if not wide:
        yield Line("Beside the steps", True)
        for row in table.rows:
            for text in row.beside:
                name = "END" if row.number == "END" else f"step {row.number}"
                yield from map(Line, _hanging(f"{name:<8} ", text, page.width))


def _longest_word(table: of.StepTable) -> int:
    """The length of the longest piece of a take that must stay on one line."""
    return max(len(piece) for row in table.rows for take in row.takes for piece in ("", *pieces(take)))


def _share(table: of.StepTable, width: int, *, wide: bool) -> int:
    """The width of one slot's column; what to heed gets twice that on a wide screen."""
    days, watch, cut, flags = _step_width(table) + _DATES, 16 if wide else 0, 11, 5
    fixed = days + watch + cut + flags + _total_width(table)
    columns = 5 + len(table.slots) + (2 if wide else 0)
    return (width - fixed - 2 * columns) // (len(table.slots) + (2 if wide else 0))


def _step_width(table: of.StepTable) -> int:
    """The width of the column with the step's number and its length."""
    return max(4, *(len(row.days) + 2 for row in table.rows))


def _total_width(table: of.StepTable) -> int:
    """The width of the widest daily total."""
    return max(6, *(len(line) for row in table.rows for line in _total(row)))


def _total(row: of.StepRow) -> list[str]:
    """A daily total; one in two units, or of two drugs, takes two lines: '500 micrograms', '(0.5 mg)'."""
    return row.total.replace(" (", "\n(").replace(" and ", " and\n").split("\n")


def _table(table: of.StepTable, page: Page, *, wide: bool) -> Iterator[Line]:
    """The rows under their heads, an empty line after each."""
    share = _share(table, page.width, wide=wide)
    slots = ["Take"] if len(table.slots) == 1 else [slot.capitalize() for slot in table.slots]
    watch, heed = ([("Watch closely", 16)], [("What to heed", 2 * share)]) if wide else ([], [])
    columns = [
        ("Step", _step_width(table)), ("First and last day", _DATES), *watch, *((slot, share) for slot in slots),
        ("A day", _total_width(table)), ("Cut, % of", 11), ("Flags", 5), *heed,
    ]  # fmt: skip
    heads = [[name] for name, _ in columns]
    heads[-2 - len(heed)].append("now   start")
    yield from (Line(line, True) for line in _row(heads, columns))
    yield Line("-" * page.width if page.ascii_only else "─" * page.width)
    for row in table.rows:
        yield from map(Line, _row(_cells(row, share, wide=wide), columns))
        yield Line("")


def _row(cells: Sequence[Sequence[str]], columns: Sequence[tuple[str, int]]) -> Iterator[str]:
    """One row of cells, line by line; the daily total stands to the right."""
    for place in range(max(len(cell) for cell in cells)):
        parts = []
        for cell, (name, size) in zip(cells, columns, strict=True):
            text = cell[place] if place < len(cell) else ""
            parts.append(text.rjust(size) if name == "A day" else text.ljust(size))
        yield "  ".join(parts)


def _cells(row: of.StepRow, share: int, *, wide: bool) -> list[list[str]]:
    """The lines of each cell of one step."""
    first = [row.first, f"to {row.last}"] if row.days else [row.first, *wrapped(row.last, _DATES)]
    first = [line for line in first if line]
    watch = row.watch.replace(" to ", "\nto ").split("\n") if row.watch else []
    if watch and not wide:
        first += [f"watch {watch[0]}", watch[1]]
    number = [row.number, *([f"{row.days} d"] if row.days else [])]
    takes = [wrapped(take, share) for take in row.takes]
    tail = [_total(row), [f"{row.of_current:<6}{row.of_start}"], row.flags.split()]
    heed = [[line for text in row.beside for line in wrapped(text, 2 * share)]] if wide else []
    return [number, first, *([watch] if wide else []), *takes, *tail, *heed]


def _stacked(table: of.StepTable, page: Page) -> Iterator[Line]:
    """One paragraph a step, for narrow screens."""
    for row in table.rows:
        title = row.number if row.number in ("now", "END") else f"Step {row.number}"
        yield Line(f"{title}: {row.first}" if row.first else title, True)
        if row.days:
            yield Line(f"  to {row.last}, {row.days} day{'' if row.days == '1' else 's'}")
        said = [f"{slot}: {take}" for slot, take in zip(table.slots, row.takes, strict=True) if take]
        if row.number == "END":
            said = [take for take in row.takes if take] if row.last == "STOP" else [row.last, *said]
        cut = f"; cut {row.of_current} of the dose now, {row.of_start} of the start" if row.of_current else ""
        said += [
            f"{row.total}{'' if '(' in row.total and 'microgram' not in row.total else ' a day'}{cut}",
            f"watch {row.watch}" if row.watch else "",
            f"flags {row.flags}" if row.flags else "",
        ]
        for text in (*said, *row.beside):
            if text:
                yield from map(Line, _hanging("  ", text, page.width))


def _bars(bars: Sequence[tuple[str, int, str]], page: Page) -> Iterator[Line]:
    """Bars of the dose, drawn in whole characters."""
    mark = "#" if page.ascii_only else "█"
    room = min(50, page.width - max(30, 18 + max(len(dose) for _, _, dose in bars)))
    for label, length, dose in bars:
        # Where doses in two units leave no room, the doses alone are told.
        bars_fit = room >= _SHORTEST_BARS
        yield Line(f"{label:<16} {mark * -(-length * room // 100)} {dose}" if bars_fit else f"{label} {dose}")


def _month(month: of.Month, page: Page) -> Iterator[Line]:
    """A month as a grid of days, each with its dose; on a narrow screen as a list of weeks."""
    yield Line(month.name, True)
    size = page.width // 7
    longest = max(len(_day(cell)) for week in month.weeks for cell in week)
    if size <= longest:
        for week in month.weeks:
            # A day and its dose stay together: "13:" at the end of a line reads as a day without a dose.
            held = [_day(cell).strip() for cell in week if cell]
            listed = [*(f"{day}," for day in held[:-1]), held[-1]]
            yield from (Line(f"  {line}") for line in _filled(listed, page.width - 2))
        return
    # A gap stays between two days: "28: 121.875" and "29: 121.875" run together would read as 121.87529 mg.
    size = min(size, max(11, longest + 2))
    yield Line("".join(f"{name:<{size}}" for name in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")))
    for week in month.weeks:
        yield Line("".join(f"{_day(cell):<{size}}" for cell in week))
    yield Line("")


def _day(cell: tuple[str, str, bool] | None) -> str:
    """A day of the month with its dose, and a star where the dose changes."""
    if cell is None:
        return ""
    day, dose, changed = cell
    return f"{day:>2}: {dose}{'*' if changed else ''}" if dose else f"{day:>2}"
