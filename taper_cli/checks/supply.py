"""Does what is handed out last to the last day, exactly, and in whole tablets? Recounted apart from the planner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from taper_cli.model.dose import number_text
from taper_cli.model.finding import Finding, Level
from taper_cli.model.product import Portion, Product
from taper_cli.model.schedule import Schedule
from taper_cli.model.supply import Dispensing, Halves, Supply
from taper_cli.model.transcript import StatedSupply, Transcript


def supply_findings(schedule: Schedule, supply: Supply) -> tuple[Finding, ...]:
    """Every fault of a supply for a schedule: each a refusal that no acceptance lifts."""
    faults = [*_not_whole(supply), *_too_long(supply)]
    for product in dict.fromkeys((*_taken_at_all(schedule), *supply.products)):
        faults += _stretch_by_stretch(schedule, supply, product)
    return tuple(Finding(rule=rule, level=Level.REFUSE, message=message) for rule, message in faults)


def stated_supply_findings(transcript: Transcript) -> tuple[Finding, ...]:
    """What a file hands out beside what its own doses take: too little is an abrupt stop, too much lies about the house.

    Nobody hands out a part of a tablet or of a mL, and the rest of a divided tablet may be thrown away. No file says how large
    a bottle is.
    """
    return tuple(finding for stated in transcript.supplied if (finding := _beside_the_doses(stated)))


def _beside_the_doses(stated: StatedSupply) -> Finding | None:
    """One product's supply against its doses."""
    product, handed = stated.product, stated.handed_out
    unit = "mL" if product.form.liquid else "tablets" if not product.form.capsule else "capsules"
    told = (
        f"{product.name}: the file hands out {number_text(handed)} {unit}, its doses take {number_text(stated.taken)}"
    )
    if handed < stated.taken:
        message = f"{told}: {number_text(stated.taken - handed)} too few"
        return Finding(rule="supply.short", level=Level.REFUSE, message=message)
    if handed > ceil(stated.opened):
        level = Level.INFO if product.form.liquid else Level.FLAG
        return Finding(
            rule="supply.spare", level=level, message=f"{told}: {number_text(handed - stated.taken)} are left over"
        )
    return None


def handed_out_findings(earlier: Supply, supply: Supply) -> tuple[Finding, ...]:
    """What was handed out before a change is a fact: it stands in the new supply as it stood in the old one."""
    since = supply.since
    before, now = (
        {(one.product.key, one.start): one.dispensed for one in found.dispensings if since and one.start < since}
        for found in (earlier, supply)
    )
    if {key: amount for key, amount in before.items() if amount} == {key: one for key, one in now.items() if one}:
        return ()
    message = "what was handed out before the change is not what the version before it says"
    return (Finding(rule="supply.past", level=Level.REFUSE, message=message),)


def _taken_at_all(schedule: Schedule) -> list[Product]:
    """The products of the dosing steps."""
    intakes = [intake for step in schedule.dosing_steps for intake in (*step.intakes, *step.others)]
    return [portion.product for intake in intakes for portion in intake.portions]


def _not_whole(supply: Supply) -> Iterator[tuple[str, str]]:
    """Nobody hands out half a tablet, or part of a bottle."""
    for dispensing in supply.dispensings:
        bottle = supply.rules.bottle
        unit = bottle.ml if bottle and dispensing.product.form.liquid else Fraction(1)
        if (dispensing.dispensed / unit).denominator != 1:
            yield (
                "supply.whole",
                f"supply {dispensing.number} hands out {dispensing.dispensed} of {dispensing.product.name}",
            )


def _too_long(supply: Supply) -> Iterator[tuple[str, str]]:
    """No supply covers more days than the interval."""
    for dispensing in supply.dispensings:
        if (dispensing.end - dispensing.start).days > supply.rules.days:
            yield "supply.interval", f"supply {dispensing.number} covers more than {supply.rules.days} days"


def _stretch_by_stretch(schedule: Schedule, supply: Supply, product: Product) -> Iterator[tuple[str, str]]:
    """Walk from change to change: never short, and no more than one tablet (or bottle) too many when the last day is over."""
    handed = {dispensing.start: dispensing for dispensing in supply.dispensings if dispensing.product == product}
    left = Fraction(0)
    for start, end, intakes in (stretch for step in schedule.dosing_steps for stretch in step.stretches()):
        daily = _daily(supply, [portion for intake in intakes for portion in intake.portions], product)
        days = sorted({start, *(day for day in handed if start < day < end)})
        for day, following in zip(days, (*days[1:], end), strict=True):
            here: Dispensing | None = handed.pop(day, None)
            if here:
                left += here.dispensed
            if daily:
                left -= daily * _counted(supply, day, following)
            if left < 0:
                # Within a stretch of equal days the last one is the worst.
                yield "supply.short", f"{product.name} runs out before {following.isoformat()}"
                return
    if handed:
        yield "supply.cover", f"{product.name} is handed out on a day without a dose"
    bottle = supply.rules.bottle
    # What was handed out before a change cannot be taken back by a figure: it is spare only if more was added since.
    added = supply.since is None or any(one.dispensed and one.start >= supply.since for one in supply.of(product))
    if added and left >= (bottle.ml if bottle and product.form.liquid else 1):
        yield "supply.spare", f"{left} of {product.name} is left over, more than one too many"


def _counted(supply: Supply, start: date, end: date) -> int:
    """How many days, `end` left out, a supply is for: those whose dose was prescribed apart are not."""
    days = (end - start).days
    return days - sum(_apart(supply, start + timedelta(days=at)) for at in range(days)) if supply.apart else days


def _apart(supply: Supply, day: date) -> bool:
    """Whether a day's dose went on without a plan and was prescribed apart."""
    return any(first <= day < after for first, after in supply.apart)


def _daily(supply: Supply, portions: list[Portion], product: Product) -> Fraction:
    """What one day uses up of a product; an opened tablet counts whole where its rest is thrown away."""
    used = Fraction(0)
    for portion in portions:
        if portion.product == product:
            thrown_away = supply.rules.halves is Halves.DISCARDED and not product.form.liquid
            used += portion.count // 1 + 1 if thrown_away and portion.count % 1 else portion.count
    return used
