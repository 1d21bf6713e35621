"""A plan revised: the past stays, the rest moves or is planned anew, limits look back, and every chain replays."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from revising_builders import BASES, Q4, asked, chains, mock_up, revised, steps
from service_builders import CAP, about, flags, planned, totals

from taper_cli.model.dose import Dose
from taper_cli.model.errors import CannotPlan, InvalidInput, RefusedForSafety, TaperError
from taper_cli.model.finding import Level
from taper_cli.model.report import Report
from taper_cli.model.request import AtPace
from taper_cli.model.schedule import StepKind
from taper_cli.service import opened, revise, saved
from taper_cli.service.versions import Version

CAPSULE = "mg gastro-resistant capsule"
STEADY = settings(
    derandomize=True, database=None, deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow]
)


class TestTheHoldOfTheWorkedExample:
    """On 22 April the patient struggles on 6 mg and stays two weeks longer."""

    @pytest.fixture
    def held(self) -> Report:
        return revised(mock_up(), Q4, hold="2w", by="patient", reason="struggles on 6 mg")

    def test_is_version_2_and_replaces_version_1(self, held: Report) -> None:
        assert (held.version, held.slip.replaces, held.slip.replaces_id) == (2, 1, mock_up().plan_id)
        assert held.plan_id != mock_up().plan_id

    def test_ends_step_4_on_10_may_and_stops_on_20_july(self, held: Report) -> None:
        assert held.schedule.steps[3].last_day == date(2026, 5, 10)
        assert (held.schedule.ending.kind, held.schedule.ending.start) == (StepKind.STOP, date(2026, 7, 20))

    def test_moves_every_later_date_by_14_days(self, held: Report) -> None:
        assert held.slip.later_by == 14
        for before, after in zip(mock_up().schedule.steps[4:], held.schedule.steps[4:], strict=True):
            assert after.start - before.start == timedelta(days=14)
            assert (after.number, after.kind, after.intakes) == (before.number, before.kind, before.intakes)

    def test_leaves_the_past_rows_as_they_were(self, held: Report) -> None:
        assert held.schedule.steps[:3] == mock_up().schedule.steps[:3]
        step, was = held.schedule.steps[3], mock_up().schedule.steps[3]
        assert (step.number, step.start, step.intakes) == (was.number, was.start, was.intakes)

    def test_takes_42_more_tablets(self, held: Report) -> None:
        (change,) = held.slip.amounts
        assert (change.more, change.before, change.now) == (42, 315, 357)
        assert [item.dispensed for item in held.supply.dispensings] == [119, 91, 77, 49, 21]

    def test_says_that_the_step_is_held(self, held: Report) -> None:
        assert ("held", 4) in flags(held)


class TestHolding:
    """Days are added to the step in force; nothing else changes."""

    @pytest.mark.parametrize("name", ["26 weeks", "10 percent", "months", "a liquid, weekly", "bands"])
    def test_a_hold_leaves_the_rest_unchanged(self, name: str) -> None:
        plan = BASES[name]()
        for step in plan.schedule.dosing_steps:
            held = revised(plan, step.last_day, hold="10d")
            assert held.slip.later_by == 10
            for before, after in zip(
                plan.schedule.steps[step.number :], held.schedule.steps[step.number :], strict=True
            ):
                assert (after.start - before.start).days == 10
                assert (after.number, after.kind, after.held, after.intakes) == (
                    before.number, before.kind, before.held, before.intakes,
                )  # fmt: skip
            # Where a window holds several cuts, days between them can only make the largest one smaller.
            assert held.method.found.largest_cut <= plan.method.found.largest_cut

    def test_twice_adds_up(self) -> None:
        once = revised(mock_up(), Q4, hold="4w")
        twice = revised(revised(mock_up(), Q4, hold="2w"), date(2026, 4, 29), hold="2w")
        assert twice.schedule == once.schedule
        assert (twice.version, twice.slip.replaces) == (3, 2)

    def test_across_a_boundary_the_step_of_that_day_is_held(self) -> None:
        on = date(2026, 4, 27)  # step 5 begins
        assert revised(mock_up(), on - timedelta(days=1), hold="2w").schedule.steps[3].days == 28
        held = revised(mock_up(), on, hold="2w")
        assert (held.schedule.steps[3].days, held.schedule.steps[4].days) == (14, 28)

    def test_on_the_first_day_of_a_step_not_yet_begun_the_actual_dose_is_held(self) -> None:
        held = revised(mock_up(), date(2026, 4, 27), actual="6 mg", hold="2w")
        assert steps(held.schedule).startswith(
            "2026-03-02 9, 2026-03-16 8, 2026-03-30 7, 2026-04-13 6, 2026-04-27 6, 2026-05-11 5, 2026-05-25 4"
        )
        assert held.schedule.steps[3] == mock_up().schedule.steps[3]
        assert held.schedule.steps[4].kind is StepKind.HOLD

    def test_at_the_last_step_the_stop_moves(self) -> None:
        held = revised(mock_up(), date(2026, 7, 5), hold="3w")
        assert held.schedule.ending.start == date(2026, 7, 27)
        assert totals(held) == totals(mock_up())

    def test_on_the_first_day_of_the_plan(self) -> None:
        assert revised(mock_up(), date(2026, 3, 2), hold="1w").schedule.ending.start == date(2026, 7, 13)

    def test_in_months_follows_the_calendar(self) -> None:
        held = revised(mock_up(), Q4, hold="1m")
        assert held.schedule.steps[3].end == date(2026, 5, 27)


class TestSlower:
    """A new pace, a longer interval, or a new end for the rest, from the dose of that day."""

    def test_a_pace_is_followed_and_never_exceeded(self) -> None:
        plan = planned("diazepam", "20 mg", reduce="10%", region="us")
        slow = revised(plan, plan.schedule.steps[4].start, slower="5%")
        rest = slow.schedule.steps[4:]
        assert totals(slow).startswith("18 16.5 15 13.5 12.5 12 11.5 11")
        # 5% of 12.5 mg is 0.625 mg: what products make nearest is 0.5 mg.
        assert {rest[place].total.ng - rest[place + 1].total.ng for place in range(10)} == {500_000}
        assert slow.schedule.ending.start > plan.schedule.ending.start

    def test_the_judge_measures_each_step_by_the_pace_that_was_asked_of_it(self) -> None:
        plan = planned("diazepam", "20 mg", reduce="10%", region="us")
        slow = revised(plan, plan.schedule.steps[4].start, slower="5%")
        assert next(step or 0 for rule, step in flags(slow) if rule == "pace.asked") > 5

    def test_a_pace_that_would_end_earlier_is_no_slower_one(self) -> None:
        plan = planned("diazepam", "20 mg", reduce="5%", region="us")
        with pytest.raises(CannotPlan, match="--slower would be faster"):
            revised(plan, plan.schedule.steps[2].start, slower="20%")

    def test_an_interval_alone_makes_every_later_step_longer_and_none_shorter(self) -> None:
        longer = revised(mock_up(), Q4, every="4w")
        assert totals(longer) == totals(mock_up())
        assert [step.days for step in longer.schedule.dosing_steps] == [14, 14, 14, 28, 28, 28, 28, 28, 28]

    def test_a_new_end_is_met_to_the_day(self) -> None:
        later = revised(mock_up(), Q4, until=date(2026, 10, 5))
        assert later.schedule.ending.start == date(2026, 10, 5)
        assert later.schedule.steps[:4] == mock_up().schedule.steps[:4]

    def test_an_end_that_is_too_soon_is_refused_with_the_soonest(self) -> None:
        with pytest.raises(RefusedForSafety, match="type --until 2026-07-06") as refused:
            revised(mock_up(), Q4, until=date(2026, 5, 20))
        assert refused.value.accepts == ((CAP,),)

    def test_a_limit_can_be_accepted_by_name(self) -> None:
        fast = revised(mock_up(), Q4, until=date(2026, 6, 8), accept=[CAP])
        assert any(found.accepted == f"reason for {CAP}" for found in about(fast, CAP))
        assert opened(saved(fast), "plan.json") == fast

    def test_an_acceptance_that_accepts_nothing_is_told(self) -> None:
        with pytest.raises(InvalidInput, match="accepts nothing"):
            revised(mock_up(), Q4, hold="2w", accept=["last-dose"])

    def test_a_rest_planned_anew_looks_back_over_the_days_that_were_taken(self) -> None:
        plan = planned("diazepam", "20 mg", reduce="20%", every="2w", region="us")
        second = plan.schedule.steps[1]
        # The cut to step 2 lies 3 days back: within 14 days no more than 25% may be lost together.
        quick = revised(plan, second.start + timedelta(days=3), until=second.start + timedelta(weeks=60), every="1w")
        first_lower = next(step for step in quick.schedule.steps if step.total < second.total)
        before = quick.schedule.highest_within(first_lower.start, 14)
        assert first_lower.total.ng * 4 >= before * 3
        assert not [found for found in quick.findings if found.level is Level.REFUSE]


class TestGoingUpAgain:
    """Only by a prescriber's word, and only to a dose that was taken."""

    def test_is_a_step_of_its_own_and_flagged(self) -> None:
        up = revised(mock_up(), Q4, back_to="8 mg")
        step = up.schedule.steps[4]
        assert (step.kind, step.start, step.total) == (StepKind.RAISE, Q4, Dose.of_mg(8))
        assert up.schedule.steps[3].last_day == Q4 - timedelta(days=1)
        assert ("dose.raised", 5) in flags(up)
        assert totals(up) == "9 8 7 6 8 7 6 5 4 3 2 1 STOP"

    def test_stays_as_long_as_was_typed(self) -> None:
        assert revised(mock_up(), Q4, back_to="8 mg", hold="5w").schedule.steps[4].days == 35

    @pytest.mark.parametrize(("dose", "told"), [("6 mg", "expected a higher dose"), ("5 mg", "expected a higher dose")])
    def test_a_dose_that_is_no_higher_is_told(self, dose: str, told: str) -> None:
        with pytest.raises(InvalidInput, match=told):
            revised(mock_up(), Q4, back_to=dose)

    def test_a_dose_above_every_dose_before_is_refused(self) -> None:
        plan = BASES["26 weeks"]()
        with pytest.raises(CannotPlan, match="more than the patient has taken in this plan"):
            revised(plan, plan.schedule.steps[3].start, back_to="21 mg")

    def test_the_starting_dose_may_be_taken_again(self) -> None:
        plan = BASES["26 weeks"]()
        up = revised(plan, plan.schedule.steps[3].start, back_to="20 mg")
        assert totals(up).startswith("16 13 10.5 20 16 13 10.5 8.5")

    def test_a_total_that_the_plan_never_had_needs_its_times_of_day(self) -> None:
        with pytest.raises(InvalidInput, match="does not say at what time of day"):
            revised(mock_up(), Q4, back_to="7.5 mg")


