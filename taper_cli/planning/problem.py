"""What the planner is asked and what it answers, as values: a problem, a plan, or an impossibility with its reasons."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import ZERO, Dose
from taper_cli.model.guideline import Bands, PaceCap
from taper_cli.model.period import Period
from taper_cli.model.product import Product
from taper_cli.model.request import CutOrder
from taper_cli.model.schedule import Regimen, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A taper to be planned: from a regimen, with these products, from a date, in steps of `every`, to `target` (zero: STOP).

    `short_use` makes the cap a matter of flags, `last_dose` then allows a larger last dose than the drug's last step.
    `cap_binds`, `last_dose_binds`, `tail_only` are switched off one by one when the prescriber accepts that rule by name.
    """

    drug: str
    before: Regimen
    products: tuple[Product, ...]
    start: date
    every: Period
    cap: PaceCap
    last_step: Dose
    target: Dose = ZERO
    cut: CutOrder = CutOrder.MORNING_FIRST
    bands: Bands | None = None
    cap_binds: bool = True
    last_dose_binds: bool = True
    tail_only: bool = True
    short_use: bool = False
    last_dose: Dose | None = None
    earlier: tuple[tuple[date, Dose], ...] = ()


class Planned(NamedTuple):
    """A schedule, with the largest cut over the window (excused cuts aside), and whether the search proved it best."""

    schedule: Schedule
    largest_cut: Fraction
    proven: bool
    reanchored: bool = False


class UnmakeableDose(NamedTuple):
    """A dose that no combination of the products makes, with the nearest ones that can be made."""

    dose: Dose
    below: Dose | None
    above: Dose | None


class Stuck(NamedTuple):
    """From `before` no makeable lower dose is near enough: the next is `after`."""

    before: Dose
    after: Dose
    share: Fraction


class TooShort(NamedTuple):
    """The limits need more time: the soonest end, and the largest cut that the time asked for would take."""

    soonest_end: date
    needed_share: Fraction


class LastDoseTooLarge(NamedTuple):
    """The smallest dose before STOP is above the drug's last step."""

    smallest: Dose
    last_step: Dose


class NothingLower(NamedTuple):
    """The starting dose is the smallest that can be made, so nothing lies between it and STOP."""

    dose: Dose


class NoStep(NamedTuple):
    """Not even one step of the interval fits into the time."""

    every: Period


class TooManySteps(NamedTuple):
    """More steps than a plan may have."""

    most: int


Impossible = UnmakeableDose | Stuck | TooShort | LastDoseTooLarge | NothingLower | NoStep | TooManySteps
Answer = Planned | Impossible
