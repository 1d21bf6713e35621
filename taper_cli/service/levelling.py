"""The drug-level picture of a finished plan, worked out when it is asked for; it never changes the plan."""

from __future__ import annotations

from datetime import date, timedelta

from taper_cli.model.errors import InvalidInput
from taper_cli.model.level import LevelBand, Levels
from taper_cli.model.report import Report
from taper_cli.model.schedule import Schedule, Slot
from taper_cli.planning.levels import Intakes, band, grid

# Hours of the day at which intakes are taken to be swallowed; they are told beside the picture.
HOUR_OF = {Slot.DAILY: 8, Slot.MORNING: 8, Slot.NOON: 12, Slot.EVENING: 18, Slot.BEDTIME: 22}
_DAYS_BEFORE = 7
_PARENTS, _METABOLITES = 5, 3


def levels_of(report: Report) -> Levels:
    """Predicted levels from a week before the first cut to the end of the watch after the last; none without half-lives held.

    Raises:
        InvalidInput: for a plan of two drugs.
    """
    drug = report.drug
    if report.of_two_drugs:
        # The level of the old drug falls while that of the new one rises: one curve in percent of a start would mean nothing.
        raise InvalidInput(
            "--level-picture draws one drug, and this plan takes two", "expected a plan of one drug", "leave it out"
        )
    if drug.half_life_hours is None:
        return Levels((), None)
    schedule = report.schedule
    first = schedule.start - timedelta(days=_DAYS_BEFORE)
    last = schedule.ending.start + timedelta(days=report.drug_class.after_last_dose_days - 1)
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    before: Intakes = [(HOUR_OF[slot], dose.ng) for slot, dose in schedule.before.doses]
    parent = grid(*drug.half_life_hours, _PARENTS)
    metabolite = grid(*drug.metabolite_hours, _METABOLITES) if drug.metabolite_hours else []
    found = band(parent, metabolite, before, [_taken(schedule, day, before) for day in days])
    names = ((drug.name, drug.half_life_hours), ("its active metabolite", drug.metabolite_hours))
    bands = tuple(
        LevelBand(name, hours, tuple((day, *share) for day, share in zip(days, shares, strict=True)))
        for (name, hours), shares in zip(names, found, strict=False)
        if hours is not None
    )
    return Levels(bands, drug.half_life_cite)


def _taken(schedule: Schedule, day: date, before: Intakes) -> Intakes:
    """The intakes of a day, by hour and ng."""
    step = schedule.step_on(day)
    return before if step is None else [(HOUR_OF[intake.slot], intake.dose.ng) for intake in step.intakes_on(day)]
