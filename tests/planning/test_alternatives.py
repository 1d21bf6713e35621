"""What is said against a dose that was not taken is true: every descent is tried, those with that dose on that day apart."""

from __future__ import annotations

from fractions import Fraction
from itertools import product as every_choice

import pytest
from planning_builders import LINEAR, PROPORTIONAL, capsules, daily, mg, planned, problem, slots, tablets, weeks
from planning_oracle import Taper, taper

from taper_cli.model.dose import Dose
from taper_cli.model.explained import Candidate, Moment, Why
from taper_cli.model.product import Split
from taper_cli.model.request import AtPace, Shape
from taper_cli.planning.alternatives import Alternatives, told_mg, wanted_ng
from taper_cli.planning.compositions import costed, recipes
from taper_cli.planning.curves import Curve
from taper_cli.planning.pacing import plan_pace
from taper_cli.planning.planner import plan_over
from taper_cli.planning.problem import Planned, Problem
from taper_cli.planning.replay import asked_moments

HALVES = tablets(2, 5)
PROBLEMS: dict[str, tuple[Problem, int, Shape | None]] = {
    "gentlest": (problem(8, HALVES), 14, None),
    "gentlest with a maintenance dose": (problem(10, HALVES, target=Dose.of_mg(3)), 8, None),
    "linear": (problem(7, HALVES), 14, LINEAR),
    "proportional": (problem(7, HALVES), 16, PROPORTIONAL),
    "two slots": (problem(slots(morning=3, bedtime=4), tablets(2)), 12, None),
    "two slots, even": (problem(slots(morning=4, bedtime=4), tablets(1, split=Split.WHOLE)), 12, LINEAR),
    "window of two steps": (problem(6, tablets(2), every=weeks(1)), 9, None),
    "window of two steps, linear": (problem(6, tablets(2), every=weeks(1)), 10, LINEAR),
    "capsules": (problem(6, capsules(1, 3)), 14, None),
    "accepted cap": (problem(8, HALVES, cap_binds=False), 6, None),
    "short use": (problem(8, HALVES, short_use=True, last_dose=Dose.of_mg(2)), 8, None),
}


def asked(name: str) -> tuple[Problem, Alternatives, Taper, list[tuple[Fraction, ...]]]:
    """A problem, its alternatives, and every descent that keeps its limits."""
    case, length, shape = PROBLEMS[name]
    if case.short_use:
        shape = LINEAR
    tried = taper(case, weeks(length), shape)
    within = Fraction(1) if case.short_use else tried.limit
    return case, Alternatives(case, weeks(length), PROBLEMS[name][2]), tried, list(tried.descents(within))


def candidates(name: str) -> list[tuple[int, Moment, Candidate]]:
    _, alternatives, tried, _ = asked(name)
    moments = [(step, alternatives.moment(step)) for step in range(1, len(tried.judged) + 1)]
    return [(step, moment, near) for step, moment in moments for near in moment.candidates]


