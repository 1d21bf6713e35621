"""A duration that was asked: as gentle as products allow, then nearest to the curve, ending on the day, or refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from planning_builders import (
    CITE,
    LINEAR,
    PROPORTIONAL,
    cap,
    capsules,
    daily_doses,
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
    weeks,
    words,
    years,
)
from planning_oracle import Taper, later, soonest, taper

from taper_cli.model.dose import Dose
from taper_cli.model.guideline import Band, Bands, Basis, PaceCap
from taper_cli.model.period import Period, Until
from taper_cli.model.product import Product, Split
from taper_cli.model.request import CutOrder, Shape, ShapeKind
from taper_cli.model.schedule import StepKind
from taper_cli.planning.planner import plan_over
from taper_cli.planning.problem import (
    Answer,
    LastDoseTooLarge,
    NoStep,
    NothingLower,
    Planned,
    Problem,
    Stuck,
    TooManySteps,
    TooShort,
    TooSoon,
    UnmakeableDose,
)

HALVES = tablets(2, 5, 10)
FLAT = Shape(kind=ShapeKind.HYPERBOLIC, ed50=Dose.of_mg(40), ed50_source="typed by the prescriber")
HYPERBOLIC = Shape(kind=ShapeKind.HYPERBOLIC, ed50=Dose.of_mg(2), ed50_source="typed by the prescriber")
BANDED = Shape(kind=ShapeKind.BANDS)
ROWS = [(40, 5, "1", "4"), (5, 3, "0.5", "1"), (3, 0, "0.25", "1")]
STEPPED = Bands(
    drugs=("diazepam",),
    bands=tuple(
        Band(ceiling=Dose.of_mg(high), floor=Dose.of_mg(low), step_low=Dose.of_mg(small), step_high=Dose.of_mg(large))
        for high, low, small, large in ROWS
    ),
    interval_low_days=7,
    interval_high_days=14,
    cite=CITE,
)


def level_on_each_step(plan: Planned, trial: Taper) -> tuple[Fraction, ...]:
    """The starting dose and the dose on the first day of every interval, joined steps taken apart again."""
    return (mg(trial.problem.before.total), *(mg(plan.schedule.dose_on(day)) for day in trial.judged))


class TestTheGoldOfTwentyMgOverTwentySixWeeks:
    """20 mg a day, halves of 2, 5 and 10 mg tablets: 13 dosing steps, 14 drops, none above a fifth but the declared."""

    asked = problem(20, HALVES, start=date(2026, 12, 7))

    def test_reads_word_for_word(self) -> None:
        expected = "16 13 10.5 8.5 7 6 5 4 3.5 3 2.5 2 1 STOP"
        assert words(plan_over(self.asked, weeks(26), None)) == expected

    def test_has_a_largest_cut_of_one_fifth_and_says_that_it_is_proven(self) -> None:
        plan = planned(plan_over(self.asked, weeks(26), None))
        assert (plan.largest_cut, plan.proven) == (Fraction(20 - 16, 20), True)

    def test_could_not_be_gentler_as_with_any_smaller_cut_even_the_fastest_descent_is_too_slow(self) -> None:
        assert taper(self.asked, weeks(26)).needs(Fraction(1, 5))

    def test_begins_on_the_start_and_stops_exactly_26_weeks_later(self) -> None:
        plan = schedule(plan_over(self.asked, weeks(26), None))
        assert plan.start == date(2026, 12, 7)
        assert plan.ending.start == date(2026, 12, 7) + timedelta(weeks=26) == date(2027, 6, 7)
        assert len(plan.dosing_steps) == 13
        assert {step.days for step in plan.dosing_steps} == {14}


SMALL: dict[str, tuple[Problem, Period, Shape | None]] = {
    "window of one step": (problem(6, tablets(2)), weeks(14), None),
    "window of one step, linear": (
        problem(10, tablets(5, 10), last_step=Dose.of_mg("2.5"), cap=cap(50)),
        weeks(10),
        LINEAR,
    ),
    "window of one step, proportional": (problem(7, tablets(2, 5), cap=cap(50)), weeks(12), PROPORTIONAL),
    "window of one step, hyperbolic": (problem(6, tablets(2), cap=cap(50)), weeks(12), HYPERBOLIC),
    "window of one step, banded": (problem(6, tablets(2), cap=cap(50), bands=STEPPED), weeks(12), BANDED),
    "window of two steps": (problem(5, tablets(2), cap=cap(60), every=weeks(1)), weeks(7), None),
    "window of two steps, linear": (problem(5, tablets(2), cap=cap(60), every=weeks(1)), weeks(7), LINEAR),
    "window of two steps, hyperbolic": (problem(5, tablets(2), cap=cap(60), every=weeks(1)), weeks(7), HYPERBOLIC),
    "window of two steps, a day short of them": (
        problem(5, tablets(2), cap=cap(60, 13), every=weeks(1)),
        weeks(7),
        None,
    ),
    "window of two steps, a day more": (problem(5, tablets(2), cap=cap(60, 15), every=weeks(1)), weeks(7), None),
    "window of three steps": (problem(5, tablets(2), cap=cap(75), every=days(5)), days(35), None),
    "window of three steps, linear": (problem(5, tablets(2), cap=cap(75), every=days(5)), days(35), LINEAR),
    "window of the starting dose": (problem(6, tablets(2), cap=cap(40, 14, Basis.START)), weeks(8), None),
    "window of two steps, of the starting dose": (
        problem(6, tablets(2), cap=cap(50, 14, Basis.START), every=weeks(1)),
        weeks(6),
        None,
    ),
    "months of unequal length": (problem(6, tablets(2), every=months(1), start=date(2026, 1, 31)), months(6), None),
    "months under a window of 30 days": (
        problem(5, tablets(2), every=months(1), start=date(2026, 1, 31), cap=cap(40, 30)),
        months(6),
        None,
    ),
    "days left over": (problem(6, tablets(2)), days(6 * 14 + 9), None),
    "two last doses to choose from": (problem(5, tablets(2), last_step=Dose.of_mg(2), cap=cap(40)), weeks(10), None),
    "quarters": (problem("1.5", tablets(1, split=Split.QUARTER), last_step=Dose.of_mg("0.25")), weeks(12), None),
    "capsules": (problem(7, capsules(1, 3), cap=cap(30)), weeks(10), None),
    "a liquid": (problem(2, liquid(2, "5 mL", "1 mL"), last_step=Dose.of_mg("0.4")), weeks(8), None),
    "a liquid, hyperbolic, from which one may stop early": (
        problem("3.2", liquid(2, "5 mL", "1 mL"), last_step=Dose.of_mg("1.6"), cap=cap(50)),
        weeks(12),
        HYPERBOLIC,
    ),
    "a liquid, linear, from which one may stop early": (
        problem("3.2", liquid(2, "5 mL", "1 mL"), last_step=Dose.of_mg("1.6"), cap=cap(50)),
        weeks(12),
        LINEAR,
    ),
    "down to a maintenance dose": (problem(6, tablets(2), target=Dose.of_mg(2)), weeks(8), None),
    "down to a maintenance dose, linear": (problem(6, tablets(2), target=Dose.of_mg(2)), weeks(8), LINEAR),
    "down to a maintenance dose in a window of two steps": (
        problem(6, tablets(2), target=Dose.of_mg(2), cap=cap(40), every=weeks(1)),
        weeks(6),
        None,
    ),
    "cap accepted away": (problem(6, tablets(2), cap_binds=False), weeks(6), None),
    "cap accepted away, linear": (problem(8, tablets(2), cap_binds=False), weeks(6), LINEAR),
    "so short that the line to zero stays above the last dose": (
        problem(16, tablets(2), cap_binds=False),
        weeks(8),
        LINEAR,
    ),
    "so short that the hyperbola does": (problem(16, tablets(2), cap_binds=False), weeks(8), FLAT),
    "so short that the bands do": (problem(16, tablets(2), cap_binds=False, bands=STEPPED), weeks(8), BANDED),
    "exceptions accepted anywhere": (problem(8, tablets(4), tail_only=False, last_step=Dose.of_mg(2)), weeks(10), None),
    "exceptions accepted anywhere in a window of two steps": (
        problem(6, tablets(4), tail_only=False, last_step=Dose.of_mg(2), every=weeks(1)),
        weeks(7),
        None,
    ),
}


@pytest.mark.parametrize("name", SMALL)
class TestSmallTapersAgainstEveryDescent:
    """Every descent is tried: within the limit, the smallest largest cut wins, then the least lag, then the burden."""

    def test_the_largest_cut_is_the_smallest_possible_over_the_window(self, name: str) -> None:
        asked, length, shape = SMALL[name]
        trial = taper(asked, length, shape)
        plan = planned(plan_over(asked, length, shape))
        found = trial.largest_cut(level_on_each_step(plan, trial))
        assert plan.largest_cut == found
        assert found <= trial.limit
        if shape is None:
            assert found == trial.gentlest(trial.limit)

    def test_the_lag_behind_the_curve_is_the_least_under_that_cut(self, name: str) -> None:
        asked, length, shape = SMALL[name]
        trial = taper(asked, length, shape)
        found = trial.lag(level_on_each_step(planned(plan_over(asked, length, shape)), trial))
        least = min(trial.lag(descent) for descent in trial.candidates())
        exact = shape is LINEAR
        assert found - least <= (0 if exact else Fraction(1, 1_000_000))

    def test_the_lightest_of_the_equally_near_is_taken_with_larger_doses_earlier(self, name: str) -> None:
        asked, length, shape = SMALL[name]
        trial = taper(asked, length, shape)
        plan = planned(plan_over(asked, length, shape))
        assert level_on_each_step(plan, trial) == trial.best()
        assert plan.proven

    def test_no_more_is_taken_of_the_day_than_the_schedule_says(self, name: str) -> None:
        asked, length, shape = SMALL[name]
        plan = schedule(plan_over(asked, length, shape))
        assert daily_doses(plan) == {day: mg(plan.dose_on(day)) for day in daily_doses(plan)}


def test_under_a_window_of_two_steps_whole_tablets_win_where_they_are_as_near_to_the_curve() -> None:
    """Half a step late costs nothing: 7.5 6.5 5.5 4.5 3.5 2.5 1 would be on the line too, and asks to cut a tablet six times."""
    asked = problem(8, tablets(1), every=weeks(1), cap=cap(75))
    assert words(plan_over(asked, weeks(7), LINEAR)) == "7 6 5 4 3 2 1 STOP"


def test_a_hyperbola_made_with_a_liquid_ends_in_a_last_step_like_the_others_and_not_in_a_leap() -> None:
    """20 mg of a suspension by 0.2 mg, half the effect at 5.6 mg, one may stop from 5 mg: the last drop of effect, too, is small."""
    shape = Shape(kind=ShapeKind.HYPERBOLIC, ed50=Dose.of_mg("5.6"), ed50_source="typed by the prescriber")
    asked = problem(20, liquid(10, "5 mL", "0.1 mL"), last_step=Dose.of_mg(5))
    levels = [Fraction(20), *(mg(step.total) for step in schedule(plan_over(asked, weeks(52), shape)).steps)]
    effects = [level / (level + Fraction("5.6")) for level in levels]
    drops = [high - low for high, low in pairwise(effects)]
    assert max(drops) <= Fraction(2) * sum(drops) / len(drops)


SEVERAL_SLOTS: dict[str, tuple[Problem, Period, Shape | None]] = {
    "morning first": (problem(slots(morning=2, bedtime=3), tablets(2), cap=cap(50)), weeks(8), None),
    "bedtime first": (
        problem(slots(morning=2, bedtime=3), tablets(2), cap=cap(50), cut=CutOrder.BEDTIME_FIRST),
        weeks(8),
        None,
    ),
    "even": (problem(slots(morning=2, bedtime=4), tablets(2), cap=cap(50), cut=CutOrder.EVEN), weeks(8), LINEAR),
    "even, whole tablets": (
        problem(
            slots(morning=5, bedtime=7),
            tablets(2, 5, split=Split.WHOLE),
            cap=cap(60),
            last_step=Dose.of_mg(2),
            cut=CutOrder.EVEN,
        ),
        weeks(6),
        None,
    ),
    "three slots": (problem(slots(morning=1, noon=1, bedtime=2), tablets(2), cap=cap(50)), weeks(6), PROPORTIONAL),
    "capsules, where a slot may have to rise": (
        problem(slots(morning=5, bedtime=3), capsules(2, 3), cap=cap(60), last_step=Dose.of_mg(2)),
        weeks(6),
        None,
    ),
}


@pytest.mark.parametrize("name", SEVERAL_SLOTS)
def test_over_the_day_no_spread_is_nearer_lets_fewer_slots_rise_or_asks_less_of_the_patient(name: str) -> None:
    asked, length, shape = SEVERAL_SLOTS[name]
    trial = taper(asked, length, shape)
    plan = planned(plan_over(asked, length, shape))
    best = trial.best()
    assert best and level_on_each_step(plan, trial) == best
    steps = [[step for step in plan.schedule.dosing_steps if step.start <= day][-1] for day in trial.starts]
    spread = [tuple(mg(step.dose_at(slot)) for slot in asked.before.slots) for step in steps]
    assert trial.inconvenience(spread) == trial.lightest(best)


class TestTheSmallExceptionForTheTail:
    """From one of the three smallest totals, to its neighbour, by at most the last step, and never the first cut."""

    def test_lets_3_mg_fall_to_2_and_2_to_1_where_nothing_lies_between(self) -> None:
        plan = planned(plan_over(problem(5, tablets(2)), weeks(8), None))
        assert (words(plan), plan.largest_cut) == ("4 3 2 1 STOP", Fraction(4 - 3, 4))

    @pytest.mark.parametrize(
        ("asked", "before", "after"),
        [
            # not one of the three smallest totals: 1, 2 and 3 mg
            (problem(6, tablets(2), cap=cap(20)), 4, 3),
            # larger than the drug's last step: 2 mg, where 1 mg is allowed
            (problem(8, tablets(2, split=Split.WHOLE), last_step=Dose.of_mg(1), target=Dose.of_mg(2)), 6, 4),
            # the first cut
            (problem(3, tablets(2)), 3, 2),
            (problem(2, tablets(2)), 2, 1),
        ],
    )
    def test_holds_nowhere_else(self, asked: Problem, before: int, after: int) -> None:
        share = Fraction(before - after, before)
        for length in (weeks(2), weeks(26), years(2)):
            answer = plan_over(asked, length, None)
            assert says(answer, Stuck(before=Dose.of_mg(before), after=Dose.of_mg(after), share=share))

    def test_asks_for_the_neighbour_even_when_time_is_short(self) -> None:
        asked = problem(4, tablets(2))
        assert words(plan_over(asked, weeks(6), None)) == "3 2 1 STOP"
        assert isinstance(plan_over(asked, weeks(4), None), TooShort)

    def test_is_one_step_within_a_window_of_two(self) -> None:
        plan = schedule(plan_over(problem(4, tablets(2), every=weeks(1)), weeks(6), None))
        held = [(step.total.mg_text, step.days) for step in plan.dosing_steps]
        assert held == [("3", 14), ("2", 14), ("1", 14)]

    def test_does_not_hide_a_cut_that_is_within_the_limit(self) -> None:
        plan = planned(plan_over(problem(4, tablets(2), cap=cap(40)), weeks(6), None))
        assert (words(plan), plan.largest_cut) == ("3 2 1 STOP", Fraction(3 - 2, 3))

    def test_is_taken_anywhere_once_the_prescriber_accepts_other_places(self) -> None:
        asked = problem(20, tablets(10, split=Split.WHOLE), tail_only=False, last_dose_binds=False)
        plan = planned(plan_over(asked, weeks(4), None))
        assert (words(plan), plan.largest_cut) == ("10 STOP", 0)


class TestTheLastDose:
    """The cut to zero is judged by the last-dose rule alone: the last dose is no larger than the drug's last step."""

    def test_20_to_10_to_stop_from_whole_10_mg_tablets_is_refused(self) -> None:
        for length in (weeks(4), weeks(52)):
            answer = plan_over(problem(20, tablets(10, split=Split.WHOLE)), length, None)
            assert says(answer, LastDoseTooLarge(smallest=Dose.of_mg(10), last_step=Dose.of_mg(1)))

    def test_a_last_dose_equal_to_the_last_step_may_stop_and_one_above_it_may_not(self) -> None:
        asked = {"cap": cap(50)}
        exact = problem(10, tablets(5), last_step=Dose.of_mg("2.5"), **asked)
        above = problem(10, tablets(5), last_step=Dose.of_mg("2.499999"), **asked)
        assert words(plan_over(exact, weeks(6), None)).endswith("2.5 STOP")
        expected = LastDoseTooLarge(smallest=Dose.of_mg("2.5"), last_step=Dose.of_mg("2.499999"))
        assert says(plan_over(above, weeks(6), None), expected)

    def test_the_fall_to_zero_counts_for_nothing_in_the_largest_cut(self) -> None:
        plan = planned(plan_over(problem(20, HALVES), weeks(52), None))
        assert words(plan).endswith("1 STOP")
        assert plan.largest_cut < Fraction(1, 4)

    def test_a_prescriber_may_accept_a_larger_one(self) -> None:
        asked = problem(20, tablets(10, split=Split.WHOLE), last_dose_binds=False, cap_binds=False)
        plan = planned(plan_over(asked, weeks(4), None))
        assert (words(plan), plan.largest_cut) == ("10 STOP", Fraction(20 - 10, 20))

    def test_accepting_a_larger_one_does_not_make_the_last_dose_larger_where_a_small_one_can_be_made(self) -> None:
        asked = problem(20, HALVES, last_dose_binds=False)
        assert words(plan_over(asked, weeks(26), None)).endswith(" 1 STOP")

    def test_a_short_taper_after_ten_days_of_use_may_end_with_one_ideal_step(self) -> None:
        asked = problem(
            10,
            tablets(5, 10),
            every=days(2),
            cap_binds=False,
            last_step=Dose.of_mg(Fraction(10, 4)),
            start=date(2026, 3, 2),
        )
        plan = schedule(plan_over(asked, days(6), LINEAR))
        assert words(plan_over(asked, days(6), LINEAR)) == "7.5 5 2.5 STOP"
        assert plan.ending.start == date(2026, 3, 2 + 6)


