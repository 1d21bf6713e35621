"""What is handed out: which amounts can be, what is left over, what a stated maximum counts, and what is in hand on each day."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from model_builders import FIVE, START, TEN, dosing, intake, liquid, portion, schedule, step, stop

from taper_cli.model.dose import Volume
from taper_cli.model.errors import WrongValue
from taper_cli.model.period import Rhythm
from taper_cli.model.product import Product
from taper_cli.model.schedule import StepKind
from taper_cli.model.supply import Dispensing, Halves, Most, MostUnit, Supply, SupplyRules

DAY = timedelta(days=1)
DRAWN = liquid()
DISCARDED = SupplyRules(halves=Halves.DISCARDED)


def dispensing(number: int = 1, product: Product = TEN, **changes: Any) -> Dispensing:
    """Four weeks of one tablet a day, handed out on the day; but for the changes named."""
    start = START + (number - 1) * 28 * DAY
    usual = {
        "start": start,
        "end": start + 28 * DAY,
        "last_day": start + 27 * DAY,
        "needed": Fraction(28),
        "carry_in": Fraction(0),
        "dispensed": Fraction(28),
    }
    return Dispensing(number=number, product=product, **{**usual, **changes})


def test_a_dispensing_knows_what_is_left_and_the_days_that_it_covers() -> None:
    one = dispensing(carry_in=Fraction(1, 2), dispensed=Fraction(28), needed=Fraction(57, 2))
    assert one.carry_out == 0
    assert (one.days, one.covers_to) == (28, START + 27 * DAY)
    assert dispensing(carry_in=Fraction(1, 2)).carry_out == Fraction(1, 2)


@pytest.mark.parametrize("day", range(7))
def test_a_saturday_and_a_sunday_are_a_weekend(day: int) -> None:
    start = START + day * DAY  # START is a Monday
    assert dispensing(start=start).on_weekend == (day in (5, 6))


# What is wrong with a supply | the changes | the reason
WRONG = [
    ({"last_day": START - DAY}, "supply 1: 2026-03-01 is not within 2026-03-02 to 2026-03-30"),
    ({"last_day": START + 28 * DAY}, "supply 1: 2026-03-30 is not within 2026-03-02 to 2026-03-30"),
    ({"needed": Fraction(-1)}, "supply 1: an amount is below zero"),
    ({"carry_in": Fraction(-1), "dispensed": Fraction(40)}, "supply 1: an amount is below zero"),
    ({"dispensed": Fraction(-1), "carry_in": Fraction(40)}, "supply 1: an amount is below zero"),
    ({"needed": Fraction(0), "dispensed": Fraction(0)}, "supply 1: an amount is below zero"),
    ({"dispensed": Fraction(27)}, "supply 1 of 10 mg tablet runs out before 2026-03-29"),
]


@pytest.mark.parametrize(("changes", "reason"), WRONG)
def test_a_supply_that_does_not_last_or_makes_no_sense_cannot_be_built(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(WrongValue) as caught:
        dispensing(**changes)
    assert str(caught.value) == reason


def test_a_supply_may_be_of_what_is_left_alone_or_of_nothing_needed_yet() -> None:
    assert dispensing(dispensed=Fraction(0), carry_in=Fraction(28)).carry_out == 0
    assert dispensing(needed=Fraction(0), last_day=START, dispensed=Fraction(1)).carry_out == 1


def test_a_supply_lasts_at_least_a_day() -> None:
    assert SupplyRules(days=1).days == 1
    with pytest.raises(WrongValue, match=r"^a supply lasts at least a day, not 0$"):
        SupplyRules(days=0)


@pytest.mark.parametrize(
    ("rules", "product", "count", "used"),
    [
        (SupplyRules(), TEN, "3/2", Fraction(3, 2)),
        (DISCARDED, TEN, "3/2", 2),
        (DISCARDED, TEN, "2", 2),
        (DISCARDED, DRAWN, "2.5", Fraction(5, 2)),
        (SupplyRules(), DRAWN, "2.5", Fraction(5, 2)),
    ],
)
def test_an_opened_tablet_counts_whole_only_where_its_rest_is_thrown_away(
    rules: SupplyRules, product: Product, count: str, used: int
) -> None:
    assert rules.used(portion(product, count)) == used


def test_the_least_that_can_be_handed_out_is_a_tablet_a_bottle_or_a_ml() -> None:
    bottles = SupplyRules(bottle=Volume.parse("100 mL"))
    assert (bottles.unit(TEN), bottles.unit(DRAWN), SupplyRules().unit(DRAWN)) == (1, 100, 1)


def test_a_supply_tells_what_it_hands_out_of_each_product_and_what_is_left() -> None:
    supply = Supply(
        SupplyRules(),
        (
            dispensing(1, dispensed=Fraction(30)),
            dispensing(1, FIVE, last_day=START + 3 * DAY),
            dispensing(2, carry_in=Fraction(2), dispensed=Fraction(27)),
        ),
    )
    assert supply.products == (FIVE, TEN)
    assert (supply.total(TEN), supply.total(FIVE), supply.total(DRAWN)) == (57, 28, 0)
    assert (supply.left_over(TEN), supply.left_over(FIVE), supply.left_over(DRAWN)) == (1, 0, 0)
    assert supply.runs_out == START + 55 * DAY
    assert Supply(SupplyRules(), ()).runs_out is None


BOTH = (
    dispensing(1),
    dispensing(1, FIVE, dispensed=Fraction(30)),
    dispensing(1, DRAWN, dispensed=Fraction(100)),
    dispensing(2, dispensed=Fraction(28)),
)


@pytest.mark.parametrize(
    ("amount", "unit", "beyond"),
    [
        (58, MostUnit.PIECES, ()),
        (57, MostUnit.PIECES, ((1, 58),)),
        (27, MostUnit.PIECES, ((1, 58), (2, 28))),
        (100, MostUnit.ML, ()),
        (99, MostUnit.ML, ((1, 100),)),
        (28, MostUnit.DAYS, ()),
        (27, MostUnit.DAYS, ((1, 28), (2, 28))),
    ],
)
def test_a_maximum_counts_all_products_of_a_supply_together_in_its_own_unit(
    amount: int, unit: MostUnit, beyond: tuple[tuple[int, int], ...]
) -> None:
    assert Supply(SupplyRules(most=Most(amount, unit)), BOTH).beyond() == beyond


def test_without_a_maximum_nothing_is_beyond_it() -> None:
    assert Supply(SupplyRules(), BOTH).beyond() == ()
    assert str(Most(28, MostUnit.PIECES)) == "28 tablets"


# Two weeks of 10 mg a day, one of 5 mg and 10 mg by turns, then STOP; every week a supply.
WEEKS = schedule(
    [
        dosing(1, 0, 14, "1"),
        step(
            2,
            kind=StepKind.SPACE,
            start=START + 14 * DAY,
            end=START + 21 * DAY,
            rhythm=Rhythm(),
            others=(intake("5 mg", portion(TEN, "1/2")),),
        ),
        stop(3, 21),
    ]
)


def weekly(number: int, needed: str, carry_in: str, dispensed: int, **changes: Any) -> Dispensing:
    """A week of 10 mg tablets."""
    start = START + (number - 1) * 7 * DAY
    amounts = {"needed": Fraction(needed), "carry_in": Fraction(carry_in), "dispensed": Fraction(dispensed)}
    return dispensing(number, start=start, end=start + 7 * DAY, last_day=start + 6 * DAY, **amounts, **changes)


WEEKLY = (weekly(1, "7", "0", 8), weekly(2, "7", "1", 6), weekly(3, "11/2", "0", 6))


def test_each_day_tells_its_supply_and_what_is_left_of_the_tablets_in_the_evening() -> None:
    found = list(Supply(SupplyRules(days=7), WEEKLY).each_day(WEEKS, "diazepam"))
    first = [(1, Fraction(left)) for left in (7, 6, 5, 4, 3, 2, 1)]
    second = [(2, Fraction(left)) for left in (6, 5, 4, 3, 2, 1, 0)]
    third = [(3, Fraction(left)) for left in ("5", "9/2", "7/2", "3", "2", "3/2", "1/2")]
    assert found == first + second + third


def test_a_half_that_is_thrown_away_is_not_left_in_the_evening() -> None:
    rules = SupplyRules(days=7, halves=Halves.DISCARDED)
    found = list(Supply(rules, (*WEEKLY[:2], weekly(3, "7", "0", 7))).each_day(WEEKS, "diazepam"))
    assert [told[1] for told in found[14:] if told] == [6, 5, 4, 3, 2, 1, 0]


def test_what_is_prescribed_apart_is_in_no_supply_and_of_no_other_drug_is_anything_in_hand() -> None:
    apart = Supply(SupplyRules(days=7), WEEKLY, apart=((START + 2 * DAY, START + 4 * DAY),))
    found = list(apart.each_day(WEEKS, "diazepam"))
    assert found[1:6] == [(1, 6), None, None, (1, 5), (1, 4)]
    assert {told[1] for told in Supply(SupplyRules(days=7), WEEKLY).each_day(WEEKS, "lorazepam") if told} == {0}


def test_an_interval_that_was_parted_counts_as_two_from_the_day_of_the_change() -> None:
    parted = Supply(SupplyRules(days=7), WEEKLY, cuts=(START + 2 * DAY,))
    found = [told[0] for told in parted.each_day(WEEKS, "diazepam") if told]
    assert found == [1] * 2 + [2] * 5 + [3] * 7 + [4] * 7


def test_drops_and_ml_are_no_tablets() -> None:
    drunk = schedule([step(intakes=(intake("1 mg", portion(DRAWN, "2.5")),)), stop(2, 14)])
    supply = Supply(SupplyRules(), (dispensing(1, DRAWN, needed=Fraction(35), dispensed=Fraction(100)),))
    assert set(supply.each_day(drunk, "diazepam")) == {(1, 0)}