class TestTheActualDose:
    """Where the patient is not where the plan says, the new part starts from what is taken."""

    def test_more_than_planned_is_recorded_and_reduced_from_there(self) -> None:
        more = revised(mock_up(), Q4, actual="9 mg")
        assert totals(more) == "9 8 7 6 9 8 7 6 5 4 3 2 1 STOP"
        assert more.slip.taken == (Dose.of_mg(6), Dose.of_mg(9))
        assert ("dose.raised", 5) in flags(more)

    def test_less_than_planned_is_no_cut_of_the_plan(self) -> None:
        less = revised(mock_up(), Q4, actual="4 mg")
        assert totals(less) == "9 8 7 6 4 3 2 1 STOP"
        assert ("dose.found", 5) in flags(less)
        assert [found.level for found in about(less, CAP) if found.step == 5] == [Level.FLAG]

    def test_nothing_is_cut_before_the_window_is_over(self) -> None:
        weekly = BASES["a liquid, weekly"]()
        on = weekly.schedule.steps[2].start + timedelta(days=2)
        less = revised(weekly, on, actual="6 mg")
        assert next(step for step in less.schedule.steps if step.start > on).start == on + timedelta(days=14)

    def test_a_hold_shorter_than_the_window_is_refused_where_it_would_hide_a_fall(self) -> None:
        with pytest.raises(RefusedForSafety, match="stay longer on this dose first"):
            revised(mock_up(), Q4, actual="4 mg", hold="1w")

    def test_what_was_planned_stays_in_the_past_rows(self) -> None:
        less = revised(mock_up(), Q4, actual="4 mg")
        assert less.schedule.steps[:3] == mock_up().schedule.steps[:3]
        assert less.schedule.steps[3].last_day == Q4 - timedelta(days=1)

    def test_a_dose_that_cannot_be_made_is_refused_with_its_neighbours(self) -> None:
        with pytest.raises(CannotPlan, match=r"nearest are 5 mg .* and 6 mg"):
            revised(mock_up(), Q4, actual="5.5 mg bedtime")

    def test_with_a_higher_dose_both_are_recorded(self) -> None:
        both = revised(mock_up(), Q4, actual="5 mg", back_to="7 mg")
        assert both.slip.taken == (Dose.of_mg(6), Dose.of_mg(5))
        assert totals(both).startswith("9 8 7 6 7 6 5")


