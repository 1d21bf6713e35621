"""What a FHIR file hands out beside what its dosages take: from the request, or by product from our own care plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from taper_cli.model.dose import number_text
from taper_cli.model.errors import CannotPlan
from taper_cli.model.product import Product
from taper_cli.model.transcript import StatedSupply
from taper_cli.reading.fhir_contradictions import Told
from taper_cli.reading.fhir_json import Node
from taper_cli.reading.fhir_medicine import MASSES, by_ingredient
from taper_cli.reading.fhir_quantity import dose_of, unit_of
from taper_cli.reading.fhir_steps import Block


class _Used(NamedTuple):
    """How much of a product is taken, and how much opened where the rest of a divided tablet is thrown away."""

    taken: Fraction
    opened: Fraction


def supplied_by_request(request: Node, blocks: Sequence[Block], product: Product | None) -> tuple[StatedSupply, ...]:
    """What dispenseRequest hands out, repeats included; nothing where it states none, or of doses without an end or a product."""
    quantity = request.at("dispenseRequest", "quantity")
    used = _used(blocks, product)
    if quantity is None or len(used) != 1 or any(block.end is None for block in blocks):
        return ()
    (only, amounts), *_ = used.items()
    return (StatedSupply(only, _count(quantity, only) * (1 + _repeats(request)), *amounts),)


def supplied_by_plan(plan: Node, request: Node, blocks: Sequence[Block]) -> tuple[StatedSupply, ...]:
    """What our own care plan hands out of each product, which is also what the request says where it counts one product."""
    contained = {f"#{one.text('id')}": one for one in plan.each("contained")}
    handed: dict[Product, Fraction] = {}
    for detail in activities(plan, "hand out"):
        held, quantity = contained.get(detail.text("productReference", "reference")), detail.get("quantity")
        product = next(by_ingredient(held), None) if held is not None else None
        if product is None or quantity is None:
            raise CannotPlan(
                f"{detail.place} does not say what is handed out",
                "expected a product and a quantity",
                "restore the file as it was written",
            )
        handed[product] = handed.get(product, Fraction(0)) + _count(quantity, product)
    stated = request.at("dispenseRequest", "quantity")
    if _repeats(request):
        raise CannotPlan(
            f"dispenseRequest hands out {handed_out_text(request)}",
            "expected no repeats",
            "restore the file as it was written",
        )
    if stated is not None and [_count(stated, product) for product in handed] != list(handed.values()):
        raise CannotPlan(
            f"dispenseRequest hands out {handed_out_text(request)}, the care plan {' and '.join(map(number_text, handed.values()))}",
            "expected the same",
            "restore the file as it was written",
        )
    used = _used([block for block in blocks if block.end], None)
    products = dict.fromkeys((*used, *handed))
    nothing = _Used(Fraction(0), Fraction(0))
    return tuple(StatedSupply(one, handed.get(one, Fraction(0)), *used.get(one, nothing)) for one in products)


def activities(plan: Node | None, what: str) -> Iterator[Node]:
    """The activities of one kind in a care plan."""
    for activity in plan.each("activity") if plan is not None else ():
        detail = activity.get("detail")
        if detail is not None and detail.get("code") is not None and detail.text("code", "text") == what:
            yield detail


def duration_of(request: Node) -> int | None:
    """For how many days dispenseRequest is said to last; None where it does not say so in days."""
    duration = request.at("dispenseRequest", "expectedSupplyDuration")
    number = duration.get("value") if duration is not None else None
    if duration is None or number is None or duration.text("code") != "d":
        return None
    return number.whole()


def handed_out_text(request: Node) -> str:
    """'51 TAB (102 with 1 repeat)'; '' where no quantity is stated."""
    quantity = request.at("dispenseRequest", "quantity")
    number = quantity.get("value") if quantity is not None else None
    if quantity is None or number is None:
        return ""
    stated, repeats = number.number(), _repeats(request)
    plural = "s" if repeats > 1 else ""
    more = f" ({number_text(stated * (1 + repeats))} with {repeats} repeat{plural})" if repeats else ""
    return f"{number_text(stated)} {quantity.text('unit') or quantity.text('code')}{more}"


def _repeats(request: Node) -> int:
    """How often the quantity may be handed out again."""
    repeats = request.at("dispenseRequest", "numberOfRepeatsAllowed")
    if repeats is None:
        return 0
    return repeats.whole() if repeats.number() else 0


def _count(quantity: Node, product: Product) -> Fraction:
    """A quantity in tablets or mL of a product."""
    number = quantity.get("value")
    if unit_of(quantity) in MASSES or number is None:
        dose = dose_of(quantity, product)
        return Fraction(dose.ng, product.strength.ng) * (product.volume.ml if product.volume else 1)
    dose_of(quantity, product)
    return number.number()


def _used(blocks: Sequence[Block], product: Product | None) -> dict[Product, _Used]:
    """What all dosages take of each product; nothing where one of them does not say of what."""
    found: dict[Product, _Used] = {}
    for block in blocks:
        for told in (*block.tellings, *block.others):
            portions = _portions(told, product)
            if portions is None:
                return {}
            days = _days(told, block)
            for one, count in portions:
                before = found.get(one, _Used(Fraction(0), Fraction(0)))
                opened = count if one.form.liquid else Fraction(ceil(count))
                found[one] = _Used(before.taken + days * count, before.opened + days * opened)
    return found


def _portions(told: Told, product: Product | None) -> tuple[tuple[Product, Fraction], ...] | None:
    """What a day takes of each product."""
    if told.portions is not None:
        times = 1 if told.by_day else told.dosing.times
        return tuple((one, count * times) for one, count in told.portions)
    if product is None:
        return None
    per = product.volume.ml if product.volume else Fraction(1)
    return ((product, Fraction(told.dosing.daily.ng, product.strength.ng) * per),)


def _days(told: Told, block: Block) -> int:
    """On how many days of a block a dosage is taken."""
    first = told.dosing.start or block.start
    days = [first + timedelta(days=at) for at in range((block.end - first).days if block.end else 0)]
    rhythm = told.dosing.rhythm
    return len(days) if rhythm is None else sum(rhythm.takes(first, day) for day in days)
