"""The totals that products can make: the judge's own way against counting out every handful of tablets."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product as combinations

import pytest
from checks_builders import FIVE, SOLUTION, STEADY, TABLETS, TEN, TOTALS, TWO, mg, tablet
from hypothesis import given
from hypothesis import strategies as st

from taper_cli.checks.makeable import makeable_totals
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.product import Form, Product, Split


def smallest_piece(product: Product) -> Fraction:
    """The nanograms in the smallest piece, or graduation, of a product."""
    if product.volume and product.graduation:
        return Fraction(product.strength.ng * product.graduation.ul, product.volume.ul)
    return Fraction(product.strength.ng, {Split.WHOLE: 1, Split.HALF: 2, Split.QUARTER: 4}[product.split])


def handfuls(products: Sequence[Product], top: Dose) -> set[Fraction]:
    """Every intake up to a top, in nanograms: so many pieces of the first product, so many of the second, and so on."""
    made = {Fraction(0)}
    for piece in map(smallest_piece, products):
        counts = range(int(top.ng / piece) + 1)
        made = {
            sum(both, Fraction(0))
            for both in combinations(made, [piece * count for count in counts])
            if sum(both) <= top.ng
        }
    return made


def counted_out(products: Sequence[Product], tops: Sequence[Dose]) -> tuple[Dose, ...]:
    """Every daily total above zero, rising: a handful for each slot."""
    days = {sum(day, Fraction(0)) for day in combinations(*(handfuls(products, top) for top in tops))}
    return tuple(Dose(int(day)) for day in sorted(days) if day)


BY_HAND = [
    pytest.param([tablet(10, Split.WHOLE)], [20], [10, 20], id="whole 10 mg tablets"),
    pytest.param([tablet(10, Split.WHOLE)], [19], [10], id="not above the top"),
    pytest.param([tablet(10, Split.WHOLE)], [9], [], id="only a strength above the dose"),
    pytest.param([TEN], [20], [5, 10, 15, 20], id="halves of 10 mg"),
    pytest.param([tablet(10, Split.QUARTER)], [10], ["2.5", 5, "7.5", 10], id="quarters of 10 mg"),
    pytest.param([TWO, FIVE], [5], [1, 2, "2.5", 3, "3.5", 4, "4.5", 5], id="neither 0.5 nor 1.5 mg"),
    pytest.param([tablet(10, Split.WHOLE, form=Form.CAPSULE)], [10, 10], [10, 20], id="two slots"),
    pytest.param([tablet(2, Split.WHOLE)], [3, 3], [2, 4], id="each slot within its own top"),
    pytest.param([tablet(4, Split.WHOLE)], [4, 3], [4], id="a slot too small for any tablet"),
    pytest.param([], [20], [], id="no product"),
]


@pytest.mark.parametrize(("products", "tops", "totals"), BY_HAND)
def test_totals_that_one_can_count_on_the_fingers(
    products: list[Product], tops: list[int], totals: list[int | str]
) -> None:
    assert makeable_totals(products, [mg(top) for top in tops]) == tuple(mg(total) for total in totals)


def test_halves_of_2_5_and_10_mg_make_every_half_mg_but_two() -> None:
    assert makeable_totals(TABLETS, [mg(20)]) == TOTALS


def test_a_liquid_makes_every_graduation() -> None:
    every_004_mg = tuple(mg(Fraction(4 * count, 100)) for count in range(1, 25 + 1))
    assert makeable_totals([SOLUTION], [mg(1)]) == every_004_mg


PRODUCTS = st.builds(
    tablet,
    st.integers(1, 12),
    st.sampled_from(Split),
) | st.builds(
    lambda strength, graduation: Product(
        drug="diazepam", form=Form.SOLUTION, strength=mg(strength), volume=Volume(5000), graduation=Volume(graduation)
    ),
    st.integers(1, 5),
    st.sampled_from([500, 1000, 2500]),
)
TOPS = st.lists(st.integers(0, 18).map(lambda halves: mg(Fraction(halves, 2))), min_size=1, max_size=2)


@STEADY
@given(st.lists(PRODUCTS, max_size=3), TOPS)
def test_what_the_judge_finds_makeable_is_what_can_be_counted_out(products: list[Product], tops: list[Dose]) -> None:
    assert makeable_totals(products, tops) == counted_out(products, tops)


@STEADY
@given(st.permutations([TWO, FIVE, TEN, SOLUTION]))
def test_the_order_of_products_and_their_repetition_change_nothing(products: list[Product]) -> None:
    usual = makeable_totals([TWO, FIVE, TEN, SOLUTION], [mg(6), mg(4)])
    assert makeable_totals(products, [mg(6), mg(4)]) == usual
    assert makeable_totals([*products, products[0]], [mg(6), mg(4)]) == usual
