"""A pace that was asked: followed where products make it, never exceeded for convenience, longer rather than faster."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from planning_builders import (
    CITE,
    amount,
    cap,
    capsules,
    changed,
    days,
    liquid,
    mg,
    months,
    planned,
    problem,
    says,
    schedule,
    slots,
    tablets,
    taken,
    weeks,
    words,
)
from planning_oracle import Taper, Walk, asked_in_mg, later, misplaced, spreads, wanted_spread

from taper_cli.model.dose import Dose
from taper_cli.model.guideline import Band, Bands, Basis, DoseCap
from taper_cli.model.product import Product, Split
from taper_cli.model.request import AtPace, ByBands, CutOrder
from taper_cli.model.schedule import Slot, StepKind
from taper_cli.planning.pacing import plan_levels, plan_pace
from taper_cli.planning.problem import (
    LastDoseTooLarge,
    NothingLower,
    Planned,
    Problem,
    Stuck,
    TooManySteps,
    UnmakeableDose,
    Wanted,
)

HALVES = tablets(2, 5, 10)


def stepped(*bands: tuple[int, int, str, str]) -> Bands:
    """Bands as (up to, above, smaller step, larger step) in mg."""
    return Bands(
        drugs=("diazepam",),
        bands=tuple(
            Band(
                ceiling=Dose.of_mg(high), floor=Dose.of_mg(low), step_low=Dose.of_mg(small), step_high=Dose.of_mg(large)
            )
            for high, low, small, large in bands
        ),
        interval_low_days=7,
        interval_high_days=14,
        cite=CITE,
    )


CKS = stepped((40, 20, "2", "4"), (20, 10, "1", "2"), (10, 5, "1", "1"), (5, 0, "0.5", "1"))
"""NICE CKS, stepped schedule for diazepam, as quoted in a UK local guideline (2018 references): 40 to 20 mg by 2-4 mg,
20 to 10 by 1-2 mg, 10 to 5 by 1 mg, 5 to 0 by 0.5-1 mg, every one to two weeks."""


def by(dose: str) -> AtPace:
    """A fixed cut in mg."""
    return AtPace(dose=Dose.of_mg(dose))


def by_percent(percent: int, basis: Basis = Basis.CURRENT) -> AtPace:
    """A cut by a share of the current or the starting dose."""
    return AtPace(share=Fraction(percent, 100), basis=basis)


def followed_by_hand(asked: Problem, pace: AtPace | ByBands) -> list[Fraction] | str:
    """The dose of each interval, found one interval at a time among all makeable totals."""
    return Walk(Taper(asked, asked.start), asked_in_mg(asked, pace)).totals()


def interval_by_interval(plan: Planned, asked: Problem) -> list[Fraction]:
    """The starting dose, the dose on the first day of each interval, and the maintenance dose if there is one."""
    found = [mg(asked.before.total)]
    while (day := later(asked.start, asked.every, len(found) - 1)) < plan.schedule.ending.start:
        found.append(mg(plan.schedule.dose_on(day)))
    return found + ([mg(plan.schedule.ending.total)] if asked.target else [])


def cuts(answer: Planned) -> int:
    """How often the dose falls, the fall to zero included."""
    return len(schedule(answer).steps)


class TestTheGoldOfOneMgFromTwenty:
    """20 mg by 1 mg every two weeks from halves of 2, 5 and 10 mg tablets: 21 cuts."""

    def test_reads_word_for_word_and_breaks_off_at_3_mg_where_a_whole_mg_would_be_a_third(self) -> None:
        expected = "19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2.5 2 1 STOP"
        assert words(plan_pace(problem(20, HALVES), by("1"))) == expected

    def test_takes_21_cuts_and_42_weeks_less_the_first_interval(self) -> None:
        plan = planned(plan_pace(problem(20, HALVES), by("1")))
        assert cuts(plan) == 20 + 1
        assert plan.schedule.days == 20 * 14
        assert plan.largest_cut == Fraction(4 - 3, 4)

    def test_no_cut_is_larger_than_1_mg(self) -> None:
        plan = planned(plan_pace(problem(20, HALVES), by("1")))
        assert max(_falls(interval_by_interval(plan, problem(20, HALVES)))) == 1


class TestTheGoldOfTenPercentFromTwenty:
    """20 mg by 10 % of the current dose every two weeks from halves of 2, 5 and 10 mg tablets: 25 cuts."""

    asked = problem(20, HALVES)

    def test_takes_25_cuts_and_ends_as_the_fixed_pace_does(self) -> None:
        plan = planned(plan_pace(self.asked, by_percent(10)))
        assert cuts(plan) == 25
        assert words(plan).endswith("4 3.5 3 2.5 2 1 STOP")

    def test_exceeds_ten_percent_only_to_the_next_dose_that_can_be_made(self) -> None:
        levels = interval_by_interval(planned(plan_pace(self.asked, by_percent(10))), self.asked)
        totals = Taper(self.asked, self.asked.start).totals
        for before, after in pairwise(levels):
            within = [total for total in totals if before * Fraction(9, 10) <= total < before]
            assert after == (min(within) if within else max(total for total in totals if total < before))


class TestTheWorkedExample:
    """4 mg in the morning and 6 mg at night, 2 mg tablets in halves, 1 mg less every 14 days from 2 March 2026."""

    asked = problem(slots(morning=4, bedtime=6), tablets(2), start=date(2026, 3, 2))

    def test_gives_these_days_and_these_slots(self) -> None:
        expected = [
            (date(2026, 3, 2), date(2026, 3, 15), "3", "6", "9"),
            (date(2026, 3, 16), date(2026, 3, 29), "2", "6", "8"),
            (date(2026, 3, 30), date(2026, 4, 12), "1", "6", "7"),
            (date(2026, 4, 13), date(2026, 4, 26), "0", "6", "6"),
            (date(2026, 4, 27), date(2026, 5, 10), "0", "5", "5"),
            (date(2026, 5, 11), date(2026, 5, 24), "0", "4", "4"),
            (date(2026, 5, 25), date(2026, 6, 7), "0", "3", "3"),
            (date(2026, 6, 8), date(2026, 6, 21), "0", "2", "2"),
            (date(2026, 6, 22), date(2026, 7, 5), "0", "1", "1"),
        ]
        steps = schedule(plan_pace(self.asked, by("1"))).dosing_steps
        slot = (Slot.MORNING, Slot.BEDTIME)
        found = [(s.start, s.last_day, *(s.dose_at(each).mg_text for each in slot), s.total.mg_text) for s in steps]
        assert found == expected

    def test_stops_on_monday_6_july_2026_after_126_days(self) -> None:
        plan = schedule(plan_pace(self.asked, by("1")))
        assert (plan.ending.kind, plan.ending.start) == (StepKind.STOP, date(2026, 7, 6))
        assert plan.days == 126 == 9 * 14

    def test_needs_315_tablets_630_mg_in_all(self) -> None:
        steps = schedule(plan_pace(self.asked, by("1"))).dosing_steps
        portions = [
            (step.days or 0, portion) for step in steps for intake in step.intakes for portion in intake.portions
        ]
        assert sum(days * portion.count for days, portion in portions) == 315 == 119 + 91 + 63 + 35 + 7
        assert sum(days * amount(portion) for days, portion in portions) == 630 == 315 * 2

    def test_the_first_step_is_one_and_a_half_tablets_in_the_morning_and_three_at_night(self) -> None:
        first = schedule(plan_pace(self.asked, by("1"))).steps[0]
        assert [[str(portion.count) for portion in intake.portions] for intake in first.intakes] == [["3/2"], ["3"]]


class TestTheSteppedScheduleOfNiceCks:
    """Diazepam 40 mg, smaller figure of each band, 2 mg tablets in halves: 30 reductions, 30-60 weeks as published."""

    asked = problem(40, tablets(2), bands=CKS)

    def test_takes_30_reductions(self) -> None:
        down_to_20, down_to_10, down_to_5, down_to_0 = 20 // 2, 10 // 1, 5 // 1, 5 // 1
        assert cuts(planned(plan_pace(self.asked, ByBands()))) == down_to_20 + down_to_10 + down_to_5 + down_to_0 == 30

    def test_has_these_31_levels(self) -> None:
        levels = [*range(40, 20, -2), *range(20, 0, -1)]
        assert interval_by_interval(planned(plan_pace(self.asked, ByBands())), self.asked) == levels

    def test_takes_60_weeks_when_the_starting_dose_is_given_one_interval_too(self) -> None:
        plan = schedule(plan_pace(self.asked, ByBands()))
        assert 14 + plan.days == 60 * 7

    def test_is_above_a_quarter_of_the_current_dose_at_the_last_three_reductions_only(self) -> None:
        levels = [*interval_by_interval(planned(plan_pace(self.asked, ByBands())), self.asked), Fraction(0)]
        shares = [(before - after) / before for before, after in pairwise(levels)]
        assert [number for number, share in enumerate(shares, start=1) if share > Fraction(1, 4)] == [28, 29, 30]
        assert max(shares[:-1]) == Fraction(50, 100) == shares[29 - 1]

    def test_takes_the_smaller_step_of_the_last_band_where_a_product_makes_it(self) -> None:
        fine = problem(6, tablets(1), bands=CKS)
        assert words(plan_pace(fine, ByBands())) == "5 4.5 4 3.5 3 2.5 2 1.5 1 0.5 STOP"

    def test_takes_the_larger_step_of_a_band_only_where_the_smaller_one_cannot_be_made(self) -> None:
        coarse = problem(24, capsules(1, 3), bands=stepped((40, 20, "0.5", "4"), (20, 0, "1", "2")), cap=cap(60))
        assert words(plan_pace(coarse, ByBands())).startswith("20 19 18 ")


def _falls(levels: Sequence[Fraction]) -> list[Fraction]:
    return [before - after for before, after in pairwise(levels)]


PACES: dict[str, tuple[Problem, AtPace | ByBands]] = {
    "half a mg from halves of 2 mg": (problem(6, tablets(2)), by("0.5")),
    "half a mg from halves of 1 mg": (problem(6, tablets(1)), by("0.5")),
    "more than the limit allows": (problem(20, HALVES), by("8")),
    "a quarter of the current dose": (problem(20, HALVES), by_percent(25)),
    "half of the current dose under a limit of a quarter": (problem(20, HALVES), by_percent(50)),
    "a tenth of the starting dose": (problem(20, HALVES), by_percent(10, Basis.START)),
    "a fifth of the starting dose, limited of the current": (problem(20, HALVES), by_percent(20, Basis.START)),
    "a fifth of the starting dose, limited of it": (
        problem(20, HALVES, cap=cap(15, 14, Basis.START), last_step=Dose.of_mg(2)),
        by_percent(20, Basis.START),
    ),
    "weekly under 14 days": (problem(20, HALVES, every=weeks(1)), by("4")),
    "weekly by percent under 14 days": (problem(20, HALVES, every=weeks(1)), by_percent(20)),
    "every five days under 14": (problem(20, HALVES, every=days(5)), by_percent(15)),
    "every four days under 14": (problem(12, tablets(2, 5), every=days(4)), by("1")),
    "monthly from the 31st": (problem(8, tablets(2), every=months(1), start=date(2026, 1, 31)), by("1")),
    "monthly under a window of 30 days": (
        problem(8, tablets(2), every=months(1), start=date(2026, 1, 31), cap=cap(25, 30)),
        by("1"),
    ),
    "stops from a dose that the pace takes in one": (problem(8, tablets(1), last_step=Dose.of_mg(2)), by("2")),
    "whole tablets": (problem(20, tablets(2, 5, 10, split=Split.WHOLE), last_step=Dose.of_mg(2)), by("1")),
    "a liquid": (problem(4, liquid(2, "5 mL", "0.5 mL"), last_step=Dose.of_mg("0.4")), by_percent(10)),
    "to a maintenance dose": (problem(20, HALVES, target=Dose.of_mg(12)), by("1.5")),
    "to a maintenance dose between two cuts": (problem(20, HALVES, target=Dose.of_mg(13)), by("2")),
    "bands": (problem(30, tablets(2, 5), bands=CKS), ByBands()),
    "bands, weekly": (problem(12, tablets(2, 5), bands=CKS, every=weeks(1)), ByBands()),
    "cap accepted away": (problem(20, HALVES, cap_binds=False), by("6")),
    "exceptions accepted anywhere": (problem(20, tablets(5), tail_only=False, last_step=Dose.of_mg("2.5")), by("1")),
    "last dose accepted away": (problem(20, tablets(5), last_dose_binds=False, tail_only=False), by("10")),
}


@pytest.mark.parametrize("name", PACES)
class TestEachPaceAgainstItsRuleFollowedByHand:
    """The lowest makeable total within what is asked and the limit; failing that the next lower dose; else wait."""

    def test_gives_the_same_dose_on_every_interval(self, name: str) -> None:
        asked, pace = PACES[name]
        plan = planned(plan_pace(asked, pace))
        assert interval_by_interval(plan, asked) == followed_by_hand(asked, pace)

    def test_reports_its_largest_cut_over_the_window(self, name: str) -> None:
        asked, pace = PACES[name]
        plan = planned(plan_pace(asked, pace))
        trial = Taper(asked, plan.schedule.ending.start)
        levels = interval_by_interval(plan, asked)
        assert plan.largest_cut == trial.largest_cut(levels) <= trial.limit

    def test_never_exceeds_what_was_asked_where_something_makeable_is_within_it(self, name: str) -> None:
        asked, pace = PACES[name]
        trial, sizes = Taper(asked, asked.start), asked_in_mg(asked, pace)
        levels = interval_by_interval(planned(plan_pace(asked, pace)), asked)
        for before, after in pairwise(levels):
            smaller = [total for total in trial.totals if max(after, mg(asked.target)) < total < before]
            assert before - after <= max(sizes(before)) or not smaller

    def test_ends_on_an_interval_with_the_last_portion_taken_the_day_before(self, name: str) -> None:
        asked, pace = PACES[name]
        plan = schedule(plan_pace(asked, pace))
        levels = interval_by_interval(planned(plan_pace(asked, pace)), asked)
        intervals = len(levels) - (2 if asked.target else 1)
        assert plan.ending.start == later(asked.start, asked.every, intervals)
        assert plan.dose_on(plan.ending.start - timedelta(days=1)) == plan.dosing_steps[-1].total
        assert [taken(step) for step in plan.dosing_steps] == [mg(step.total) for step in plan.dosing_steps]


WHOLE_2_AND_5 = tablets(2, 5, split=Split.WHOLE)
SPREADS: dict[str, tuple[Problem, str, int]] = {
    "a nearer way would let bedtime rise": (problem(slots(morning=6, bedtime=5), WHOLE_2_AND_5, cap=cap(60)), "3", 0),
    "halves, bedtime first": (
        problem(slots(morning="4.5", bedtime=6), tablets(3, 5), cap=cap(60), cut=CutOrder.BEDTIME_FIRST),
        "2",
        0,
    ),
    "capsules, where one slot has to rise": (
        problem(slots(morning=2, bedtime=5), capsules(2, 5), cap=cap(60), cut=CutOrder.EVEN),
        "1",
        1,
    ),
}


@pytest.mark.parametrize("name", SPREADS)
def test_over_the_day_the_fewest_slots_rise_then_the_order_is_kept_then_the_burden_is_least(name: str) -> None:
    given, size, rises = SPREADS[name]
    asked = changed(given, last_step=Dose.of_mg(2))
    plan = planned(plan_pace(asked, by(size)))
    trial, levels = Taper(asked, plan.schedule.ending.start), interval_by_interval(plan, asked)
    steps = [[step for step in plan.schedule.dosing_steps if step.start <= day][-1] for day in trial.starts]
    spread = [tuple(mg(step.dose_at(slot)) for slot in asked.before.slots) for step in steps]
    assert trial.inconvenience(spread) == trial.lightest(levels)
    assert trial.inconvenience(spread)[0] == rises


class TestTheLimitStandsAboveThePace:
    """Where the pace asks for more than the limit allows within its window, the plan takes less, or waits."""

    def test_a_weekly_pace_waits_until_the_window_has_passed(self) -> None:
        plan = schedule(plan_pace(problem(8, tablets(2), every=weeks(1)), by("2")))
        held = [(step.total.mg_text, step.days) for step in plan.dosing_steps]
        assert held == [("6", 14), ("5", 14), ("4", 14), ("3", 14), ("2", 14), ("1", 14)]

    def test_the_last_dose_is_no_shorter_than_the_window_that_slowed_the_steps_before_it(self) -> None:
        """From 2 mg to nothing within eight days would be the largest fall of the whole plan."""
        windows = (DoseCap(drug="diazepam", dose=Dose.of_mg(1), window_days=28, up_to=None, cite=CITE),)
        asked = problem(4, tablets(1, split=Split.WHOLE), every=weeks(1), cap=None, dose_caps=windows)
        plan = schedule(plan_pace(asked, by("1")))
        assert [(step.total.mg_text, step.days) for step in plan.dosing_steps] == [("3", 28), ("2", 28), ("1", 28)]

    def test_a_weekly_pace_takes_what_the_window_has_left(self) -> None:
        plan = planned(plan_pace(problem(20, HALVES, every=weeks(1)), by("3")))
        levels = interval_by_interval(plan, problem(20, HALVES, every=weeks(1)))
        assert levels[:5] == [20, 17, 15, 13, Fraction("11.5")]
        assert 20 - 15 <= Fraction(20, 4) < 20 - Fraction("14.5")
        assert 17 - 13 <= Fraction(17, 4) < 17 - Fraction("12.5")
        assert 15 - Fraction("11.5") <= Fraction(15, 4) < 15 - 11

    def test_two_cuts_exactly_a_window_apart_are_judged_one_by_one(self) -> None:
        fortnightly = plan_pace(problem(16, HALVES, every=days(14)), by_percent(25))
        a_day_early = plan_pace(problem(16, HALVES, every=days(13)), by_percent(25))
        assert words(fortnightly).startswith("12 9 7 ")
        assert interval_by_interval(planned(a_day_early), problem(16, HALVES, every=days(13)))[:4] == [16, 12, 12, 9]

    def test_a_pace_above_the_limit_is_cut_down_to_it(self) -> None:
        assert words(plan_pace(problem(20, HALVES), by("10"))).startswith("15 11.5 9 7 5.5 ")

    def test_once_the_limit_is_accepted_away_the_pace_is_what_was_asked(self) -> None:
        assert words(plan_pace(problem(20, HALVES, cap_binds=False), by("6"))) == "14 8 2 1 STOP"


class TestWhereAPaceCannotGoOn:
    """Refusing is cheap: the dose at which it ends and the next lower one are named."""

    @pytest.mark.parametrize("pace", [by("1"), by_percent(10), by_percent(50)])
    def test_20_to_10_mg_from_whole_10_mg_tablets(self, pace: AtPace) -> None:
        expected = Stuck(before=Dose.of_mg(20), after=Dose.of_mg(10), share=Fraction(20 - 10, 20))
        assert says(plan_pace(problem(20, tablets(10, split=Split.WHOLE)), pace), expected)

    def test_a_last_dose_above_the_last_step(self) -> None:
        asked = problem(6, tablets(4), cap=cap(50))
        expected = LastDoseTooLarge(smallest=Dose.of_mg(2), last_step=Dose.of_mg(1))
        assert says(plan_pace(asked, by("2")), expected)

    @pytest.mark.parametrize(
        ("before", "products", "expected"),
        [
            ("20.3", HALVES, UnmakeableDose(dose=Dose.of_mg("20.3"), below=Dose.of_mg(20), above=Dose.of_mg("20.5"))),
            ("7", capsules(5), UnmakeableDose(dose=Dose.of_mg(7), below=Dose.of_mg(5), above=Dose.of_mg(10))),
        ],
    )
    def test_a_start_that_cannot_be_made(
        self, before: str, products: Sequence[Product], expected: UnmakeableDose
    ) -> None:
        assert says(plan_pace(problem(before, products), by("1")), expected)

    def test_a_target_that_cannot_be_made(self) -> None:
        expected = UnmakeableDose(dose=Dose.of_mg("18.3"), below=Dose.of_mg(18), above=Dose.of_mg("18.5"))
        assert says(plan_pace(problem(20, HALVES, target=Dose.of_mg("18.3")), by("1")), expected)

    def test_more_steps_than_a_plan_may_have_waiting_for_the_window_included(self) -> None:
        yearly = problem(20, HALVES, every=days(1), cap=cap(25, 365))
        assert says(plan_pace(yearly, by("1")), TooManySteps(2_000))

    def test_as_many_steps_as_a_plan_may_have_are_planned_and_one_more_is_not(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """From 20 mg by 1 mg there are 19 steps; two thousand would take their time."""
        monkeypatch.setattr("taper_cli.planning.pacing.MAX_STEPS", 19)
        assert len(schedule(plan_pace(problem(20, tablets(2)), by("1"))).dosing_steps) == 19
        monkeypatch.setattr("taper_cli.planning.pacing.MAX_STEPS", 18)
        assert says(plan_pace(problem(20, tablets(2)), by("1")), TooManySteps(18))

    def test_a_start_with_nothing_below_it_is_not_called_a_last_dose_too_large(self) -> None:
        assert says(plan_pace(problem(1, tablets(2)), by("1")), NothingLower(Dose.of_mg(1)))


class TestAMaintenanceDoseAtAPace:
    """With a target, MAINTAIN begins one interval after the last dosing step, at exactly that dose."""

    def test_is_reached_by_the_pace_and_never_passed(self) -> None:
        plan = schedule(plan_pace(problem(20, HALVES, target=Dose.of_mg(13)), by("2")))
        assert [step.total.mg_text for step in plan.steps] == ["18", "16", "14", "13"]
        assert (plan.ending.kind, plan.ending.start) == (StepKind.MAINTAIN, date(2026, 12, 7) + timedelta(weeks=6))

    def test_that_the_first_cut_reaches_begins_on_the_start(self) -> None:
        plan = schedule(plan_pace(problem(20, HALVES, target=Dose.of_mg(19)), by("1")))
        assert (plan.ending.kind, plan.ending.start) == (StepKind.MAINTAIN, date(2026, 12, 7))
        assert plan.ending.total == Dose.of_mg(19)

    @pytest.mark.parametrize("order", CutOrder)
    @pytest.mark.parametrize("target", ["3", "5", "6", "7"])
    def test_is_spread_over_the_day_so_that_no_slot_rises_again_and_nearest_to_the_order(
        self, order: CutOrder, target: str
    ) -> None:
        asked = problem(slots(morning=4, bedtime=6), tablets(2), target=Dose.of_mg(target), cut=order)
        plan = schedule(plan_pace(asked, by("1")))
        last, found = ([mg(step.dose_at(slot)) for slot in asked.before.slots] for step in plan.steps[-2:])
        wanted = wanted_spread(asked.before, Fraction(target), order)
        possible = [
            spread
            for spread in spreads(asked.products, asked.before)[Fraction(target)]
            if all(now <= earlier for now, earlier in zip(spread, last, strict=True))
        ]
        assert tuple(found) in possible
        assert misplaced(tuple(found), wanted) == min(misplaced(spread, wanted) for spread in possible)

    def test_equal_to_the_starting_dose_is_no_taper_and_is_answered_so(self) -> None:
        answer = plan_pace(problem(20, HALVES, target=Dose.of_mg(20)), by("1"))
        assert not isinstance(answer, Planned)


class TestLevelsAsTyped:
    """Daily totals typed one by one stay as they are; whether they are too fast is for the judge to say."""

    def plan(self, *levels: str, **changes: Any) -> Any:
        """A plan of typed levels from 40 mg in halves of 2, 5 and 10 mg tablets."""
        return plan_levels(problem(40, HALVES, **changes), [Wanted(Dose.of_mg(level)) for level in levels])

    def test_stand_one_interval_each(self) -> None:
        plan = schedule(self.plan("35", "30", "1"))
        assert [(step.total.mg_text, step.days) for step in plan.dosing_steps] == [("35", 14), ("30", 14), ("1", 14)]
        assert (plan.ending.kind, plan.ending.start) == (StepKind.STOP, date(2026, 12, 7) + timedelta(weeks=6))

    def test_are_not_slowed_down_and_their_largest_cut_is_told(self) -> None:
        plan = planned(self.plan("35", "10"))
        assert (words(plan), plan.largest_cut) == ("35 10 STOP", Fraction(35 - 10, 35))

    def test_are_measured_over_the_whole_window(self) -> None:
        plan = planned(self.plan("36", "32", "30", every=weeks(1)))
        assert plan.largest_cut == Fraction(40 - 32, 40)

    def test_that_are_equal_make_one_longer_step(self) -> None:
        steps = schedule(self.plan("35", "35", "30")).dosing_steps
        assert [(step.total.mg_text, step.days, step.held) for step in steps] == [("35", 28, True), ("30", 14, False)]

    def test_that_equal_the_starting_dose_are_a_hold(self) -> None:
        steps = schedule(self.plan("40", "35")).dosing_steps
        assert [(step.total.mg_text, step.kind) for step in steps] == [("40", StepKind.HOLD), ("35", StepKind.REDUCE)]

    def test_that_cannot_be_made_stop_the_plan_with_their_neighbours(self) -> None:
        expected = UnmakeableDose(dose=Dose.of_mg("30.3"), below=Dose.of_mg(30), above=Dose.of_mg("30.5"))
        assert says(self.plan("35", "30.3"), expected)

    def test_above_the_starting_dose_are_not_makeable_in_its_slots(self) -> None:
        assert says(self.plan("45"), UnmakeableDose(dose=Dose.of_mg(45), below=Dose.of_mg(40), above=None))

    def test_may_be_two_thousand_and_no_more(self) -> None:
        assert isinstance(self.plan(*["35"] * 2_000, every=days(1)), Planned)
        assert says(self.plan(*["35"] * 2_001, every=days(1)), TooManySteps(2_000))

    def test_are_laid_on_the_calendar_by_months(self) -> None:
        plan = schedule(self.plan("35", "30", every=months(1), start=date(2028, 1, 31)))
        assert [step.start for step in plan.steps] == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31)]
