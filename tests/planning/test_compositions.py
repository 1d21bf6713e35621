"""Why these tablets: the other ways to spread a day and to make an intake, each with the first aim by which it is worse."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from planning_builders import changed, mg, problem, recipe, slots, tablets

from taper_cli.model.dose import Dose
from taper_cli.model.explained import Burden, Why
from taper_cli.model.product import Split
from taper_cli.model.request import CutOrder
from taper_cli.model.schedule import Intake, Slot, Step, StepKind
from taper_cli.planning.compositions import MOST_RECIPES, costed, day_splits, intakes_made, recipes
from taper_cli.planning.ground import Ground
from taper_cli.planning.placing import Way


def ground(**doses: int) -> Ground:
    """A day of slots made of halves of 1 mg tablets: one grid point is 0.5 mg."""
    return Ground(problem(slots(**doses), tablets(1)))


def held(*points: int) -> Way:
    """A neighbour, of which only the doses are compared."""
    return Way(points=points, misplaced=0, cuts=0, pieces=0, distinct=0)


def told(made: Ground, before: Way, taken: Way, after: Way | None) -> dict[tuple[Fraction, ...], tuple[Burden, Why]]:
    """Each way by the mg of its slots, with its burden and what is said against it."""
    found = day_splits(made, before, taken, after)
    assert all([slot for slot, _ in split.doses] == [Slot.MORNING, Slot.BEDTIME] for split in found)
    return {tuple(mg(dose) for _, dose in split.doses): (split.burden, split.why) for split in found}


def nearest(made: Ground, total: int) -> Way:
    """The way that is nearest to the cut order asked for."""
    return made.day.ways(total)[0]


class TestTheSpreadOfADay:
    """Morning 2 mg and bedtime 2 mg, the morning cut first; 3 mg are left, in half tablets of 1 mg."""

    MADE = ground(morning=2, bedtime=2)

    def test_the_one_taken_is_told_first_and_as_taken(self) -> None:
        taken = nearest(self.MADE, 6)
        first = day_splits(self.MADE, self.MADE.start_way(), taken, None)[0]
        assert first.why is Why.TAKEN
        assert [mg(dose) for _, dose in first.doses] == [1, 2]

    def test_every_other_way_is_told_once_with_what_it_costs(self) -> None:
        found = told(self.MADE, self.MADE.start_way(), nearest(self.MADE, 6), None)
        half = Fraction(1, 2)
        assert found == {
            (1, 2): (Burden(0, Fraction(0), 0, 3, 2), Why.TAKEN),
            (1 + half, 1 + half): (Burden(0, Fraction(1), 2, 4, 2), Why.CUT_ORDER),
            (2, 1): (Burden(0, Fraction(2), 0, 3, 2), Why.CUT_ORDER),
        }

    def test_a_way_that_lets_a_slot_rise_is_worse_by_that_whatever_else_it_costs(self) -> None:
        found = told(self.MADE, held(2, 4), nearest(self.MADE, 6), None)
        assert found[2, 1] == (Burden(1, Fraction(2), 0, 3, 2), Why.RISES)

    def test_a_slot_that_must_rise_again_to_the_next_step_counts_as_a_rise(self) -> None:
        found = told(self.MADE, self.MADE.start_way(), nearest(self.MADE, 6), held(0, 4))
        assert found[1, 2] == (Burden(0, Fraction(0), 0, 3, 2), Why.TAKEN)
        assert found[2, 1] == (Burden(1, Fraction(2), 0, 3, 2), Why.RISES)

    def test_rises_from_the_step_before_and_to_the_step_after_are_added(self) -> None:
        found = told(self.MADE, held(2, 4), nearest(self.MADE, 6), held(0, 4))
        assert found[2, 1][0].rises == 2

    def test_a_way_that_is_better_at_its_first_difference_is_not_called_worse(self) -> None:
        ways = {way.points: way for way in self.MADE.day.ways(6)}
        found = told(self.MADE, self.MADE.start_way(), ways[4, 2], None)
        assert {why for doses, (_, why) in found.items() if doses != (2, 1)} == {Why.NOT_COMPARED}


def test_of_two_ways_that_cost_the_same_the_larger_dose_stands_earlier() -> None:
    made = Ground(changed(problem(slots(morning=2, bedtime=2), tablets(1)), cut=CutOrder.EVEN))
    ways = [way for way in made.day.ways(6) if set(way.points) == {2, 4}]
    found = day_splits(made, made.start_way(), ways[0], None)
    assert [split.why for split in found if {mg(dose) for _, dose in split.doses} == {1, 2}] == [
        Why.TAKEN,
        Why.LARGER_EARLIER,
    ]


# Dose | strengths at hand | what is taken | the other recipes, the lightest first
RECIPES = [
    (10, (2, 5, 10), "1 x 10 mg tablet", ["2 x 5 mg tablet", "5 x 2 mg tablet"]),
    (10, (2, 5, 10), "2 x 5 mg tablet", ["1 x 10 mg tablet", "5 x 2 mg tablet"]),
    (2, (1, 2), "1 x 2 mg tablet", ["2 x 1 mg tablet"]),
    (2, (2,), "1 x 2 mg tablet", []),
    (
        12,
        (1, 2, 3, 4, 6, 12),
        "1 x 12 mg tablet",
        ["2 x 6 mg tablet", "3 x 4 mg tablet", "4 x 3 mg tablet", "6 x 2 mg tablet"],
    ),
]


@pytest.mark.parametrize(
    ("taken", "costs"),
    [
        ("1 x 5 mg tablet, 2 x 2 mg tablet", (0, 3, 2)),
        ("2 x 5 mg tablet", (0, 2, 1)),
        ("0.5 x 5 mg tablet", (1, 1, 1)),
    ],
)
def test_a_recipe_counts_divided_tablets_pieces_and_products(taken: str, costs: tuple[int, int, int]) -> None:
    doses = (Dose.of_mg("2.5"), Dose.of_mg(9), Dose.of_mg(10))
    made = [one for dose in doses for one in recipes(dose, tablets(5, 2))]
    (found,) = [one for one in made if recipe(one.portions) == taken]
    assert (found.cuts, found.pieces, found.distinct) == costs


@pytest.mark.parametrize(("dose", "strengths", "taken", "others"), RECIPES)
def test_an_intake_is_told_with_what_it_takes_and_the_few_lightest_others(
    dose: int, strengths: tuple[int, ...], taken: str, others: list[str]
) -> None:
    products = tablets(*strengths, split=Split.WHOLE)
    portions = next(one.portions for one in recipes(Dose.of_mg(dose), products) if recipe(one.portions) == taken)
    intake = Intake(slot=Slot.BEDTIME, dose=Dose.of_mg(dose), portions=portions)
    day = date(2026, 12, 7)
    step = Step(number=1, kind=StepKind.REDUCE, start=day, end=day + timedelta(days=14), intakes=(intake,))
    (made,) = intakes_made(step, products)
    assert (made.slot, made.dose, made.taken) == (Slot.BEDTIME, Dose.of_mg(dose), costed(portions))
    assert [recipe(other.portions) for other in made.others] == others
    assert len(made.others) <= MOST_RECIPES
