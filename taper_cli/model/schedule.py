"""The schedule: steps at one regimen on dates, made of intakes of real products, ending in STOP or MAINTAIN."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import ZERO, Dose, counts_for, total
from taper_cli.model.errors import WrongValue
from taper_cli.model.period import Rhythm
from taper_cli.model.product import Portion, Product


class Slot(Enum):
    """Times of day at which an intake is taken; DAILY is one intake a day at the patient's usual time."""

    DAILY = "daily"
    MORNING = "morning"
    NOON = "noon"
    EVENING = "evening"
    BEDTIME = "bedtime"


SLOTS_OF_DAY = (Slot.MORNING, Slot.NOON, Slot.EVENING, Slot.BEDTIME)


@dataclass(frozen=True, slots=True)
class Regimen:
    """What is taken before the taper: a dose for each slot, in the order of the day."""

    doses: tuple[tuple[Slot, Dose], ...]

    def __post_init__(self) -> None:
        slots = [slot for slot, _ in self.doses]
        if not slots or slots != sorted(set(slots), key=list(Slot).index):
            raise WrongValue("a regimen has one dose for each slot, in the order of the day")
        if Slot.DAILY in slots and len(slots) > 1:
            raise WrongValue("a dose at the usual time stands alone")
        if not all(dose for _, dose in self.doses):
            raise WrongValue("each dose of a regimen is above zero")

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Its slots in the order of the day."""
        return tuple(slot for slot, _ in self.doses)

    @property
    def total(self) -> Dose:
        """The daily total."""
        return total([dose for _, dose in self.doses])


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What is taken of one drug at one time of day. Cannot be built when the portions do not add up to the dose.

    `worth` is how many mg of the schedule's drug one mg counts for: 1 but for the drug that a switch comes from.
    """

    slot: Slot
    dose: Dose
    portions: tuple[Portion, ...]
    worth: Fraction = field(default=Fraction(1), repr=False)

    def __post_init__(self) -> None:
        if not self.portions or total([portion.dose for portion in self.portions]) != self.dose:
            raise WrongValue(f"portions of the {self.slot.value} intake do not add up to {self.dose}")
        if len({portion.product for portion in self.portions}) != len(self.portions):
            raise WrongValue("each product stands once in an intake")
        if any(portion.product.drug != self.drug for portion in self.portions):
            raise WrongValue(f"the {self.slot.value} intake adds up mg of different drugs")
        if self.worth <= 0:
            raise WrongValue(f"an intake counts for something, not for {self.worth}")

    @property
    def drug(self) -> str:
        """The drug that is taken."""
        return self.portions[0].product.drug

    @property
    def equivalent(self) -> Fraction:
        """What it counts for, in nanograms of the schedule's drug."""
        return self.dose.ng * self.worth


class Switched(NamedTuple):
    """The drug that a schedule comes from, and how many mg of the schedule's own drug one mg of it counts for, as typed."""

    drug: str
    worth: Fraction


