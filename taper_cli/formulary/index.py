"""The index of the drugs: every name and form in one small file, so that a brand is found without opening a hundred files.

The drug files stay the truth: the index is made from them, a test compares the two, and a drug is always read from its own file.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from taper_cli.model.catalogue import Listed
from taper_cli.model.drug import Drug, DrugClass

FILE = Path(__file__).parent / "index.json"


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    """A drug of the index."""

    drug_class: str
    synonyms: list[str]
    brands: dict[str, list[str]]
    forms: dict[str, list[str]]


class _Class(msgspec.Struct, forbid_unknown_fields=True):
    """A class of the index."""

    title: str
    pace_typed: bool


class _Index(msgspec.Struct, forbid_unknown_fields=True):
    """The whole file."""

    schema: str
    classes: dict[str, _Class]
    drugs: dict[str, _Entry]


def read_index() -> tuple[Listed, ...]:
    """Every drug of the shipped index, by name; none where the file is missing or is of another kind."""
    try:
        index = msgspec.json.decode(FILE.read_bytes(), type=_Index)
    except (OSError, msgspec.DecodeError):
        return ()
    return tuple(
        Listed(
            name=name,
            drug_class=entry.drug_class,
            class_title=index.classes[entry.drug_class].title,
            pace_typed=index.classes[entry.drug_class].pace_typed,
            synonyms=tuple(entry.synonyms),
            brands=tuple((brand, tuple(markets)) for brand, markets in entry.brands.items()),
            forms=tuple((market, tuple(forms)) for market, forms in entry.forms.items()),
        )
        for name, entry in index.drugs.items()
    )


def listed(drug: Drug, drug_class: DrugClass) -> Listed:
    """A drug as the list names it."""
    markets = sorted({product.region for product in drug.products})
    return Listed(
        name=drug.name,
        drug_class=drug.drug_class,
        class_title=drug_class.title,
        pace_typed=drug_class.planning.prescriber_types_pace,
        synonyms=drug.synonyms,
        brands=tuple((brand.name, brand.regions) for brand in drug.brands),
        forms=tuple(
            (market, tuple(dict.fromkeys(one.form.value for one in drug.products if one.region == market)))
            for market in markets
        ),
    )


def index_of(drugs: Iterable[Listed]) -> dict[str, Any]:
    """The content of the index file."""
    held = tuple(drugs)
    return {
        "schema": "taper.index.v1",
        "classes": {
            one.drug_class: {"title": one.class_title, "pace_typed": one.pace_typed}
            for one in sorted(held, key=lambda one: one.drug_class)
        },
        "drugs": {
            one.name: {
                "drug_class": one.drug_class,
                "synonyms": list(one.synonyms),
                "brands": {name: list(markets) for name, markets in one.brands},
                "forms": {market: list(forms) for market, forms in one.forms},
            }
            for one in sorted(held)
        },
    }