class TestStoppingHere:
    """The reduction ends on the dose of that day, and can be taken up again."""

    def test_stays_from_that_day_on(self) -> None:
        here = revised(mock_up(), Q4, stop_here=True)
        assert (here.schedule.ending.kind, here.schedule.ending.start) == (StepKind.MAINTAIN, Q4)
        assert totals(here) == "9 8 7 6 MAINTAIN 6"

    def test_on_the_first_day_of_the_plan(self) -> None:
        here = revised(mock_up(), date(2026, 3, 2), stop_here=True)
        assert totals(here) == "MAINTAIN 9"

    def test_can_be_taken_up_again(self) -> None:
        here = revised(mock_up(), Q4, stop_here=True)
        again = revised(here, date(2026, 8, 3), slower="1 mg")
        assert totals(again) == "9 8 7 6 6 5 4 3 2 1 STOP"
        assert again.schedule.steps[4].start == Q4
        assert again.schedule.steps[5].start == date(2026, 8, 4)
        assert again.supply.apart == ((Q4, date(2026, 8, 3)),)

    def test_a_hold_of_a_dose_that_goes_on_is_told(self) -> None:
        with pytest.raises(InvalidInput, match="add --slower or --until"):
            revised(revised(mock_up(), Q4, stop_here=True), date(2026, 8, 3), hold="2w")

    def test_going_up_from_a_dose_that_goes_on_stays_there(self) -> None:
        up = revised(revised(mock_up(), Q4, stop_here=True), date(2026, 8, 3), back_to="8 mg")
        assert totals(up) == "9 8 7 6 6 MAINTAIN 8"


