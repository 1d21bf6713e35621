"""How a daily total is spread over the day: in the cut order asked for, never above a slot's starting dose."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning_builders import STEADY, capsules, daily, liquid, mg, planned, problem, slots, tablets, weeks
from planning_oracle import Spread, intakes, misplaced, spreads, wanted_spread

from taper_cli.model.dose import NG_PER_MG, Dose
from taper_cli.model.product import Product, Split
from taper_cli.model.request import AtPace, CutOrder
from taper_cli.model.schedule import Regimen, Slot
from taper_cli.planning.dispensing import Dispensary
from taper_cli.planning.pacing import plan_levels, plan_pace
from taper_cli.planning.placing import Day, Way
from taper_cli.planning.problem import Wanted

MORNING, BEDTIME, EVEN = CutOrder.MORNING_FIRST, CutOrder.BEDTIME_FIRST, CutOrder.EVEN

DAYS = {
    "once a day": (daily(9), tablets(2, 5)),
    "morning and bedtime": (slots(morning=4, bedtime=6), tablets(2)),
    "unequal halves of 5 mg": (slots(morning="2.5", bedtime="7.5"), tablets(5)),
    "whole tablets of two strengths": (slots(noon=7, evening=9), tablets(2, 5, split=Split.WHOLE)),
    "capsules three times": (slots(morning=3, noon=5, bedtime=8), capsules(3, 5)),
    "a liquid beside tablets": (slots(morning=2, bedtime="4.4"), tablets(2) + liquid(2, "5 mL", "1 mL")),
    "quarters, four times": (slots(morning=1, noon="0.5", evening="0.75", bedtime=2), tablets(1, split=Split.QUARTER)),
    "halves of three strengths, four times": (
        slots(morning="4.5", noon="6.5", evening="5.5", bedtime="5.5"),
        tablets(2, 5, 10),
    ),
    "a fine grid, three times": (slots(morning=6, noon="5.5", bedtime="5.5"), tablets("0.5", 1)),
}


def day_of(before: Regimen, products: Sequence[Product], order: CutOrder = MORNING) -> Day:
    """The makeable totals and ways of a day."""
    return Day(Dispensary(products, max(dose for _, dose in before.doses)), before, order)


def spread_of(day: Day, way: Way) -> Spread:
    """A way in mg, slot by slot."""
    return tuple(mg(day.dose(points)) for points in way.points)


def ways_of(day: Day, total: Fraction) -> list[Spread]:
    """The ways offered for a total, in mg."""
    quantum = mg(day.dose(1))
    return [spread_of(day, way) for way in day.ways(int(total / quantum))]


def plan_of(before: Regimen, levels: Sequence[int], order: CutOrder) -> list[list[str]]:
    """The slots of each level of a plan from 2 mg tablets in halves, in mg as text."""
    asked = problem(before, tablets(2), cut=order)
    steps = planned(plan_levels(asked, [Wanted(Dose.of_mg(level)) for level in levels])).schedule.dosing_steps
    return [[step.dose_at(slot).mg_text for slot in before.slots] for step in steps]


@pytest.mark.parametrize("name", DAYS)
class TestEveryTotalOfADay:
    """A total is makeable if the slots, each at or below its starting dose, can be made one by one and add up to it."""

    def test_is_found_exactly_when_some_spread_adds_up_to_it(self, name: str) -> None:
        before, products = DAYS[name]
        day = day_of(before, products)
        assert [mg(day.dose(point)) for point in day.totals] == sorted(spreads(products, before))

    @pytest.mark.parametrize("order", CutOrder)
    def test_never_puts_more_into_a_slot_than_it_holds_today(self, name: str, order: CutOrder) -> None:
        before, products = DAYS[name]
        day, tops = day_of(before, products, order), [mg(dose) for _, dose in before.doses]
        offered = [spread for point in day.totals for spread in ways_of(day, mg(day.dose(point)))]
        assert all(dose <= top for spread in offered for dose, top in zip(spread, tops, strict=True))

    @pytest.mark.parametrize("order", CutOrder)
    def test_offers_only_spreads_that_add_up_and_can_be_made(self, name: str, order: CutOrder) -> None:
        before, products = DAYS[name]
        day, possible = day_of(before, products, order), spreads(products, before)
        for point in day.totals:
            total = mg(day.dose(point))
            offered = ways_of(day, total)
            assert set(offered) <= set(possible[total])
            assert len(set(offered)) == len(offered)

    @pytest.mark.parametrize("order", CutOrder)
    def test_is_first_taken_in_a_spread_nearest_to_the_order_asked_for(self, name: str, order: CutOrder) -> None:
        before, products = DAYS[name]
        day = day_of(before, products, order)
        for total, possible in spreads(products, before).items():
            wanted = wanted_spread(before, total, order)
            nearest = min(misplaced(spread, wanted) for spread in possible)
            assert misplaced(ways_of(day, total)[0], wanted) == nearest, f"{total} mg"

    @pytest.mark.parametrize("order", CutOrder)
    def test_is_first_taken_in_the_lightest_of_the_nearest_spreads(self, name: str, order: CutOrder) -> None:
        before, products = DAYS[name]
        day, intake = day_of(before, products, order), intakes(products, max(mg(dose) for _, dose in before.doses))
        for total, possible in spreads(products, before).items():
            wanted = wanted_spread(before, total, order)
            nearest = min(misplaced(spread, wanted) for spread in possible)
            burdens = [
                tuple(sum(part) for part in zip(*(intake[dose] for dose in spread), strict=True))
                for spread in possible
                if misplaced(spread, wanted) == nearest
            ]
            first = day.ways(int(total / mg(day.dose(1))))[0]
            assert (first.cuts, first.pieces, first.distinct) == min(burdens), f"{total} mg"

    @pytest.mark.parametrize("order", CutOrder)
    def test_carries_the_burden_of_its_intakes_together(self, name: str, order: CutOrder) -> None:
        before, products = DAYS[name]
        day = day_of(before, products, order)
        lightest = intakes(products, max(mg(dose) for _, dose in before.doses))
        for way in (way for point in day.totals for way in day.ways(point)):
            burdens = [lightest[dose] for dose in spread_of(day, way)]
            assert [way.cuts, way.pieces, way.distinct] == [sum(part) for part in zip(*burdens, strict=True)]


SHELVES = [
    tablets(2),
    tablets(2, 5),
    tablets(2, 5, split=Split.WHOLE),
    tablets(1, split=Split.QUARTER),
    tablets(5) + capsules(2),
    capsules(2, 3),
    tablets(2) + liquid(2, "5 mL", "2.5 mL"),
]


@st.composite
def random_days(draw: st.DrawFn) -> tuple[Regimen, tuple[Product, ...]]:
    """One to four slots of doses that can be made."""
    products = draw(st.sampled_from(SHELVES))
    names = draw(
        st.lists(st.sampled_from(["morning", "noon", "evening", "bedtime"]), min_size=1, max_size=4, unique=True)
    )
    doses = [dose for dose in sorted(intakes(products, Fraction(12, len(names)))) if dose]
    return slots(**{name: draw(st.sampled_from(doses)) for name in names}), products


@settings(STEADY, max_examples=150)
@given(random_days(), st.sampled_from(CutOrder))
def test_of_all_spreads_of_any_day_the_first_is_the_nearest_and_lightest(
    one: tuple[Regimen, tuple[Product, ...]], order: CutOrder
) -> None:
    before, products = one
    day, intake = day_of(before, products, order), intakes(products, max(mg(dose) for _, dose in before.doses))
    for total, possible in spreads(products, before).items():
        wanted = wanted_spread(before, total, order)
        burdens = {spread: [sum(part) for part in zip(*map(intake.get, spread), strict=True)] for spread in possible}
        first = ways_of(day, total)[0]
        best = min((misplaced(spread, wanted), burdens[spread]) for spread in possible)
        assert (misplaced(first, wanted), burdens[first]) == best, f"{total} mg"


class TestCutOrder:
    """4 mg in the morning and 6 mg at bedtime, or three times 4 mg, from 2 mg tablets in halves."""

    @pytest.mark.parametrize(
        ("order", "expected"),
        [
            (MORNING, [["3", "6"], ["2", "6"], ["1", "6"], ["0", "6"], ["0", "5"], ["0", "1"]]),
            (BEDTIME, [["4", "5"], ["4", "4"], ["4", "3"], ["4", "2"], ["4", "1"], ["1", "0"]]),
        ],
    )
    def test_one_slot_is_emptied_before_the_next_is_touched(self, order: CutOrder, expected: list[list[str]]) -> None:
        assert plan_of(slots(morning=4, bedtime=6), [9, 8, 7, 6, 5, 1], order) == expected

    def test_morning_first_goes_through_the_day_in_its_order(self) -> None:
        before = slots(morning=4, noon=4, bedtime=4)
        expected = [["0", "4", "4"], ["0", "2", "4"], ["0", "0", "4"], ["0", "0", "3"]]
        assert plan_of(before, [8, 6, 4, 3], MORNING) == expected

    def test_bedtime_first_goes_through_the_day_backwards(self) -> None:
        before = slots(morning=4, noon=4, bedtime=4)
        expected = [["4", "4", "0"], ["4", "2", "0"], ["4", "0", "0"], ["3", "0", "0"]]
        assert plan_of(before, [8, 6, 4, 3], BEDTIME) == expected

    def test_even_keeps_the_present_proportions(self) -> None:
        before = slots(morning=4, bedtime=8)
        assert plan_of(before, [9, 6, 3], EVEN) == [["3", "6"], ["2", "4"], ["1", "2"]]

    def test_even_stays_as_near_as_tablets_allow_and_lets_no_slot_rise_again(self) -> None:
        asked = problem(slots(morning=4, bedtime=6), tablets(2), cut=EVEN, every=weeks(2))
        steps = planned(plan_pace(asked, AtPace(dose=Dose.of_mg(1)))).schedule.dosing_steps
        taken = [(mg(step.dose_at(Slot.MORNING)), mg(step.dose_at(Slot.BEDTIME))) for step in steps]
        assert all(
            later <= now for earlier, after in pairwise(taken) for now, later in zip(earlier, after, strict=True)
        )
        assert all(abs(morning - sum((morning, bedtime)) * Fraction(4, 10)) < 1 for morning, bedtime in taken)

    def test_a_slot_that_cannot_give_the_wanted_part_gives_the_nearest(self) -> None:
        day = day_of(slots(morning=5, bedtime=5), tablets(5), MORNING)
        assert ways_of(day, Fraction(15, 2))[0] == (Fraction(5, 2), 5)
        whole = day_of(slots(morning=7, bedtime=7), tablets(2, 5, split=Split.WHOLE), MORNING)
        assert ways_of(whole, Fraction(13))[0] == (6, 7)
        assert ways_of(whole, Fraction(8))[0] == (2, 6)

    def test_one_intake_a_day_stays_one_intake_a_day(self) -> None:
        day = day_of(daily(10), tablets(2, 5))
        assert day.slots == (Slot.DAILY,)
        assert all(len(day.ways(point)) == 1 for point in day.totals)

    def test_a_dose_between_the_totals_has_no_way(self) -> None:
        day = day_of(slots(morning=4, bedtime=6), tablets(2) + tablets(5))
        assert day.ways(int(Fraction(1, 2) * NG_PER_MG) // day.dose(1).ng) == ()
