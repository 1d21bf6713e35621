"""A prescriber's own products beside the formulary's: read from their file, joined to the drug, and told by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from taper_cli.formulary import loader
from taper_cli.model.drug import FROM_FILE, Drug, MarketedProduct
from taper_cli.model.errors import CannotPlan
from taper_cli.model.guideline import Region
from taper_cli.model.product import Product, Split
from taper_cli.model.request import Request


def with_own_file(request: Request, content: bytes, name: str, drug: str = "") -> Request:
    """The request with what a file of own products says of its drug; `drug` is its generic name where that is known already.

    Raises:
        FaultyFile: with every fault of the file.
        CannotPlan: for an unknown drug.
    """
    return replace(request, own=loader.own_file(content, name).of(drug or loader.find_drug(request.drug)[0].name))


def stocked(drug: Drug, request: Request, region: Region) -> Drug:
    """The drug with the products that may be supplied: an own product stands in place of the same one of the formulary.

    Raises:
        CannotPlan: where nothing but own products may be supplied and there is none here; for a tablet that holds more than the
            highest labelled dose of a day, which is a slip of the decimal point.
    """
    own = request.own
    if own is None:
        return drug
    here = own.in_market(region.market)
    highest = max((maximum.dose for maximum in drug.maxima), default=None)
    for product in here:
        if highest is not None and not product.form.liquid and product.strength > highest:
            raise CannotPlan(
                f"{drug.name} {product.name} {FROM_FILE} holds more than the highest labelled dose of a day ({highest})",
                "expected the strength of one tablet or capsule",
                "check the decimal point in the file",
            )
    if own.only and not here:
        elsewhere = ", ".join(sorted({product.region for product in own.products})) or "no region"
        raise CannotPlan(
            f"your file lets nothing else be supplied, and names no {drug.name} product for {region.title}",
            f"it names some for: {elsewhere}",
            'add the products to the file, or write mode = "add" in it',
        )
    return drug._replace(products=here) if own.only else everything(drug, request, region)


def everything(drug: Drug, request: Request, region: Region) -> Drug:
    """The drug with its marketed and its own products, whether or not they may be supplied: what a smaller cut could be made of."""
    here = request.own.in_market(region.market) if request.own else ()
    taken = {(product.region, product.identity) for product in here}
    kept = tuple(product for product in drug.products if (product.region, product.identity) not in taken)
    return drug._replace(products=(*kept, *here)) if here else drug


def own_notes(request: Request, drug: Drug, region: Region, at_hand: tuple[Product, ...]) -> Iterator[str]:
    """What the file of own products did to the plan, in words."""
    own = request.own
    if own is None:
        return
    here, identities = own.in_market(region.market), {product.identity for product in at_hand}
    used = tuple(dict.fromkeys(_name(product) for product in here if product.identity in identities))
    unused = tuple(dict.fromkeys(product.name for product in here if product.identity not in identities))
    if not here:
        yield f"your file names no {drug.name} product for {region.title}: only those of the formulary are used"
    if used:
        rest = "nothing else may be supplied" if own.only else "beside those of the formulary"
        yield f"{FROM_FILE}, {rest}: {', '.join(used)}; on the prescriber's word, not the data's"
    if unused:
        yield f"{FROM_FILE}, and used only if named with --products: {', '.join(unused)}"
    if request.today > own.review.review_due:
        yield f"your file of products was to be reviewed by {own.review.review_due.isoformat()}: check that it still holds"


def _name(product: MarketedProduct) -> str:
    """A product with how the file says it may be divided."""
    return product.name if product.split is Split.WHOLE else f"{product.name} ({product.split.word})"
