"""A published schedule made into the command that plans it: a region and products that make every one of its rungs."""

from __future__ import annotations

from collections.abc import Iterator

from taper_cli.checks.makeable import makeable_totals
from taper_cli.model.dose import Dose
from taper_cli.model.drug import Drug, DrugClass, MarketedProduct
from taper_cli.model.errors import CannotPlan
from taper_cli.model.guideline import Ladder, Region
from taper_cli.service.products import as_dispensed, usual_choice


def ready_command(drug: Drug, drug_class: DrugClass, ladder: Ladder, regions: tuple[Region, ...]) -> str:
    """The command line for a ladder from its first rung; '' where no product that is held makes every rung."""
    start = ladder.rungs[0].dose
    dose = str(start)
    if drug_class.planning.dose_by_slot:
        half = Dose(start.ng // 2)
        dose = f"{half} morning + {Dose(start.ng - half.ng)} bedtime"
    words = f'taper plan {drug.name} "{dose}" --ladder {ladder.key}'
    # Without a region first: a command that needs none is the shortest.
    ordered = sorted(regions, key=lambda region: region.market is not None)
    choices = [choice for region in ordered for choice in _choices(drug, region, ladder, drug_class)]
    for typed, products in sorted(choices, key=lambda choice: "--products" in choice[0]):
        totals = makeable_totals(as_dispensed(drug, products), [start])
        wanted = {dose for rung in ladder.rungs for dose in (rung.dose, rung.between) if dose}
        if wanted <= set(totals):
            return f"{words}{typed}"
    return ""


def _choices(
    drug: Drug, region: Region, ladder: Ladder, drug_class: DrugClass
) -> Iterator[tuple[str, tuple[MarketedProduct, ...]]]:
    """Regions and products that a command can name, as it types them: those taken unasked, then each form alone."""
    try:
        held, unasked = usual_choice(drug, region, name_release=drug_class.planning.name_release)
    except CannotPlan:
        return
    where = f" --region {region.key}" if region.market else ""
    # A ladder that was published for modified-release tablets is planned with nothing else, and the others without them.
    slow = "modified-release" in ladder.title
    if unasked and not slow:
        yield where, unasked
    forms = dict.fromkeys(product.form for product in held if product.form.modified_release is slow)
    for form in sorted(forms, key=lambda form: form.liquid):
        yield f"{where} --products '{form.value}'", tuple(product for product in held if product.form is form)