class TestDaysLeftOut:
    """A dose that is not taken every day keeps its rhythm while it moves, and is no dose to plan from."""

    ON = date(2026, 12, 22)

    def test_a_hold_keeps_the_rhythm(self) -> None:
        held = revised(BASES["days left out"](), self.ON, hold="1w")
        step = held.schedule.steps[2]
        assert (step.kind, step.days, step.rhythm is not None) == (StepKind.SPACE, 14, True)
        assert held.slip.later_by == 7

    @pytest.mark.parametrize("words", [{"stop_here": True}, {"slower": "10%"}, {"products": "1 mg tablet"}])
    def test_to_go_on_from_needs_a_dose_of_every_day(self, words: dict[str, Any]) -> None:
        with pytest.raises(InvalidInput, match="the plan leaves days out on that day"):
            revised(BASES["days left out"](), self.ON, **words)

    def test_back_to_every_day_is_a_rise_and_flagged(self) -> None:
        daily = revised(BASES["days left out"](), self.ON, back_to="3 mg")
        assert daily.schedule.steps[3].kind is StepKind.RAISE
        assert ("dose.raised", 4) in flags(daily)

    @pytest.mark.parametrize(
        ("drug", "dose", "ladder", "days", "words"),
        [
            ("omeprazole", "40 mg", "highland-omeprazole", 18, {"products": f"20 {CAPSULE}, 10 {CAPSULE}"}),
            ("omeprazole", "40 mg", "highland-omeprazole", 40, {"products": f"10 {CAPSULE}"}),
            ("prednisolone", "4 mg", "ng243-alternate-day", 7, {"products": "5 mg tablet half, 1 mg tablet", "hold": "1w"}),
        ],
    )  # fmt: skip
    def test_other_products_leave_out_the_days_that_were_left_out(
        self, drug: str, dose: str, ladder: str, days: int, words: dict[str, Any]
    ) -> None:
        """A step of every other day that became one of every day would end from twice the dose."""
        first = planned(drug, dose, ladder=ladder, region="gb")
        again = revised(first, first.schedule.start + timedelta(days=days), **words)
        were, are = ([(step.rhythm, step.mean) for step in one.schedule.steps if step.rhythm] for one in (first, again))
        assert are == were and len(are) > 1
        assert again.schedule.steps[-2].mean == first.schedule.steps[-2].mean

    def test_a_pace_can_be_asked_after_days_were_left_out(self) -> None:
        """The judge reads a step of two days a week beside the pace that was asked later, as what it counts for."""
        first = planned("omeprazole", "40 mg", ladder="highland-omeprazole", region="gb")
        twice = next(step for step in first.schedule.steps if step.rhythm and step.rhythm.weekdays)
        slower = revised(first, twice.start + timedelta(days=7), back_to="10 mg", slower="5 mg", every="5w")
        assert ("dose.raised", twice.number + 1) in flags(slower)


