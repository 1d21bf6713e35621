"""Several staircases in one picture of characters: each plan by its letter, so that it needs neither colour nor shade."""

from __future__ import annotations

from collections.abc import Iterator

from taper_cli.render.blocks import Overlay, OverlayLine

TOGETHER = "*"
_HEIGHT = 16
_SMALLEST_GAP = 2


def overlay_lines(block: Overlay, width: int) -> Iterator[str]:
    """The picture in lines of at most that width: doses at the left, dates below, then what each letter is."""
    left = max(len(block.top), 4) + 1
    across = width - left - 1
    rows = [[" "] * across for _ in range(_HEIGHT + 1)]
    for line in block.lines:
        _draw(rows, line, block, across)
    for level in range(_HEIGHT, -1, -1):
        label = {_HEIGHT: block.top, 0: "0 mg"}.get(level, "")
        yield f"{label:>{left - 1}} |{''.join(rows[level])}".rstrip()
    yield f"{'':>{left - 1}} +{'-' * across}"
    yield from _dates(block, left + 1, across)
    for line in block.lines:
        yield from _legend(line, width)
    if any(TOGETHER in row for row in rows):
        yield f"{TOGETHER}  two or more of them together"


def _draw(rows: list[list[str]], line: OverlayLine, block: Overlay, across: int) -> None:
    """One plan: at each place across the dose that holds there; a dose above zero never stands on the line of zero."""
    for place in range(across):
        day = place * block.days // max(across - 1, 1)
        if day < line.until:
            dose = next(ng for first, ng in reversed(line.points) if first <= day)
            _mark(rows[-(-dose * _HEIGHT // block.full)], place, line.letter)
    last = line.points[-1]
    if not last[1]:
        _mark(rows[0], min(-(-last[0] * (across - 1) // block.days), across - 1), line.letter)


def _mark(row: list[str], place: int, letter: str) -> None:
    row[place] = letter if row[place] in (" ", letter) else TOGETHER


def _dates(block: Overlay, left: int, across: int) -> Iterator[str]:
    """Dates under their days, as many as have room."""
    text = " " * left
    for day, name in block.dates:
        place = left + day * (across - 1) // block.days
        place = min(place, left + across - len(name))
        if place >= len(text.rstrip()) + _SMALLEST_GAP or not text.strip():
            text = f"{text.rstrip():<{place}}{name}"
    yield text


def _legend(line: OverlayLine, width: int) -> Iterator[str]:
    from taper_cli.render.layout import wrapped

    first, *rest = wrapped(line.title, width - 3)
    yield f"{line.letter}  {first}"
    yield from (f"   {text}" for text in rest)
