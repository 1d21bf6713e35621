"""The judge recounts every supply: a good one is not accused, and each way to spoil it is caught by its rule."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "planning"))

from supply_builders import START, TWO, rules, schedules

from taper_cli.checks.supply import handed_out_findings, stated_supply_findings, supply_findings
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.finding import Level
from taper_cli.model.product import Form, Portion, Product
from taper_cli.model.schedule import Intake, Regimen, Schedule, Slot, Step, StepKind
from taper_cli.model.supply import Dispensing, Halves, Supply, SupplyRules
from taper_cli.model.transcript import StatedSupply, Transcript
from taper_cli.planning.supply import supply_of

STEADY = settings(derandomize=True, database=None, deadline=None)
DAY = timedelta(days=1)


def faults(plan: Schedule, supply: Supply, **changes: object) -> set[str]:
    """The rules that a supply breaks, once something in it was changed."""
    found = supply_findings(plan, supply._replace(**changes))
    assert all(finding.level is Level.REFUSE for finding in found)
    return {finding.rule for finding in found}


def with_item(supply: Supply, place: int, item: Dispensing) -> tuple[Dispensing, ...]:
    return (*supply.dispensings[:place], item, *supply.dispensings[place + 1 :])


@STEADY
@given(schedules(), rules())
def test_a_good_supply_is_not_accused(plan: Schedule, rule: SupplyRules) -> None:
    assert supply_findings(plan, supply_of(plan, rule)) == ()


@STEADY
@given(schedules(), rules(), st.data())
def test_a_supply_that_was_left_out_is_missed(plan: Schedule, rule: SupplyRules, data: st.DataObject) -> None:
    supply = supply_of(plan, rule)
    place = data.draw(st.integers(0, len(supply.dispensings) - 1))
    assume(supply.dispensings[place].dispensed)
    rest = (*supply.dispensings[:place], *supply.dispensings[place + 1 :])
    assert "supply.short" in faults(plan, supply, dispensings=rest)


@STEADY
@given(schedules(), rules(), st.data())
def test_one_too_many_is_seen(plan: Schedule, rule: SupplyRules, data: st.DataObject) -> None:
    supply = supply_of(plan, rule)
    place = data.draw(st.integers(0, len(supply.dispensings) - 1))
    item = supply.dispensings[place]
    more = replace(item, dispensed=item.dispensed + rule.unit(item.product))
    assert faults(plan, supply, dispensings=with_item(supply, place, more)) == {"supply.spare"}


@STEADY
@given(schedules(), rules(), st.data())
def test_one_too_few_is_seen(plan: Schedule, rule: SupplyRules, data: st.DataObject) -> None:
    supply = supply_of(plan, rule)
    place = data.draw(st.integers(0, len(supply.dispensings) - 1))
    item = supply.dispensings[place]
    unit = rule.unit(item.product)
    assume(item.dispensed >= unit)
    # What is missing is made good by a carry that nobody has.
    fewer = replace(item, dispensed=item.dispensed - unit, carry_in=item.carry_in + unit)
    assert "supply.short" in faults(plan, supply, dispensings=with_item(supply, place, fewer))


@STEADY
@given(schedules(), st.data())
def test_half_a_tablet_cannot_be_handed_out(plan: Schedule, data: st.DataObject) -> None:
    supply = supply_of(plan, SupplyRules())
    place = data.draw(st.integers(0, len(supply.dispensings) - 1))
    item = supply.dispensings[place]
    broken = replace(item, dispensed=item.dispensed + Fraction(1, 2))
    assert "supply.whole" in faults(plan, supply, dispensings=with_item(supply, place, broken))


@STEADY
@given(schedules(), rules())
def test_a_supply_longer_than_the_interval_is_seen(plan: Schedule, rule: SupplyRules) -> None:
    supply = supply_of(plan, rule)
    item = supply.dispensings[0]
    longer = replace(item, end=item.start + timedelta(days=rule.days + 1))
    assert "supply.interval" in faults(plan, supply, dispensings=with_item(supply, 0, longer))


@STEADY
@given(schedules(), rules())
def test_a_supply_after_the_last_dose_is_seen(plan: Schedule, rule: SupplyRules) -> None:
    supply = supply_of(plan, rule)
    item = supply.dispensings[-1]
    ending = plan.ending.start
    late = replace(item, start=ending, end=ending + timedelta(days=1), last_day=ending)
    found = faults(plan, supply, dispensings=with_item(supply, len(supply.dispensings) - 1, late))
    assert found & {"supply.short", "supply.cover"}


@STEADY
@given(schedules(), rules())
def test_the_wrong_rule_for_halves_is_seen(plan: Schedule, rule: SupplyRules) -> None:
    other = Halves.DISCARDED if rule.halves is Halves.KEPT else Halves.KEPT
    supply = supply_of(plan, rule)
    then = supply_of(plan, replace(rule, halves=other))
    assume(any(abs(then.total(product) - supply.total(product)) >= 1 for product in plan.products))
    assert faults(plan, supply, rules=replace(rule, halves=other)) & {"supply.short", "supply.spare"}


TABLET = Product(drug="diazepam", form=Form.TABLET, strength=Dose.of_mg(2))
LIQUID = Product(
    drug="diazepam", form=Form.SOLUTION, strength=Dose.of_mg(2), volume=Volume.parse("5 mL"), graduation=Volume(100)
)


@pytest.mark.parametrize(
    ("product", "handed_out", "taken", "opened", "found"),
    [
        (TABLET, "49", "49", "49", None),
        (TABLET, "49", "48.5", "60", None),
        (TABLET, "60", "48.5", "60", None),
        (TABLET, "61", "48.5", "60", ("supply.spare", Level.FLAG, "hands out 61 tablets, its doses take 48.5: 12.5 are left over")),
        (TABLET, "48", "48.5", "60", ("supply.short", Level.REFUSE, "hands out 48 tablets, its doses take 48.5: 0.5 too few")),
        (LIQUID, "250", "249.6", "249.6", None),
        (LIQUID, "300", "249.6", "249.6", ("supply.spare", Level.INFO, "hands out 300 mL, its doses take 249.6: 50.4 are left over")),
        (LIQUID, "249", "249.6", "249.6", ("supply.short", Level.REFUSE, "hands out 249 mL, its doses take 249.6: 0.6 too few")),
    ],
)  # fmt: skip
def test_what_a_file_hands_out_is_set_beside_what_its_doses_take(
    product: Product, handed_out: str, taken: str, opened: str, found: tuple[str, Level, str] | None
) -> None:
    stated = StatedSupply(product, Fraction(handed_out), Fraction(taken), Fraction(opened))
    told = stated_supply_findings(Transcript(drug="diazepam", before=Dose.of_mg(10), steps=(), supplied=(stated,)))
    assert [(one.rule, one.level) for one in told] == ([found[:2]] if found else [])
    assert all(found and found[2] in one.message for one in told)


# One 2 mg tablet a day for two weeks, half a tablet for one more, then STOP; weekly supplies.
ONE, HALF = (
    (Intake(slot=Slot.DAILY, dose=Dose.of_mg(dose), portions=(Portion(product=TWO, count=Fraction(dose, 2)),)),)
    for dose in (2, 1)
)
PLAN = Schedule(
    drug="diazepam",
    before=Regimen(((Slot.DAILY, Dose.of_mg(4)),)),
    steps=(
        Step(number=1, kind=StepKind.REDUCE, start=START, end=START + 14 * DAY, intakes=ONE),
        Step(number=2, kind=StepKind.REDUCE, start=START + 14 * DAY, end=START + 21 * DAY, intakes=HALF),
        Step(number=3, kind=StepKind.STOP, start=START + 21 * DAY, end=None, intakes=()),
    ),
)


def handed(number: int, needed: Fraction | int, carry_in: Fraction | int, dispensed: int) -> Dispensing:
    """What one week is handed out."""
    start = START + 7 * (number - 1) * DAY
    return Dispensing(
        number=number,
        product=TWO,
        start=start,
        end=start + 7 * DAY,
        last_day=start + 6 * DAY,
        needed=Fraction(needed),
        carry_in=Fraction(carry_in),
        dispensed=Fraction(dispensed),
    )


WEEKS = (handed(1, 7, 0, 7), handed(2, 7, 0, 7), handed(3, Fraction(7, 2), 0, 4))
SUPPLY = Supply(SupplyRules(days=7), WEEKS)


def said(supply: Supply) -> list[tuple[str, Level, str]]:
    """What the judge says of a supply for the plan."""
    return [(one.rule, one.level, one.message) for one in supply_findings(PLAN, supply)]


def refusal(rule: str, message: str) -> list[tuple[str, Level, str]]:
    return [(rule, Level.REFUSE, message)]


def test_what_is_wrong_with_a_supply_is_told_by_its_day_and_amount() -> None:
    assert said(SUPPLY) == []
    assert said(SUPPLY._replace(dispensings=WEEKS[1:])) == refusal(
        "supply.short", "2 mg tablet runs out before 2026-03-09"
    )
    assert said(SUPPLY._replace(dispensings=WEEKS[:2])) == refusal(
        "supply.short", "2 mg tablet runs out before 2026-03-23"
    )
    assert said(SUPPLY._replace(dispensings=(*WEEKS[:2], handed(3, Fraction(7, 2), 0, 5)))) == refusal(
        "supply.spare", "3/2 of 2 mg tablet is left over, more than one too many"
    )
    assert said(SUPPLY._replace(rules=SupplyRules(days=6))) == [
        ("supply.interval", Level.REFUSE, f"supply {number} covers more than 6 days") for number in (1, 2, 3)
    ]
    late = replace(handed(4, 0, 0, 1), last_day=START + 21 * DAY)
    assert said(SUPPLY._replace(dispensings=(*WEEKS, late))) == refusal(
        "supply.cover", "2 mg tablet is handed out on a day without a dose"
    )
    half = replace(WEEKS[2], dispensed=Fraction(7, 2))
    assert said(SUPPLY._replace(dispensings=(*WEEKS[:2], half))) == refusal(
        "supply.whole", "supply 3 hands out 7/2 of 2 mg tablet"
    )


def test_an_opened_tablet_counts_whole_where_its_rest_is_thrown_away() -> None:
    thrown = SupplyRules(days=7, halves=Halves.DISCARDED)
    assert said(SUPPLY._replace(rules=thrown)) == refusal("supply.short", "2 mg tablet runs out before 2026-03-23")
    assert said(Supply(thrown, (*WEEKS[:2], handed(3, 7, 0, 7)))) == []


@pytest.mark.parametrize(("first", "after", "fewer"), [(2, 4, 2), (2, 3, 1), (2, 2, 0), (12, 16, 3)])
def test_a_dose_that_was_prescribed_apart_is_in_no_supply_up_to_and_not_with_its_last_day(
    first: int, after: int, fewer: int
) -> None:
    apart = ((START + first * DAY, START + after * DAY),)
    # 17.5 tablets in all; the days apart take one each, those of the third week a half: always just enough in whole ones.
    enough = handed(1, 0, 0, 18 - fewer)
    assert said(Supply(SupplyRules(days=28), (enough,), apart=apart)) == []
    more = handed(1, 0, 0, 19 - fewer)
    assert [rule for rule, *_ in said(Supply(SupplyRules(days=28), (more,), apart=apart))] == ["supply.spare"]
    less = handed(1, 0, 0, 17 - fewer)
    assert [rule for rule, *_ in said(Supply(SupplyRules(days=28), (less,), apart=apart))] == ["supply.short"]


def test_what_was_handed_out_before_a_change_is_a_fact() -> None:
    since = START + 7 * DAY
    changed = SUPPLY._replace(since=since)
    assert handed_out_findings(SUPPLY, changed) == ()
    assert handed_out_findings(SUPPLY, changed._replace(dispensings=(WEEKS[0], handed(2, 7, 0, 9), WEEKS[2]))) == ()
    (found,) = handed_out_findings(SUPPLY, changed._replace(dispensings=(handed(1, 7, 0, 8), *WEEKS[1:])))
    assert (found.rule, found.level) == ("supply.past", Level.REFUSE)
    assert found.message == "what was handed out before the change is not what the version before it says"


def test_spare_tablets_from_before_a_change_are_no_fault_unless_more_is_added() -> None:
    spare = (handed(1, 7, 0, 28),)
    since = START + 7 * DAY
    assert said(SUPPLY._replace(dispensings=spare, since=since)) == []
    assert [rule for rule, *_ in said(SUPPLY._replace(dispensings=(*spare, handed(3, 0, 0, 1)), since=since))] == [
        "supply.spare"
    ]
    assert [rule for rule, *_ in said(SUPPLY._replace(dispensings=spare))] == ["supply.spare"]