class TestOtherProducts:
    """The dose of that day is made of the new products, and the rest is planned with them."""

    def test_the_same_dose_of_other_tablets_is_a_step_of_its_own(self) -> None:
        plan = BASES["26 weeks"]()
        on = plan.schedule.steps[6].start + timedelta(days=3)
        other = revised(plan, on, products="2 mg tablet half")
        assert all(
            portion.product.strength == Dose.of_mg(2)
            for step in other.schedule.steps
            if step.start >= on
            for intake in step.intakes
            for portion in intake.portions
        )
        assert other.schedule.steps[:6] == plan.schedule.steps[:6]

    def test_a_finer_split_counts_as_one_product(self) -> None:
        finer = revised(mock_up(), Q4, split="quarter", until=date(2026, 9, 7))
        assert len(finer.schedule.products) == 1
        assert finer.schedule.ending.start == date(2026, 9, 7)

    def test_a_split_typed_later_holds_over_one_typed_with_the_product(self) -> None:
        plan = planned("diazepam", "10 mg", reduce="10%", products="2 mg tablet half, 5 mg tablet half", region="gb")
        finer = revised(plan, plan.schedule.steps[2].start, split="quarter")
        assert {product.split.value for product in finer.schedule.products} == {4}

    def test_strengths_are_named_from_then_on_and_not_before(self) -> None:
        both = revised(mock_up(), Q4, products="2 mg tablet half, 5 mg tablet half")
        past, future = both.schedule.steps[0], both.schedule.steps[5]
        assert (both.products_beside(past), both.products_beside(future)) == (1, 2)

    def test_today_s_dose_must_be_makeable(self) -> None:
        plan = BASES["26 weeks"]()
        with pytest.raises(CannotPlan, match="cannot be made from 10 mg tablet"):
            revised(plan, plan.schedule.steps[4].start, products="10 mg tablet whole")


DAYS = {
    "before the first cut": (date(2026, 3, 1), "is before the first cut"),
    "the day of the stop": (date(2026, 7, 6), "is after the last dose"),
    "years later": (date(2036, 7, 6), "is after the last dose"),
}


