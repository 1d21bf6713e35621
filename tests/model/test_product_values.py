"""Products, portions and intakes: what a pharmacy can dispense and a person can take, and what cannot be built."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_builders import FIVE, STEADY, TEN, TWO, intake, liquid, portion, product

from taper_cli.model.dose import Dose, Volume
from taper_cli.model.errors import WrongValue
from taper_cli.model.product import Form, Product, Split

ML_5, ML_01 = Volume.parse("5 mL"), Volume.parse("0.1 mL")

SMALLEST = [
    (product("2 mg"), "2 mg tablet", "2 mg"),
    (product("2 mg", split=Split.HALF), "2 mg tablet", "1 mg"),
    (product("5 mg", split=Split.QUARTER), "5 mg tablet", "1.25 mg"),
    (product("0.5 mg", form=Form.ORODISPERSIBLE), "0.5 mg orodispersible tablet", "0.5 mg"),
    (product("10 mg", form=Form.CAPSULE), "10 mg capsule", "10 mg"),
    (product("15 mg", form=Form.MODIFIED_RELEASE_CAPSULE), "15 mg modified-release capsule", "15 mg"),
    (liquid("2 mg", "5 mL", "0.1 mL"), "2 mg in 5 mL oral solution", "0.04 mg"),
    (liquid("2 mg", "5 mL", "0.5 mL"), "2 mg in 5 mL oral solution", "0.2 mg"),
]

UNBUILDABLE: dict[str, Callable[[], Product]] = {
    "a tablet of nothing": lambda: product("0 mg"),
    "a liquid without a volume": lambda: product("2 mg", form=Form.SOLUTION, graduation=ML_01),
    "a liquid without a graduation": lambda: product("2 mg", form=Form.SUSPENSION, volume=ML_5),
    "half a liquid": lambda: product("2 mg", form=Form.CONCENTRATE, volume=ML_5, graduation=ML_01, split=Split.HALF),
    "a graduation that holds a broken nanogram": lambda: liquid("1 mg", "3 mL", "0.1 mL"),
    "a tablet with a volume": lambda: product("2 mg", volume=ML_5),
    "a tablet with a graduation": lambda: product("2 mg", graduation=ML_01),
    "half a capsule": lambda: product("10 mg", form=Form.CAPSULE, split=Split.HALF),
    "half a modified-release capsule": lambda: product("10 mg", form=Form.MODIFIED_RELEASE_CAPSULE, split=Split.HALF),
    "half a modified-release tablet": lambda: product("10 mg", form=Form.MODIFIED_RELEASE, split=Split.HALF),
    "a quarter of a modified-release tablet": lambda: product("10 mg", form=Form.MODIFIED_RELEASE, split=Split.QUARTER),
    "half an orodispersible tablet": lambda: product("10 mg", form=Form.ORODISPERSIBLE, split=Split.HALF),
    "half a nanogram": lambda: product("0.000001 mg", split=Split.HALF),
    "a quarter of two nanograms": lambda: product("0.000002 mg", split=Split.QUARTER),
}


@pytest.mark.parametrize(("made", "name", "quantum"), SMALLEST)
def test_a_product_has_its_name_and_the_smallest_amount_it_can_give(made: Product, name: str, quantum: str) -> None:
    assert made.name == name
    assert made.quantum == Dose.parse(quantum)


@pytest.mark.parametrize("build", UNBUILDABLE.values(), ids=UNBUILDABLE.keys())
def test_a_product_that_cannot_exist_cannot_be_built(build: Callable[[], Product]) -> None:
    with pytest.raises(WrongValue):
        build()


@pytest.mark.parametrize("form", list(Form))
def test_only_a_plain_tablet_may_be_divided(form: Form) -> None:
    assert form.divisible == (form.value == "tablet")


def test_liquids_are_the_forms_measured_in_ml() -> None:
    assert {form.value for form in Form if form.liquid} == {"oral solution", "oral suspension", "oral concentrate"}


def test_nobody_can_halve_a_capsule() -> None:
    assert {form.value for form in Form if form.capsule} == {
        "capsule",
        "gastro-resistant capsule",
        "modified-release capsule",
    }


@pytest.mark.parametrize("typed", list(permutations([TWO, FIVE, liquid(volume="1 mL"), liquid()])))
def test_the_order_of_typing_does_not_change_the_order_of_products_plain_tablets_first(
    typed: Iterable[Product],
) -> None:
    assert sorted(typed, key=lambda one: one.sort_key) == [TWO, FIVE, liquid(volume="1 mL"), liquid()]


PORTIONS = [
    (TEN, "1", "10 mg", "1"),
    (TEN, "3/2", "15 mg", "1.5"),
    (FIVE, "1/2", "2.5 mg", "0.5"),
    (product("5 mg", split=Split.QUARTER), "3/4", "3.75 mg", "0.75"),
    (liquid(), "2.5", "1 mg", "2.5"),
    (liquid(), "0.1", "0.04 mg", "0.1"),
]


@pytest.mark.parametrize(("of", "count", "dose", "text"), PORTIONS)
def test_a_portion_is_count_times_strength(of: Product, count: str, dose: str, text: str) -> None:
    part = portion(of, count)
    assert part.dose == Dose.parse(dose)
    assert part.count_text == text


NO_PORTION = [
    (TEN, "0"),
    (TEN, "-1"),
    (TEN, "1/3"),
    (TEN, "1/4"),
    (product("10 mg"), "1/2"),
    (product("10 mg", form=Form.CAPSULE), "1/2"),
    (product("10 mg", split=Split.QUARTER), "1/8"),
    (liquid(), "0.05"),
    (liquid(graduation="0.5 mL"), "0.7"),
    (liquid(), "0"),
    (liquid(), "-0.1"),
]


@pytest.mark.parametrize(("of", "count"), NO_PORTION)
def test_a_portion_off_its_split_or_its_graduation_cannot_be_built(of: Product, count: str) -> None:
    with pytest.raises(WrongValue):
        portion(of, count)


@STEADY
@given(st.sampled_from([TEN, FIVE, TWO, liquid(), product("10 mg", split=Split.QUARTER)]), st.fractions(0, 20))
def test_every_portion_that_can_be_built_is_a_multiple_of_what_its_product_can_give(
    of: Product, count: Fraction
) -> None:
    try:
        part = portion(of, count)
    except WrongValue:
        return
    assert part.dose.ng > 0
    assert part.dose.ng % of.quantum.ng == 0


def test_an_intake_is_the_sum_of_its_portions() -> None:
    made = intake("13 mg", portion(TEN, 1), portion(TWO, "3/2"))
    assert made.dose.ng == sum(part.dose.ng for part in made.portions)


@pytest.mark.parametrize("stated", ["17 mg", "6 mg", "12.000001 mg", "0 mg"])
def test_tablets_that_do_not_add_up_to_the_dose_cannot_be_built(stated: str) -> None:
    with pytest.raises(WrongValue, match="do not add up"):
        intake(stated, portion(TEN, 1), portion(TWO, 1))


def test_an_intake_without_a_portion_cannot_be_built() -> None:
    for stated in ("10 mg", "0 mg"):
        with pytest.raises(WrongValue):
            intake(stated)


def test_a_product_stands_once_in_an_intake_so_that_two_halves_are_not_cut_for_one_whole() -> None:
    with pytest.raises(WrongValue, match="once"):
        intake("10 mg", portion(TEN, "1/2"), portion(TEN, "1/2"))
