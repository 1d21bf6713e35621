"""The dose staircase as a picture (SVG), drawn from whole numbers, with the same steps told in words."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from taper_cli.model.dose import Dose
from taper_cli.model.report import Report
from taper_cli.model.schedule import Step
from taper_cli.render import wording as say
from taper_cli.render.blocks import Overlay
from taper_cli.render.sheet_blocks import LevelBands

# Drawn 510 points wide on paper: so many units of the picture make one point of type there.
_WIDTH, _UNITS_PER_POINT = 1020, 2
_RIGHT = 12


class _Frame(NamedTuple):
    """Where the drawing stands in its picture, all of it by the size of its letters."""

    letters: int

    @property
    def left(self) -> int:
        """Room for the doses."""
        return 6 * self.letters

    @property
    def floor(self) -> int:
        """The line of no dose; the dates stand below it."""
        return self.top + 280

    @property
    def top(self) -> int:
        """The line of the starting dose."""
        return self.letters

    @property
    def height(self) -> int:
        """The whole picture."""
        return self.floor + 2 * self.letters


def _svg(parts: Iterable[str], height: int, frame: _Frame) -> str:
    """A picture of these parts, in the letters of the sheets: drawn in others, its labels would stand on each other."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'font-family="DejaVu Sans, Verdana, sans-serif" font-stretch="condensed" font-size="{frame.letters}">'
        f"{''.join(parts)}</svg>"
    )


