"""What is handed out: the worked example to the tablet, and the laws of every supply against a day-by-day count."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from planning_builders import STEADY, daily, schedule, slots, tablets
from planning_builders import problem as asked
from supply_builders import FIVE, LIQUID, START, TWO, rules, schedules, used_on

from taper_cli.model.dose import Dose, Volume
from taper_cli.model.errors import WrongValue
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.product import Portion
from taper_cli.model.request import AtPace
from taper_cli.model.schedule import Intake, Schedule, Slot, Step, StepKind
from taper_cli.model.supply import Dispensing, Halves, Most, MostUnit, Supply, SupplyRules
from taper_cli.planning.pacing import plan_pace
from taper_cli.planning.supply import by_week, largest_days, supply_of


def worked_example() -> Schedule:
    """4 mg in the morning and 6 mg at night in 2 mg tablets, 1 mg less every 14 days from Mon 2 Mar 2026."""
    problem = asked(slots(morning=4, bedtime=6), tablets(2), start=date(2026, 3, 2), every=Period(2, TimeUnit.WEEK))
    return schedule(plan_pace(problem, AtPace(dose=Dose.of_mg(1))))


def handed_out(supply: Supply) -> list[int]:
    return [int(item.dispensed) for item in supply.dispensings]


class TestTheWorkedExample:
    """The published mock-up: 315 tablets in all, 350 if the other halves are thrown away."""

    @pytest.mark.parametrize(
        ("days", "amounts"),
        [
            (28, [119, 91, 63, 35, 7]),
            (7, [32, 31, 28, 28, 25, 24, 21, 21, 18, 17, 14, 14, 11, 10, 7, 7, 4, 3]),
            (14, [63, 56, 49, 42, 35, 28, 21, 14, 7]),
            (126, [315]),
            (365, [315]),
        ],
    )
    def test_is_handed_out_to_the_tablet(self, days: int, amounts: list[int]) -> None:
        assert handed_out(supply_of(worked_example(), SupplyRules(days=days))) == amounts

    def test_takes_350_tablets_when_halves_are_thrown_away(self) -> None:
        thrown = supply_of(worked_example(), SupplyRules(halves=Halves.DISCARDED))
        assert sum(handed_out(thrown)) == 350
        assert [total for _, total in thrown.otherwise] == [315]
        assert [total for _, total in supply_of(worked_example(), SupplyRules()).otherwise] == [350]

    def test_runs_out_on_the_last_day_and_leaves_nothing(self) -> None:
        supply = supply_of(worked_example(), SupplyRules())
        assert supply.runs_out == date(2026, 7, 5)
        assert [supply.left_over(product) for product in supply.products] == [0]

    def test_is_the_same_week_by_week(self) -> None:
        ((_, weeks),) = by_week(worked_example(), supply_of(worked_example(), SupplyRules(days=7)))
        assert [amount for _, amount in weeks] == [32, 31, 28, 28, 25, 24, 21, 21, 18, 17, 14, 14, 11, 10, 7, 7, 4, 3]

    def test_a_stated_maximum_names_the_longest_interval_that_fits(self) -> None:
        most = SupplyRules(most=Most(60, MostUnit.PIECES))
        assert supply_of(worked_example(), most).beyond() == ((1, 119), (2, 91), (3, 63))
        assert largest_days(worked_example(), most) == 7
        assert largest_days(worked_example(), SupplyRules(most=Most(100, MostUnit.PIECES))) == 21
        assert largest_days(worked_example(), SupplyRules(most=Most(4, MostUnit.PIECES))) is None

    @pytest.mark.parametrize(
        ("asked", "most", "fitting"),
        [
            (28, 32, 7),
            (10, 32, 7),
            (7, 32, 6),
            (28, 31, 6),
            (28, 27, 6),
            (28, 26, 5),
            (28, 9, 2),
            (28, 8, 1),
            (28, 5, 1),
            (28, 4, None),
            (7, 31, 6),
            (6, 26, 5),
            (6, 5, 1),
            (2, 5, 1),
            (1, 4, None),
        ],
    )
    def test_of_a_week_or_less_the_longest_interval_below_the_asked_one_is_told(
        self, asked: int, most: int, fitting: int | None
    ) -> None:
        """Four and a half tablets a day at first, so that a week needs 32, six days 27 and two days nine."""
        rule = SupplyRules(days=asked, most=Most(most, MostUnit.PIECES))
        assert largest_days(worked_example(), rule) == fitting

    def test_a_week_that_holds_too_much_is_made_shorter_and_not_longer(self) -> None:
        """2 mg a day for a week, 4 mg, then 1 mg: of 13 tablets at most 8 days would do, by the luck of their dates."""

        def week(number: int, count: Fraction) -> Step:
            start = START + timedelta(weeks=number - 1)
            portion = Portion(product=TWO, count=count)
            intake = Intake(slot=Slot.DAILY, dose=portion.dose, portions=(portion,))
            return Step(
                number=number, kind=StepKind.REDUCE, start=start, end=start + timedelta(weeks=1), intakes=(intake,)
            )

        stop = Step(number=4, kind=StepKind.STOP, start=START + timedelta(weeks=3), end=None, intakes=())
        steps = (week(1, Fraction(1)), week(2, Fraction(2)), week(3, Fraction(1, 2)), stop)
        plan, most = Schedule(drug="diazepam", before=daily(6), steps=steps), Most(13, MostUnit.PIECES)
        assert supply_of(plan, SupplyRules(days=7, most=most)).beyond() == ((2, 14),)
        assert supply_of(plan, SupplyRules(days=8, most=most)).beyond() == ()
        assert largest_days(plan, SupplyRules(most=most)) == 6

    def test_a_maximum_in_days_is_kept_too(self) -> None:
        assert len(supply_of(worked_example(), SupplyRules(most=Most(14, MostUnit.DAYS))).beyond()) == 4


class TestEverySupply:
    """Laws that hold for any schedule, any interval, any rule for halves, with and without bottles."""

    @STEADY
    @given(schedules(), rules())
    def test_is_whole_and_never_more_than_one_too_many(self, plan: Schedule, rule: SupplyRules) -> None:
        supply = supply_of(plan, rule)
        for item in supply.dispensings:
            assert (item.dispensed / rule.unit(item.product)).denominator == 1
        for product in supply.products:
            assert 0 <= supply.left_over(product) < rule.unit(product)

    @STEADY
    @given(schedules(), rules())
    def test_lasts_through_every_single_day(self, plan: Schedule, rule: SupplyRules) -> None:
        supply = supply_of(plan, rule)
        for product in plan.products:
            left, handed = Fraction(0), {item.start: item.dispensed for item in supply.of(product)}
            for offset in range(plan.days):
                day = plan.start + timedelta(days=offset)
                left += handed.pop(day, Fraction(0)) - used_on(plan, rule, product, day)
                assert left >= 0, f"{product.name} runs out on {day}"
            assert not handed

    @STEADY
    @given(schedules(), rules())
    def test_the_sum_of_needs_is_what_all_days_use_up(self, plan: Schedule, rule: SupplyRules) -> None:
        supply = supply_of(plan, rule)
        for product in plan.products:
            days = (plan.start + timedelta(days=offset) for offset in range(plan.days))
            assert sum(item.needed for item in supply.of(product)) == sum(
                used_on(plan, rule, product, day) for day in days
            )

    @STEADY
    @given(schedules(), rules())
    def test_the_total_does_not_depend_on_the_interval(self, plan: Schedule, rule: SupplyRules) -> None:
        at_once = SupplyRules(days=plan.days, halves=rule.halves, bottle=rule.bottle)
        assert [supply_of(plan, rule).total(product) for product in plan.products] == [
            supply_of(plan, at_once).total(product) for product in plan.products
        ]

    @STEADY
    @given(schedules(), rules())
    def test_what_is_carried_out_is_carried_in(self, plan: Schedule, rule: SupplyRules) -> None:
        supply = supply_of(plan, rule)
        for product in supply.products:
            items = supply.of(product)
            assert items[0].carry_in == 0
            assert all(later.carry_in == item.carry_out for item, later in itertools.pairwise(items))

    @STEADY
    @given(schedules(), rules())
    def test_the_tablets_left_each_day_are_those_of_a_recount(self, plan: Schedule, rule: SupplyRules) -> None:
        supply = supply_of(plan, rule)
        left = Fraction(0)
        for offset, (number, stated) in enumerate(supply.each_day(plan, plan.drug)):
            day = plan.start + timedelta(days=offset)
            for product in plan.products:
                if not product.form.liquid:
                    left += sum(item.dispensed for item in supply.of(product) if item.start == day)
                    left -= used_on(plan, rule, product, day)
            assert (number, stated) == (offset // rule.days + 1, left)

    @STEADY
    @given(schedules(), rules())
    def test_the_other_rule_for_halves_is_told_where_it_changes_the_total(
        self, plan: Schedule, rule: SupplyRules
    ) -> None:
        other = Halves.DISCARDED if rule.halves is Halves.KEPT else Halves.KEPT
        then = supply_of(plan, SupplyRules(days=rule.days, halves=other, bottle=rule.bottle))
        now = supply_of(plan, rule)
        expected = {
            product: then.total(product) for product in plan.products if then.total(product) != now.total(product)
        }
        assert dict(now.otherwise) == expected


class TestWhatCannotBe:
    """A supply that is short, late or below zero cannot be built."""

    def test_a_dispensing_that_runs_out_is_refused(self) -> None:
        with pytest.raises(WrongValue, match="runs out"):
            self.dispensing(needed=Fraction(5), dispensed=Fraction(4))

    def test_a_last_day_outside_the_interval_is_refused(self) -> None:
        with pytest.raises(WrongValue, match="not within"):
            self.dispensing(last_day=START + timedelta(days=7))

    @pytest.mark.parametrize("field", ["needed", "carry_in", "dispensed"])
    def test_an_amount_below_zero_is_refused(self, field: str) -> None:
        with pytest.raises(WrongValue):
            self.dispensing(**{field: Fraction(-1)})

    def test_an_interval_without_a_day_is_refused(self) -> None:
        with pytest.raises(WrongValue, match="at least a day"):
            SupplyRules(days=0)

    def dispensing(self, **changes: object) -> Dispensing:
        week = START + timedelta(days=7)
        fields: dict[str, object] = {
            "number": 1, "product": TWO, "start": START, "end": week, "last_day": week - timedelta(days=1),
            "needed": Fraction(4), "carry_in": Fraction(0), "dispensed": Fraction(4),
        }  # fmt: skip
        return Dispensing(**(fields | changes))  # type: ignore[arg-type]


def test_a_bottle_is_handed_out_whole() -> None:
    assert SupplyRules(bottle=Volume(100_000)).unit(LIQUID) == 100
    assert SupplyRules(bottle=Volume(100_000)).unit(FIVE) == 1


@pytest.mark.parametrize(("count", "used"), [("1/4", 1), ("1/2", 1), ("1", 1), ("3/2", 2), ("11/4", 3)])
def test_a_thrown_away_rest_uses_up_the_whole_tablet(count: str, used: int) -> None:
    portion = Portion(product=FIVE, count=Fraction(count))
    assert SupplyRules(halves=Halves.DISCARDED).used(portion) == used
    assert SupplyRules().used(portion) == Fraction(count)