class TestTheCalendar:
    """STOP is exactly the start plus the time asked for; steps are whole intervals, the last one takes the rest."""

    @pytest.mark.parametrize(
        ("start", "length", "every", "stop"),
        [
            (date(2026, 12, 7), weeks(26), weeks(2), date(2027, 6, 7)),
            (date(2026, 12, 7), weeks(27), weeks(2), date(2027, 6, 14)),
            (date(2026, 1, 31), months(13), months(1), date(2027, 2, 28)),
            (date(2026, 8, 31), months(6), weeks(2), date(2027, 2, 28)),
            (date(2028, 2, 29), years(1), weeks(2), date(2029, 2, 28)),
            (date(2027, 2, 28), years(1), weeks(2), date(2028, 2, 28)),
            (date(2026, 12, 7), Until(date(2027, 7, 1)), weeks(2), date(2027, 7, 1)),
            (date(2026, 12, 7), days(200), days(16), date(2027, 6, 25)),
            (date(2027, 10, 1), weeks(26), weeks(1), date(2028, 3, 31)),
        ],
    )
    def test_stops_on_the_day(self, start: date, length: Period | Until, every: Period, stop: date) -> None:
        plan = schedule(plan_over(problem(20, HALVES, start=start, every=every), length, None))
        assert (plan.start, plan.ending.kind, plan.ending.start) == (start, StepKind.STOP, stop)
        assert plan.dose_on(stop) == Dose(0)
        assert plan.dose_on(stop - timedelta(days=1)) == Dose.of_mg(1)

    def test_the_first_cut_takes_effect_on_the_start(self) -> None:
        plan = schedule(plan_over(problem(20, HALVES), weeks(104), LINEAR))
        assert plan.dose_on(plan.start - timedelta(days=1)) == Dose.of_mg(20)
        assert plan.dose_on(plan.start) < Dose.of_mg(20)

    @pytest.mark.parametrize("spare", range(14))
    def test_days_left_over_lengthen_the_last_dosing_step(self, spare: int) -> None:
        plan = schedule(plan_over(problem(20, HALVES), days(26 * 7 + spare), None))
        assert [step.days for step in plan.dosing_steps] == [14] * 12 + [14 + spare]

    def test_the_31st_of_january_goes_to_each_month_s_last_day_and_back_to_the_31st(self) -> None:
        asked = problem(6, tablets(2), every=months(1), start=date(2026, 1, 31))
        plan = schedule(plan_over(asked, months(5), None))
        starts = [step.start for step in plan.steps]
        assert starts == [
            date(2026, 1, 31),
            date(2026, 2, 28),
            date(2026, 3, 31),
            date(2026, 4, 30),
            date(2026, 5, 31),
            date(2026, 6, 30),
        ]

    def test_in_a_leap_year_the_second_step_begins_on_29_february(self) -> None:
        asked = problem(6, tablets(2), every=months(1), start=date(2028, 1, 31))
        assert schedule(plan_over(asked, months(5), None)).steps[1].start == date(2028, 2, 29)

    def test_twelve_monthly_steps_are_a_year_and_twelve_of_four_weeks_are_not(self) -> None:
        monthly = schedule(plan_over(problem(6, tablets(2), every=months(1)), years(1), None))
        assert monthly.ending.start == date(2027, 12, 7)
        four_weekly = problem(6, tablets(2), every=weeks(4))
        assert len(taper(four_weekly, years(1)).starts) == 13

    def test_equal_neighbours_are_one_longer_step_that_says_so(self) -> None:
        plan = schedule(plan_over(problem(4, tablets(2)), weeks(12), LINEAR))
        assert sum(step.days or 0 for step in plan.dosing_steps) == 12 * 7
        assert {step.held for step in plan.dosing_steps if step.days == 14} == {False}
        assert {step.held for step in plan.dosing_steps if step.days != 14} == {True}

    def test_less_than_one_interval_is_no_step(self) -> None:
        assert says(plan_over(problem(20, HALVES), days(13), None), NoStep(weeks(2)))
        assert says(plan_over(problem(20, HALVES), Until(date(2026, 12, 1)), None), NoStep(weeks(2)))

    def test_two_thousand_steps_are_planned_and_one_more_is_not(self) -> None:
        daily_steps = problem(6, tablets(2), every=days(1), cap=cap(25, 1))
        assert schedule(plan_over(daily_steps, days(2_000), None)).days == 2_000
        assert says(plan_over(daily_steps, days(2_001), None), TooManySteps(2_000))

    @pytest.mark.parametrize("length", [years(2), weeks(200)])
    def test_a_date_beyond_the_calendar_is_an_overflow_and_not_a_wrong_date(self, length: Period) -> None:
        with pytest.raises(OverflowError):
            plan_over(problem(20, HALVES, start=date(9999, 1, 1)), length, None)


