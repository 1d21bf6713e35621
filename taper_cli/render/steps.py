"""The schedule on every paper: its steps as rows, as bars and as days of a calendar, and what stands beside each of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from taper_cli.model.dose import percent_text
from taper_cli.model.report import Report
from taper_cli.model.schedule import Schedule, Slot, Step, StepKind
from taper_cli.render import wording as say
from taper_cli.render.blocks import Month, Para, Staircase, StepRow, StepTable
from taper_cli.render.warnings import Moment, first_words, moments, watch_window


def step_table(report: Report) -> StepTable:
    """The schedule as rows, the present dose first and undated."""
    slots = report.schedule.before.slots
    names = tuple(say.slot_name(slot, report.region) for slot in slots)
    whose = f"{report.schedule.drug_before} " if report.of_two_drugs else ""
    now = StepRow(
        number="now",
        first="",
        last="",
        days="",
        takes=tuple(f"{whose}{dose}" for _, dose in report.schedule.before.doses),
        total=say.before_text(report),
        of_current="",
        of_start="",
        cumulative="",
        watch="",
        flags="",
        beside=(),
    )
    return StepTable(names, (now, *(_row(report, step, slots) for step in report.schedule.steps)))


def _row(report: Report, step: Step, slots: tuple[Slot, ...]) -> StepRow:
    schedule = report.schedule
    window = watch_window(report, step)
    marks = marks_of(report)
    cut = schedule.reduces(step)
    return StepRow(
        number="END" if step.end is None else str(step.number),
        first=say.full_date(step.start),
        last=say.full_date(step.last_day) if step.last_day else say.ending_text(step),
        days=str(step.days or ""),
        takes=_takes(report, step, slots),
        total=say.total_text(step),
        of_current=f"{percent_text(schedule.reduction(step))}%" if cut else "",
        of_start=f"{percent_text(schedule.cut_of_start(step))}%" if cut else "",
        cumulative=f"{percent_text(schedule.cut_so_far(step))}%",
        watch=say.short_range(*window) if window else "",
        flags=" ".join(marks[rule] for rule in report.flags_of(step)),
        beside=beside(report, step),
    )


def _takes(report: Report, step: Step, slots: tuple[Slot, ...]) -> tuple[str, ...]:
    """What is taken in each slot, in products and mg."""
    if step.kind is StepKind.STOP:
        return (say.no_more(report), *([""] * (len(slots) - 1)))
    naming = say.naming_of(report, step)
    taken = [[intake for intake in step.intakes if intake.slot is slot] for slot in slots]
    takes = [
        " and ".join(f"{say.intake_text(intake, naming=naming)} ({intake.dose})" for intake in intakes) or "none"
        for intakes in taken
    ]
    if step.rhythm is not None:
        takes[-1] += f" {step.rhythm.words}. {say.between(step, naming=naming, bedtime=report.region.bedtime_word)}."
    return tuple(takes)


def marks_of(report: Report) -> dict[str, str]:
    """A short mark (F1, F2 ...) for each rule that flags a step, in order of appearance."""
    rules = dict.fromkeys(rule for step in report.schedule.steps for rule in report.flags_of(step))
    return {rule: f"F{number}" for number, rule in enumerate(rules, start=1)}


def beside(report: Report, step: Step) -> tuple[str, ...]:
    """Warnings that belong to one step, in words for a screen that the prescriber reads."""
    weeks = report.drug_class.after_last_dose_days // 7
    old, new = report.schedule.drug_before, report.schedule.drug
    words = {
        Moment.FIRST: first_words(report, "First cut: do not stop suddenly", "no alcohol", "do not drive if sleepy"),
        Moment.SWITCH: "A stage of the switch: keep the boxes apart; more sleepy, or unwell: phone; review 5 to 7 days after the first",
        Moment.SWITCHED: f"The switch is complete: only {new} from here on; take back what is left of {old}",
        Moment.RAISED: "More than before, by a prescriber's decision or because it is what is taken: see the change slip",
        Moment.LONGER: "A longer step: stay on this dose until the date shown",
        Moment.STOPPED: f"After stopping: signs can start late, keep watching for {weeks} weeks, keep this sheet",
        Moment.BIGGER: "A bigger drop for the body: speak to the clinic before this step",
        Moment.LOWER_THIRD: (
            "Lower third: signs may be stronger, the next cuts are bigger in proportion, review before going on"
        ),
        Moment.LAST: "Last dose before STOP: review first",
        Moment.SPACED: "Not the same every day: look at the date",
        Moment.STAYING: "Stay on this dose until the prescriber changes it",
    }
    return tuple(words[moment] for moment in moments(report, step))


def staircase(report: Report) -> Staircase:
    """The dose at each step as a bar."""
    start = report.schedule.before_mean
    bars = [("now", 100, say.before_text(report))]
    for step in report.schedule.steps:
        label = say.full_date(step.start)
        bars.append((label, _hundredths(step.mean, start), say.total_text(step) if step.intakes else "STOP"))
    return Staircase(tuple(bars))


def _hundredths(mean: Fraction, start: Fraction) -> int:
    """A daily dose in hundredths of the starting dose, upwards, so that no dose above zero looks like none."""
    return int(-(-100 * mean // start))


def months(report: Report) -> Iterator[Month]:
    """Every month from the first cut to the ending, with the dose on each day of the plan."""
    schedule = report.schedule
    changes = {
        step.start for step in schedule.steps if step.mean != schedule.mean_before(step) or step.kind is StepKind.SWITCH
    }
    first = schedule.start.replace(day=1)
    while first <= schedule.ending.start:
        following = (first + timedelta(days=32)).replace(day=1)
        cells: list[tuple[str, str, bool] | None] = [None] * first.weekday()
        day = first
        # A dose that goes on is shown to the end of its month: an empty day would read as "take nothing".
        last = schedule.ending.start if schedule.ending.kind is StepKind.STOP else following
        while day < following:
            inside = schedule.start <= day <= last
            shown = _on_day(schedule, day) if inside else ""
            cells.append((str(day.day), shown, day in changes))
            day += timedelta(days=1)
        cells += [None] * (-len(cells) % 7)
        yield Month(say.month_name(first), tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7)))
        first = following


def _on_day(schedule: Schedule, day: date) -> str:
    """A day of the calendar: its mg, or the number of the step where it takes two drugs, whose mg do not add up."""
    step = next(step for step in reversed(schedule.steps) if step.start <= day)
    if len(step.drugs) > 1:
        return f"step {step.number}"
    if step.kind is StepKind.STOP:
        return "STOP"
    dose = step.total_on(day)
    return dose.mg_text if dose else "none"


def drawn_as(report: Report) -> Iterator[Para]:
    """What a picture of two drugs draws, since their mg do not add up."""
    if report.of_two_drugs:
        drug = report.schedule.drug
        yield Para(
            f"Drawn as {drug}: {report.schedule.drug_before} by what it was taken to be equal to. It is not the mg that is taken."
        )


def apart_lines(report: Report) -> Iterator[str]:
    """The stretches that no supply of the plan holds, since a dose went on there that was prescribed apart."""
    for first, after in report.supply.apart:
        last = say.full_date(say.day_before(after))
        yield f"what was taken from {say.full_date(first)} to {last}, on a dose that went on, was prescribed apart"
