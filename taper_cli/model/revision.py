"""A plan revised on a day: what was asked and why, the version that it replaces, and the slip that tells the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import Dose
from taper_cli.model.errors import InvalidInput
from taper_cli.model.finding import Acceptance
from taper_cli.model.period import Period
from taper_cli.model.product import Product, Split
from taper_cli.model.request import AtPace, WantedProduct
from taper_cli.model.saved import Found
from taper_cli.model.schedule import Regimen, Schedule, Step

# Who and why stand on one slip beside the change; more belongs into the record.
LONGEST_BY, LONGEST_REASON = 100, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What was asked of a plan on a day, as typed; `made_on` is the day it was typed, and no part of the plan's id.

    `hold` stays so much longer on the dose; `every` alone lengthens the steps that are left; `pace` and `until` plan the rest
    anew; `back_to` is the prescriber's word to go up again; `actual` is what the patient takes instead of what the plan says.

    Raises:
        InvalidInput: where nothing is asked, or two things that exclude each other.
    """

    on: date
    made_on: date
    hold: Period | None = None
    pace: AtPace | None = None
    every: Period | None = None
    until: date | None = None
    back_to: Regimen | None = None
    actual: Regimen | None = None
    stop_here: bool = False
    products: tuple[WantedProduct, ...] | None = None
    split: Split | None = None
    acceptances: tuple[Acceptance, ...] = ()
    by: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        if not self.asks:
            raise InvalidInput(
                "nothing is asked of the plan",
                "expected --hold, --slower, --every, --until, --back-to, --actual, --stop-here, --products or --split",
                "add for example --hold 2w",
            )
        if self.pace is not None and self.until is not None:
            raise InvalidInput(
                "--slower and --until are given together", "expected a pace or an end", "leave one of them out"
            )
        unused = [name for name in ("--hold", "--slower", "--every", "--until") if name in self.asks]
        if self.stop_here and unused:
            raise InvalidInput(
                f"--stop-here and {unused[0]} are given together",
                "expected to stay on one dose, or to go on",
                "leave one of them out",
            )
        for name, text, most in (("--by", self.by, LONGEST_BY), ("--reason", self.reason, LONGEST_REASON)):
            if len(text) > most:
                raise InvalidInput(
                    f"{name} is {len(text)} characters long", f"expected at most {most}", "write it shorter"
                )

    @property
    def asks(self) -> tuple[str, ...]:
        """The options that ask for a change, by their names."""
        asked = {
            "--hold": self.hold,
            "--slower": self.pace,
            "--every": self.every,
            "--until": self.until,
            "--back-to": self.back_to,
            "--actual": self.actual,
            "--stop-here": self.stop_here or None,
            "--products": self.products,
            "--split": self.split,
        }
        return tuple(name for name, value in asked.items() if value is not None)

    @property
    def plans_anew(self) -> bool:
        """Whether the rest is planned anew; otherwise its steps stay and only their dates move."""
        replanned = (self.pace, self.until, self.products, self.split)
        return not self.stop_here and any(value is not None for value in replanned)


class Revised(NamedTuple):
    """One revision together with the version that it replaced, whole: its id, its schedule and how that was found."""

    revision: Revision
    plan_id: str
    schedule: Schedule
    found: Found


class AmountChange(NamedTuple):
    """How much of one product the plan takes in all, in whole tablets, bottles or mL: in the old version and in the new one."""

    product: Product
    before: Fraction
    now: Fraction

    @property
    def more(self) -> Fraction:
        """What has to be added; nothing where less is needed."""
        return max(self.now - self.before, Fraction(0))

    @property
    def fewer(self) -> Fraction:
        """What is not needed any more."""
        return max(self.before - self.now, Fraction(0))


class Slip(NamedTuple):
    """What a change slip tells. `in_force` is the step of the day of the change as the old version has it.

    `now` is the same step in the new version, or the new one that began on that day; `taken` is the planned and the actual dose
    where they differ; `later_by` are the days by which every later step moves, None where the rest is new.
    """

    version: int
    replaces: int
    replaces_id: str
    revision: Revision
    in_force: Step
    now: Step
    taken: tuple[Dose, Dose] | None
    later_by: int | None
    rest: tuple[Step, ...]
    endings: tuple[Step, Step]
    amounts: tuple[AmountChange, ...]