class TestMaintenance:
    """With a target, MAINTAIN begins on the end; the cut to it is judged by the limit like any other."""

    def test_20_to_10_mg_over_eight_weeks(self) -> None:
        asked = problem(20, HALVES, target=Dose.of_mg(10))
        plan = planned(plan_over(asked, weeks(8), None))
        ending = plan.schedule.ending
        assert words(plan) == "17.5 15 13 11.5 10"
        assert (ending.kind, ending.start, ending.total) == (StepKind.MAINTAIN, date(2027, 2, 1), Dose.of_mg(10))
        assert plan.largest_cut == (Fraction("17.5") - 15) / Fraction("17.5")
        assert taper(asked, weeks(8)).needs(plan.largest_cut)

    def test_the_last_dose_rule_has_no_say(self) -> None:
        asked = problem(20, tablets(10, 5, split=Split.WHOLE), target=Dose.of_mg(10), cap=cap(40))
        assert words(plan_over(asked, weeks(4), None)) == "15 10"

    def test_a_target_that_cannot_be_made_is_named_with_its_neighbours(self) -> None:
        asked = problem(20, tablets(5, split=Split.WHOLE), target=Dose.of_mg(12))
        expected = UnmakeableDose(dose=Dose.of_mg(12), below=Dose.of_mg(10), above=Dose.of_mg(15))
        assert says(plan_over(asked, weeks(8), None), expected)

    @pytest.mark.parametrize("shape", [None, LINEAR])
    def test_a_target_equal_to_the_starting_dose_is_no_taper_and_is_answered_so(self, shape: Shape | None) -> None:
        answer = plan_over(problem(20, HALVES, target=Dose.of_mg(20)), weeks(8), shape)
        assert not isinstance(answer, Planned)

    def test_a_target_above_the_starting_dose_is_refused(self) -> None:
        answer = plan_over(problem(20, HALVES, target=Dose.of_mg(22)), weeks(8), None)
        assert says(answer, UnmakeableDose(dose=Dose.of_mg(22), below=Dose.of_mg(20), above=None))


