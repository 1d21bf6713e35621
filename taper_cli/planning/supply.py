"""What to hand out and when: each interval's need in whole tablets or bottles, what is left over carried into the next one.

A supply that is short makes an abrupt stop; a generous one leaves tablets in a drawer. So nothing is rounded but the amount handed
out so far, upwards, and what that leaves over is counted against the next supply.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from taper_cli.model.product import Portion, Product
from taper_cli.model.schedule import Schedule
from taper_cli.model.supply import Dispensing, Halves, Supply, SupplyRules


class _Taken(NamedTuple):
    """The portions of one product on each day of a stretch: `start` to the day before `end`."""

    start: date
    end: date
    portions: list[Portion]


class _Use(NamedTuple):
    """What a stretch of days uses up of one product each day, and the stretch: `start` to the day before `end`."""

    start: date
    end: date
    daily: Fraction


class Handed(NamedTuple):
    """What was handed out of a plan before it was changed: its supply until then, and the first day of the change.

    `apart` are the stretches of a dose that went on and was prescribed apart.
    """

    supply: Supply
    on: date
    apart: tuple[tuple[date, date], ...] = ()

    def of(self, product: Product) -> dict[date, Fraction]:
        """The amounts of one product that were handed out, by day, however it was divided then."""
        return {
            item.start: item.dispensed
            for item in self.supply.dispensings
            if item.product.key == product.key and item.start < self.on and item.dispensed
        }


def supply_of(schedule: Schedule, rules: SupplyRules, handed: Handed | None = None) -> Supply:
    """Every dispensing of a schedule; a maintenance dose that goes on without an end is not supplied.

    What was `handed` out before a change is left as it was and counted against what follows; where it does not last to the end
    of its interval, the interval is parted on the day of the change and the rest is handed out then.
    """
    apart = handed.apart if handed else ()
    taken = _taken(schedule, apart)
    cuts = _cuts(schedule, rules, handed) if handed else ()
    intervals = tuple(_intervals(schedule, rules, cuts))
    found = [
        dispensing
        for product in _all_products(schedule, handed)
        for dispensing in _dispensings(intervals, rules, _uses(taken.get(product, ()), rules), _Stock(product, handed))
    ]
    # The products are in order already, and sorting keeps that order within one number.
    found.sort(key=lambda dispensing: dispensing.number)
    return Supply(
        rules=rules,
        dispensings=tuple(found),
        otherwise=_otherwise(taken, schedule, rules),
        since=handed.on if handed else None,
        cuts=cuts,
        apart=apart,
    )


class _Stock(NamedTuple):
    """One product, and what was handed out before a change."""

    product: Product
    handed: Handed | None = None


def _all_products(schedule: Schedule, handed: Handed | None) -> tuple[Product, ...]:
    """The products of the schedule and those that were handed out and are taken no more, in their fixed order."""
    if handed is None:
        return schedule.products
    found = {product.key: product for product in handed.supply.products if handed.of(product)}
    found |= {product.key: product for product in schedule.products}
    return tuple(sorted(found.values(), key=lambda product: product.sort_key))


def _cuts(schedule: Schedule, rules: SupplyRules, handed: Handed) -> tuple[date, ...]:
    """The days on which an interval is parted: those of earlier changes, and that of this one where the supply does not last."""
    earlier = tuple(cut for cut in handed.supply.cuts if cut < handed.on)
    taken = _taken(schedule, handed.apart)
    for product in _all_products(schedule, handed):
        uses = _uses(taken.get(product, ()), rules)
        for start, end in _intervals(schedule, rules, earlier):
            if start < handed.on < end:
                in_hand = sum((amount for day, amount in handed.of(product).items() if day <= start), Fraction(0))
                if in_hand < sum((use.daily * _days_of(use, schedule.start, end) for use in uses), Fraction(0)):
                    return (*earlier, handed.on)
    return earlier


def _intervals(schedule: Schedule, rules: SupplyRules, cuts: tuple[date, ...]) -> Iterator[tuple[date, date]]:
    """First day of each interval and of the next one, up to the ending; parted at the cuts."""
    start, ending, regular = schedule.start, schedule.ending.start, schedule.start
    while start < ending:
        if start >= regular:
            regular += timedelta(days=rules.days)
        end = min(regular, ending, *(cut for cut in cuts if cut > start))
        yield start, end
        start = end


def _days_of(use: _Use, start: date, end: date) -> int:
    """How many days of a use lie between two days, the second left out."""
    return max((min(use.end, end) - max(use.start, start)).days, 0)


def largest_days(schedule: Schedule, rules: SupplyRules) -> int | None:
    """The longest interval below the asked one whose supplies stay within the stated maximum: whole weeks, else days."""
    weeks = range(rules.days - rules.days % 7, 0, -7)
    days: int
    for days in (*weeks, *range(min(rules.days, 7) - 1, 0, -1)):
        if days < rules.days and not supply_of(schedule, replace(rules, days=days)).beyond():
            return days
    return None


def _taken(schedule: Schedule, apart: Sequence[tuple[date, date]]) -> dict[Product, list[_Taken]]:
    """For each product the stretches of days on which it is taken out of the plan's own supplies, in their order."""
    found: dict[Product, list[_Taken]] = {}
    for first, after, intakes in (stretch for step in schedule.dosing_steps for stretch in step.stretches()):
        portions: dict[Product, list[Portion]] = {}
        for portion in (portion for intake in intakes for portion in intake.portions):
            portions.setdefault(portion.product, []).append(portion)
        for product, taken in portions.items():
            found.setdefault(product, []).extend(_Taken(*days, taken) for days in _without(first, after, apart))
    return found


