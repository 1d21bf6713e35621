"""The dose staircase as a picture (SVG), drawn from whole numbers, with the same steps told in words."""

from __future__ import annotations

from xml.sax.saxutils import escape

from taper_cli.model.report import Report
from taper_cli.model.schedule import Step
from taper_cli.render import wording as say

_WIDTH, _HEIGHT = 720, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 78, 12, 14, 34
# Labels closer than this would stand on each other.
_LABEL_WIDTH = 92


def staircase_svg(report: Report) -> str:
    """The dose over time: filled under the line, grey and black only, first and last day and some between along the foot."""
    schedule = report.schedule
    start, end = schedule.start, schedule.ending.start
    # The dose before and the ending are open: each gets a short piece of its own at the edge.
    edge = max(schedule.days // 20, 1)
    span = schedule.days + 2 * edge
    full = schedule.before.total.ng

    def across(days: int) -> int:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * days // span

    def down(ng: int) -> int:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * ng // full

    points = [(across(0), down(full)), (across(edge), down(full))]
    for step in schedule.steps:
        first = edge + (step.start - start).days
        after = edge + ((step.end or end) - start).days if step.end else span
        points += [(across(first), down(step.total.ng)), (across(after), down(step.total.ng))]
    line = " ".join(f"{x},{y}" for x, y in points)
    floor = down(0)
    parts = [
        f'<polygon points="{across(0)},{floor} {line} {across(span)},{floor}" fill="#dddddd"/>',
        *_levels(report, across(0), across(span), down(full), floor),
        f'<polyline points="{line}" fill="none" stroke="#000000" stroke-width="2.5"/>',
        f'<line x1="{across(0)}" y1="{floor}" x2="{across(span)}" y2="{floor}" stroke="#000000" stroke-width="1.2"/>',
        *_days(report, [(step, across(edge + (step.start - start).days)) for step in schedule.steps], floor),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="DejaVu Sans, Verdana, sans-serif" font-size="14">{"".join(parts)}</svg>'
    )


def _levels(report: Report, left: int, right: int, top: int, floor: int) -> list[str]:
    """The starting dose, half of it, and nothing, as thin lines with their mg where half is a plain number."""
    full = report.schedule.before.total
    marks = [(top, str(full)), (floor, "0 mg")]
    if full.ng % 2_000_000 == 0:
        marks.append(((top + floor) // 2, f"{full.ng // 2_000_000} mg"))
    return [
        f'<line x1="{left}" y1="{y}" x2="{right}" y2="{y}" stroke="#999999" stroke-width="0.6" stroke-dasharray="3 3"/>'
        f'<text x="{left - 8}" y="{y + 5}" text-anchor="end">{escape(text)}</text>'
        for y, text in marks
    ]


def _days(report: Report, places: list[tuple[Step, int]], floor: int) -> list[str]:
    """Dates along the foot, as many as have room; the ending always has its own."""
    ending, at_end = places[-1]
    shown: list[tuple[str, int, str]] = []
    for step, x in places[:-1]:
        room = shown[-1][1] + _LABEL_WIDTH if shown else 0
        if x >= room and x + _LABEL_WIDTH <= at_end:
            shown.append((say.day_month(step.start), x, "start"))
    shown.append((f"{say.ending_text(ending).split()[0]} {say.day_month(ending.start)}", _WIDTH - _RIGHT, "end"))
    return [f'<text x="{x}" y="{floor + 22}" text-anchor="{anchor}">{escape(text)}</text>' for text, x, anchor in shown]


def staircase_words(report: Report) -> str:
    """The same in words, for those who cannot see the picture."""
    schedule = report.schedule
    steps = "; ".join(
        f"from {say.full_date(step.start)} {step.total if step.total else 'STOP'}" for step in schedule.steps
    )
    return say.in_region(f"Dose a day over time: before {schedule.before.total}; {steps}.", report.region)