HURRIED: dict[str, tuple[Problem, Period, int]] = {
    "20 mg in four weeks": (problem(20, HALVES), weeks(4), 11),
    "6 mg in two weeks": (problem(6, tablets(2)), weeks(2), 5),
    "5 mg weekly under 14 days": (problem(5, tablets(2), every=weeks(1), cap=cap(50)), weeks(2), 5),
    "5 mg every five days under 14 days": (problem(5, tablets(2), every=days(5), cap=cap(50)), days(10), 7),
    "months": (problem(6, tablets(2), every=months(1), start=date(2026, 1, 31)), months(2), 5),
    "to a maintenance dose": (problem(20, HALVES, target=Dose.of_mg(10)), weeks(2), 2),
    "with a limit of the starting dose": (problem(6, tablets(2), cap=cap(20, 14, Basis.START)), weeks(4), 5),
}


@pytest.mark.parametrize("name", HURRIED)
class TestTooShort:
    """When the limits need more time, the soonest possible end is named: it plans, and one interval less does not."""

    def test_names_the_soonest_end_that_trying_everything_finds(self, name: str) -> None:
        asked, length, intervals = HURRIED[name]
        answer = plan_over(asked, length, None)
        assert isinstance(answer, TooShort)
        assert answer.soonest_end == later(asked.start, asked.every, intervals)
        trial = taper(asked, length)
        reached = [level <= trial.lowest_wanted for level in trial.fastest(trial.limit)]
        assert reached.index(True) - bool(asked.target) == intervals
        if len(trial.totals) < 10:
            assert soonest(asked) == intervals

    def test_that_end_plans_and_one_interval_or_one_day_less_does_not(self, name: str) -> None:
        asked, _, intervals = HURRIED[name]
        end = later(asked.start, asked.every, intervals)
        assert schedule(plan_over(asked, Until(end), None)).ending.start == end
        for earlier in (later(asked.start, asked.every, intervals - 1), end - timedelta(days=1)):
            answer = plan_over(asked, Until(earlier), None)
            assert isinstance(answer, (TooShort, NoStep)) and getattr(answer, "soonest_end", end) == end

    @pytest.mark.parametrize("shape", [LINEAR, PROPORTIONAL, HYPERBOLIC])
    def test_a_typed_shape_changes_nothing_in_the_answer(self, name: str, shape: Shape) -> None:
        asked, length, _ = HURRIED[name]
        assert says(plan_over(asked, length, shape), plan_over(asked, length, None))

    def test_names_the_cut_that_the_time_asked_for_would_take(self, name: str) -> None:
        asked, length, _ = HURRIED[name]
        answer = plan_over(asked, length, None)
        assert isinstance(answer, TooShort) and answer.needed_share > asked.cap.share
        if len(taper(asked, length).totals) < 10:
            assert answer.needed_share == taper(asked, length).gentlest(Fraction(1))

    def test_that_cut_is_what_the_plan_takes_once_the_prescriber_accepts_it(self, name: str) -> None:
        asked, length, _ = HURRIED[name]
        refused = plan_over(asked, length, None)
        fields = {field: getattr(asked, field) for field in ("every", "start", "cap", "target", "last_step")}
        accepted = plan_over(problem(asked.before, asked.products, cap_binds=False, **fields), length, None)
        assert isinstance(refused, TooShort)
        assert planned(accepted).largest_cut == refused.needed_share


