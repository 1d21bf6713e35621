"""Small values that the ground floor's tests are built from: a citation, a few products, a step, a schedule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import settings

from taper_cli.model.citation import Citation, Review, Source, Trust
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.product import Form, Portion, Product, Split
from taper_cli.model.schedule import Intake, Regimen, Schedule, Slot, Step, StepKind

MG = 1_000_000  # nanograms in a mg: expected doses are sums of these, so that nothing of the program reads them
START = date(2026, 3, 2)
STEADY = settings(derandomize=True, database=None, deadline=None)  # the same examples on every machine, at every run

SOURCE = Source(
    key="sheet",
    title="A tapering sheet",
    publisher="A health board",
    year=2024,
    where="example.org/sheet",
    read_on=START,
)
CITE = Citation(source=SOURCE, locator="page 2", trust=Trust.PRIMARY, note="says so")
REVIEW = Review(reviewed_on=START, review_due=date(2027, 3, 2), reviewed_by="a pharmacist")


def product(strength: str, **changes: Any) -> Product:
    """A plain whole tablet of diazepam, but for the changes named."""
    return Product(**{"drug": "diazepam", "form": Form.TABLET, "strength": Dose.parse(strength), **changes})


def liquid(strength: str = "2 mg", volume: str = "5 mL", graduation: str = "0.1 mL") -> Product:
    """An oral solution with its syringe."""
    return product(strength, form=Form.SOLUTION, volume=Volume.parse(volume), graduation=Volume.parse(graduation))


TEN, FIVE, TWO = (product(strength, split=Split.HALF) for strength in ("10 mg", "5 mg", "2 mg"))


def portion(of: Product, count: int | str | Fraction) -> Portion:
    """So many tablets, or mL, of a product."""
    return Portion(product=of, count=Fraction(count))


def intake(dose: str, *portions: Portion, slot: Slot = Slot.DAILY) -> Intake:
    """One intake, stated with its portions."""
    return Intake(slot=slot, dose=Dose.parse(dose), portions=portions)


ONE_TEN = (intake("10 mg", portion(TEN, 1)),)


def step(number: int = 1, **changes: Any) -> Step:
    """A fortnight on 10 mg from the start, but for the changes named."""
    usual = {"kind": StepKind.REDUCE, "start": START, "end": START + timedelta(days=14), "intakes": ONE_TEN}
    return Step(**{"number": number, **usual, **changes})


def stop(number: int, day: int) -> Step:
    """STOP, so many days after the start."""
    return step(number, kind=StepKind.STOP, start=START + timedelta(days=day), end=None, intakes=())


def dosing(number: int, first: int, end: int, count: str) -> Step:
    """A step from one day after the start to another, at so many 10 mg tablets."""
    part = portion(TEN, count)
    intakes = (Intake(slot=Slot.DAILY, dose=part.dose, portions=(part,)),)
    return step(number, start=START + timedelta(days=first), end=START + timedelta(days=end), intakes=intakes)


def schedule(steps: Sequence[Step], before: str = "20 mg") -> Schedule:
    """A schedule of diazepam after a single daily dose."""
    return Schedule(drug="diazepam", before=Regimen(((Slot.DAILY, Dose.parse(before)),)), steps=tuple(steps))
