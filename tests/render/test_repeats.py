"""On which days a time of day has a dose: few series, none too long, each day once; counted out again day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from render_builders import report

from taper_cli.model.period import Rhythm
from taper_cli.model.schedule import Intake, Schedule, Slot, Step, StepKind
from taper_cli.render.rhythms import Repeat, repeats

START = date(2026, 12, 7)
DAY = timedelta(days=1)


def taken(mg: int, slot: Slot) -> Intake:
    """An intake of diazepam as a plan has it."""
    (intake,) = report("diazepam", f"{mg + 1} mg", reduce="1 mg", region="gb").schedule.steps[0].intakes
    return replace(intake, slot=slot)


def schedule(rhythm: Rhythm | None, on: tuple[Slot, ...], between: tuple[Slot, ...], days: int) -> Schedule:
    """One step of so many days, then STOP."""
    step = Step(
        number=1,
        kind=StepKind.SPACE if rhythm else StepKind.REDUCE,
        start=START,
        end=START + days * DAY,
        intakes=tuple(taken(9, slot) for slot in on),
        rhythm=rhythm,
        others=tuple(taken(4, slot) for slot in between),
    )
    stop = Step(number=2, kind=StepKind.STOP, start=START + days * DAY, end=None, intakes=())
    return Schedule(drug="diazepam", before=report("diazepam", "20 mg", "26w").schedule.before, steps=(step, stop))


def counted(series: Repeat) -> list[date]:
    """The days of a series, one after another."""
    found, day = [], series.first
    while len(found) < (series.times or 0):
        if not series.weekdays or day.weekday() in series.weekdays:
            found.append(day)
        day += series.every * DAY
    return found


M, N = Slot.MORNING, Slot.BEDTIME
CASES = {
    "every day": (None, (M,), (), 14, 1),
    "every other day": (Rhythm(), (M,), (), 15, 1),
    "every other day, less between": (Rhythm(), (M,), (M,), 15, 1),
    "every other day, at another time between": (Rhythm(), (M,), (N,), 15, 2),
    "two days a week": (Rhythm((0, 3)), (M,), (), 31, 1),
    "two days a week, at another time between": (Rhythm((0, 3)), (M,), (N,), 31, 2),
    "a weekday that the step does not reach": (Rhythm((6,)), (M,), (N,), 3, 1),
    "two years": (None, (M,), (), 730, 3),
}


@pytest.mark.parametrize(("rhythm", "on", "between", "days", "number"), CASES.values(), ids=CASES)
def test_each_day_of_a_dose_is_in_one_series(
    rhythm: Rhythm | None, on: tuple[Slot, ...], between: tuple[Slot, ...], days: int, number: int
) -> None:
    plan = schedule(rhythm, on, between, days)
    step = plan.steps[0]
    found = {slot: list(repeats(plan, slot)) for slot in (M, N)}
    for slot, series in found.items():
        wanted = [
            day
            for day in (START + at * DAY for at in range(days))
            if slot in {intake.slot for intake in step.intakes_on(day)}
        ]
        assert [day for one in series for day in counted(one)] == wanted
    assert sum(map(len, found.values())) == number
    assert all((one.times or 0) <= 364 for series in found.values() for one in series)
