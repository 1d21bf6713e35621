"""Levels that were typed or published: each on its day, also where days are left out, and told beside what else could be made."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from planning_builders import cap, capsules, daily, days, mg, planned, problem, says, slots, tablets, weeks

from taper_cli.model.dose import Dose
from taper_cli.model.errors import WrongValue
from taper_cli.model.explained import How, Why
from taper_cli.model.period import Rhythm
from taper_cli.model.request import ByBands
from taper_cli.model.schedule import Slot, StepKind
from taper_cli.model.supply import Halves, SupplyRules
from taper_cli.planning.pacing import asked_of, plan_levels
from taper_cli.planning.problem import UnmakeableDose, Wanted
from taper_cli.planning.replay import typed_moments
from taper_cli.planning.supply import needed_in_all

MONDAY = date(2026, 12, 7)
HALVES = tablets(2, 5)


def dose(amount: int | str) -> Dose:
    """So many mg."""
    return Dose.of_mg(amount)


@pytest.mark.parametrize(
    ("binds", "short_use", "needed"), [(True, False, 70), (True, True, 0), (False, False, 0), (False, True, 0)]
)
def test_the_shortest_time_binds_unless_it_was_accepted_or_use_was_short(
    binds: bool, short_use: bool, needed: int
) -> None:
    case = problem(10, HALVES, min_days=70, time_binds=binds, short_use=short_use, last_dose=dose(2))
    assert case.needed_days == needed


@pytest.mark.parametrize(
    ("earlier", "total"),
    [((), 10), (((MONDAY, dose(20)),), 20), (((MONDAY, dose(20)), (MONDAY + timedelta(days=14), dose(15))), 20)],
    ids=["one that begins here", "one that began once before", "one that was cut and then changed"],
)
def test_the_dose_before_the_whole_taper_is_the_first_of_those_taken_before(
    earlier: tuple[tuple[date, Dose], ...], total: int
) -> None:
    """A limit of the starting dose is a share of that one, not of the dose on the day of the change."""
    assert problem(10, HALVES, earlier=earlier).start_total == dose(total)


def test_bands_that_are_not_there_are_a_bug_and_no_pace() -> None:
    """Where nothing is asked of a dose the walk takes the next lower one each time: nobody asked for that pace."""
    with pytest.raises(WrongValue, match="by bands without bands"):
        asked_of(ByBands(), problem(10, HALVES), 1_000_000)(10)


def day_after(count: int) -> date:
    """So many days after the start."""
    return MONDAY + timedelta(days=count)


class TestEachLevelOnItsDay:
    """Without times of their own levels are counted from the first day; with them, one after another."""

    def test_the_levels_stand_as_they_were_typed(self) -> None:
        plan = planned(plan_levels(problem(10, HALVES), [Wanted(dose(8)), Wanted(dose(6)), Wanted(dose(2))]))
        assert [(step.number, step.kind, step.start, mg(step.total)) for step in plan.schedule.steps] == [
            (1, StepKind.REDUCE, MONDAY, 8),
            (2, StepKind.REDUCE, day_after(14), 6),
            (3, StepKind.REDUCE, day_after(28), 2),
            (4, StepKind.STOP, day_after(42), 0),
        ]
        assert plan.largest_cut == Fraction(4, 6)
        assert plan.proven

    def test_a_level_with_a_time_of_its_own_lasts_it(self) -> None:
        levels = [Wanted(dose(8), time=weeks(1)), Wanted(dose(6)), Wanted(dose(2), time=days(10))]
        steps = planned(plan_levels(problem(10, HALVES), levels)).schedule.steps
        assert [step.start for step in steps] == [day_after(offset) for offset in (0, 7, 21, 31)]

    @pytest.mark.parametrize(("level", "below", "above"), [("7.5", 7, 8), ("0.5", None, 1)])
    def test_a_level_that_cannot_be_made_names_its_neighbours(
        self, level: str, below: int | None, above: int | None
    ) -> None:
        answer = plan_levels(problem(10, tablets(2)), [Wanted(dose(8)), Wanted(dose(level))])
        neighbours = [None if made is None else dose(made) for made in (below, above)]
        assert says(answer, UnmakeableDose(dose(level), *neighbours))

    def test_a_dose_between_that_cannot_be_made_is_named_too(self) -> None:
        levels = [Wanted(dose(8), rhythm=Rhythm(), between=dose("2.5"))]
        assert says(plan_levels(problem(10, tablets(2)), levels), UnmakeableDose(dose("2.5"), dose(2), dose(3)))


class TestDaysLeftOut:
    """A level may leave days out, or take less on them; the rest of the day stays where it was."""

    def test_the_days_between_take_nothing(self) -> None:
        levels = [Wanted(dose(8)), Wanted(dose(8), rhythm=Rhythm())]
        last = planned(plan_levels(problem(10, HALVES), levels)).schedule.steps[1]
        assert (last.kind, last.rhythm, last.others, mg(last.total)) == (StepKind.SPACE, Rhythm(), (), 8)

    def test_the_days_between_take_the_smaller_dose_where_no_slot_rises(self) -> None:
        case = problem(slots(morning=6, bedtime=2), tablets(1))
        levels = [Wanted(dose(7)), Wanted(dose(6), rhythm=Rhythm((0, 3)), between=dose(4))]
        last = planned(plan_levels(case, levels)).schedule.steps[1]
        assert last.rhythm == Rhythm((0, 3))
        assert [(intake.slot, mg(intake.dose)) for intake in last.intakes] == [(Slot.MORNING, 4), (Slot.BEDTIME, 2)]
        assert [(intake.slot, mg(intake.dose)) for intake in last.others] == [(Slot.MORNING, 2), (Slot.BEDTIME, 2)]

    def test_what_is_left_out_is_not_handed_out(self) -> None:
        levels = [Wanted(dose(8)), Wanted(dose(5), rhythm=Rhythm(), between=dose("2.5"))]
        plan = planned(plan_levels(problem(10, HALVES), levels)).schedule
        two, five = HALVES
        kept, thrown = SupplyRules(), SupplyRules(halves=Halves.DISCARDED)
        # 8 mg are four tablets of 2 mg for 14 days; then 5 mg on 7 days, and half of it on the 7 between.
        assert [needed_in_all(plan, kept, one, ()) for one in (two, five)] == [4 * 14, 7 + 4]
        assert [needed_in_all(plan, thrown, one, ()) for one in (two, five)] == [4 * 14, 7 + 7]
        apart = ((day_after(2), day_after(5)), (day_after(14), day_after(16)))
        assert [needed_in_all(plan, kept, one, apart) for one in (two, five)] == [4 * 11, 6 + 3]


class TestToldBesideWhatCouldBeMade:
    """Each level with the makeable doses next to it, which nobody asked for."""

    @pytest.mark.parametrize(
        ("level", "near"),
        [
            (4, [(6, None, Why.TYPED), (4, Fraction(1, 3), Why.TAKEN), (2, Fraction(2, 3), Why.TYPED)]),
            (2, [(4, Fraction(1, 3), Why.TYPED), (2, Fraction(2, 3), Why.TAKEN)]),
            (8, [(8, None, Why.TAKEN), (6, None, Why.TYPED)]),
        ],
    )
    def test_the_doses_next_to_it_are_told_with_the_cut_to_each(
        self, level: int, near: list[tuple[int, Fraction | None, Why]]
    ) -> None:
        case = problem(daily(8), capsules(2), cap=cap())
        (moment,) = typed_moments(case, [(MONDAY, dose(level), dose(6))])
        assert (moment.day, moment.before, moment.wanted_mg) == (MONDAY, dose(6), level)
        assert (moment.exact, moment.how) == (True, How.TYPED)
        assert [(mg(one.dose), one.cut, one.why) for one in moment.candidates] == near
        assert {(one.early, one.instead, one.taken) for one in moment.candidates} == {(None, None, None)}
