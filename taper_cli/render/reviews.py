"""When a plan is reviewed: before each change of dose, and after the last dose; days for a calendar and for a care plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from taper_cli.model.report import Report
from taper_cli.model.schedule import Step, StepKind
from taper_cli.render import wording as say
from taper_cli.render.content import watch_window

# A cut is not called tolerated before day 7, the day of the cut being day 1.
_FIRST_DAY = 7


class Review(NamedTuple):
    """A visit on any day from the first to the last, both included, and what it is about."""

    step: Step
    first: date
    last: date
    words: str


def reviews(report: Report) -> Iterator[Review]:
    """A review of each dose before it changes, and one after stopping; a dose that goes on has no last day to be reviewed by."""
    for step, following in pairwise(report.schedule.steps):
        if step.last_day is not None:
            dose = "" if step.rhythm else f" ({say.total_text(step)} a day)"
            what = "STOP" if following.kind is StepKind.STOP else "the dose changes"
            words = f"Review step {step.number}{dose} before {what} on {say.full_date(following.start)}."
            yield Review(step, _settled(step, step.last_day), step.last_day, words)
    ending = report.schedule.ending
    window = watch_window(report, ending)
    if ending.kind is StepKind.STOP and window is not None:
        yield Review(
            ending, _settled(ending, window[1]), window[1], "Review after the last dose: signs can start late."
        )


def _settled(step: Step, last: date) -> date:
    """The first day on which a step can be judged; the last one where it is too short for that."""
    return min(step.start + timedelta(days=_FIRST_DAY - 1), last)
