"""What the planner is asked and what it answers, as values: a problem, a plan, or an impossibility with its reasons."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import ZERO, Dose
from taper_cli.model.guideline import Bands, Basis, DoseCap, PaceCap
from taper_cli.model.period import Period, Rhythm
from taper_cli.model.product import Product
from taper_cli.model.request import CutOrder
from taper_cli.model.schedule import Regimen, Schedule

# A month, for a window where only months were typed.
_MONTH = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A taper to be planned: from a regimen, with these products, from a date, in steps of `every`, to `target` (zero: STOP).

    `cap` limits by share, `dose_caps` in mg, `min_days` the whole time from the first cut to the end; each may be absent.
    `earlier` are the daily totals in force before `start` (first day, total), the dose before the whole taper first, so that
    limits look back over the days that were really taken; empty for a taper that begins here.
    `short_use` makes the limits a matter of flags, `last_dose` then allows a larger last dose than the drug's last step.
    `cap_binds`, `doses_bind`, `time_binds`, `last_dose_binds`, `tail_only` are switched off one by one when the prescriber
    accepts that rule by name.
    """

    drug: str
    before: Regimen
    products: tuple[Product, ...]
    start: date
    every: Period
    cap: PaceCap | None
    last_step: Dose
    target: Dose = ZERO
    cut: CutOrder = CutOrder.MORNING_FIRST
    bands: Bands | None = None
    cap_binds: bool = True
    last_dose_binds: bool = True
    tail_only: bool = True
    short_use: bool = False
    last_dose: Dose | None = None
    dose_caps: tuple[DoseCap, ...] = ()
    min_days: int = 0
    doses_bind: bool = True
    time_binds: bool = True
    earlier: tuple[tuple[date, Dose], ...] = ()

    @property
    def window_days(self) -> int:
        """The window over which the largest cut is measured: the cap's, else the longest of the limits in mg, else one interval."""
        if self.cap is not None:
            return self.cap.window_days
        return max((cap.window_days for cap in self.dose_caps), default=self.every.days or _MONTH)

    @property
    def basis(self) -> Basis:
        """Of which dose the largest cut is a share."""
        return self.cap.basis if self.cap else Basis.CURRENT

    @property
    def start_total(self) -> Dose:
        """The dose before the whole taper."""
        return self.earlier[0][1] if self.earlier else self.before.total

    @property
    def needed_days(self) -> int:
        """The shortest whole time that binds."""
        return self.min_days if self.time_binds and not self.short_use else 0


class Wanted(NamedTuple):
    """A typed or published level: its daily total, its own time if it has one, and on which days it is taken if not on all."""

    total: Dose
    time: Period | None = None
    rhythm: Rhythm | None = None
    between: Dose = ZERO


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
    """The limits need more time: the soonest end, and the largest cut that the time asked for would take (None: limits in mg)."""

    soonest_end: date
    needed_share: Fraction | None


class TooSoon(NamedTuple):
    """The whole taper would be over before the shortest time allowed."""

    end: date
    soonest_end: date


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


Impossible = UnmakeableDose | Stuck | TooShort | TooSoon | LastDoseTooLarge | NothingLower | NoStep | TooManySteps
Answer = Planned | Impossible
