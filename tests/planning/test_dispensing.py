"""Which doses products make in one intake, and how: every dose compared with trying every count of every product."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

import pytest
from planning_builders import amount, capsules, liquid, mg, recipe, tablets
from planning_oracle import Burden, intakes

from taper_cli.model.dose import NG_PER_MG, Dose
from taper_cli.model.product import Form, Product, Split
from taper_cli.planning.dispensing import CUT, MAX_POINTS, PIECE, Dispensary, TooFine

SYRINGE = liquid(2, "5 mL", "0.5 mL")
SHELVES = {
    "whole 2 mg": tablets(2, split=Split.WHOLE),
    "halves of 2 mg": tablets(2),
    "halves of 2 and 5 mg": tablets(2, 5),
    "halves of 2, 5 and 10 mg": tablets(2, 5, 10),
    "whole 2, 5 and 10 mg": tablets(2, 5, 10, split=Split.WHOLE),
    "quarters of 1 mg": tablets(1, split=Split.QUARTER),
    "quarters of 2 mg beside halves of 5 mg": tablets(2, split=Split.QUARTER) + tablets(5),
    "quarters of two strengths": tablets(2, 3, split=Split.QUARTER),
    "capsules of 2 and 5 mg": capsules(2, 5),
    "a capsule of 5 mg beside halves of 2 mg": capsules(5) + tablets(2),
    "a tablet and a capsule of one strength": tablets(5) + capsules(5),
    "a liquid alone": SYRINGE,
    "a liquid beside tablets": tablets(2, 5) + SYRINGE,
    "a liquid of the spoon": tablets(5) + liquid(2, "5 mL", "5 mL"),
    "two liquids": liquid(2, "5 mL", "1 mL") + liquid(5, "1 mL", "0.5 mL"),
    "strengths with no common measure": tablets("0.7", "1.1", split=Split.HALF) + capsules(3),
    "the same tablet named twice": tablets(5) + tablets(5),
}
TOP = Fraction(12)


def dispensary(products: Sequence[Product], top: Fraction = TOP) -> Dispensary:
    """All that these products make up to a dose."""
    return Dispensary(products, Dose.of_mg(top))


def point(shop: Dispensary, dose: Fraction) -> int:
    """A dose in the grid of a dispensary."""
    return int(dose * NG_PER_MG) // shop.quantum


def burden(shop: Dispensary, dose: Fraction) -> Burden:
    """Cuts, pieces and products of a dose as the dispensary counts them."""
    cost = shop.costs[point(shop, dose)]
    assert cost is not None
    return cost // CUT, cost % CUT // PIECE, cost % PIECE


def best_recipe(shop: Dispensary, dose: str) -> str:
    """How a dose is made, in words."""
    return recipe(shop.recipe(point(shop, Fraction(dose))))


@pytest.mark.parametrize("shelf", SHELVES)
class TestEveryDoseUpTo12mg:
    """A dose is makeable if some count of wholes, at most one part a strength, and whole graduations add up to it."""

    def test_is_makeable_exactly_when_some_combination_of_products_makes_it(self, shelf: str) -> None:
        shop = dispensary(SHELVES[shelf])
        made = {Fraction(at * shop.quantum, NG_PER_MG) for at in shop.points()}
        assert made == set(intakes(SHELVES[shelf], TOP))

    def test_is_answered_the_same_when_asked_by_the_microgram(self, shelf: str) -> None:
        shop, possible = dispensary(SHELVES[shelf]), intakes(SHELVES[shelf], TOP)
        asked = [Fraction(hundredths, 100) for hundredths in range(1, 1300, 5)]
        assert [dose for dose in asked if shop.makes(Dose.of_mg(dose))] == [dose for dose in asked if dose in possible]

    def test_takes_the_fewest_cuts_then_pieces_then_products(self, shelf: str) -> None:
        shop = dispensary(SHELVES[shelf])
        lightest = intakes(SHELVES[shelf], TOP)
        assert {dose: burden(shop, dose) for dose in lightest} == lightest

    def test_has_a_recipe_that_adds_up_to_it_with_that_burden(self, shelf: str) -> None:
        shop = dispensary(SHELVES[shelf])
        for dose, lightest in intakes(SHELVES[shelf], TOP).items():
            portions = shop.recipe(point(shop, dose))
            assert sum((amount(portion) for portion in portions), Fraction(0)) == dose
            assert len({portion.product for portion in portions}) == len(portions) == lightest[2]
            parts = [portion.count % 1 for portion in portions if not portion.product.form.liquid]
            assert sum({Fraction(0): 0, Fraction(1, 2): 1}.get(part, 2) for part in parts) == lightest[0]

    def test_has_the_same_recipe_in_whatever_order_the_products_are_typed(self, shelf: str) -> None:
        products = SHELVES[shelf]
        usual = dispensary(products)
        for order in permutations(products):
            other = dispensary(order)
            assert other.costs == usual.costs
            assert [other.recipe(at) for at in other.points()] == [usual.recipe(at) for at in usual.points()]


@pytest.mark.parametrize(
    ("products", "dose", "expected"),
    [
        (tablets(2), "3", "1.5 x 2 mg tablet"),
        (tablets(2, 5), "4.5", "0.5 x 5 mg tablet, 1 x 2 mg tablet"),
        (tablets(2, 5), "3.5", "0.5 x 5 mg tablet, 0.5 x 2 mg tablet"),
        (tablets(2, 5), "6", "3 x 2 mg tablet"),
        (tablets(2, 5, 10), "12.5", "1 x 10 mg tablet, 0.5 x 5 mg tablet"),
        (tablets(1, split=Split.QUARTER), "0.75", "0.75 x 1 mg tablet"),
        (tablets(4, split=Split.QUARTER) + capsules(1), "7", "1 x 4 mg tablet, 3 x 1 mg capsule"),
        (capsules(2, 5), "9", "1 x 5 mg capsule, 2 x 2 mg capsule"),
        (tablets(2, 5) + SYRINGE, "5.4", "1 x 5 mg tablet, 1 mL of 2 mg in 5 mL oral solution"),
        (SYRINGE, "0.2", "0.5 mL of 2 mg in 5 mL oral solution"),
    ],
)
def test_a_recipe_reads_as_a_pharmacist_would_count_it(products: Sequence[Product], dose: str, expected: str) -> None:
    assert best_recipe(dispensary(products, Fraction(20)), dose) == expected


def test_largest_tablet_first_finds_no_way_for_6_mg_from_whole_5_and_2_mg_but_three_2_mg_tablets_make_it() -> None:
    assert best_recipe(dispensary(tablets(2, 5, split=Split.WHOLE)), "6") == "3 x 2 mg tablet"


def test_two_halves_of_one_strength_are_one_whole_and_never_two_cuts() -> None:
    shop = dispensary(tablets(3, 5))
    assert best_recipe(shop, "5") == "1 x 5 mg tablet"
    assert best_recipe(shop, "6.5") == "1 x 5 mg tablet, 0.5 x 3 mg tablet"
    assert not shop.makes(Dose.of_mg("0.5"))


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("0.5", (2, 1, 1)),
        ("1", (1, 1, 1)),
        ("1.5", (2, 2, 1)),
        ("2", (0, 1, 1)),
        ("2.5", (2, 2, 1)),
        ("3.5", (2, 3, 1)),
    ],
)
def test_a_half_is_one_cut_and_a_quarter_two(part: str, expected: Burden) -> None:
    assert burden(dispensary(tablets(2, split=Split.QUARTER)), Fraction(part)) == expected


@pytest.mark.parametrize(("dose", "pieces"), [("0.2", 1), ("2", 1), ("2.2", 2), ("4", 2), ("4.2", 3)])
def test_a_liquid_counts_one_piece_for_each_started_5_ml(dose: str, pieces: int) -> None:
    assert burden(dispensary(SYRINGE), Fraction(dose)) == (0, pieces, 1)


@pytest.mark.parametrize(
    "form", [Form.CAPSULE, Form.MODIFIED_RELEASE, Form.MODIFIED_RELEASE_CAPSULE, Form.ORODISPERSIBLE]
)
def test_what_is_not_divided_makes_only_whole_strengths(form: Form) -> None:
    shop = dispensary([Product(drug="diazepam", form=form, strength=Dose.of_mg(5))])
    assert [at * shop.quantum for at in shop.points()] == [0, 5 * NG_PER_MG, 10 * NG_PER_MG]


@pytest.mark.parametrize(
    ("products", "dose", "below", "above"),
    [
        (tablets(2, 5, 10, split=Split.WHOLE), "3", "2", "4"),
        (tablets(2, 5, 10, split=Split.WHOLE), "1", None, "2"),
        (tablets(2, 5, 10), "9.3", "9", "9.5"),
        (tablets(2, 5, 10), "9.5", "9", "10"),
        (tablets(10, split=Split.WHOLE), "12", "10", None),
        (tablets(1, split=Split.QUARTER), "0.6", "0.5", "0.75"),
        (SYRINGE, "0.3", "0.2", "0.4"),
        (capsules(5), "5", None, "10"),
    ],
)
def test_the_nearest_doses_stand_on_either_side(
    products: Sequence[Product], dose: str, below: str | None, above: str | None
) -> None:
    found = dispensary(products).around(Dose.of_mg(dose))
    assert found == tuple(None if side is None else Dose.of_mg(side) for side in (below, above))


@pytest.mark.parametrize("shelf", SHELVES)
def test_the_nearest_doses_are_the_nearest_of_all_combinations(shelf: str) -> None:
    shop = dispensary(SHELVES[shelf])
    made = [dose for dose in intakes(SHELVES[shelf], TOP) if dose]
    for dose in (Fraction(tenths, 10) for tenths in range(1, 121, 7)):
        below, above = shop.around(Dose.of_mg(dose))
        assert (mg(below) if below else None) == max((each for each in made if each < dose), default=None)
        assert (mg(above) if above else None) == min((each for each in made if each > dose), default=None)


def test_a_dose_above_the_top_is_not_makeable_there() -> None:
    assert not dispensary(tablets(2), Fraction(4)).makes(Dose.of_mg(6))


def test_a_grid_too_fine_to_search_is_refused_and_not_coarsened() -> None:
    crumbs = tablets("0.001")
    assert dispensary(crumbs, MAX_POINTS * Fraction("0.0005")).makes(Dose.of_mg("9.9995"))
    with pytest.raises(TooFine, match=r"0\.0005 mg"):
        dispensary(crumbs, (MAX_POINTS + 1) * Fraction("0.0005"))
