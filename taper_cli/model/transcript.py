"""What a paper states, believed by nobody yet: the loose rows that the judge reads, from our planner or from any file.

A `Schedule` cannot be wrong in itself, so a judge that read schedules could never find a wrong sum. It reads this instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import Dose, upwards
from taper_cli.model.period import Rhythm
from taper_cli.model.product import Product
from taper_cli.model.schedule import Intake, Schedule, Slot, StepKind, Switched


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPortion:
    """So many tablets or mL of a product, as stated."""

    product: Product
    count: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedIntake:
    """A slot's dose of one drug as stated, and the portions said to make it; None where the paper names no products.

    `worth` is how many mg of the schedule's drug one mg counts for; `drug` is empty where it is the schedule's own.
    """

    slot: Slot
    dose: Dose
    portions: tuple[StatedPortion, ...] | None
    drug: str = ""
    worth: Fraction = Fraction(1)

    @property
    def equivalent(self) -> Fraction:
        """What it counts for, in nanograms of the schedule's drug."""
        return self.dose.ng * self.worth


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedStep:
    """One row: from `start` to the day before `end`, a daily total, its intakes. Nothing here is checked.

    The total counts in the schedule's drug; where two drugs are taken it is what both count for (see `counts_for`).

    `weekday` is the weekday stated for the start, `stated_number` the row's own number, `pieces` the tablets stated for the
    whole step, `day_portions` the products of a whole day, `written` the dose as it is written, where the paper has them.
    With a `rhythm` the intakes are those of its days, `others` those of the days between.
    """

    number: int
    kind: StepKind
    start: date
    end: date | None
    total: Dose
    intakes: tuple[StatedIntake, ...]
    held: bool = False
    weekday: str = ""
    stated_number: int | None = None
    day_portions: tuple[StatedPortion, ...] | None = None
    written: str = ""
    pieces: Fraction | None = None
    rhythm: Rhythm | None = None
    others: tuple[StatedIntake, ...] = ()

    @property
    def mean(self) -> Fraction:
        """The daily total in the long run, in nanograms."""
        if self.rhythm is None:
            return Fraction(self.total.ng)
        rest = sum(intake.dose.ng for intake in self.others)
        return self.total.ng * self.rhythm.share + rest * (1 - self.rhythm.share)

    @property
    def level(self) -> Dose:
        """The daily total in the long run, upwards to a microgram, so that days left out count as a fall and never as less."""
        return self.total if self.rhythm is None else upwards(self.mean)


class EventKind(Enum):
    """Why a dose may change without being a cut of the plan."""

    RAISED = "raised by a prescriber"
    FOUND = "what the patient was found to take"


class Event(NamedTuple):
    """A day on which the dose rose by a prescriber's word, or on which the patient was found to take another one than planned."""

    day: date
    kind: EventKind
    dose: Dose


class StatedSupply(NamedTuple):
    """How much of a product a paper hands out in all, how much of it its doses take, and how much they open where the rest of a
    divided tablet is thrown away."""

    product: Product
    handed_out: Fraction
    taken: Fraction
    opened: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """The rows in their order, with the dose in force before the first, and the day it was stated to end, if any.

    `events` are the changes that no planner makes, as the revisions of a plan state them; `revised_on` is the day from which
    the last revision holds. `switched` is the drug that the schedule comes from: `before` counts what was taken of it, and
    `intakes_before` has it by slot, where that is known. `supplied` is what the paper hands out, where it says so for all
    its days.
    """

    drug: str
    before: Dose
    steps: tuple[StatedStep, ...]
    before_until: date | None = None
    events: tuple[Event, ...] = ()
    revised_on: date | None = None
    switched: Switched | None = None
    intakes_before: tuple[StatedIntake, ...] = ()
    supplied: tuple[StatedSupply, ...] = ()


def transcribe(schedule: Schedule, events: tuple[Event, ...] = (), revised_on: date | None = None) -> Transcript:
    """Write a schedule down as a paper would state it, with what its revisions state."""
    return Transcript(
        events=events,
        revised_on=revised_on,
        drug=schedule.drug,
        before=schedule.counted_before,
        switched=schedule.switched,
        intakes_before=_taken_before(schedule),
        steps=tuple(
            StatedStep(
                number=step.number,
                kind=step.kind,
                start=step.start,
                end=step.end,
                total=step.counted,
                held=step.held,
                intakes=_stated(step.intakes, schedule.drug),
                rhythm=step.rhythm,
                others=_stated(step.others, schedule.drug),
            )
            for step in schedule.steps
        ),
    )


def _taken_before(schedule: Schedule) -> tuple[StatedIntake, ...]:
    """What was taken until the first step, by slot."""
    drug = schedule.drug_before
    name = drug if schedule.switched else ""
    return tuple(
        StatedIntake(slot=slot, dose=dose, portions=None, drug=name, worth=schedule.worths[drug])
        for slot, dose in schedule.before.doses
    )


def _stated(intakes: tuple[Intake, ...], own: str) -> tuple[StatedIntake, ...]:
    """Intakes as a paper would state them."""
    return tuple(
        StatedIntake(
            slot=intake.slot,
            dose=intake.dose,
            drug="" if intake.drug == own else intake.drug,
            worth=intake.worth,
            portions=tuple(StatedPortion(product=part.product, count=part.count) for part in intake.portions),
        )
        for intake in intakes
    )