def staircase_svg(report: Report, points: int) -> str:
    """The dose over time, its letters of so many points: filled under the line, grey and black only, dates along the foot."""
    frame = _Frame(points * _UNITS_PER_POINT)
    schedule = report.schedule
    start, end = schedule.start, schedule.ending.start
    # The dose before and the ending are open: each gets a short piece of its own at the edge.
    edge = max(schedule.days // 20, 1)
    span = schedule.days + 2 * edge
    full = schedule.before_mean

    def across(days: int) -> int:
        return frame.left + (_WIDTH - frame.left - _RIGHT) * days // span

    def down(ng: int) -> int:
        return frame.floor - int((frame.floor - frame.top) * ng // full)

    points_of_line = [(across(0), down(int(full))), (across(edge), down(int(full)))]
    for step in schedule.steps:
        first = edge + (step.start - start).days
        after = edge + ((step.end or end) - start).days if step.end else span
        points_of_line += [(across(first), down(int(step.mean))), (across(after), down(int(step.mean)))]
    line = " ".join(f"{x},{y}" for x, y in points_of_line)
    left, right, floor = across(0), across(span), frame.floor
    parts = [
        f'<polygon points="{left},{floor} {line} {right},{floor}" fill="#dddddd"/>',
        *_levels(report, frame, left, right),
        f'<polyline points="{line}" fill="none" stroke="#000000" stroke-width="3.5"/>',
        f'<line x1="{left}" y1="{floor}" x2="{right}" y2="{floor}" stroke="#000000" stroke-width="1.7"/>',
        *_days(frame, [(step, across(edge + (step.start - start).days)) for step in schedule.steps]),
    ]
    return _svg(parts, frame.height, frame)


def _levels(report: Report, frame: _Frame, left: int, right: int) -> list[str]:
    """The starting dose, half of it, and nothing, as thin lines with their mg where half is a plain number."""
    full = report.schedule.before_mean
    marks = [(frame.top, str(Dose(int(full)))), (frame.floor, "0 mg")]
    if full % 2_000_000 == 0:
        marks.append(((frame.top + frame.floor) // 2, f"{full // 2_000_000} mg"))
    return [_level(frame, left, right, mark) for mark in marks]


def _level(frame: _Frame, left: int, right: int, mark: tuple[int, str]) -> str:
    """One dose as a thin line with its mg."""
    y, text = mark
    return (
        f'<line x1="{left}" y1="{y}" x2="{right}" y2="{y}" stroke="#999999" stroke-width="0.9" stroke-dasharray="4 4"/>'
        f'<text x="{left - 10}" y="{y + frame.letters // 3}" text-anchor="end">{escape(text)}</text>'
    )


def _days(frame: _Frame, places: list[tuple[Step, int]]) -> list[str]:
    """Dates along the foot, as many as have room; the ending always has its own."""
    ending, _ = places[-1]
    # Labels closer than this would stand on each other.
    room = 5 * frame.letters
    shown: list[tuple[str, int, str]] = []
    for step, x in places[:-1]:
        if x >= (shown[-1][1] + room if shown else 0) and x + 2 * room <= _WIDTH:
            shown.append((say.day_month(step.start), x, "start"))
    shown.append((f"{say.ending_text(ending).split()[0]} {say.day_month(ending.start)}", _WIDTH - _RIGHT, "end"))
    return [
        f'<text x="{x}" y="{frame.floor + frame.letters * 3 // 2}" text-anchor="{anchor}">{escape(text)}</text>'
        for text, x, anchor in shown
    ]


def staircase_words(report: Report) -> str:
    """The same in words, for those who cannot see the picture."""
    schedule = report.schedule
    steps = "; ".join(
        f"from {say.full_date(step.start)} {say.total_text(step) if step.intakes else 'STOP'}"
        for step in schedule.steps
    )
    return say.in_region(f"Dose a day over time: before {say.before_text(report)}; {steps}.", report.region)


# Told apart without colour too: each line has its own dashes; the colours are dark enough to be read as grey.
_LINES = (("#000000", ""), ("#0b4f9e", "22 8"), ("#a03000", "6 7"), ("#5a2080", "20 6 4 6"))
_LEGEND_LETTERS = 66


def overlay_svg(block: Overlay, points: int) -> str:
    """Several staircases in one picture, their letters of so many points, with what each line is below them."""
    frame = _Frame(points * _UNITS_PER_POINT)
    left, right = frame.left, _WIDTH - _RIGHT

    def place(day: int, ng: int) -> str:
        return (
            f"{left + (right - left) * day // block.days},{frame.floor - (frame.floor - frame.top) * ng // block.full}"
        )

    parts = [
        _level(frame, left, right, (frame.top, block.top)),
        _level(frame, left, right, (frame.floor, "0 mg")),
    ]
    parts += _dates_below(block, frame, left, right)
    below = frame.floor + 3 * frame.letters
    for line, (colour, dashes) in zip(block.lines, _LINES, strict=False):
        style = f'fill="none" stroke="{colour}" stroke-width="3.5"' + (
            f' stroke-dasharray="{dashes}"' if dashes else ""
        )
        corners = []
        ends = [*(first for first, _ in line.points[1:]), line.until]
        for (first, ng), end in zip(line.points, ends, strict=True):
            corners += [place(first, ng), place(end, ng)]
        parts.append(f'<polyline points="{" ".join(corners)}" {style}/>')
        parts.append(f'<polyline points="{left},{below} {left + 90},{below}" {style}/>')
        for text in _broken(f"{line.letter}: {line.title}"):
            parts.append(f'<text x="{left + 105}" y="{below + frame.letters // 3}">{escape(text)}</text>')
            below += frame.letters * 3 // 2
    return _svg(parts, below, frame)


def _dates_below(block: Overlay, frame: _Frame, left: int, right: int) -> list[str]:
    """Dates along the foot, as many as have room."""
    found: list[str] = []
    free = 0
    for day, name in block.dates:
        x = left + (right - left) * day // block.days
        anchor, begins = (
            ("start", x) if x + len(name) * frame.letters * 2 // 3 <= right else ("end", x - 5 * frame.letters)
        )
        if begins >= free:
            found.append(
                f'<text x="{x}" y="{frame.floor + frame.letters * 3 // 2}" text-anchor="{anchor}">{escape(name)}</text>'
            )
            free = begins + 5 * frame.letters
    return found


def _broken(text: str) -> list[str]:
    """A legend in lines that fit into the picture."""
    from taper_cli.render.layout import wrapped

    return wrapped(text.replace("\u00a0", " "), _LEGEND_LETTERS)


_WHOLE = 1000
# One band is filled, the other drawn by dashes alone: they are told apart where they lie on each other, and without colour.
_BANDS = (
    'fill="#c8c8c8" stroke="#555555" stroke-width="1.5"',
    'fill="none" stroke="#0b4f9e" stroke-width="2.5" stroke-dasharray="14 6"',
)


def levels_svg(block: LevelBands, points: int) -> str:
    """Bands of predicted levels under the dose as a thick line, all as percent of the start."""
    frame = _Frame(points * _UNITS_PER_POINT)
    left, right = frame.left, _WIDTH - _RIGHT
    span = max(len(block.dose) - 1, 1)

    def place(day: int, share: int) -> str:
        height = (frame.floor - frame.top) * min(share, _WHOLE) // _WHOLE
        return f"{left + (right - left) * day // span},{frame.floor - height}"

    parts = []
    for (_, shares), look in zip(block.bands, _BANDS, strict=False):
        highs = [place(day, high) for day, (_, high) in enumerate(shares)]
        lows = [place(day, low) for day, (low, _) in enumerate(shares)]
        parts.append(f'<polygon points="{" ".join([*highs, *reversed(lows)])}" {look}/>')
    middle = (frame.top + frame.floor) // 2
    marks = ((frame.top, "100%"), (middle, "50%"), (frame.floor, "0%"))
    parts += [_level(frame, left, right, mark) for mark in marks]
    corners = [place(min(day + part, span), share) for day, share in enumerate(block.dose) for part in (0, 1)]
    parts.append(f'<polyline points="{" ".join(corners)}" fill="none" stroke="#000000" stroke-width="3.5"/>')
    below = frame.floor + frame.letters * 3 // 2
    for (day, text), anchor in zip(block.marks, ("start", "end"), strict=True):
        x = left + (right - left) * day // span
        parts.append(f'<text x="{x}" y="{below}" text-anchor="{anchor}">{escape(text)}</text>')
    for (label, _), look in zip(block.bands, _BANDS, strict=False):
        below += frame.letters * 7 // 4
        high = frame.letters * 3 // 4
        parts.append(f'<rect x="{left}" y="{below - high}" width="70" height="{high}" {look}/>')
        parts.append(f'<text x="{left + 85}" y="{below}">{escape(label)}</text>')
    return _svg(parts, below + frame.letters, frame)
