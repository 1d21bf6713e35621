"""A switch laid out in stages: one slot, or a part of it, goes over from the old drug to the new one, at each by its worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import ZERO, Dose, upwards
from taper_cli.model.period import Period
from taper_cli.model.product import Product
from taper_cli.model.schedule import Intake, Regimen, Schedule, Slot, Step, StepKind, Switched
from taper_cli.planning.calendar import after
from taper_cli.planning.dispensing import Dispensary
from taper_cli.planning.revision import looked_back_on


class Crossover(NamedTuple):
    """A switch as a problem: both regimens by the same slots, both drugs' products, the order of slots, the days.

    `move` is how much of the old drug goes over at a time (None: a whole slot), `cut` what each stage leaves out of what is equal.
    """

    switched: Switched
    before: Regimen
    to: Regimen
    old_products: tuple[Product, ...]
    new_products: tuple[Product, ...]
    order: tuple[Slot, ...]
    start: date
    every: Period
    move: Dose | None = None
    cut: Dose = ZERO


class Crossed(NamedTuple):
    """The stages on their dates, the first day after the last of them, and what is then taken of the new drug."""

    steps: tuple[Step, ...]
    end: date
    regimen: Regimen


class UnmakeableStage(NamedTuple):
    """A dose of one drug in one slot that its products do not make, with the nearest ones they do."""

    stage: int
    slot: Slot
    drug: str
    dose: Fraction
    below: Dose | None
    above: Dose | None


class NothingLeft(NamedTuple):
    """The cut of each stage leaves nothing of the new drug in a slot."""

    stage: int
    slot: Slot


Answer = Crossed | UnmakeableStage | NothingLeft


class _Mix(NamedTuple):
    """What is taken in one slot at a stage: mg of the old drug, and of the new one before it is known to be makeable."""

    old: Dose
    new: Fraction


def cross(problem: Crossover) -> Answer:
    """Every stage in turn; the first dose that products do not make stops it.

    Raises:
        TooFine: when the products make more doses than can be searched.
        OverflowError: when a date leaves the calendar.
    """
    old = Dispensary(problem.old_products, max(dose for _, dose in problem.before.doses))
    new = Dispensary(problem.new_products, max(dose for _, dose in problem.to.doses))
    steps: list[Step] = []
    mixes = {slot: _Mix(dose, Fraction(0)) for slot, dose in problem.before.doses}
    fault = _unmakeable(0, old, mixes, new, problem)
    if fault is not None:
        return fault
    day = problem.start
    for slot, mix in _moves(problem):
        mixes = {**mixes, slot: mix}
        number = len(steps) + 1
        if mix.new <= 0:
            return NothingLeft(number, slot)
        fault = _unmakeable(number, old, {slot: mix}, new, problem)
        if fault is not None:
            return fault
        end = after(problem.start, problem.every, number)
        intakes = tuple(_intakes(problem, mixes, old, new))
        steps.append(Step(number=number, kind=StepKind.SWITCH, start=day, end=end, intakes=intakes))
        day = end
    regimen = Regimen(tuple((slot, Dose(int(mixes[slot].new))) for slot, _ in problem.before.doses))
    return Crossed(tuple(steps), day, regimen)


def _moves(problem: Crossover) -> Iterator[tuple[Slot, _Mix]]:
    """The slot that each stage changes, and what is taken there from then on."""
    before, to = dict(problem.before.doses), dict(problem.to.doses)
    for slot in problem.order:
        left, moved, stages = before[slot], 0, 0
        while left:
            part = min(problem.move or left, left)
            left, moved, stages = left - part, moved + part.ng, stages + 1
            share = Fraction(moved, before[slot].ng)
            yield slot, _Mix(left, to[slot].ng * share - problem.cut.ng * stages)


def _unmakeable(
    stage: int, old: Dispensary, mixes: dict[Slot, _Mix], new: Dispensary, problem: Crossover
) -> UnmakeableStage | None:
    """The first dose of these slots that cannot be made."""
    drugs = (problem.switched.drug, problem.new_products[0].drug)
    for slot, mix in mixes.items():
        for drug, dispensary, ng in zip(drugs, (old, new), (Fraction(mix.old.ng), mix.new), strict=True):
            if ng > 0 and (ng.denominator > 1 or not dispensary.makes(Dose(int(ng)))):
                below, above = _around(dispensary, ng)
                return UnmakeableStage(stage, slot, drug, ng, below, above)
    return None


def _around(dispensary: Dispensary, ng: Fraction) -> tuple[Dose | None, Dose | None]:
    """The nearest makeable doses on both sides."""
    doses = [Dose(point * dispensary.quantum) for point in dispensary.points() if point]
    below = [dose for dose in doses if dose.ng < ng]
    above = [dose for dose in doses if dose.ng > ng]
    return (below[-1] if below else None, above[0] if above else None)


def _intakes(problem: Crossover, mixes: dict[Slot, _Mix], old: Dispensary, new: Dispensary) -> Iterator[Intake]:
    """What is taken of both drugs, in the order of the day, the old drug first."""
    for slot, mix in mixes.items():
        for ng, dispensary, worth in (
            (mix.old.ng, old, problem.switched.worth),
            (int(mix.new), new, Fraction(1)),
        ):
            if ng:
                portions = dispensary.recipe(ng // dispensary.quantum)
                yield Intake(slot=slot, dose=Dose(ng), portions=portions, worth=worth)


def joined(problem: Crossover, crossed: Crossed, taper: Schedule) -> Schedule:
    """The stages and the taper of the new drug as one schedule, its steps numbered on."""
    later = [replace(step, number=len(crossed.steps) + place) for place, step in enumerate(taper.steps, start=1)]
    return Schedule(drug=taper.drug, before=problem.before, steps=(*crossed.steps, *later), switched=problem.switched)


def totals_until(problem: Crossover, crossed: Crossed) -> tuple[tuple[date, Dose], ...]:
    """The totals in force before the taper, in the new drug, each with its first day, as a limit that looks back must see them.

    The start of all is the first. Nothing, where every stage counts for what was taken before and is taken after it.
    """
    found: Sequence[tuple[date, Fraction]] = [
        (date.min, problem.before.total.ng * problem.switched.worth),
        *((step.start, step.mean) for step in crossed.steps),
    ]
    if {mean for _, mean in found} == {crossed.regimen.total.ng}:
        return ()
    return looked_back_on([(day, upwards(mean)) for day, mean in found])
