"""Is what is over left as it was? A new version is read against the one that it replaces, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from taper_cli.model.finding import Finding, Level
from taper_cli.model.schedule import Schedule, Step


def past_findings(earlier: Schedule, schedule: Schedule, on: date) -> tuple[Finding, ...]:
    """Every difference before the day of the change: each a refusal that no acceptance lifts.

    A step that was over stays as it was to the last tablet. The step in force keeps its number, its first day and its intakes
    for every day until the change; only its end may move, never to before that day.
    """
    faults = list(_differences(earlier, schedule, on))
    if (earlier.drug, earlier.before, earlier.switched) != (schedule.drug, schedule.before, schedule.switched):
        faults.append((None, "the medicine or the dose before the plan is another one"))
    return tuple(
        Finding(rule="revision.past", level=Level.REFUSE, step=number, message=message) for number, message in faults
    )


def _differences(earlier: Schedule, schedule: Schedule, on: date) -> Iterator[tuple[int | None, str]]:
    """What is not as it was, by step."""
    before = [step for step in earlier.steps if step.start < on]
    now = [step for step in schedule.steps if step.start < on]
    if len(before) != len(now):
        yield None, f"{len(before)} steps began before the change, {len(now)} are left of them"
    for old, new in zip(before, now, strict=False):
        if old.end is not None and old.end <= on:
            same = (old.kind, old.end, old.held, _as_before(old)) == (new.kind, new.end, new.held, _as_before(new))
        else:
            same = _as_before(old) == _as_before(new) and (new.end is None or new.end >= on)
        if not same:
            yield new.number, "was changed, although it is over"


def _as_before(step: Step) -> tuple[object, ...]:
    """What a step says of the days that are over; how far a tablet may be divided is no part of what was taken."""
    taken = [
        [
            (intake.slot, intake.dose, [(portion.product.key, portion.count) for portion in intake.portions])
            for intake in intakes
        ]
        for intakes in (step.intakes, step.others)
    ]
    return (step.number, step.start, step.rhythm, taken)