def test_after_short_use_the_dose_nearest_to_the_line_is_taken_and_none_half_a_step_late() -> None:
    """The line from 8 mg to nothing falls by 1.6 mg a step: whole tablets half a step late would be 7 5 4 2."""
    asked = problem(8, tablets(2, 5), short_use=True, last_dose=Dose.of_mg(2), every=days(2))
    assert words(plan_over(asked, days(8), None)) == "6.5 5 3 2 STOP"


class TestTooSoon:
    """A whole taper over before the shortest time allowed: the end that was asked is named, and the soonest that is not refused."""

    ASKED = date(2026, 12, 7) + timedelta(weeks=6)

    @pytest.mark.parametrize("shape", [None, LINEAR])
    @pytest.mark.parametrize(
        ("shortest", "limit", "soonest_end"),
        [
            (70, cap(50), date(2026, 12, 7) + timedelta(days=70)),
            (50, cap(25), date(2026, 12, 7) + timedelta(weeks=10)),  # 5 4 3 2 1 STOP is as fast as 25% allows
        ],
        ids=["the shortest time itself", "later, where the limit needs more time than that"],
    )
    def test_names_the_end_asked_for_and_the_soonest(
        self, shortest: int, limit: PaceCap, soonest_end: date, shape: Shape | None
    ) -> None:
        asked = problem(6, tablets(2), cap=limit, min_days=shortest)
        answer = plan_over(asked, weeks(6), shape)
        assert says(answer, TooSoon(end=self.ASKED, soonest_end=soonest_end))
        assert schedule(plan_over(asked, Until(soonest_end), shape)).ending.start == soonest_end

    def test_where_products_leave_a_gap_the_gap_is_named_and_no_time(self) -> None:
        asked = problem(20, tablets(10, split=Split.WHOLE), last_dose_binds=False, min_days=70)
        stuck = Stuck(before=Dose.of_mg(20), after=Dose.of_mg(10), share=Fraction(1, 2))
        assert says(plan_over(asked, weeks(6), None), stuck)


