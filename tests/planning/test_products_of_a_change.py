"""A step told with the products of a list: those that stand in it are divided as they are there, the rest stays as it is."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from planning_builders import tablets

from taper_cli.model.period import Rhythm
from taper_cli.model.product import Portion, Product, Split
from taper_cli.model.schedule import Intake, Slot, Step, StepKind
from taper_cli.planning.revision import held_as

TWO, FIVE = tablets(2, 5)
TWO_IN_QUARTERS, TEN = tablets(2, 10, split=Split.QUARTER)


def intake(slot: Slot, *products: Product) -> Intake:
    """One tablet of each product."""
    portions = tuple(Portion(product=product, count=Fraction(1)) for product in products)
    return Intake(slot=slot, dose=sum((one.dose for one in portions[1:]), portions[0].dose), portions=portions)


def spaced(two: Product) -> Step:
    """2 mg and 5 mg in the morning and 2 mg at bedtime every other day, 2 mg in the morning on the days between."""
    return Step(
        number=3,
        kind=StepKind.SPACE,
        start=date(2026, 12, 7),
        end=date(2026, 12, 21),
        intakes=(intake(Slot.MORNING, two, FIVE), intake(Slot.BEDTIME, two)),
        rhythm=Rhythm(),
        others=(intake(Slot.MORNING, two),),
    )


def test_a_product_is_divided_as_it_stands_in_the_list_on_every_day_and_at_every_time() -> None:
    assert TWO.split is not TWO_IN_QUARTERS.split
    assert held_as(spaced(TWO), (TEN, TWO_IN_QUARTERS)) == spaced(TWO_IN_QUARTERS)


def test_a_product_that_stands_in_no_list_stays_as_it_was() -> None:
    assert held_as(spaced(TWO), (TEN,)) == spaced(TWO)
    assert held_as(spaced(TWO), ()) == spaced(TWO)
