"""Where each step of a revised plan comes from: the version that made it, as it stood there, and what later versions did to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from taper_cli.model.explained import Changed, Made, StepChange, StepHistory
from taper_cli.model.schedule import Schedule, Step, StepKind
from taper_cli.model.transcript import EventKind
from taper_cli.planning.revision import same_step
from taper_cli.service.versions import Version, begins_that_day, event_of


class Origin(NamedTuple):
    """A step's history, and the step as it stood in each version whose search may have decided on it, the version that made it first.

    Versions are counted from 0 here, as in `Hand`.
    """

    history: StepHistory
    stood: tuple[tuple[int, Step], ...]

    @property
    def maker(self) -> int:
        """The version that made the step."""
        return self.stood[0][0]

    @property
    def as_made(self) -> Step:
        """The step as the version that made it had it."""
        return self.stood[0][1]


def origins(version: Version) -> tuple[Origin, ...]:
    """Where each step of a version comes from."""
    found = [_new(0, step) for step in version.schedules[0].steps]
    for place in range(1, version.number):
        old, new = version.schedules[place - 1], version.schedules[place]
        known = list(zip(old.steps, found, strict=True))
        found = [_origin(version, place, step, known, old) for step in new.steps]
    return tuple(found)


def _origin(version: Version, place: int, step: Step, known: Sequence[tuple[Step, Origin]], old: Schedule) -> Origin:
    """Where a step of one version comes from, given the steps of the version before it."""
    revision = version.revisions[place - 1].revision
    if step.start < revision.on or begins_that_day(step, old):
        was, origin = known[step.number - 1]
        return _changed(origin, place, was, step, searched=revision.plans_anew)
    if step.start == revision.on:
        event = event_of(version, place)
        made = Made.KEPT if event is None else Made.RAISED if event.kind is EventKind.RAISED else Made.FOUND
        history = StepHistory(place + 1, made, step.start, (), revision.by, revision.reason)
        return Origin(history, ((place, step),))
    same = [(was, origin) for was, origin in known if same_step(was, step)]
    if not same or (revision.plans_anew and step.kind is not StepKind.SWITCH):
        return _new(place, step)
    was, origin = same[-1]
    return _changed(origin, place, was, step, searched=False)


def _new(place: int, step: Step) -> Origin:
    """A step that a version planned."""
    return Origin(StepHistory(place + 1, Made.PLANNED, step.start), ((place, step),))


def _changed(origin: Origin, place: int, was: Step, step: Step, *, searched: bool) -> Origin:
    """A step that a version took over from the one before it, with what it did to it."""
    changes = []
    moved = (step.start - was.start).days
    if moved:
        changes.append(StepChange(place + 1, Changed.MOVED, moved))
    if was.days is None or step.days is None:
        if was.days != step.days:
            changes.append(StepChange(place + 1, Changed.ENDED if step.days else Changed.NO_END, 0))
    elif step.days != was.days:
        longer = step.days - was.days
        changes.append(StepChange(place + 1, Changed.LONGER if longer > 0 else Changed.SHORTER, abs(longer)))
    history = origin.history._replace(changes=(*origin.history.changes, *changes))
    # A search may begin by staying on this dose: its days of waiting are then days of this step.
    stood = (*origin.stood, (place, step)) if searched and changes else origin.stood
    return Origin(history, stood)


def days_of(stood: Step, now: Step) -> tuple[date, date | None]:
    """The first day of a step as it once stood and the day after its last one, without the days that were taken away since."""
    if now.days is None:
        return stood.start, stood.end
    end = stood.start + timedelta(days=now.days)
    return stood.start, end if stood.end is None else min(stood.end, end)
