"""A schedule changed from a day on: what is over stays, the step in force is kept or cut short, the rest follows later or anew.

The old curve is never caught up with: after a hold or a higher dose every later step moves by as many days, or the rest is
planned anew from the dose of that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import Dose
from taper_cli.model.period import Period
from taper_cli.model.product import Key, Product
from taper_cli.model.schedule import Intake, Regimen, Schedule, Slot, Step, StepKind, equivalents
from taper_cli.planning.calendar import after
from taper_cli.planning.dispensing import Dispensary
from taper_cli.planning.problem import UnmakeableDose


class Stay(NamedTuple):
    """What is taken from the day of the change until the next cut: the intakes, the first day after them.

    `fresh` says that they are not those of the step in force, so that a new step begins with the change.
    """

    intakes: tuple[Intake, ...]
    until: date
    fresh: bool


def step_on(schedule: Schedule, day: date) -> Step:
    """The step in force on a day of the schedule."""
    return next(step for step in reversed(schedule.steps) if step.start <= day)


def regimen_of(intakes: Iterable[Intake]) -> Regimen:
    """The doses of intakes by slot."""
    doses = [(intake.slot, intake.dose) for intake in intakes]
    return Regimen(tuple(sorted(doses, key=lambda pair: list(Slot).index(pair[0]))))


def intakes_of(regimen: Regimen, products: Sequence[Product]) -> tuple[Intake, ...] | UnmakeableDose:
    """A regimen in products, or the first dose of it that they cannot make.

    Raises:
        TooFine: when the products make more doses than can be searched.
    """
    most = max(product.strength.ng for product in products)
    dispensary = Dispensary(products, Dose(max(dose.ng for _, dose in regimen.doses) + most))
    for _, dose in regimen.doses:
        if not dispensary.makes(dose):
            below, above = dispensary.around(dose)
            return UnmakeableDose(dose=dose, below=below, above=above)
    return tuple(
        Intake(slot=slot, dose=dose, portions=dispensary.recipe(dose.ng // dispensary.quantum))
        for slot, dose in regimen.doses
    )


def takes_old(schedule: Schedule, step: Step) -> bool:
    """Whether a step still takes the drug that the schedule comes from."""
    return schedule.switched is not None and schedule.switched.drug in step.drugs


def stages_after(schedule: Schedule, step: Step) -> tuple[Step, ...]:
    """The stages of a switch that are still to come after a step; they stay as planned, whatever becomes of the taper."""
    if not takes_old(schedule, step):
        return ()
    return tuple(one for one in schedule.dosing_steps[step.number :] if one.kind is StepKind.SWITCH)


def steps_after(schedule: Schedule, step: Step) -> tuple[Step, ...]:
    """The dosing steps after one of them. A rise that was still to come is left out: whoever wants it asks for it again.

    The stages of a switch are none, whatever they count for.
    """
    stages, later = stages_after(schedule, step), schedule.dosing_steps[step.number :]
    rest = later[len(stages) :]
    if all(one.mean <= schedule.mean_before(one) for one in rest):
        return later
    below = steps_below(schedule, (stages[-1] if stages else step).mean)
    return (*stages, *(one for one in below if one not in stages))


def steps_below(schedule: Schedule, mean: Fraction) -> tuple[Step, ...]:
    """The steps that lead on from a daily total in nanograms: each below it and above all that come after.

    So nothing is taken twice; days left out count as less. Nothing leads back to the drug that the schedule comes from.
    """
    found: list[Step] = []
    highest = schedule.ending.mean
    for step in reversed(schedule.dosing_steps):
        if step.mean > highest and not takes_old(schedule, step):
            highest = step.mean
            if step.mean < mean:
                found.append(step)
    return tuple(reversed(found))


def follow(schedule: Schedule, on: date, stay: Stay, rest: Sequence[Step], least: Period | None = None) -> Schedule:
    """The schedule with `stay` from a day on and then the steps of `rest` one after another, each with its own days.

    With `least` none of them is shorter than that; the ending follows the last one.

    Raises:
        OverflowError: when a date leaves the calendar.
    """
    steps = _until_change(schedule, on, stay)
    day = stay.until
    for step in rest:
        end = day + timedelta(days=step.days or 0)
        if least is not None:
            end = max(end, after(day, least))
        stage = step.kind is StepKind.SWITCH and (not steps or takes_old(schedule, steps[-1]))
        kind = step.kind if step.rhythm or stage else _kind(_mean(schedule, steps), step.mean)
        steps.append(replace(step, number=len(steps) + 1, kind=kind, start=day, end=end))
        day = end
    return _closed(schedule, steps, replace(schedule.ending, number=len(steps) + 1, start=day))


def stop_after(begun: Schedule, day: date) -> Schedule:
    """A schedule that holds no more than what comes before the next cut, its last dose up to a day, and then STOP."""
    *steps, last = begun.dosing_steps
    last = replace(last, end=day, held=last.held or day > begun.ending.start)
    ending = Step(number=len(begun.steps), kind=StepKind.STOP, start=day, end=None, intakes=())
    return _closed(begun, (*steps, last), ending)


def go_on(begun: Schedule, rest: Schedule) -> Schedule:
    """A schedule that holds no more than what comes before the next cut, and then another plan whole, its steps numbered on.

    Where that plan begins by staying on, it is one longer step.
    """
    steps, later = [*begun.dosing_steps], rest.steps
    if later[0].end is not None and same_step(later[0], steps[-1]):
        steps[-1] = replace(steps[-1], end=later[0].end, held=True)
        later = later[1:]
    steps += [replace(step, number=len(steps) + place) for place, step in enumerate(later, start=1)]
    return _closed(begun, steps[:-1], steps[-1])


def stop_here(schedule: Schedule, on: date, intakes: tuple[Intake, ...]) -> Schedule:
    """The schedule up to a day, and from then on these intakes without an end."""
    steps = _over(schedule, on)
    ending = Step(number=len(steps) + 1, kind=StepKind.MAINTAIN, start=on, end=None, intakes=intakes)
    return _closed(schedule, steps, ending)


def _over(schedule: Schedule, on: date) -> list[Step]:
    """The steps before a day; one that was in force the day before ends there, and one that had no end has now."""
    steps = [step for step in schedule.steps if step.start < on]
    if steps and (steps[-1].end is None or steps[-1].end > on):
        steps[-1] = _ended(schedule, steps[-1], on)
    return steps


def _until_change(schedule: Schedule, on: date, stay: Stay) -> list[Step]:
    """Everything before the next cut: the steps that are over, and the one that is stayed on."""
    if not stay.fresh:
        step = step_on(schedule, on)
        longer = step.end is None or stay.until > step.end
        kept = _ended(schedule, step, stay.until)
        return [*schedule.steps[: step.number - 1], replace(kept, held=step.held or longer)]
    steps = _over(schedule, on)
    kind = _kind(_mean(schedule, steps), equivalents(stay.intakes))
    fresh = Step(number=len(steps) + 1, kind=kind, start=on, end=stay.until, intakes=stay.intakes)
    return [*steps, fresh]


def _ended(schedule: Schedule, step: Step, end: date) -> Step:
    """A step with another end; a dose that was to go on becomes one like any other."""
    kind = step.kind
    if kind is StepKind.MAINTAIN:
        kind = _kind(schedule.mean_before(step), step.mean)
    return replace(step, end=end, kind=kind)


def _mean(schedule: Schedule, steps: Sequence[Step]) -> Fraction:
    """The daily total in the long run, in nanograms, after some steps of a schedule."""
    return steps[-1].mean if steps else schedule.before_mean


def _kind(before: Fraction, now: Fraction) -> StepKind:
    """What a step does, by the daily total before it and its own, in nanograms."""
    if now == before:
        return StepKind.HOLD
    return StepKind.RAISE if now > before else StepKind.REDUCE


def _closed(schedule: Schedule, steps: Sequence[Step], ending: Step) -> Schedule:
    """The steps and their ending as a schedule; the dose before version 1 stays what it was.

    A product that may be divided otherwise since the change is still one product, to be counted and handed out as one.
    """
    every = (*steps, ending)
    finest: dict[Key, Product] = {}
    intakes = [intake for step in every for intake in (*step.intakes, *step.others)]
    for product in (portion.product for intake in intakes for portion in intake.portions):
        known = finest.setdefault(product.key, product)
        if product.split.value > known.split.value:
            finest[product.key] = product
    return replace(schedule, steps=tuple(_made_of(step, finest) for step in every))


def held_as(step: Step, products: Iterable[Product]) -> Step:
    """A step with those of its products that stand in a list divided as they are there."""
    return _made_of(step, {product.key: product for product in products})


def _made_of(step: Step, products: dict[Key, Product]) -> Step:
    """A step with its products as they stand in a list."""

    def made(intakes: tuple[Intake, ...]) -> tuple[Intake, ...]:
        return tuple(
            replace(
                intake,
                portions=tuple(
                    replace(one, product=products.get(one.product.key, one.product)) for one in intake.portions
                ),
            )
            for intake in intakes
        )

    return replace(step, intakes=made(step.intakes), others=made(step.others))


def same_step(one: Step, other: Step) -> bool:
    """Whether two steps take the same, on the same days."""
    return (
        one.rhythm == other.rhythm and same_taken(one.intakes, other.intakes) and same_taken(one.others, other.others)
    )


def same_taken(one: Sequence[Intake], other: Sequence[Intake]) -> bool:
    """Whether two days take the same tablets at the same times, however far those may be divided."""
    told = [
        [
            (
                intake.drug,
                intake.slot,
                intake.dose,
                {(portion.product.key, portion.count) for portion in intake.portions},
            )
            for intake in sorted(intakes, key=lambda intake: (intake.drug, list(Slot).index(intake.slot)))
        ]
        for intakes in (one, other)
    ]
    return told[0] == told[1]


def doses_until(schedule: Schedule, day: date, window_days: int) -> tuple[tuple[date, Dose], ...]:
    """The daily totals in force before a day, each with its first day, as a limit that looks back must see them."""
    found = [(schedule.start - timedelta(days=window_days), schedule.counted_before)]
    found += [(step.start, step.counted) for step in schedule.steps if step.start < day]
    return looked_back_on(found)


def looked_back_on(found: Sequence[tuple[date, Dose]]) -> tuple[tuple[date, Dose], ...]:
    """Daily totals with their first days as a limit that looks back must see them.

    After a dose went up, the days before count as the highest dose that was still to come: a limit measures from the highest
    dose of its window, and may look at the first day of the window alone.
    """
    seen: list[tuple[date, Dose]] = []
    highest = Dose(0)
    for first, dose in reversed(found):
        highest = max(highest, dose)
        seen.append((first, highest))
    return tuple(reversed(seen))
