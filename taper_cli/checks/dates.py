"""Is every day covered once, in order, from the first cut on?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from taper_cli.checks.base import Case
from taper_cli.model.finding import Finding, Level
from taper_cli.model.period import weekday


class EveryDayOnce:
    """Each step starts on the day the one before it ends: no day without instruction, no day with two."""

    def findings(self, case: Case) -> Iterator[Finding]:
        steps = case.transcript.steps
        until = case.transcript.before_until
        if until is not None and steps and until != steps[0].start:
            rule = "dates.gap" if until < steps[0].start else "dates.overlap"
            message = f"starts on {steps[0].start.isoformat()}, the starting dose is given until {until.isoformat()}"
            change = f"start it on {until.isoformat()}"
            yield Finding(rule=rule, level=Level.REFUSE, step=steps[0].number, message=message, change=change)
        for earlier, later in pairwise(steps):
            if earlier.end is None or earlier.end > later.start:
                rule, what = "dates.overlap", "before the step before it has ended"
            elif earlier.end < later.start:
                rule, what = "dates.gap", "after days without instruction"
            else:
                continue
            yield Finding(
                rule=rule,
                level=Level.REFUSE,
                step=later.number,
                message=f"starts on {later.start.isoformat()}, {what}",
                change=f"start it on {earlier.end.isoformat()}" if earlier.end else "leave out what follows the end",
            )


class NoRowLost:
    """Where rows are numbered, none is missing and none stands out of order."""

    def findings(self, case: Case) -> Iterator[Finding]:
        for step in case.transcript.steps:
            if step.stated_number is not None and step.stated_number != step.number:
                message = (
                    f"row {step.number} of the paper is numbered {step.stated_number}: a row is missing or misplaced"
                )
                yield Finding(rule="rows.number", level=Level.REFUSE, step=step.number, message=message)
                return


class PositiveLength:
    """A step lasts at least one day."""

    def findings(self, case: Case) -> Iterator[Finding]:
        for step in case.transcript.steps:
            if step.end is not None and step.end <= step.start:
                message = f"ends on {step.end.isoformat()}, not after its start {step.start.isoformat()}"
                yield Finding(rule="dates.length", level=Level.REFUSE, step=step.number, message=message)


class WeekdaysMatch:
    """A stated weekday is the weekday of its date: a wrong one sends the patient to the wrong row."""

    def findings(self, case: Case) -> Iterator[Finding]:
        for step in case.transcript.steps:
            stated, right = step.weekday.strip().lower()[:3], weekday(step.start)
            if stated and stated != right.lower():
                message = f"{step.start.isoformat()} is a {right}, the paper says {step.weekday!r}"
                change = f"write {right}, or correct the date"
                yield Finding(
                    rule="dates.weekday", level=Level.REFUSE, step=step.number, message=message, change=change
                )


class NotInThePast:
    """A start before today is flagged: the sheet would tell of days that are over."""

    def findings(self, case: Case) -> Iterator[Finding]:
        steps = case.transcript.steps
        if case.today and steps and steps[0].start < case.today:
            message = f"the first cut is on {steps[0].start.isoformat()}, before today ({case.today.isoformat()})"
            yield Finding(rule="dates.past", level=Level.FLAG, step=steps[0].number, message=message)


class ChangeNotInThePast:
    """A revision that holds from a day before today is flagged: what was taken since may not be what it says."""

    def findings(self, case: Case) -> Iterator[Finding]:
        day = case.transcript.revised_on
        if case.today and day and day < case.today:
            message = f"the change holds from {day.isoformat()}, before today ({case.today.isoformat()})"
            yield Finding(rule="dates.past", level=Level.FLAG, message=message)
