"""A schedule that is changed: from its first day too, and told with the products of a list, divided as they are there."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from planning_builders import daily, problem, schedule, tablets, weeks

from taper_cli.model.period import Rhythm
from taper_cli.model.product import Portion, Product, Split
from taper_cli.model.schedule import Intake, Slot, Step, StepKind
from taper_cli.planning.planner import plan_over
from taper_cli.planning.problem import UnmakeableDose
from taper_cli.planning.revision import Stay, follow, held_as, intakes_of

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


@pytest.mark.parametrize(
    ("taken", "kind"), [(7, StepKind.RAISE), (6, StepKind.HOLD), (5, StepKind.REDUCE)], ids=["more", "the same", "less"]
)
def test_a_change_on_the_first_day_is_measured_from_the_dose_before_the_plan(taken: int, kind: StepKind) -> None:
    """No step is over yet; the plan began to lead down from 6 mg."""
    plan = schedule(plan_over(problem(6, tablets(2)), weeks(10), None))
    intakes = intakes_of(daily(taken), tablets(2))
    assert not isinstance(intakes, UnmakeableDose)
    stay = Stay(intakes, plan.start + timedelta(days=14), fresh=True)
    changed = follow(plan, plan.start, stay, plan.dosing_steps)
    assert (changed.steps[0].kind, changed.steps[0].start) == (kind, plan.start)
    assert changed.steps[1].start == plan.start + timedelta(days=14)
