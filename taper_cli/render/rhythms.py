"""On which days a time of day has a dose, as the series of which calendars repeat an event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from taper_cli.model.schedule import Intake, Schedule, Slot, Step

# Some calendars end a series after 730 times without a word; a year is far from that.
_MOST = 364


class Repeat(NamedTuple):
    """A series of days: the first, how many (None: without an end), every how many days, or on which weekdays (0 is Monday)."""

    first: date
    times: int | None
    every: int = 1
    weekdays: tuple[int, ...] = ()


def repeats(schedule: Schedule, slot: Slot) -> Iterator[Repeat]:
    """The days on which the plan takes something in a slot, as few series as there are; none is longer than a year."""
    running: Repeat | None = None
    for one in (repeat for step in schedule.steps for repeat in _of_step(step, slot)):
        if running and _follows(running, one):
            running = running._replace(times=(running.times or 0) + (one.times or 0))
            continue
        yield from _parts(running)
        running = one
    yield from _parts(running)


def _follows(earlier: Repeat, later: Repeat) -> bool:
    """Whether two series of every day are one."""
    daily = (earlier.every, earlier.weekdays) == (later.every, later.weekdays) == (1, ())
    ended = earlier.times is not None and later.times is not None
    return daily and ended and earlier.first + timedelta(days=earlier.times or 0) == later.first


def _parts(series: Repeat | None) -> Iterator[Repeat]:
    """A series in parts of a year at most."""
    if series is None:
        return
    left = series.times
    while left is not None and left > _MOST and series.every == 1 and not series.weekdays:
        yield series._replace(times=_MOST)
        left -= _MOST
        series = series._replace(first=series.first + timedelta(days=_MOST), times=left)
    yield series


def _of_step(step: Step, slot: Slot) -> Iterator[Repeat]:
    """The days of one step; without an end for a dose that goes on."""
    on, between = _takes(step.intakes, slot), _takes(step.others, slot)
    if step.end is None:
        yield from [Repeat(step.start, None)] if on else []
        return
    days = [step.start + timedelta(days=offset) for offset in range((step.end - step.start).days)]
    taken = [day for day in days if _takes(step.intakes_on(day), slot)]
    if not taken:
        return
    rhythm = step.rhythm
    if rhythm is None or (on and between):
        yield Repeat(taken[0], len(taken))
    elif rhythm.weekdays:
        weekdays = rhythm.weekdays if on else tuple(day for day in range(7) if day not in rhythm.weekdays)
        yield Repeat(taken[0], len(taken), weekdays=weekdays)
    else:
        yield Repeat(taken[0], len(taken), every=2)


def _takes(intakes: tuple[Intake, ...], slot: Slot) -> bool:
    """Whether one of the intakes is in a slot."""
    return any(intake.slot is slot for intake in intakes)