def _uses(taken: Sequence[_Taken], rules: SupplyRules) -> list[_Use]:
    """What each stretch of days uses up of a product."""
    found = []
    for start, end, portions in taken:
        first, *more = map(rules.used, portions)
        found.append(_Use(start, end, sum(more, first)))
    return found


def _without(start: date, end: date, apart: Sequence[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    """What is left of some days once others are taken out."""
    for first, after in sorted(apart):
        if first < end and after > start:
            if start < first:
                yield start, first
            start = max(start, after)
    if start < end:
        yield start, end


class _Handing(NamedTuple):
    """One interval of one product in whole parts of a tablet or mL: what it needs, what was left before it, what is due."""

    number: int
    start: date
    end: date
    last_day: date
    needed: int
    carry_in: int
    dispensed: int


def _handings(
    intervals: Sequence[tuple[date, date]], uses: list[_Use], stock: _Stock, measure: tuple[int, int]
) -> Iterator[_Handing]:
    """Interval by interval: all that was handed out so far is all that was needed so far, rounded up once.

    Before a change what was handed out is what was handed out, whatever is needed now.
    """
    unit, parts = measure
    so_far = handed = over = 0
    daily = [int(use.daily * parts) for use in uses]
    facts = stock.handed.of(stock.product) if stock.handed else {}
    for number, (start, end) in enumerate(intervals, start=1):
        needed, last = 0, start + timedelta(days=1)
        # Stretches and intervals follow one another: those that are over are not looked at again.
        while over < len(uses) and uses[over].end <= start:
            over += 1
        for at in range(over, len(uses)):
            if uses[at].start >= end:
                break
            last = min(uses[at].end, end)
            needed += daily[at] * (last - max(uses[at].start, start)).days
        if stock.handed and start < stock.handed.on:
            due = int(facts.get(start, Fraction(0)) * parts)
        else:
            due = max(-(-(so_far + needed) // unit) * unit - handed, 0)
        if needed or due:
            yield _Handing(number, start, end, last - timedelta(days=1), needed, handed - so_far, due)
        so_far, handed = so_far + needed, handed + due


def _measure(rules: SupplyRules, stock: _Stock, uses: list[_Use]) -> tuple[int, int]:
    """How many parts of a tablet or mL can be handed out at least, and into how many it must be counted to stay whole."""
    unit = rules.unit(stock.product)
    facts = stock.handed.of(stock.product).values() if stock.handed else ()
    parts = lcm(unit.denominator, *(use.daily.denominator for use in uses), *(fact.denominator for fact in facts))
    return int(unit * parts), parts


def _dispensings(
    intervals: Sequence[tuple[date, date]], rules: SupplyRules, uses: list[_Use], stock: _Stock
) -> Iterator[Dispensing]:
    """One product, interval by interval."""
    measure = _measure(rules, stock, uses)
    parts = measure[1]
    for one in _handings(intervals, uses, stock, measure):
        yield Dispensing(
            number=one.number,
            product=stock.product,
            start=one.start,
            end=one.end,
            last_day=one.last_day,
            needed=Fraction(one.needed, parts),
            carry_in=Fraction(one.carry_in, parts),
            dispensed=Fraction(one.dispensed, parts),
        )


ByWeek = tuple[tuple[Product, tuple[tuple[date, Fraction], ...]], ...]


def week_by_week(schedule: Schedule, weekly: SupplyRules) -> ByWeek:
    """What `by_week` says of the supplies under such rules, without the rest of what a supply knows."""
    intervals, taken = tuple(_intervals(schedule, weekly, ())), _taken(schedule, ())
    found = []
    for product in schedule.products:
        stock, uses = _Stock(product), _uses(taken.get(product, ()), weekly)
        measure = _measure(weekly, stock, uses)
        due = {one.start: Fraction(one.dispensed, measure[1]) for one in _handings(intervals, uses, stock, measure)}
        if due:
            nothing = Fraction(0)
            found.append((product, tuple((day, due.get(day, nothing)) for day, _ in intervals)))
    return tuple(found)


def by_week(schedule: Schedule, weekly: Supply) -> ByWeek:
    """What to hand out of each product if it is done week by week: first day and amount of every week, zero where none is due."""
    days = [start for start, _ in _intervals(schedule, weekly.rules, weekly.cuts)]
    found = []
    for product in weekly.products:
        due = {item.start: item.dispensed for item in weekly.of(product)}
        found.append((product, tuple((day, due.get(day, Fraction(0))) for day in days)))
    return tuple(found)


def needed_in_all(
    schedule: Schedule, rules: SupplyRules, product: Product, apart: Sequence[tuple[date, date]]
) -> Fraction:
    """All that the dosing steps use up of one product, in whole tablets, bottles or mL; what was prescribed apart left out."""
    return _in_all(_uses(_taken(schedule, apart).get(product, ()), rules), rules.unit(product))


def _otherwise(
    taken: dict[Product, list[_Taken]], schedule: Schedule, rules: SupplyRules
) -> tuple[tuple[Product, Fraction], ...]:
    """The totals under the other rule for halves, of each product whose total it changes."""
    other = replace(rules, halves=Halves.DISCARDED if rules.halves is Halves.KEPT else Halves.KEPT)
    found = []
    # A product of which no part of a tablet is taken has the same total under either.
    for product in schedule.divided:
        now, then = (_in_all(_uses(taken.get(product, ()), rule), rule.unit(product)) for rule in (rules, other))
        if now != then:
            found.append((product, then))
    return tuple(found)


def _in_all(uses: list[_Use], unit: Fraction) -> Fraction:
    """All that is handed out for some stretches of days."""
    needed = sum((use.daily * (use.end - use.start).days for use in uses), start=Fraction(0))
    return -(-needed // unit) * unit
