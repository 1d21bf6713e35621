"""A switch from one drug to another in stages: what was asked of it, and what the published tables say of the choice."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.citation import Citation
from taper_cli.model.dose import NG_PER_MG, Dose, rounded_text
from taper_cli.model.drug import Drug, DrugClass
from taper_cli.model.errors import InvalidInput, WrongValue
from taper_cli.model.period import Period
from taper_cli.model.product import Product, Split
from taper_cli.model.request import WantedProduct
from taper_cli.model.schedule import Regimen, Schedule, Slot, Step, StepKind

# The reason stands on one line of the basis page; more belongs into the record.
LONGEST_REASON = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """From which drug and regimen a taper comes, and how it is crossed: one slot a stage, or `move` of it at a time.

    The dose that it is switched to is the regimen of the request: the prescriber's word for what is equal, with its `reason`.
    `order` names the slots, the first to be switched first; `cut` is taken off what is equal at each stage.

    Raises:
        InvalidInput: for an order that leaves out a slot, or a reason that is missing or too long.
    """

    drug: str
    regimen: Regimen
    every: Period
    order: tuple[Slot, ...]
    reason: str
    move: Dose | None = None
    cut: Dose | None = None
    products: tuple[WantedProduct, ...] | None = None
    split: Split | None = None

    def __post_init__(self) -> None:
        if sorted(self.order, key=list(Slot).index) != list(self.regimen.slots):
            named, needed = (", ".join(slot.value for slot in slots) for slots in (self.order, self.regimen.slots))
            raise InvalidInput(
                f"--order {named!r} does not name each time of day of the dose once",
                f"expected {needed}",
                "type all of them",
            )
        if not self.reason.strip():
            raise InvalidInput(
                "the reason for this equivalent is missing",
                "expected why this dose was chosen",
                'add --reason "the table or the judgement behind it"',
            )
        if len(self.reason) > LONGEST_REASON:
            raise InvalidInput(
                f"--reason is {len(self.reason)} characters long",
                f"expected at most {LONGEST_REASON}",
                "write it shorter",
            )
        if self.move is not None and not self.move:
            raise WrongValue("a stage moves something")


class Equivalent(NamedTuple):
    """The prescriber's word that two doses of two drugs are equal, whichever of them stands first."""

    one: tuple[str, Dose]
    other: tuple[str, Dose]

    @property
    def drugs(self) -> tuple[str, str]:
        """Both drugs as typed."""
        return self.one[0], self.other[0]

    def worth(self, drug: str) -> Fraction:
        """How many mg of the other drug one mg of this one counts for."""
        mine, others = (self.one, self.other) if drug == self.one[0] else (self.other, self.one)
        return Fraction(others[1].ng, mine[1].ng)


class FromDrug(NamedTuple):
    """What was said beside a file of the drug that its schedule comes from: what it counts for, its products, how they are divided."""

    equivalent: Equivalent | None = None
    products: tuple[WantedProduct, ...] | None = None
    split: Split | None = None


class TableResult(NamedTuple):
    """What one published table makes of the dose that is switched from: from `low` to `high` nanograms of the new drug."""

    table: str
    low: Fraction
    high: Fraction
    cite: Citation

    @property
    def told(self) -> str:
        """Table and result in short: 'Ashton 20 mg'; what has no short decimal is said to be rounded: 'about 6.67 mg'."""
        low, high = (amount_text(ng) for ng in (self.low, self.high))
        return f"{self.table} {low}" if low == high else f"{self.table} {low} to {high}"


def amount_text(ng: Fraction) -> str:
    """An amount in mg: '20 mg'; one that has no short decimal is said to be rounded: 'about 6.67 mg'."""
    figure = rounded_text(ng / NG_PER_MG, 2)
    return f"{'' if Fraction(figure) == ng / NG_PER_MG else 'about '}{figure} mg"


class StageRange(NamedTuple):
    """What a stage's total would be if the published ratios at either end were the true ones, and as shares of the total before."""

    low: Fraction
    high: Fraction
    least: Fraction
    most: Fraction


class Crossing(NamedTuple):
    """A switch with the facts behind it: the old drug, its products, and every published table with its result."""

    drug: Drug
    drug_class: DrugClass
    products: tuple[Product, ...]
    cites: tuple[Citation, ...]
    worth: Fraction
    tables: tuple[TableResult, ...]
    before: Dose

    @property
    def worths(self) -> tuple[Fraction, Fraction]:
        """The smallest and the largest published worth of one mg of the old drug, the typed one aside."""
        return (
            min(table.low for table in self.tables) / self.before.ng,
            max(table.high for table in self.tables) / self.before.ng,
        )

    def range_of(self, schedule: Schedule, step: Step) -> StageRange:
        """A stage's total under the published ratios: the share grows as the old drug is worth less, so the ends suffice."""
        old = step.total_of(self.drug.name).ng
        new = step.total_of(schedule.drug).ng
        totals = [old * worth + new for worth in self.worths]
        shares = [total / (self.before.ng * worth) for total, worth in zip(totals, self.worths, strict=True)]
        return StageRange(min(totals), max(totals), min(shares), max(shares))


def stages(schedule: Schedule) -> tuple[Step, ...]:
    """The steps of a schedule that switch."""
    return tuple(step for step in schedule.steps if step.kind is StepKind.SWITCH)
