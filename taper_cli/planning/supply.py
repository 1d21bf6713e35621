"""What to hand out and when: each interval's need in whole tablets or bottles, what is left over carried into the next one.

A supply that is short makes an abrupt stop; a generous one leaves tablets in a drawer. So nothing is rounded but the amount handed
out, upwards, and what that leaves over is counted against the next supply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from taper_cli.model.product import Product, Split
from taper_cli.model.schedule import Schedule
from taper_cli.model.supply import Dispensing, Halves, Supply, SupplyRules


def supply_of(schedule: Schedule, rules: SupplyRules) -> Supply:
    """Every dispensing of a schedule; a maintenance dose that goes on without an end is not supplied."""
    found = tuple(_dispensings(schedule, rules))
    return Supply(rules=rules, dispensings=found, otherwise=_otherwise(schedule, rules, found))


def largest_days(schedule: Schedule, rules: SupplyRules) -> int | None:
    """The longest interval below the asked one whose supplies stay within the stated maximum: whole weeks, else days."""
    weeks = range(rules.days - rules.days % 7, 0, -7)
    days: int
    for days in (*weeks, *range(min(rules.days, 7) - 1, 0, -1)):
        if days < rules.days and not supply_of(schedule, replace(rules, days=days)).beyond():
            return days
    return None


def _dispensings(schedule: Schedule, rules: SupplyRules) -> Iterator[Dispensing]:
    """By interval, and within it by product."""
    left: dict[Product, Fraction] = {}
    number, start = 1, schedule.start
    while start < schedule.ending.start:
        end = min(start + timedelta(days=rules.days), schedule.ending.start)
        for product, (needed, last_day) in _needs(schedule, rules, start, end).items():
            carry, unit = left.get(product, Fraction(0)), rules.unit(product)
            packs = max(-((carry - needed) // unit), 0)
            made = Dispensing(
                number=number,
                product=product,
                start=start,
                end=end,
                last_day=last_day,
                needed=needed,
                carry_in=carry,
                dispensed=packs * unit,
            )
            left[product] = made.carry_out
            yield made
        number, start = number + 1, end


def _needs(schedule: Schedule, rules: SupplyRules, start: date, end: date) -> dict[Product, tuple[Fraction, date]]:
    """How much of each product an interval uses up, and the last day on which it is taken."""
    found: dict[Product, tuple[Fraction, date]] = {}
    for step in schedule.dosing_steps:
        first, after = max(step.start, start), min(step.end or end, end)
        if first >= after:
            continue
        for portion in (portion for intake in step.intakes for portion in intake.portions):
            needed, _ = found.get(portion.product, (Fraction(0), start))
            used = rules.used(portion) * (after - first).days
            found[portion.product] = (needed + used, after - timedelta(days=1))
    return {product: found[product] for product in sorted(found, key=lambda product: product.sort_key)}


def _otherwise(
    schedule: Schedule, rules: SupplyRules, found: tuple[Dispensing, ...]
) -> tuple[tuple[Product, Fraction], ...]:
    """The totals under the other rule for halves, of each product whose total it changes."""
    if all(dispensing.product.split is Split.WHOLE for dispensing in found):
        return ()
    other = Halves.DISCARDED if rules.halves is Halves.KEPT else Halves.KEPT
    changed = replace(rules, halves=other, most=None)
    totals: dict[Product, Fraction] = {}
    for dispensing in _dispensings(schedule, changed):
        totals[dispensing.product] = totals.get(dispensing.product, Fraction(0)) + dispensing.dispensed
    now = Supply(rules=rules, dispensings=found)
    return tuple((product, total) for product, total in totals.items() if total != now.total(product))
