"""Which medicine a FHIR request asks for: the drug by name, and the product where a strength and a form are told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from taper_cli.model.dose import Dose, Volume
from taper_cli.model.errors import CannotPlan, InvalidInput, WrongValue
from taper_cli.model.product import Form, Product
from taper_cli.reading.fhir_json import Node

# UCUM, and the words that stand in its place in files; none of them can be taken for another.
MASSES = {
    "mg": "mg", "milligram": "mg", "milligrams": "mg", "g": "g", "gram": "g", "grams": "g", "ug": "micrograms", "mcg": "micrograms",
    "microgram": "micrograms", "micrograms": "micrograms",
}  # fmt: skip
VOLUMES = ("ml", "milliliter", "milliliters", "millilitre", "millilitres")
PIECES = (
    "tab",
    "tablet",
    "tablets",
    "cap",
    "capsule",
    "capsules",
    "{tablet}",
    "{capsule}",
    "tbl",
    "1",
    "{tbl}",
    "{cap}",
)
# "Orodispersible" holds "dispersible", and comes first.
_KINDS_OF_TABLET = {
    "orodispersible": Form.ORODISPERSIBLE,
    "disintegrating": Form.ORODISPERSIBLE,
    "dispersible": Form.DISPERSIBLE,
    "soluble": Form.SOLUBLE,
}
_NAME = re.compile(
    r"(?P<drug>\D*[^\W\d_])\s+(?P<mass>\d+(?:\.\d+)?)\s*(?P<unit>mg|g|micrograms?|mcg|ug)\b"
    r"(?:\s*(?:/|per|in)\s*(?P<volume>\d+(?:\.\d+)?)?\s*ml\b)?\s*(?P<form>[a-z, -]*)",
    re.ASCII | re.IGNORECASE,
)


_ANOTHER_ROUTE = re.compile(
    r"\b(?:inject\w*|infusion|rectal\w*|suppositor\w*|enema|intraven\w*|intramusc\w*|subcut\w*|transdermal|patch(?:es)?|nasal|inhal\w*|topical)\b"
)
_MIXTURE = re.compile(
    r"\d\s*(?:mg|g|micrograms?|mcg|ug)\b[^\d]{0,60}?(?:/|\+|\band\b|\bwith\b)[^\d]{0,60}?\d+(?:\.\d+)?\s*(?:mg|g|micrograms?|mcg|ug)\b"
)


class Medicine(NamedTuple):
    """The drug as the file names it first; the product that it counts, None where it names none or several; its other names."""

    drug: str
    product: Product | None
    also_named: tuple[str, ...] = ()


def medicine_of(request: Node, resources: dict[str, Node], drug: str) -> Medicine:
    """The medicine of a request; `resources` are those beside it by their addresses, `drug` is used where it names none.

    Raises:
        CannotPlan: for a request that names no medicine, two strengths, or a mixture.
    """
    names: list[str] = []
    products: list[Product] = []
    concept, reference = request.get("medicationCodeableConcept"), request.get("medicationReference")
    if concept is not None:
        names += _names(concept)
    if reference is not None:
        names += [reference.text("display")] if reference.text("display") else []
        held = resources.get(reference.text("reference"))
        if held is not None:
            names = [*_names_of(held), *names]
            products += by_ingredient(held)
    read = [found for found in map(_by_name, names) if found is not None]
    products += [product for _, product in read if product is not None]
    for name in names:
        _swallowed(request, name)
    if len({product.identity for product in products}) > 1:
        told = " and ".join(dict.fromkeys(product.name for product in products))
        raise CannotPlan(
            f"{request.place} names two products, {told}", "expected one", "correct the file that it came from"
        )
    named = read[0][0] if read else next(iter(names), "") or drug
    if not named:
        raise CannotPlan(
            f"{request.place} does not name its medicine", "expected a name", "add --drug, such as --drug diazepam"
        )
    drug = _plain(named)
    others = (_plain(found[0] if found else name) for name, found in zip(names, map(_by_name, names), strict=True))
    also_named = tuple(dict.fromkeys(other for other in others if other.lower() != drug.lower()))
    return Medicine(drug, products[0] if products else None, also_named)


def _swallowed(request: Node, name: str) -> None:
    """One drug, by mouth: a dose of a mixture or by another route must not be judged as one of the drug that is named first."""
    plain = re.sub(r"\([^)]*\)", "", name.lower())
    if _ANOTHER_ROUTE.search(plain):
        raise CannotPlan(
            f"{request.place} is of {name[:60]!r}",
            "expected one that is swallowed",
            "check a plan of tablets, capsules or a liquid",
        )
    if _MIXTURE.search(plain):
        raise CannotPlan(
            f"{request.place} is of the mixture {name[:60]!r}", "expected one drug", "check a plan of one drug"
        )


def form_of(words: str) -> Form | None:
    """The form that some words mean, None where they mean none that is known; a form that releases slowly is never a plain one."""
    said = words.lower()
    slow = re.search(r"modified|prolonged|extended|sustained|controlled|slow|retard|\b[xesm]r\b", said)
    coated = re.search(r"gastro|enteric|delayed", said)
    if re.search(r"\bcap(?:sule)?s?\b", said):
        return Form.MODIFIED_RELEASE_CAPSULE if slow else Form.GASTRO_RESISTANT_CAPSULE if coated else Form.CAPSULE
    if re.search(r"\btab(?:let)?s?\b", said):
        special = next((form for word, form in _KINDS_OF_TABLET.items() if word in said), Form.TABLET)
        return Form.MODIFIED_RELEASE if slow else Form.GASTRO_RESISTANT if coated else special
    return next((form for form in Form if form.liquid and form.value.removeprefix("oral ") in said), None)


def product_of(drug: str, form: Form | None, strength: Dose, volume: Volume | None) -> Product | None:
    """The product, None where the form is not known or does not go with a volume."""
    if form is None or form.liquid != (volume is not None):
        return None
    try:
        return Product(drug=drug, form=form, strength=strength, volume=volume, graduation=Volume(1) if volume else None)
    except WrongValue:
        return None


def mass(value: str, unit: str) -> Dose:
    """A dose of a number and a unit of mass.

    Raises:
        InvalidInput: for a unit that is none, or a number finer than a nanogram.
    """
    return Dose.parse(f"{value} {MASSES.get(unit.lower(), unit)}")


def _names(concept: Node) -> list[str]:
    """The names that a concept gives, its own text first."""
    found = [concept.text("text"), *(coding.text("display") for coding in concept.each("coding"))]
    return [name for name in found if name]


def _names_of(medication: Node) -> list[str]:
    """The names of a Medication, or of its one ingredient."""
    code = medication.get("code")
    ingredients = list(medication.each("ingredient"))
    if len(ingredients) > 1:
        raise CannotPlan(f"{medication.place} is a mixture", "expected one drug", "check a plan of one drug")
    items = [item for one in ingredients if (item := one.get("itemCodeableConcept")) is not None]
    # The ingredient is the drug; the code may be a brand with its strength.
    return [name for item in items for name in _names(item)] + (_names(code) if code is not None else [])


def by_ingredient(medication: Node) -> Iterator[Product]:
    """The product that form and strength of a Medication tell; nothing where they tell none."""
    form, names = medication.get("form"), _names_of(medication)
    words = " ".join(_names(form)) if form is not None else ""
    for ingredient in medication.each("ingredient"):
        over, under = ingredient.at("strength", "numerator"), ingredient.at("strength", "denominator")
        held = _strength(over, under) if over is not None and under is not None else None
        product = product_of(names[0], form_of(words), *held) if held and names else None
        if product is not None:
            yield product


def _strength(over: Node, under: Node) -> tuple[Dose, Volume | None] | None:
    """A strength as mass in one piece or in a volume; None for units that say neither."""
    mass_unit, per_unit = (_unit(quantity).lower() for quantity in (over, under))
    number, per = over.get("value"), under.get("value")
    if number is None or per is None or mass_unit not in MASSES:
        return None
    try:
        dose = mass(str(number.value), mass_unit)
        if per_unit in VOLUMES:
            return dose, Volume.parse(f"{per.value} mL")
    except InvalidInput as error:
        raise CannotPlan(f"{over.place}: {error.found}", error.expected, error.instead) from error
    return (dose, None) if per_unit in PIECES and per.number() == 1 else None


def _unit(quantity: Node) -> str:
    """The unit of a quantity: its code, or else its word."""
    return quantity.text("code") or quantity.text("unit")


def _by_name(name: str) -> tuple[str, Product | None] | None:
    """'Prednisone 5mg tablet (Product)' as the drug and its product; None for a name without a strength."""
    match = _NAME.match(re.sub(r"\([^)]*\)", "", name))
    if match is None:
        return None
    try:
        strength = mass(match["mass"], match["unit"])
        liquid = "ml" in match[0][match.end("unit") - match.start() : match.start("form") - match.start()].lower()
        volume = Volume.parse(f"{match['volume'] or 1} mL") if liquid else None
    except InvalidInput:
        return None
    drug = match["drug"].strip(" ,")
    return drug, product_of(drug, form_of(match["form"]), strength, volume)


def _plain(name: str) -> str:
    """A name without the words in brackets that some code systems add: 'Prednisone (product)'."""
    return re.sub(r"\s*\([^)]*\)", "", name).strip() or name
