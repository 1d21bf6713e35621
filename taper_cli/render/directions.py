"""Direction lines to paste into a prescribing system, and the label text of one product handed out."""

from __future__ import annotations

from collections.abc import Iterator

from taper_cli.model.report import Report
from taper_cli.model.schedule import Intake, Step
from taper_cli.model.supply import Dispensing
from taper_cli.render import wording as say

# What two common kinds of field hold: a short one of an electronic prescription, and a long free text.
SHORT_FIELD, LONG_FIELD = 140, 1_000


def direction(report: Report, step: Step) -> str:
    """One step as a full sentence with its length in days."""
    text = say.instruction(
        step,
        say.stopped(report),
        naming=say.naming_of(report, step),
        bedtime=report.region.bedtime_word,
        with_days=True,
    )
    return say.in_region(text, report.region)


def fits(text: str) -> str:
    """Whether a direction fits the two fields, with its length: '97, fits 140'."""
    field = next((f"fits {size:,}" for size in (SHORT_FIELD, LONG_FIELD) if len(text) <= size), "too long for 1,000")
    return f"{len(text)}, {field}"


def label(report: Report, dispensing: Dispensing) -> str:
    """What stands on the box of one product for one supply: every dose of it in the days covered, with dates."""
    return say.in_region(" ".join(_doses_of(report, dispensing)), report.region)


def _doses_of(report: Report, dispensing: Dispensing) -> Iterator[str]:
    """A sentence for each step that takes the product in those days."""
    bedtime = report.region.bedtime_word
    for step in report.schedule.dosing_steps:
        naming = say.naming_of(report, step)
        first, after = max(step.start, dispensing.start), min(step.end or dispensing.end, dispensing.end)
        main, rest = (_doses(intakes, dispensing, bedtime, naming=naming) for intakes in (step.intakes, step.others))
        if not (main or rest) or first >= after:
            continue
        words = f"From {say.short_range(first, say.day_before(after))}: take {say.listed(main) if main else 'none'}"
        if step.rhythm is None:
            yield f"{words}."
        else:
            counted = f", counted from {say.short_date(step.start)}" if not step.rhythm.weekdays else ""
            words = words.replace("once a day at your usual time", "at your usual time")
            yield f"{words} {step.rhythm.words}{counted}. On the days between take {say.listed(rest) if rest else 'none'}."


def _doses(intakes: tuple[Intake, ...], dispensing: Dispensing, bedtime: str, *, naming: say.Naming) -> list[str]:
    """What the intakes of a day take of the product that is handed out."""
    return [
        say.portion_at(portion, intake.slot, bedtime, naming=naming)
        for intake in intakes
        for portion in intake.portions
        if portion.product == dispensing.product
    ]
