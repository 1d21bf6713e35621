"""What the pharmacy hands out: whole tablets or bottles for each interval, what is left over, and when it runs out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import Volume
from taper_cli.model.errors import WrongValue
from taper_cli.model.product import Portion, Product
from taper_cli.model.schedule import Intake, Schedule

USUAL_DAYS = 28
_SATURDAY = 5


class Halves(Enum):
    """What becomes of the other part of a divided tablet: kept for the next intake, or thrown away."""

    KEPT = "kept"
    DISCARDED = "discarded"


class MostUnit(Enum):
    """What a stated maximum for one supply counts."""

    PIECES = "tablets"
    ML = "mL"
    DAYS = "days"


class Most(NamedTuple):
    """A stated maximum for one supply of one product: so many tablets or capsules, mL, or days."""

    amount: int
    unit: MostUnit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyRules:
    """How the medicine is handed out: every so many days, halves kept or not, bottles of one size, no more than a maximum."""

    days: int = USUAL_DAYS
    halves: Halves = Halves.KEPT
    bottle: Volume | None = None
    most: Most | None = None

    def __post_init__(self) -> None:
        if self.days < 1:
            raise WrongValue(f"a supply lasts at least a day, not {self.days}")

    def used(self, portion: Portion) -> Fraction:
        """How many tablets or mL one portion uses up: every tablet that was opened, where the rest is thrown away."""
        if self.halves is Halves.KEPT or portion.product.form.liquid:
            return portion.count
        return Fraction(-(-portion.count // 1))

    def unit(self, product: Product) -> Fraction:
        """The smallest amount that can be handed out: one tablet, one bottle, or one mL where no bottle was stated."""
        return self.bottle.ml if product.form.liquid and self.bottle else Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispensing:
    """One product for one interval: days `start` to the day before `end`. `needed` counts what was opened and thrown away.

    `last_day` is the last day of the interval on which the product is taken; its first day where a revised plan takes none of
    what was handed out already.
    """

    number: int
    product: Product
    start: date
    end: date
    last_day: date
    needed: Fraction
    carry_in: Fraction
    dispensed: Fraction

    def __post_init__(self) -> None:
        if not self.start <= self.last_day < self.end:
            raise WrongValue(f"supply {self.number}: {self.last_day} is not within {self.start} to {self.end}")
        below = min(self.needed.numerator, self.carry_in.numerator, self.dispensed.numerator) < 0
        if below or not (self.needed or self.dispensed):
            raise WrongValue(f"supply {self.number}: an amount is below zero")
        if self.needed > self.carry_in + self.dispensed:
            raise WrongValue(f"supply {self.number} of {self.product.name} runs out before {self.last_day}")

    @property
    def carry_out(self) -> Fraction:
        """What is left when the interval ends."""
        return self.carry_in + self.dispensed - self.needed

    @property
    def covers_to(self) -> date:
        """The last day of the interval."""
        return self.end - timedelta(days=1)

    @property
    def on_weekend(self) -> bool:
        """Whether it falls due on a Saturday or Sunday, when many pharmacies are closed."""
        return self.start.weekday() >= _SATURDAY

    @property
    def days(self) -> int:
        """How many days the interval has."""
        return (self.end - self.start).days


class Supply(NamedTuple):
    """Every dispensing of a schedule up to its ending, by number and product; `otherwise` are the totals under the other rule
    for halves, where that changes them.

    Of a revised plan `since` is the day of its last change: what was handed out before is a fact and stays. `cuts` are the days
    of changes on which an interval was parted in two, because what was in hand would not have lasted. `apart` are stretches
    (first day, day after) in which a dose went on that no plan counted: it was prescribed apart, and is in none of these.
    """

    rules: SupplyRules
    dispensings: tuple[Dispensing, ...]
    otherwise: tuple[tuple[Product, Fraction], ...] = ()
    since: date | None = None
    cuts: tuple[date, ...] = ()
    apart: tuple[tuple[date, date], ...] = ()

    @property
    def products(self) -> tuple[Product, ...]:
        """The products handed out, each once, in their fixed order."""
        found = dict.fromkeys(dispensing.product for dispensing in self.dispensings)
        return tuple(sorted(found, key=lambda product: product.sort_key))

    @property
    def runs_out(self) -> date | None:
        """The last day on which anything is taken; None where nothing is."""
        return max((dispensing.last_day for dispensing in self.dispensings), default=None)

    def of(self, product: Product) -> tuple[Dispensing, ...]:
        """The dispensings of one product."""
        return tuple(dispensing for dispensing in self.dispensings if dispensing.product == product)

    def total(self, product: Product) -> Fraction:
        """All that is handed out of one product."""
        return sum((dispensing.dispensed for dispensing in self.of(product)), Fraction(0))

    def left_over(self, product: Product) -> Fraction:
        """What is left of one product after the last day."""
        found = self.of(product)
        return found[-1].carry_out if found else Fraction(0)

    def beyond(self) -> tuple[tuple[int, Fraction], ...]:
        """The supplies above the stated maximum, by number, with what each holds of what the maximum counts, all products together."""
        most = self.rules.most
        if most is None:
            return ()
        held: dict[int, Fraction] = {}
        for item in self.dispensings:
            held[item.number] = held.get(item.number, Fraction(0)) + self._counted(item, most.unit)
            if most.unit is MostUnit.DAYS:
                held[item.number] = Fraction(item.days)
        return tuple((number, amount) for number, amount in held.items() if amount > most.amount)

    def _counted(self, item: Dispensing, unit: MostUnit) -> Fraction:
        """What a maximum in this unit counts of one dispensing."""
        return item.dispensed if (unit is MostUnit.ML) == item.product.form.liquid else Fraction(0)

    def each_day(self, schedule: Schedule, drug: str) -> Iterator[tuple[int, Fraction] | None]:
        """For each day up to the ending: the number of the supply in use, and the tablets of a drug left at the day's end.

        None for a day whose tablets were prescribed apart.
        """
        handed: dict[date, Fraction] = {}
        for dispensing in self.dispensings:
            if not dispensing.product.form.liquid and dispensing.product.drug == drug:
                handed[dispensing.start] = handed.get(dispensing.start, Fraction(0)) + dispensing.dispensed
        left = Fraction(0)
        for first, after, intakes in (stretch for step in schedule.dosing_steps for stretch in step.stretches()):
            daily = self._pieces([intake for intake in intakes if intake.drug == drug])
            for offset in range((after - first).days):
                day = first + timedelta(days=offset)
                if any(begin <= day < end for begin, end in self.apart):
                    yield None
                    continue
                left += handed.get(day, Fraction(0)) - daily
                yield (day - schedule.start).days // self.rules.days + 1 + sum(cut <= day for cut in self.cuts), left

    def _pieces(self, intakes: list[Intake]) -> Fraction:
        """The tablets that a day's intakes use up."""
        portions = (portion for intake in intakes for portion in intake.portions)
        return sum(
            (self.rules.used(portion) for portion in portions if not portion.product.form.liquid), start=Fraction(0)
        )
