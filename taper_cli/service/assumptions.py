"""Everything that was not said and what was taken instead: nothing clinical is assumed silently."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from taper_cli.model.drug import FROM_FILE
from taper_cli.model.guideline import ContextRule
from taper_cli.model.product import Form, Split
from taper_cli.model.report import Assumption
from taper_cli.model.request import ByLadder, ByLevels, OverTime, Request
from taper_cli.model.schedule import Slot

if TYPE_CHECKING:
    from taper_cli.service.setting import Setting


def assumptions(setting: Setting) -> tuple[Assumption, ...]:
    """One line for each default, with what to type to change it."""
    request, problem = setting.request, setting.problem
    divided = any(product.split is not Split.WHOLE for product in problem.products)
    unused = {"halves"} if not divided else set()
    if isinstance(request.pace, ByLadder) or (isinstance(request.pace, ByLevels) and request.pace.periods):
        unused.add("every")
    found = [_of_option(name, request) for name in request.assumed if name not in unused]
    if setting.region.market is None:
        found.append(Assumption("no region: facts common to all regions, no emergency numbers", "--region"))
    found += _of_products(setting)
    if request.guideline is None:
        found.append(Assumption(f"limit: {setting.guideline.title}", "--guideline"))
    if isinstance(request.pace, OverTime) and request.shape is None:
        gentle = "the smallest possible largest cut, then close to a proportional curve"
        shape = "linear, as use was short" if problem.short_use else gentle
        if setting.shape is not None:
            shape = "the banded steps of the guideline"
        found.append(Assumption(f"shape: {shape}", "--shape"))
    if request.regimen.slots == (Slot.DAILY,):
        by_slot = "the dose by slot, such as '4 mg morning + 6 mg bedtime'"
        found.append(Assumption("one intake a day at the usual time", by_slot))
    if request.context_value("used-for") is None:
        found.append(Assumption("length of use: NOT STATED, so counted as long", "--context used-for=3y"))
    if not problem.target:
        found.append(_of_last_dose(setting))
    return tuple(found)


def _of_products(setting: Setting) -> Iterator[Assumption]:
    """What was taken for granted about the products."""
    if setting.crossing and setting.request.switch and setting.request.switch.products is None:
        old = ", ".join(product.name for product in setting.crossing.products)
        yield Assumption(f"products of {setting.crossing.drug.name}: {old}", "--from-products")
    request, products, own = setting.request, setting.problem.products, setting.at_hand.from_file
    if request.products is None and not (request.own and request.own.only):
        taken = (f"{one.name} ({FROM_FILE})" if one.name in own else one.name for one in products)
        yield Assumption(f"products: {', '.join(taken)}", "--products")
    typed = {product.name for product in request.products or () if product.split is not None}
    divided = [product.name for product in products if product.split is not Split.WHOLE and product.name not in typed]
    for whose, names in (
        ("the data say", [name for name in divided if name not in own]),
        ("your file says", [name for name in divided if name in own]),
    ):
        if request.split is None and names:
            what = f"may be divided as {whose}: {', '.join(names)}; check that this brand has a score line"
            yield Assumption(what, "--split")
    liquid = next((product for product in products if product.form.liquid), None)
    if liquid is not None and request.syringe is None:
        yield Assumption(f"smallest volume that the syringe measures: {liquid.graduation}", "--syringe")


def _of_last_dose(setting: Setting) -> Assumption:
    """From which dose the plan may stop, and why."""
    problem, last = setting.problem, setting.last
    if problem.last_dose is not None and problem.last_dose > last.dose:
        why = "one even step, as use was short" if problem.short_use else setting.eased
        what = f"last dose before STOP at most {problem.last_dose}: {why}"
    else:
        what = f"last dose before STOP at most {last.dose}: {last.basis}"
    return Assumption(what, "--to, or other products")


def _of_option(name: str, request: Request) -> Assumption:
    """The line for an option that was left at its default."""
    match name:
        case "every":
            return Assumption(f"a cut every {request.every}", "--every")
        case "start":
            return Assumption(f"first cut on {request.start.isoformat()}, the day after today", "--start")
        case "cut":
            return Assumption(f"cuts are taken {request.cut.value.replace('-', ' ')}", "--cut")
        case "stage-every" if request.switch:
            return Assumption(f"a stage of the switch every {request.switch.every}", "--stage-every")
        case "order" if request.switch:
            order = ", ".join(slot.value for slot in request.switch.order)
            return Assumption(f"times of day are switched in this order: {order}", "--order")
        case "supply-days":
            return Assumption(f"supplies of {request.supply.days} days", "--supply-days")
        case "halves":
            return Assumption("the other part of a divided tablet is kept for the next intake", "--halves discarded")
        case _:
            raise ValueError(f"no words for the assumed option {name!r}")


def split_stated(
    request: Request, rules: tuple[ContextRule, ...]
) -> tuple[tuple[ContextRule, ...], tuple[ContextRule, ...]]:
    """Context rules that were stated, and those that one should ask about and were not."""
    keys = {item.key for item in request.context}
    stated = tuple(rule for rule in rules if rule.key in keys)
    return stated, tuple(rule for rule in rules if rule.ask and rule.key not in keys)


def notes(setting: Setting) -> tuple[str, ...]:
    """Remarks on how the request was read."""
    request, at_hand = setting.request, setting.at_hand
    found = []
    if setting.brand:
        found.append(f"{setting.brand} is {setting.drug.name}")
    if setting.elsewhere:
        found.append(
            f"stated, but nothing is held about it for {setting.drug_class.title}: {', '.join(setting.elsewhere)}"
        )
    if request.own is not None:
        from taper_cli.service.own import own_notes

        found += own_notes(request, setting.drug, setting.region, at_hand.products)
    releases = {product.form.modified_release for product in at_hand.products if not product.form.liquid}
    if len(releases) > 1:
        found.append(
            "modified-release and plain forms are both at hand: one does not replace the other dose for dose in a day"
        )
    if at_hand.own_word:
        names = ", ".join(at_hand.own_word)
        found.append(f"divided on the prescriber's word, not the data's: {names}; check the score line")
    if at_hand.coarser:
        names = ", ".join(at_hand.coarser)
        found.append(f"divided less finely than asked, as the parts would need more than 3 decimals of a mg: {names}")
    if request.split is not None and request.split is not Split.WHOLE:
        whole = [form for form in Form if not form.divisible]
        if request.products and any(
            product.form_words in {form.value for form in whole} for product in request.products
        ):
            found.append("--split applies to plain tablets only; everything else stays whole")
    if request.indication and setting.indication is None:
        found.append(f"nothing is held about {request.indication!r}; its own advice is left out")
    return tuple(found)
