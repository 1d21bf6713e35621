"""Supplies of a plan that was changed: what was handed out stays, what follows lasts to the last day, and nothing is spare unasked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from supply_builders import LIQUID, START, rules, schedules, used_on

from taper_cli.checks.supply import handed_out_findings, supply_findings
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.product import Portion
from taper_cli.model.schedule import Intake, Regimen, Schedule, Slot, Step, StepKind
from taper_cli.model.supply import SupplyRules
from taper_cli.planning.revision import Stay, follow, step_on, steps_after
from taper_cli.planning.supply import Handed, by_week, supply_of

STEADY = settings(derandomize=True, database=None, deadline=None)


@st.composite
def changed(draw: st.DrawFn) -> tuple[Schedule, Schedule, date]:
    """A schedule, what became of it on a day (a hold, or the steps of another one from then on), and the day."""
    plan, other = draw(schedules()), draw(schedules())
    assume(plan.days > 1)
    on = plan.start + timedelta(days=draw(st.integers(0, plan.days - 1)))
    step = step_on(plan, on)
    assert step.end is not None
    if draw(st.booleans()):
        stay = Stay(step.intakes, step.end + timedelta(days=draw(st.integers(1, 40))), fresh=False)
        return plan, follow(plan, on, stay, steps_after(plan, step)), on
    stay = Stay(other.steps[0].intakes, on + timedelta(days=draw(st.integers(1, 40))), fresh=True)
    return plan, follow(plan, on, stay, other.dosing_steps[1:]), on


@STEADY
@given(changed(), rules())
def test_what_was_handed_out_is_never_changed(case: tuple[Schedule, Schedule, date], rule: SupplyRules) -> None:
    plan, after, on = case
    before = supply_of(plan, rule)
    supply = supply_of(after, rule, Handed(before, on))
    facts, now = (
        {(item.start, item.product.identity): item.dispensed for item in found.dispensings if item.start < on}
        for found in (before, supply)
    )
    assert {key: amount for key, amount in facts.items() if amount} == {
        key: amount for key, amount in now.items() if amount
    }
    assert handed_out_findings(before, supply) == ()


@STEADY
@given(changed(), rules())
def test_lasts_through_every_day(case: tuple[Schedule, Schedule, date], rule: SupplyRules) -> None:
    plan, after, on = case
    supply = supply_of(after, rule, Handed(supply_of(plan, rule), on))
    assert supply_findings(after, supply) == ()
    for product in supply.products:
        left, day = Fraction(0), after.start
        handed = {item.start: item.dispensed for item in supply.of(product)}
        while day < after.ending.start:
            left += handed.get(day, Fraction(0)) - used_on(after, rule, product, day)
            assert left >= 0, day
            day += timedelta(days=1)
        added = [item for item in supply.of(product) if item.start >= on and item.dispensed]
        assert not added or left < rule.unit(product)


@STEADY
@given(changed(), rules())
def test_an_interval_is_parted_only_where_what_is_in_hand_does_not_last(
    case: tuple[Schedule, Schedule, date], rule: SupplyRules
) -> None:
    plan, after, on = case
    supply = supply_of(after, rule, Handed(supply_of(plan, rule), on))
    assert supply.cuts in ((), (on,))
    if supply.cuts:
        assert any(item.start == on and item.dispensed for item in supply.dispensings)


@STEADY
@given(schedules(), rules())
def test_a_change_that_changes_nothing_changes_no_supply(plan: Schedule, rule: SupplyRules) -> None:
    before = supply_of(plan, rule)
    for on in (plan.start, plan.start + timedelta(days=plan.days // 2)):
        assert supply_of(plan, rule, Handed(before, on)).dispensings == before.dispensings


@STEADY
@given(changed(), rules())
def test_an_altered_fact_is_seen(case: tuple[Schedule, Schedule, date], rule: SupplyRules) -> None:
    plan, after, on = case
    before = supply_of(plan, rule)
    supply = supply_of(after, rule, Handed(before, on))
    first = next((place for place, item in enumerate(supply.dispensings) if item.start < on and item.dispensed), None)
    assume(first is not None)
    assert first is not None
    item = supply.dispensings[first]
    more = replace(item, dispensed=item.dispensed + 1)
    spoiled = supply._replace(dispensings=(*supply.dispensings[:first], more, *supply.dispensings[first + 1 :]))
    assert [finding.rule for finding in handed_out_findings(before, spoiled)] == ["supply.past"]


@STEADY
@given(changed())
def test_the_weeks_of_a_changed_plan_add_up_to_what_is_handed_out(case: tuple[Schedule, Schedule, date]) -> None:
    plan, after, on = case
    weekly = SupplyRules(days=7)
    supply = supply_of(after, weekly, Handed(supply_of(plan, weekly), on))
    for product, weeks in by_week(after, supply):
        assert sum(amount for _, amount in weeks) == supply.total(product)


@STEADY
@given(schedules(), rules(), st.data())
def test_days_prescribed_apart_are_in_no_supply(plan: Schedule, rule: SupplyRules, data: st.DataObject) -> None:
    assume(plan.days > 2)
    first = plan.start + timedelta(days=data.draw(st.integers(0, plan.days - 2)))
    on = first + timedelta(days=data.draw(st.integers(1, plan.days - 1 - (first - plan.start).days)))
    until = plan.start + timedelta(days=plan.days)
    # The plan until then handed out what its own days need and nothing for the days apart.
    shorter = replace(plan, steps=(*plan.steps[:-1], plan.ending))
    before = supply_of(shorter, rule, Handed(supply_of(shorter, rule), plan.start, ((first, on),)))
    supply = supply_of(plan, rule, Handed(before, on, ((first, on),)))
    assert supply_findings(plan, supply) == ()
    told = list(supply.each_day(plan, plan.drug))
    assert [told[offset] is None for offset in range((until - plan.start).days)] == [
        first <= plan.start + timedelta(days=offset) < on for offset in range((until - plan.start).days)
    ]


def test_a_bottle_of_half_a_ml_stays_what_was_handed_out_where_whole_ml_are_counted_afterwards() -> None:
    """7 mL a week out of bottles of 12.5 mL, then in whole mL: 5.5 mL are in hand when the second week begins."""
    plan = Schedule(
        drug="diazepam",
        before=Regimen(((Slot.DAILY, Dose.of_mg(1)),)),
        steps=(
            Step(
                number=1,
                kind=StepKind.REDUCE,
                start=START,
                end=START + timedelta(days=14),
                intakes=(
                    Intake(
                        slot=Slot.DAILY, dose=Dose.of_mg("0.4"), portions=(Portion(product=LIQUID, count=Fraction(1)),)
                    ),
                ),
            ),
            Step(number=2, kind=StepKind.STOP, start=START + timedelta(days=14), end=None, intakes=()),
        ),
    )
    bottles = supply_of(plan, SupplyRules(days=7, bottle=Volume(12_500)))
    first, second = supply_of(plan, SupplyRules(days=7), Handed(bottles, START + timedelta(days=7))).dispensings
    assert (first.dispensed, second.carry_in) == (Fraction("12.5"), Fraction("5.5"))
    assert second.carry_in + second.dispensed >= second.needed