@pytest.mark.parametrize("name", [name for name in PROBLEMS if name != "short use"])
class TestEveryDescentTried:
    """The oracle walks every descent; the planner's own words about a single dose must agree with what it finds."""

    def test_a_dose_that_the_limits_forbid_is_in_no_descent_and_any_other_is_in_one(self, name: str) -> None:
        *_, descents = asked(name)
        impossible = (Why.LIMIT, Why.END_OUT_OF_REACH, Why.LAST_DOSE, Why.FIRST_CUT)
        for step, _, near in candidates(name):
            found = [descent for descent in descents if descent[step] == mg(near.dose)]
            assert bool(found) == (near.why not in impossible), (step, near)

    def test_the_lowest_and_highest_doses_that_could_stand_are_true(self, name: str) -> None:
        *_, descents = asked(name)
        for step, _, near in candidates(name):
            if near.why is Why.LIMIT:
                assert near.taken == min(descent[step] for descent in descents)
            if near.why in (Why.END_OUT_OF_REACH, Why.LAST_DOSE):
                assert near.taken == max(descent[step] for descent in descents)

    def test_the_cut_to_each_dose_is_a_share_of_the_dose_before(self, name: str) -> None:
        case, alternatives, tried, _ = asked(name)
        before = case.before.total
        for step in range(1, len(tried.judged) + 1):
            moment = alternatives.moment(step)
            assert moment.before == before
            for near in moment.candidates:
                share = Fraction(before.ng - near.dose.ng, before.ng)
                assert near.cut == (share if share > 0 else None)
            before = moment.taken

    def test_the_largest_cut_of_the_best_plan_with_a_dose_is_true(self, name: str) -> None:
        _, _, tried, descents = asked(name)
        gentlest = min(map(tried.largest_cut, descents))
        for step, _, near in candidates(name):
            with_it = [tried.largest_cut(descent) for descent in descents if descent[step] == mg(near.dose)]
            if near.why is Why.LARGEST_CUT:
                assert (near.instead, near.taken) == (min(with_it), gentlest)
            elif with_it and tried.shape is None and near.why is not Why.FIRST_CUT:
                assert min(with_it) == gentlest, (step, near)

    def test_the_distance_from_the_curve_is_true(self, name: str) -> None:
        _, _, tried, _ = asked(name)
        best = tried.candidates()
        least = min(map(tried.lag, best))
        for step, _, near in candidates(name):
            with_it = [tried.lag(descent) for descent in best if descent[step] == mg(near.dose)]
            if near.why is Why.CURVE:
                assert near.instead is not None and near.taken is not None
                assert abs(near.instead - min(with_it)) < Fraction(1, 1000)
                assert abs(near.taken - least) < Fraction(1, 1000)
            elif near.why in (Why.RISES, Why.CUT_ORDER, Why.SPLITS, Why.PIECES, Why.PRODUCTS, Why.LARGER_EARLIER):
                assert abs(min(with_it) - least) < Fraction(1, 1000), (step, near)

    def test_the_dose_taken_is_that_of_the_plan(self, name: str) -> None:
        case, alternatives, tried, _ = asked(name)
        schedule = planned(plan_over(case, weeks(PROBLEMS[name][1]), PROBLEMS[name][2])).schedule
        for step, day in enumerate(tried.judged, start=1):
            moment = alternatives.moment(step)
            assert (moment.day, moment.taken) == (day, schedule.dose_on(day))


class TestTheTables:
    def test_hold_every_kind_of_reason_that_a_duration_can_have(self) -> None:
        """Else the tests above would pass without having looked."""
        reasons = {near.why for name in PROBLEMS for _, _, near in candidates(name)}
        assert reasons >= {
            Why.TAKEN, Why.FIRST_CUT, Why.LIMIT, Why.END_OUT_OF_REACH, Why.LAST_DOSE, Why.LARGEST_CUT, Why.CURVE,
        }  # fmt: skip

    @pytest.mark.parametrize("name", PROBLEMS)
    def test_every_dose_named_can_be_made(self, name: str) -> None:
        _, _, tried, _ = asked(name)
        assert {mg(near.dose) for _, _, near in candidates(name)} <= set(tried.totals)

    @pytest.mark.parametrize("name", PROBLEMS)
    def test_the_doses_next_to_the_wanted_one_are_among_them(self, name: str) -> None:
        _, alternatives, tried, _ = asked(name)
        for step in range(1, len(tried.judged) + 1):
            moment = alternatives.moment(step)
            wanted = Fraction(wanted_ng(alternatives.curve, step), 1_000_000)
            named = {mg(near.dose) for near in moment.candidates}
            below = [total for total in tried.totals if mg(alternatives.curve.bottom) <= total < wanted]
            above = [total for total in tried.totals if total > wanted]
            assert {*below[-1:], *above[:1]} - {mg(case_top(tried))} <= named


def case_top(tried: Taper) -> Dose:
    return tried.problem.before.total


