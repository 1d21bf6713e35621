"""The guided way in: what there is to choose from for a request so far, and whether its parts stand before the rest is known."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from taper_cli.formulary import loader
from taper_cli.model.drug import Drug
from taper_cli.model.errors import CannotPlan
from taper_cli.model.guideline import Region
from taper_cli.model.offer import Name, Offer, Part
from taper_cli.model.product import Product
from taper_cli.model.request import Request
from taper_cli.service.products import as_dispensed, marketed, nameable, products_at_hand
from taper_cli.service.published import ladder_of, ladders_held
from taper_cli.service.setting import (
    drug_sold_in,
    known_contexts,
    limiting_guideline,
    needs_more_words,
    with_own,
)


def names() -> tuple[Name, ...]:
    """Every name that a drug can be typed by, sorted; medicines that are refused by name are not among them."""
    found = (Name(name, entry.name) for entry in loader.listed() for name in entry.names)
    return tuple(sorted(found, key=lambda name: name.typed.lower()))


def regions() -> tuple[Region, ...]:
    """Every region that can be typed, by key."""
    return tuple(map(loader.region_named, loader.region_keys()))


def indications() -> tuple[str, ...]:
    """What the formulary holds advice about, by name."""
    return tuple(key.replace("-", " ") for key in loader.keys_of("indications"))


def offer_for(request: Request) -> Offer:
    """What can be chosen for the drug and region of a request, its own products included; the rest of it may be a placeholder.

    Raises:
        InvalidInput: for an unknown region or guideline.
        CannotPlan: for an unknown drug, a brand of another region, a drug that is not sold in the region.
    """
    region = loader.region_named(request.region)
    known, brand = drug_sold_in(request.drug, region, products_named=request.products is not None)
    drug, _ = with_own(known, request, region)
    drug_class = loader.class_named(drug.drug_class)
    usual, unusual = _usual(request, drug, region, name_release=drug_class.planning.name_release)
    taken = {product.identity: product for product in usual}
    held = {product.identity: product for product in as_dispensed(drug, nameable(drug, region))}
    return Offer(
        drug=drug,
        brand=brand,
        drug_class=drug_class,
        region=region,
        held=tuple(sorted((held | taken).values(), key=lambda product: product.sort_key)),
        usual=usual,
        unusual=unusual,
        guideline=limiting_guideline(request, drug, region),
        ladders=tuple(ladders_held(drug)),
        rules=loader.contexts(drug.drug_class),
    )


def _usual(request: Request, drug: Drug, region: Region, *, name_release: bool) -> tuple[tuple[Product, ...], str]:
    """The products that are taken where none is named, or why one must be."""
    unnamed = replace(request, products=None)
    try:
        return products_at_hand(unnamed, drug, region, name_release=name_release).products, ""
    except CannotPlan as error:
        return (), str(error)


def check_so_far(request: Request, known: Collection[Part]) -> None:
    """Make sure that the parts of a request that are known stand, whatever the others will be; drug and context are always known.

    Raises:
        InvalidInput: for an unknown region, guideline, ladder or context.
        CannotPlan: for an unknown drug, a strength that is not there, a class that needs other words.
    """
    region = loader.region_named(request.region)
    found, _ = drug_sold_in(request.drug, region, products_named=request.products is not None)
    drug, _ = with_own(found, request, region)
    drug_class = loader.class_named(drug.drug_class)
    known_contexts(request, drug)
    limiting_guideline(request, drug, region)
    if Part.REGION in known and region.market is not None:
        marketed(drug, region)
    if Part.DOSE in known:
        needs_more_words(request, drug_class, drug)
    if Part.PACE in known:
        ladder_of(request, drug)
    if Part.PRODUCTS in known:
        products_at_hand(request, drug, region, name_release=drug_class.planning.name_release)
