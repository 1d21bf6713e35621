"""What can be chosen for a plan, in words for a question: products with their splitting, limits, published schedules, facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from taper_cli.model.dose import percent_text
from taper_cli.model.guideline import ContextRule, Guideline
from taper_cli.model.offer import Offer
from taper_cli.model.product import Product
from taper_cli.render.formulary_rules import span_text
from taper_cli.render.wording import in_region, product_text

TAKEN = "*"
"""The mark of a product that is taken where none is named."""
Row: TypeAlias = tuple[str, str]
"""A mark, and the text that stands beside it."""


def known_as(offer: Offer) -> str:
    """'Valium is diazepam (benzodiazepines)'."""
    named = f"{offer.brand} is {offer.drug.name}" if offer.brand else offer.drug.name
    return f"{named} ({offer.drug_class.title})"


def product_rows(offer: Offer) -> Iterator[Row]:
    """The products that may be named, numbered, those that are taken unasked with their mark."""
    usual = {product.identity for product in offer.usual}
    for number, product in enumerate(offer.held, 1):
        mark = TAKEN if product.identity in usual else " "
        yield f"{mark} {number:>2}  ", in_region(product_text(product, drug=False), offer.region)


def usual_text(offer: Offer) -> str:
    """The products that are taken where none is named: '2 mg tablet, 5 mg tablet'."""
    return in_region(", ".join(product.name for product in offer.usual), offer.region)


def limit_lines(offer: Offer) -> Iterator[str]:
    """What binds the pace, and what the guideline calls usual."""
    law = offer.guideline.law(offer.drug.name)
    yield in_region(f"Limit: {law} ({offer.guideline.title})", offer.region)
    if offer.guideline.usual:
        yield f"Usual there: {_usual(offer.guideline)}"
    if offer.pace_typed:
        yield f"No rate for coming off {offer.drug.name} is published that could be a default: step and interval are your own."


def _usual(guideline: Guideline) -> str:
    """The size and interval of cuts that a guideline calls usual."""
    usual = guideline.usual
    if usual is None:
        return ""
    share = span_text(percent_text(usual.share_low), percent_text(usual.share_high))
    return f"cuts of {share}% every {span_text(usual.interval_low_days, usual.interval_high_days)} days"


def ladder_rows(offer: Offer) -> Iterator[Row]:
    """The published schedules by key."""
    for ladder in offer.ladders:
        rungs = ", ".join(str(rung.dose) for rung in ladder.rungs)
        yield "  - ", in_region(f"{ladder.key}: {ladder.title} ({rungs})", offer.region)


def fact_rows(rules: Sequence[ContextRule]) -> Iterator[Row]:
    """Facts about the patient, numbered."""
    for number, rule in enumerate(rules, 1):
        yield f"  {number:>2}  ", rule.title


def fact_texts(offer: Offer, rules: Sequence[ContextRule]) -> Iterator[str]:
    """What each fact means, with the key that can be typed for it; titles of documents, which keep to no rule, stand elsewhere."""
    for number, rule in enumerate(rules, 1):
        yield in_region(f"{number} {rule.key}: {rule.text}", offer.region)
    yield f"Their sources: taper drugs {offer.drug.name}"


def syringe_text(products: Sequence[Product]) -> str:
    """The smallest volume that is taken for the syringe of a liquid, where none is stated."""
    return next((str(product.graduation) for product in products if product.graduation), "")
