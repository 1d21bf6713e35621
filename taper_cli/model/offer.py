"""What there is to choose from for one drug in one region: what a person is shown before each question about a plan."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from taper_cli.model.drug import Drug, DrugClass
from taper_cli.model.guideline import ContextRule, Guideline, Ladder, Region
from taper_cli.model.product import Product


class Offer(NamedTuple):
    """A drug in a region with all that a request for it may name; every figure is the formulary's, none is a proposal.

    `brand` is the brand that was typed ('' otherwise). `held` are the products that may be named, divided as the data allow;
    `usual` those that are taken where none is named, empty where the prescriber must name one: then `unusual` says why.
    """

    drug: Drug
    brand: str
    drug_class: DrugClass
    region: Region
    held: tuple[Product, ...]
    usual: tuple[Product, ...]
    unusual: str
    guideline: Guideline
    ladders: tuple[Ladder, ...]
    rules: tuple[ContextRule, ...]

    @property
    def pace_typed(self) -> bool:
        """Whether no rate is published, so that step and interval are the prescriber's own."""
        return self.drug_class.planning.prescriber_types_pace

    @property
    def by_slot(self) -> bool:
        """Whether the dose must be stated by time of day."""
        return self.drug_class.planning.dose_by_slot


class Name(NamedTuple):
    """A name that a drug can be typed by, and the drug's own name."""

    typed: str
    drug: str


class Part(Enum):
    """A part of a request that can be looked at before the rest is known."""

    REGION = "region"
    DOSE = "dose"
    PACE = "pace"
    PRODUCTS = "products"
