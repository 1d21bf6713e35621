"""What to hand out and when: each interval's need in whole tablets or bottles, what is left over carried into the next one.

A supply that is short makes an abrupt stop; a generous one leaves tablets in a drawer. So nothing is rounded but the amount handed
out so far, upwards, and what that leaves over is counted against the next supply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from taper_cli.model.product import Product, Split
from taper_cli.model.schedule import Intake, Schedule
from taper_cli.model.supply import Dispensing, Halves, Supply, SupplyRules


class _Use(NamedTuple):
    """What a stretch of days uses up of one product each day, and the stretch: `start` to the day before `end`."""

    start: date
    end: date
    daily: Fraction


def supply_of(schedule: Schedule, rules: SupplyRules) -> Supply:
    """Every dispensing of a schedule; a maintenance dose that goes on without an end is not supplied."""
    found = [
        dispensing
        for product in schedule.products
        for dispensing in _dispensings(schedule, rules, product, _uses(schedule, rules, product))
    ]
    # The products are in order already, and sorting keeps that order within one number.
    found.sort(key=lambda dispensing: dispensing.number)
    return Supply(rules=rules, dispensings=tuple(found), otherwise=_otherwise(schedule, rules))


def largest_days(schedule: Schedule, rules: SupplyRules) -> int | None:
    """The longest interval below the asked one whose supplies stay within the stated maximum: whole weeks, else days."""
    weeks = range(rules.days - rules.days % 7, 0, -7)
    days: int
    for days in (*weeks, *range(min(rules.days, 7) - 1, 0, -1)):
        if days < rules.days and not supply_of(schedule, replace(rules, days=days)).beyond():
            return days
    return None


def _uses(schedule: Schedule, rules: SupplyRules, product: Product) -> list[_Use]:
    """The stretches of days on which a product is taken."""
    found = []
    for first, after, intakes in (stretch for step in schedule.dosing_steps for stretch in step.stretches()):
        daily = _daily(intakes, rules, product)
        if daily:
            found.append(_Use(first, after, daily))
    return found


def _daily(intakes: tuple[Intake, ...], rules: SupplyRules, product: Product) -> Fraction:
    """What one day's intakes use up of a product."""
    portions = (portion for intake in intakes for portion in intake.portions)
    return sum((rules.used(portion) for portion in portions if portion.product == product), Fraction(0))


class _Handing(NamedTuple):
    """One interval of one product in whole parts of a tablet or mL: what it needs, what was left before it, what is due."""

    number: int
    start: date
    end: date
    last_day: date
    needed: int
    carry_in: int
    dispensed: int


def _handings(schedule: Schedule, rules: SupplyRules, uses: list[_Use], unit: int, parts: int) -> Iterator[_Handing]:
    """Interval by interval: all that was handed out so far is all that was needed so far, rounded up once."""
    ending, start, number, so_far, handed = schedule.ending.start, schedule.start, 0, 0, 0
    daily = [int(use.daily * parts) for use in uses]
    while start < ending:
        end = min(start + timedelta(days=rules.days), ending)
        number += 1
        needed, last = 0, start
        for use, count in zip(uses, daily, strict=True):
            if use.start < end and use.end > start:
                last = min(use.end, end)
                needed += count * (last - max(use.start, start)).days
        if needed:
            due = -(-(so_far + needed) // unit) * unit
            yield _Handing(number, start, end, last - timedelta(days=1), needed, handed - so_far, due - handed)
            so_far, handed = so_far + needed, due
        start = end


def _parts(rules: SupplyRules, product: Product, uses: list[_Use]) -> tuple[int, int]:
    """Into how many parts a tablet or mL must be counted to stay whole, and how many of those can be handed out at least."""
    unit = rules.unit(product)
    parts = lcm(unit.denominator, *(use.daily.denominator for use in uses))
    return parts, int(unit * parts)


def _dispensings(schedule: Schedule, rules: SupplyRules, product: Product, uses: list[_Use]) -> Iterator[Dispensing]:
    """One product, interval by interval."""
    parts, unit = _parts(rules, product, uses)
    for one in _handings(schedule, rules, uses, unit, parts):
        yield Dispensing(
            number=one.number,
            product=product,
            start=one.start,
            end=one.end,
            last_day=one.last_day,
            needed=Fraction(one.needed, parts),
            carry_in=Fraction(one.carry_in, parts),
            dispensed=Fraction(one.dispensed, parts),
        )


def by_week(schedule: Schedule, rules: SupplyRules) -> tuple[tuple[Product, tuple[Fraction, ...]], ...]:
    """What to hand out of each product if it is done week by week: an amount for every week, zero where none is needed."""
    found = []
    for product in schedule.products:
        uses = _uses(schedule, rules, product)
        parts, unit = _parts(rules, product, uses)
        weeks = [Fraction(0)] * -(-schedule.days // 7)
        for week in _handings(schedule, replace(rules, days=7), uses, unit, parts):
            weeks[week.number - 1] = Fraction(week.dispensed, parts)
        found.append((product, tuple(weeks)))
    return tuple(found)


def _otherwise(schedule: Schedule, rules: SupplyRules) -> tuple[tuple[Product, Fraction], ...]:
    """The totals under the other rule for halves, of each product whose total it changes."""
    other = replace(rules, halves=Halves.DISCARDED if rules.halves is Halves.KEPT else Halves.KEPT)
    found = []
    for product in schedule.products:
        if product.split is not Split.WHOLE:
            now, then = (_in_all(_uses(schedule, rule, product), rule.unit(product)) for rule in (rules, other))
            if now != then:
                found.append((product, then))
    return tuple(found)


def _in_all(uses: list[_Use], unit: Fraction) -> Fraction:
    """All that is handed out for some stretches of days."""
    needed = sum((use.daily * (use.end - use.start).days for use in uses), start=Fraction(0))
    return -(-needed // unit) * unit