@pytest.mark.parametrize("name", DAYS)
def test_a_day_that_the_plan_does_not_have_is_told(name: str) -> None:
    day, told = DAYS[name]
    with pytest.raises(InvalidInput, match=told):
        revised(mock_up(), day, hold="2w")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({}, "nothing is asked"),
        ({"slower": "5%", "until": date(2026, 9, 7)}, "given together"),
        ({"stop_here": True, "hold": "2w"}, "given together"),
        ({"hold": "2w", "by": "x" * 101}, "at most 100"),
        ({"hold": "2w", "reason": "x" * 401}, "at most 400"),
    ],
)
def test_what_contradicts_itself_is_told(words: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        asked(Q4, **words)


@pytest.mark.parametrize("words", [{"every": "1w"}, {"actual": "6 mg"}, {"slower": "1 mg"}, {"split": "half"}])
def test_a_change_that_changes_nothing_makes_no_version(words: dict[str, Any]) -> None:
    with pytest.raises(CannotPlan):
        revised(mock_up(), Q4, **words)


class TestFixingAnOptimalPrefix:
    """What was the best for the rest stays so: asking for what the plan has already reproduces it."""

    @pytest.mark.parametrize("dose", ["10%", "1 mg", "5% of start"])
    def test_the_same_pace_leads_to_the_same_rest(self, dose: str) -> None:
        plan = planned("diazepam", "20 mg", reduce=dose)
        assert isinstance(plan.request.pace, AtPace)
        for step in plan.schedule.dosing_steps:
            with pytest.raises(CannotPlan, match="leads to the steps that version 1 has already"):
                revised(plan, step.start, slower=dose)

    @pytest.mark.parametrize("name", ["26 weeks", "a liquid, weekly", "months", "to a maintenance dose"])
    def test_the_same_end_leads_to_the_same_rest(self, name: str) -> None:
        plan = BASES[name]()
        for step in plan.schedule.dosing_steps:
            with pytest.raises(CannotPlan, match="changes nothing"):
                revised(plan, step.start, until=plan.schedule.ending.start)


class TestAnyChain:
    """Five random revisions, one after another, on plans of every kind."""

    @STEADY
    @given(chains())
    def test_the_past_stays_as_it_was_under_any_chain(self, chain: tuple[Report, ...]) -> None:
        for before, after in itertools.pairwise(chain):
            on = after.slip.revision.on
            for old, new in zip(before.schedule.steps, after.schedule.steps, strict=False):
                if old.end is not None and old.end <= on:
                    assert _told(old) == _told(new)
                elif old.start < on:
                    assert _told(old)[:3] == _told(new)[:3]
            # What a step is flagged for stays with it, too.
            over = [step for step in before.schedule.steps if step.end is not None and step.end <= on]
            assert [before.flags_of(step) for step in over] == [
                after.flags_of(after.schedule.steps[step.number - 1]) for step in over
            ]

    @STEADY
    @given(chains())
    def test_a_replay_of_the_file_equals_the_result(self, chain: tuple[Report, ...]) -> None:
        for report in chain:
            content = saved(report)
            assert opened(content, "plan.json") == report
            assert saved(opened(content, "plan.json")) == content

    @STEADY
    @given(chains())
    def test_nothing_that_the_judge_refuses_comes_out(self, chain: tuple[Report, ...]) -> None:
        for report in chain:
            assert not [found for found in report.findings if found.level is Level.REFUSE]

    @STEADY
    @given(chains(most=3))
    def test_the_same_chain_gives_the_same_ids_and_another_reason_another(self, chain: tuple[Report, ...]) -> None:
        again = chain[0]
        for report in chain[1:]:
            again = revise(again, report.slip.revision)
        assert again == chain[-1]
        assert len({report.plan_id for report in chain}) == len(chain)


def _told(step: Any) -> tuple[Any, ...]:
    """A step as it is printed: how far its tablets may be divided is no part of it."""
    taken = [
        (intake.slot, intake.dose, [(portion.product.identity, portion.count) for portion in intake.portions])
        for intake in step.intakes
    ]
    return (step.number, step.start, taken, step.kind, step.end, step.held)


def test_another_reason_is_another_version() -> None:
    one, other = (revised(mock_up(), Q4, hold="2w", reason=reason) for reason in ("poor sleep", "a fall"))
    assert one.schedule == other.schedule and one.plan_id != other.plan_id


def test_the_day_on_which_it_was_typed_is_no_part_of_the_id() -> None:
    one, other = (revised(mock_up(), Q4, hold="2w", today=day) for day in (Q4, date(2026, 4, 23)))
    assert one.plan_id == other.plan_id
    assert ("dates.past", None) in flags(other) and ("dates.past", None) not in flags(one)


def test_a_revision_of_an_earlier_day_than_the_last_one_overtakes_it() -> None:
    later = revised(mock_up(), date(2026, 6, 1), back_to="6 mg")
    earlier = revised(later, Q4, hold="2w")
    assert totals(earlier) == totals(mock_up())


def test_a_fault_while_revising_is_one_line() -> None:
    for words in ({"hold": "9999y"}, {"every": "9999y"}, {"until": date.max}):
        with pytest.raises(TaperError) as fault:
            revised(mock_up(), Q4, **words)
        assert "\n" not in str(fault.value)


def test_a_version_knows_its_number() -> None:
    report = revised(mock_up(), Q4, hold="2w")
    version = Version(report.request, report.revisions, report.schedule, report.method.found)
    assert (version.number, len(version.schedules)) == (2, 2)
