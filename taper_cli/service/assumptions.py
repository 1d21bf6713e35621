"""Everything that was not said and what was taken instead: nothing clinical is assumed silently."""

from __future__ import annotations

from taper_cli.model.drug import Drug, LastStep
from taper_cli.model.guideline import ContextRule, Guideline, Region
from taper_cli.model.product import Form, Product, Split
from taper_cli.model.report import Assumption
from taper_cli.model.request import OverTime, Request
from taper_cli.model.schedule import Slot


def assumptions(
    request: Request, region: Region, guideline: Guideline, products: tuple[Product, ...], last: LastStep
) -> tuple[Assumption, ...]:
    """One line for each default, with what to type to change it."""
    found = [_of_option(name, request) for name in request.assumed]
    if request.region is None:
        found.append(Assumption("no region: facts common to all regions, no emergency numbers", "--region"))
    if request.products is None:
        found.append(Assumption(f"products: {', '.join(product.name for product in products)}", "--products"))
    if request.split is None and any(product.split is not Split.WHOLE for product in products):
        halves = ", ".join(product.name for product in products if product.split is not Split.WHOLE)
        found.append(
            Assumption(f"may be divided as the data say: {halves}; check that this brand has a score line", "--split")
        )
    if any(product.form.liquid for product in products) and request.syringe is None:
        mark = next(product.graduation for product in products if product.form.liquid)
        found.append(Assumption(f"smallest volume that the syringe measures: {mark}", "--syringe"))
    if request.guideline is None:
        found.append(Assumption(f"limit: {guideline.title}", "--guideline"))
    if isinstance(request.pace, OverTime) and request.shape is None:
        found.append(
            Assumption("shape: the smallest possible largest cut, then close to a proportional curve", "--shape")
        )
    if request.regimen.slots == (Slot.DAILY,):
        found.append(
            Assumption("one intake a day at the usual time", "the dose by slot, such as '4 mg morning + 6 mg bedtime'")
        )
    if request.context_value("used-for") is None:
        found.append(Assumption("length of use: NOT STATED, so counted as long", "--context used-for=3y"))
    if not request.target:
        found.append(Assumption(f"last dose before STOP at most {last.dose}: {last.basis}", "--to, or other products"))
    return tuple(found)


def _of_option(name: str, request: Request) -> Assumption:
    """The line for an option that was left at its default."""
    match name:
        case "every":
            return Assumption(f"a cut every {request.every}", "--every")
        case "start":
            return Assumption(f"first cut on {request.start.isoformat()}, the day after today", "--start")
        case "cut":
            return Assumption(f"cuts are taken {request.cut.value.replace('-', ' ')}", "--cut")
        case _:
            raise ValueError(f"no words for the assumed option {name!r}")


def split_stated(
    request: Request, rules: tuple[ContextRule, ...]
) -> tuple[tuple[ContextRule, ...], tuple[ContextRule, ...]]:
    """Context rules that were stated, and those that one should ask about and were not."""
    keys = {item.key for item in request.context}
    stated = tuple(rule for rule in rules if rule.key in keys)
    return stated, tuple(rule for rule in rules if rule.ask and rule.key not in keys)


def notes(
    request: Request, drug: Drug, brand: str, own_word: tuple[str, ...], known_indication: bool
) -> tuple[str, ...]:
    """Remarks on how the request was read."""
    found = []
    if brand:
        found.append(f"{brand} is {drug.name}")
    if own_word:
        found.append(f"divided on the prescriber's word, not the data's: {', '.join(own_word)}; check the score line")
    if request.split is not None and request.split is not Split.WHOLE:
        whole = [form for form in Form if not form.divisible]
        if request.products and any(
            product.form_words in {form.value for form in whole} for product in request.products
        ):
            found.append("--split applies to plain tablets only; everything else stays whole")
    if request.indication and not known_indication:
        found.append(f"nothing is held about {request.indication!r}; its own advice is left out")
    return tuple(found)