class TestTheWantedDose:
    @pytest.mark.parametrize("step", range(1, 10))
    def test_of_a_straight_line_is_exact(self, step: int) -> None:
        curve = Curve(LINEAR, Dose.of_mg(20), Dose(0), 10)
        assert abs(wanted_ng(curve, step) - (10 - step) * 2_000_000) <= 1

    @pytest.mark.parametrize("step", range(14))
    def test_of_a_proportional_curve_falls_by_the_same_share_each_step(self, step: int) -> None:
        curve = Curve(PROPORTIONAL, Dose.of_mg(20), Dose.of_mg(1), 13)
        # Raised to the 13th power no root is left: (dose / 20) ** 13 == (1 / 20) ** step, to six digits.
        power = (Fraction(wanted_ng(curve, step), 20_000_000) ** 13) / (Fraction(1, 20) ** step)
        assert abs(power - 1) < Fraction(1, 100_000)


PACES = {
    "1 mg": AtPace(dose=Dose.of_mg(1)),
    "10%": AtPace(share=Fraction(10, 100)),
    "30%": AtPace(share=Fraction(30, 100)),
    "3 mg": AtPace(dose=Dose.of_mg(3)),
}


@pytest.mark.parametrize(("pace", "interval"), list(every_choice(PACES, (1, 2, 4))))
class TestAPace:
    def moments(self, pace: str, interval: int) -> tuple[Problem, Planned, tuple[Moment, ...]]:
        case = problem(daily(12), tablets(2, 5), every=weeks(interval))
        answer = planned(plan_pace(case, PACES[pace]))
        return case, answer, asked_moments(case, PACES[pace], answer.schedule)

    def test_has_a_moment_for_each_interval_with_the_dose_of_the_plan(self, pace: str, interval: int) -> None:
        _, answer, moments = self.moments(pace, interval)
        assert len(moments) * 7 * interval == answer.schedule.days
        assert all(moment.taken == answer.schedule.dose_on(moment.day) for moment in moments)

    def test_says_of_each_dose_what_the_limit_and_the_asked_cut_say(self, pace: str, interval: int) -> None:
        case, _, moments = self.moments(pace, interval)
        size = PACES[pace]
        assert case.cap is not None
        for moment in moments:
            cut = mg(size.dose) if size.dose else (size.share or Fraction(0)) * mg(moment.before)
            for near in moment.candidates:
                larger = mg(moment.before) - mg(near.dose) > cut
                if near.why is Why.ASKED:
                    assert larger and near.dose < moment.taken
                if near.why is Why.LESS_THAN_ASKED:
                    assert near.dose > moment.taken and not larger
                if near.why is Why.LIMIT:
                    assert near.taken is not None and mg(near.dose) < near.taken
                    assert near.taken <= mg(moment.taken)


class TestRecipes:
    @pytest.mark.parametrize("half_mg", range(2, 41))
    def test_every_other_recipe_makes_the_dose_and_none_is_lighter_than_the_planners(self, half_mg: int) -> None:
        dose, products = Dose.of_mg(Fraction(half_mg, 2)), tablets(2, 5, 10)
        found = recipes(dose, products)
        weights = [(recipe.cuts, recipe.pieces, recipe.distinct) for recipe in found]
        assert weights == sorted(weights)
        assert len({frozenset(recipe.portions) for recipe in found}) == len(found)
        for recipe in found:
            assert sum(portion.dose.ng for portion in recipe.portions) == dose.ng
            assert costed(recipe.portions) == recipe

    def test_a_quarter_is_two_cuts_and_three_quarters_are_two_pieces(self) -> None:
        (quartered,) = tablets(4, split=Split.QUARTER)
        assert [(recipe.cuts, recipe.pieces) for recipe in recipes(Dose.of_mg(1), [quartered])] == [(2, 1)]
        assert [(recipe.cuts, recipe.pieces) for recipe in recipes(Dose.of_mg(3), [quartered])] == [(2, 2)]


@pytest.mark.parametrize(
    ("nanograms", "told"),
    [
        (Fraction(2_500_000), Fraction(5, 2)),
        (Fraction(1_234_499), Fraction(1234, 1000)),
        (Fraction(1_234_500), Fraction(1235, 1000)),
        (Fraction(10_000_000, 3), Fraction(3333, 1000)),
    ],
)
def test_a_wanted_dose_is_told_to_a_thousandth_of_a_mg(nanograms: Fraction, told: Fraction) -> None:
    assert told_mg(nanograms)[0] == told