GAPS: dict[str, tuple[Problem, str, str]] = {
    "half of 7.5 mg": (problem("7.5", tablets("3.75", split=Split.WHOLE), last_step=Dose.of_mg("3.75")), "7.5", "3.75"),
    "whole 10 mg": (problem(20, tablets(10, split=Split.WHOLE), last_dose_binds=False), "20", "10"),
    "whole 5 mg": (problem(30, tablets(5, split=Split.WHOLE), target=Dose.of_mg(5)), "15", "10"),
    "capsules": (problem(20, capsules(2, 5), last_step=Dose.of_mg(2), cap=cap(10)), "9", "8"),
    "weekly": (
        problem(8, tablets(2), every=weeks(1), cap=cap(20), last_step=Dose.of_mg("0.5"), target=Dose.of_mg(1)),
        "4",
        "3",
    ),
    "of the starting dose": (
        problem(20, tablets(5), cap=cap(12, 14, Basis.START), last_step=Dose.of_mg("2.5")),
        "20",
        "17.5",
    ),
}


@pytest.mark.parametrize("name", GAPS)
class TestStuck:
    """Where the products leave a gap that no time bridges, the gap is named: from this dose the next is too far."""

    def test_names_the_dose_the_next_lower_one_and_how_far_that_is(self, name: str) -> None:
        asked, high, low = GAPS[name]
        before, after = Dose.of_mg(high), Dose.of_mg(low)
        basis = mg(before if asked.cap.basis is Basis.CURRENT else asked.before.total)
        share = (Fraction(high) - Fraction(low)) / basis
        assert says(plan_over(asked, years(3), None), Stuck(before=before, after=after, share=share))

    def test_no_time_in_the_world_leads_lower(self, name: str) -> None:
        asked, high, _ = GAPS[name]
        assert taper(asked, years(3)).lowest_reachable() == Fraction(high)

    def test_is_told_from_a_lack_of_time_however_short_the_time_is(self, name: str) -> None:
        asked, _, _ = GAPS[name]
        assert says(plan_over(asked, asked.every, None), plan_over(asked, years(3), None))


