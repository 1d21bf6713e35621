"""Only products at hand are taken, and each is divided only as it may be."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from checks_builders import (
    FIVE,
    HALF,
    SOLUTION,
    TABLETS,
    TEN,
    TWO,
    Taken,
    case,
    fortnights,
    gentle,
    intake,
    mg,
    refused,
    spoiled,
    tablet,
)

from taper_cli.checks.product import CanBeMade
from taper_cli.model.dose import Volume
from taper_cli.model.product import Form, Product, Split
from taper_cli.model.transcript import StatedPortion, Transcript

WHOLE_TWO = tablet(2, Split.WHOLE)


def with_row(number: int, taken: Taken) -> Transcript:
    """The good plan with other products in one row, which still add up to its dose."""
    stated = gentle().steps[number - 1].total
    return spoiled(gentle(), number, intakes=(intake(stated, taken),))


class TestKnownProducts:
    """Every portion is of a product that may be supplied."""

    UNKNOWN = (
        pytest.param(8, {tablet(4): 1}, id="a strength that nobody offered"),
        pytest.param(8, {WHOLE_TWO: 2}, id="the same tablet under another rule for splitting"),
        pytest.param(8, {SOLUTION: 10}, id="a liquid where only tablets are at hand"),
        pytest.param(8, {tablet(2, form=Form.ORODISPERSIBLE, split=Split.WHOLE): 2}, id="another form"),
        pytest.param(8, {replace(TWO, drug="lorazepam"): 2}, id="another drug in the same strength"),
    )

    @pytest.mark.parametrize(("number", "taken"), UNKNOWN)
    def test_a_product_not_at_hand_is_refused(self, number: int, taken: Taken) -> None:
        assert refused(with_row(number, taken)) == [("product.unknown", number)]

    def test_a_product_at_hand_may_be_taken_in_any_row(self) -> None:
        assert refused(with_row(8, {SOLUTION: 10}), products=(*TABLETS, SOLUTION)) == []

    def test_a_strength_taken_off_the_list_is_missed_in_every_row_that_needs_it(self) -> None:
        needing_ten_mg = [1, 2]
        assert refused(gentle(), products=(TWO, FIVE)) == [("product.unknown", number) for number in needing_ten_mg]

    def test_where_nobody_said_what_is_at_hand_no_product_is_unknown(self) -> None:
        assert refused(with_row(8, {tablet(4): 1}), products=None) == []


class TestCanBeMade:
    """A stated dose without products is one that the drug's products make: an average of two doses is no dose."""

    def said(self, *makeable: str) -> list[tuple[str, int | None]]:
        paper = fortnights("10", "9", "8", "0")
        found = CanBeMade().findings(case(paper, products=None, anything_made={"": frozenset(map(mg, makeable))}))
        return [(one.rule, one.step) for one in found]

    def test_a_dose_that_nothing_makes_is_refused(self) -> None:
        assert self.said("9", "8") == []
        assert self.said("9", "7.5") == [("product.unmakeable", 2)]
        assert self.said("10") == [("product.unmakeable", 1), ("product.unmakeable", 2)]

    def test_where_nobody_knows_what_can_be_made_nothing_is_said(self) -> None:
        assert self.said() == []

    def test_a_dose_with_its_products_is_left_to_the_sum_of_its_tablets(self) -> None:
        assert refused(gentle(), anything_made={"": frozenset({mg(3)})}) == []


class TestLegalDivision:
    """Tablets are divided only as their data or the prescriber allow; liquids are drawn up in whole graduations."""

    def portions(self, number: int, *parts: tuple[Product, str]) -> Transcript:
        """The good plan with one row's portions spelled out, so that illegal pieces still add up."""
        stated = gentle().steps[number - 1].total
        pieces = tuple(StatedPortion(product=of, count=Fraction(count)) for of, count in parts)
        return spoiled(gentle(), number, intakes=(replace(intake(stated, None), portions=pieces),))

    def test_thirds_of_a_tablet_are_refused_even_where_they_add_up(self) -> None:
        thirds = self.portions(5, (FIVE, "1"), (TWO, "1/3"), (TWO, "2/3"))
        assert set(refused(thirds)) == {("product.division", 5)}

    def test_quarters_of_a_tablet_that_may_be_halved_are_refused(self) -> None:
        quarters = self.portions(11, (FIVE, "1/4"), (TWO, "1/4"), (TWO, "3/8"))
        assert set(refused(quarters)) == {("product.division", 11)}

    ILLEGAL = (
        pytest.param(13, {WHOLE_TWO: HALF}, id="half a tablet to be taken whole"),
        pytest.param(7, {tablet(10, Split.WHOLE, form=Form.CAPSULE): HALF}, id="half a capsule"),
        pytest.param(
            7, {tablet(10, Split.WHOLE, form=Form.MODIFIED_RELEASE): HALF}, id="half a modified-release tablet"
        ),
        pytest.param(13, {tablet(4, Split.HALF): Fraction(1, 4)}, id="a quarter of a tablet to be halved"),
        pytest.param(13, {tablet(8, Split.QUARTER): Fraction(1, 8)}, id="an eighth"),
        pytest.param(
            13,
            {replace(SOLUTION, graduation=Volume.parse("1 mL")): Fraction("2.5")},
            id="half a mL with a syringe of whole mL",
        ),
    )

    @pytest.mark.parametrize(("number", "taken"), ILLEGAL)
    def test_a_piece_that_cannot_be_made_is_refused(self, number: int, taken: Taken) -> None:
        assert refused(with_row(number, taken), products=(*TABLETS, *taken)) == [("product.division", number)]

    LEGAL = (
        pytest.param(7, {TEN: HALF}, id="half of a scored tablet"),
        pytest.param(6, {tablet(8, Split.QUARTER): Fraction(3, 4)}, id="three quarters where quarters are allowed"),
        pytest.param(13, {SOLUTION: Fraction("2.5")}, id="25 graduations"),
    )

    @pytest.mark.parametrize(("number", "taken"), LEGAL)
    def test_a_piece_that_can_be_made_passes(self, number: int, taken: Taken) -> None:
        assert refused(with_row(number, taken), products=(*TABLETS, *taken)) == []