class StepKind(Enum):
    """What a step does; START is the row a foreign file gives for the dose before the first cut.

    SPACE leaves days out or takes less on them. RAISE goes up: by a prescriber's word in a revision, or because the patient was
    found to take more; never by a planner.
    """

    START = "start"
    REDUCE = "reduce"
    HOLD = "hold"
    SPACE = "space"
    RAISE = "raise"
    SWITCH = "switch"
    MAINTAIN = "maintain"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A period at one regimen: days `start` to the day before `end`; the ending (STOP, MAINTAIN) has no end.

    `held` says that two or more equal steps were joined into this one. With a `rhythm` the intakes are those of its days, and
    `others` those of the days between (none where nothing is taken).

    `mean` is the daily total in the long run, in nanograms of the schedule's drug, what comes from another one by its worth: it
    falls as days are left out, when the total stays.
    """

    number: int
    kind: StepKind
    start: date
    end: date | None
    intakes: tuple[Intake, ...]
    held: bool = False
    # Not shown, so that the id of a plan that takes every day is the same as before there were rhythms; `plan_id` adds them.
    rhythm: Rhythm | None = field(default=None, repr=False)
    others: tuple[Intake, ...] = field(default=(), repr=False)
    # Worked out once at birth: every check, curve and paper asks for them again and again.
    mean: Fraction = field(init=False, repr=False, compare=False)
    _sum: Dose | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        taken = equivalents(self.intakes)
        if self.rhythm is not None:
            taken = taken * self.rhythm.share + equivalents(self.others) * (1 - self.rhythm.share)
        object.__setattr__(self, "mean", taken)
        object.__setattr__(self, "_sum", sum_of(self.intakes) if len(drugs_of(self.intakes)) < 2 else None)
        if (self.kind is StepKind.SPACE) != (self.rhythm is not None) or (self.others and self.rhythm is None):
            raise WrongValue(f"step {self.number}: days are spaced by a rhythm, and by nothing else")
        if self.rhythm is not None and equivalents(self.others) >= equivalents(self.intakes):
            raise WrongValue(f"step {self.number}: the days between take less")
        open_ended = self.kind in (StepKind.STOP, StepKind.MAINTAIN)
        if open_ended != (self.end is None) or (self.end is not None and self.end <= self.start):
            raise WrongValue(f"step {self.number}: a {self.kind.value} step from {self.start} to {self.end}")
        if (self.kind is StepKind.STOP) != (not self.intakes):
            raise WrongValue(f"step {self.number}: only STOP has no intake")
        if len({(intake.drug, intake.slot) for intake in self.intakes}) != len(self.intakes):
            raise WrongValue(f"step {self.number}: one intake of a drug for each slot")

    @property
    def counted(self) -> Dose:
        """What a day of it counts for in the schedule's drug: of that drug alone, its total."""
        return counts_for((intake.dose, intake.worth) for intake in self.intakes)

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs that it takes, each once, in the order of the day."""
        return tuple(dict.fromkeys(intake.drug for intake in (*self.intakes, *self.others)))

    @property
    def total(self) -> Dose:
        """The daily total, all intakes together; of a spaced step the total on its days, the larger one.

        Raises:
            WrongValue: for a step of two drugs, whose mg do not add up: a sum of them would be read as a dose.
        """
        return sum_of(self.intakes) if self._sum is None else self._sum

    def total_of(self, drug: str) -> Dose:
        """The daily total of one drug; of a spaced step the total on its days."""
        return total([intake.dose for intake in self.intakes if intake.drug == drug])

    def intakes_on(self, day: date) -> tuple[Intake, ...]:
        """What is taken on a day of this step."""
        return self.intakes if self.rhythm is None or self.rhythm.takes(self.start, day) else self.others

    def total_on(self, day: date) -> Dose:
        """The total of a day of this step; as `total`, for a step of one drug."""
        return sum_of(self.intakes_on(day))

    def stretches(self) -> tuple[tuple[date, date, tuple[Intake, ...]], ...]:
        """Its days in stretches of equal intakes: first day, day after the last, intakes; one stretch without a rhythm."""
        if self.end is None:
            return ()
        if self.rhythm is None:
            return ((self.start, self.end, self.intakes),)
        days = [self.start + timedelta(days=offset) for offset in range((self.end - self.start).days)]
        return tuple((day, day + timedelta(days=1), self.intakes_on(day)) for day in days)

    @property
    def days(self) -> int | None:
        """How many days it lasts; None for the ending."""
        return None if self.end is None else (self.end - self.start).days

    @property
    def last_day(self) -> date | None:
        """The last day at this regimen; None for the ending."""
        return None if self.end is None else self.end - timedelta(days=1)

    def dose_at(self, slot: Slot) -> Dose:
        """The dose in one slot, zero where nothing is taken; as `total`, for a step of one drug."""
        return sum_of(tuple(intake for intake in self.intakes if intake.slot is slot))


def sum_of(intakes: tuple[Intake, ...]) -> Dose:
    """The doses of intakes together.

    Raises:
        WrongValue: where they are of two drugs.
    """
    if len(drugs_of(intakes)) > 1:
        raise WrongValue("mg of different drugs do not add up")
    return total([intake.dose for intake in intakes])


def drugs_of(intakes: tuple[Intake, ...]) -> set[str]:
    """The drugs that intakes are of."""
    return {intake.drug for intake in intakes}


def equivalents(intakes: tuple[Intake, ...]) -> Fraction:
    """What intakes count for together, in nanograms of the schedule's drug."""
    return sum((intake.equivalent for intake in intakes), Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Steps on dates, each day covered once, from the first cut to the ending; `before` is what was taken until then.

    `drug` is the one that is tapered, and every total that is compared counts in it; where the schedule comes from another drug,
    `before` is of that one.
    """

    drug: str
    before: Regimen
    steps: tuple[Step, ...]
    # Not shown, so that the id of a plan of one drug is the same as before there were two; `plan_id` adds it.
    switched: Switched | None = field(default=None, repr=False)
    # What was taken a day before it, in nanograms of the schedule's drug: every cut is measured against it.
    before_mean: Fraction = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        worths = self.worths
        object.__setattr__(self, "before_mean", self.before.total.ng * worths[self.drug_before])
        if self.switched is not None and (self.switched.drug == self.drug or self.switched.worth <= 0):
            raise WrongValue("a switch comes from another drug, which counts for something")
        for step in self.steps:
            for intake in (*step.intakes, *step.others):
                if worths.get(intake.drug) != intake.worth:
                    raise WrongValue(
                        f"step {step.number}: {intake.drug} does not count so in a schedule of {self.drug}"
                    )
        if not self.steps or self.steps[-1].end is not None:
            raise WrongValue("a schedule ends in STOP or MAINTAIN")
        for number, step in enumerate(self.steps, start=1):
            if step.number != number:
                raise WrongValue(f"step {step.number} stands in place {number}")
        for earlier, later in zip(self.steps, self.steps[1:], strict=False):
            if earlier.end != later.start:
                raise WrongValue(
                    f"step {earlier.number} ends on {earlier.end}, step {later.number} starts on {later.start}"
                )

    @property
    def counted_before(self) -> Dose:
        """What a day before it counts for in the schedule's drug."""
        return counts_for([(self.before.total, self.worths[self.drug_before])])

    @property
    def start(self) -> date:
        """The day of the first cut."""
        return self.steps[0].start

    @property
    def worths(self) -> dict[str, Fraction]:
        """How many mg of the schedule's drug one mg of each of its drugs counts for, the one that it comes from first."""
        from_other = {self.switched.drug: self.switched.worth} if self.switched else {}
        return {**from_other, self.drug: Fraction(1)}

    @property
    def drugs(self) -> tuple[str, ...]:
        """Its drugs, the one that it comes from first."""
        return tuple(self.worths)

    @property
    def drug_before(self) -> str:
        """The drug that was taken before it."""
        return self.switched.drug if self.switched else self.drug

    @property
    def ending(self) -> Step:
        """The last step: STOP or MAINTAIN."""
        return self.steps[-1]

    @property
    def dosing_steps(self) -> tuple[Step, ...]:
        """The steps before the ending."""
        return self.steps[:-1]

    @property
    def days(self) -> int:
        """Days from the first cut to the ending."""
        return (self.ending.start - self.start).days

    @property
    def products(self) -> tuple[Product, ...]:
        """The products that any step takes, each once, in their fixed order."""
        return tuple(sorted({portion.product for portion in self._portions()}, key=lambda product: product.sort_key))

    @property
    def divided(self) -> tuple[Product, ...]:
        """The products of which any step takes a part of a tablet, in their fixed order."""
        parted = {portion.product for portion in self._portions() if portion.count.denominator > 1}
        return tuple(product for product in self.products if product in parted and not product.form.liquid)

    def amounts(self) -> dict[Product, Fraction]:
        """How many tablets, or mL, of each product all dosing steps take, by product in their fixed order."""
        found: dict[Product, Fraction] = {}
        for first, after, intakes in (stretch for step in self.dosing_steps for stretch in step.stretches()):
            for portion in (portion for intake in intakes for portion in intake.portions):
                taken = portion.count * (after - first).days
                found[portion.product] = found.get(portion.product, Fraction(0)) + taken
        return {product: found[product] for product in sorted(found, key=lambda product: product.sort_key)}

    def _portions(self) -> Iterator[Portion]:
        """Every portion of every step."""
        for step in self.steps:
            for intake in (*step.intakes, *step.others):
                yield from intake.portions

    def mean_before(self, step: Step) -> Fraction:
        """The daily total in the long run before a step, in nanograms."""
        return self.before_mean if step.number == 1 else self.steps[step.number - 2].mean

    def reduces(self, step: Step) -> bool:
        """Whether a step takes less than the one before it, by dose or by days."""
        return step.mean < self.mean_before(step)

    def reduction(self, step: Step) -> Fraction:
        """The cut that a step makes as a share of the dose before it; none where the dose goes up."""
        before = self.mean_before(step)
        return max((before - step.mean) / before, Fraction(0))

    def cut_of_start(self, step: Step) -> Fraction:
        """The cut that a step makes as a share of the dose before the schedule; none where the dose goes up."""
        return max((self.mean_before(step) - step.mean) / self.before_mean, Fraction(0))

    def cut_so_far(self, step: Step) -> Fraction:
        """How much of the dose before the schedule a step no longer takes, as a share of it."""
        return 1 - step.mean / self.before_mean

    def dose_before(self, step: Step) -> Dose:
        """The daily total in force on the day before a step; as `Step.total`, where it is of one drug."""
        return self.before.total if step.number == 1 else self.steps[step.number - 2].total

    def total_before(self, step: Step, drug: str) -> Dose:
        """The daily total of one drug on the day before a step."""
        if step.number > 1:
            return self.steps[step.number - 2].total_of(drug)
        return self.before.total if drug == self.drug_before else ZERO

    def step_on(self, day: date) -> Step | None:
        """The step in force on a day; None before the schedule."""
        return next((step for step in reversed(self.steps) if step.start <= day), None)

    def total_on(self, day: date, drug: str) -> Dose:
        """What is taken of one drug on a day; before the schedule, what was taken of it before."""
        step = self.step_on(day)
        if step is None:
            return self.before.total if drug == self.drug_before else ZERO
        return total([intake.dose for intake in step.intakes_on(day) if intake.drug == drug])

    def mean_on(self, day: date) -> Fraction:
        """The daily total in the long run that is in force on a day, in nanograms; before the schedule, the dose before."""
        step = self.step_on(day)
        return step.mean if step else self.before_mean

    def dose_on(self, day: date) -> Dose:
        """The daily total on a day; before the schedule, the dose before."""
        step = self.step_on(day)
        return step.total_on(day) if step else self.before.total

    def highest_within(self, day: date, days: int) -> Fraction:
        """The highest daily total in the long run, in nanograms, that is in force on any of so many days before a day."""
        first = day - timedelta(days=days)
        held = [step.mean for step in self.steps if step.start < day and (step.end is None or step.end > first)]
        return max([*held, *([self.before_mean] if first < self.start else [])], default=Fraction(0))