class TestAStartThatCannotBePlanned:
    """What cannot be made, or cannot be cut at all, is answered by name, never by a plan and never by a crash."""

    @pytest.mark.parametrize(
        ("before", "products", "dose", "below", "above"),
        [
            ("20.3", HALVES, "20.3", "20", "20.5"),
            ("0.3", HALVES, "0.3", None, "1"),
            ("3", tablets(2, 5, split=Split.WHOLE), "3", "2", "4"),
            ("7", capsules(5), "7", "5", "10"),
            ("0.5", HALVES, "0.5", None, "1"),
        ],
    )
    def test_an_unmakeable_dose_is_named_with_its_neighbours(
        self, before: str, products: Sequence[Product], dose: str, below: str | None, above: str | None
    ) -> None:
        below_it, above_it = (Dose.of_mg(side) if side else None for side in (below, above))
        expected = UnmakeableDose(dose=Dose.of_mg(dose), below=below_it, above=above_it)
        assert says(plan_over(problem(before, products), weeks(26), None), expected)

    def test_a_slot_that_cannot_be_made_is_named_even_where_the_total_can(self) -> None:
        asked = problem(slots(morning=3, bedtime=5), tablets(2, 5, split=Split.WHOLE))
        expected = UnmakeableDose(dose=Dose.of_mg(3), below=Dose.of_mg(2), above=Dose.of_mg(4))
        assert says(plan_over(asked, weeks(26), None), expected)

    @pytest.mark.parametrize("shape", [None, LINEAR])
    @pytest.mark.parametrize(
        ("before", "products", "last_step", "expected"),
        [
            ("1", tablets(2), "1", NothingLower(Dose.of_mg(1))),
            ("3.75", tablets("3.75", split=Split.WHOLE), "3.75", NothingLower(Dose.of_mg("3.75"))),
            ("2", tablets(2), "2", Stuck(before=Dose.of_mg(2), after=Dose.of_mg(1), share=Fraction(2 - 1, 2))),
            (
                "1",
                tablets(2, split=Split.QUARTER),
                "1",
                Stuck(before=Dose.of_mg(1), after=Dose.of_mg("0.5"), share=Fraction(1, 2)),
            ),
        ],
    )
    def test_a_start_at_or_below_the_last_step_that_no_allowed_cut_leaves_is_refused(
        self, before: str, products: Sequence[Product], last_step: str, expected: Answer, shape: Shape | None
    ) -> None:
        asked = problem(before, products, last_step=Dose.of_mg(last_step))
        trial = taper(asked, weeks(8))
        assert not list(trial.descents(trial.limit))
        assert says(plan_over(asked, weeks(8), shape), expected)

    def test_a_start_below_the_last_step_that_can_be_cut_is_cut(self) -> None:
        asked = problem(1, tablets(1, split=Split.QUARTER), last_step=Dose.of_mg(1), cap=cap(50))
        trial = taper(asked, weeks(6))
        assert level_on_each_step(planned(plan_over(asked, weeks(6), None)), trial) == trial.best()
