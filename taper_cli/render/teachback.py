"""Questions the pharmacist asks so that the patient says the plan back, with the answers computed from the plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from taper_cli.model.report import Report
from taper_cli.model.schedule import Step, StepKind
from taper_cli.render import wording as say
from taper_cli.render.sheet_blocks import Question
from taper_cli.render.warnings import emergency_number, patient_advice

_FRIDAY = 4


def questions(report: Report) -> Iterator[Question]:
    """What to take on one day, when the dose changes next, the end, a missed dose, a fit."""
    schedule = report.schedule
    steps = schedule.dosing_steps
    if steps:
        step = steps[1] if len(steps) > 1 else steps[0]
        asked = _a_friday(step)
        yield Question(f"What do you take on {say.full_date(asked)}?", _taken(report, step))
        following = schedule.steps[step.number]
        then = "STOP" if not following.intakes else f"{say.doses_text(following.intakes)} a day"
        yield Question(
            "When does the dose change next after that, and to what?", f"{say.full_date(following.start)}: {then}."
        )
    yield Question("How does the plan end?", _end(report))
    missed = patient_advice(report, "missed-dose")
    if missed:
        yield Question("You have missed a dose. What do you do?", " ".join(missed))
    yield Question("A drop feels too hard. What do you do?", " ".join(patient_advice(report, "hold")))
    yield Question("You have a fit, or cannot be woken. Whom should people phone?", f"{emergency_number(report)}.")


def _a_friday(step: Step) -> date:
    """The first Friday of a step, as pharmacists ask for the end of the week; the first day where it has none."""
    ahead = step.start + timedelta(days=(_FRIDAY - step.start.weekday()) % 7)
    return ahead if step.end is None or ahead < step.end else step.start


def _taken(report: Report, step: Step) -> str:
    """All intakes of a day, in words."""
    text = say.instruction(
        step, say.stopped(report), naming=say.naming_of(report, step), bedtime=report.region.bedtime_word
    )
    words = text.removeprefix("Take ")
    return words[:1].upper() + words[1:]


def _end(report: Report) -> str:
    """The last dose and the day after it, or the dose that goes on."""
    ending = report.schedule.ending
    if ending.kind is StepKind.STOP:
        last = say.full_date(say.day_before(ending.start))
        return f"The last dose is on {last}. From {say.full_date(ending.start)}: none."
    return f"From {say.full_date(ending.start)} you stay on {say.doses_text(ending.intakes)} a day until your prescriber changes it."
