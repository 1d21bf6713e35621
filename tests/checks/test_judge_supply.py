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

from supply_builders import rules, schedules

from taper_cli.checks.supply import stated_supply_findings, supply_findings
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.finding import Level
from taper_cli.model.product import Form, Product
from taper_cli.model.schedule import Schedule
from taper_cli.model.supply import Dispensing, Halves, Supply, SupplyRules
from taper_cli.model.transcript import StatedSupply, Transcript
from taper_cli.planning.supply import supply_of

STEADY = settings(derandomize=True, database=None, deadline=None)


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
