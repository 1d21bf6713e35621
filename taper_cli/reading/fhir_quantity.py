"""An amount in a FHIR file as a dose: in a unit of mass, or so many tablets or mL of the product that the file names."""

from __future__ import annotations

import re
from fractions import Fraction

from taper_cli.model.dose import Dose
from taper_cli.model.errors import CannotPlan, InvalidInput, WrongValue
from taper_cli.model.product import Form, Product
from taper_cli.reading.fhir_json import Node
from taper_cli.reading.fhir_medicine import MASSES, PIECES, VOLUMES, form_of, mass

_PIECES_OF_A_KIND = re.compile(
    r"(?:(?:oral|plain|scored|coated|soluble|dispersible|orodispersible|[a-z]+[- ](?:release|resistant|coated)) )+"
    r"(?:tab|tablet|cap|capsule)s?"
)


def dose_of(quantity: Node, product: Product | None) -> Dose:
    """A quantity as a dose: in a unit of mass, or as tablets or mL of a product.

    Raises:
        CannotPlan: for no number, no such unit, or a count of nothing that is known.
    """
    number, unit = quantity.get("value"), unit_of(quantity)
    if number is None or quantity.get("comparator") is not None:
        raise quantity.wrong("a value without a comparator")
    value = number.number()
    if value < 0:
        raise number.wrong("zero or more")
    if unit in MASSES:
        try:
            return mass(f"{number.value:f}", unit)
        except InvalidInput as error:
            raise CannotPlan(f"{number.place}: {error.found}", error.expected, error.instead) from error
    if product is None or product.form.liquid != (unit in VOLUMES):
        raise CannotPlan(
            f"{quantity.place} is in {unit!r} of a medicine whose strength is not told",
            "expected mg",
            "name the product with its strength",
        )
    if unit not in VOLUMES and not all(_counts(text, product.form) for text in _texts(quantity)):
        raise CannotPlan(
            f"{quantity.place} is in {' and '.join(map(repr, _texts(quantity)))} of a {product.name}",
            "expected pieces of that product",
            "correct the file that it came from",
        )
    per = product.volume.ml if product.volume else Fraction(1)
    try:
        return product.strength.times(value / per)
    except WrongValue as error:
        raise number.wrong("a part of a tablet or mL that can be measured") from error


def unit_of(quantity: Node) -> str:
    """The unit of a quantity in small letters, its code and its word saying the same.

    Raises:
        CannotPlan: where there is none, none that is known, or two that differ.
    """
    code, word = quantity.text("code").lower(), quantity.text("unit").lower()
    kinds = {_kind(unit, quantity) for unit in (code, word) if unit}
    if len(kinds) != 1:
        raise CannotPlan(
            f"{quantity.place} has the code {code!r} and the unit {word!r}",
            "expected one unit",
            "correct the file that it came from",
        )
    return code or word


def _kind(unit: str, quantity: Node) -> str:
    """Which of the known units is meant."""
    if unit in MASSES:
        return MASSES[unit]
    if unit in VOLUMES:
        return "mL"
    # Of 'half tablet' or '5 mg tablet' one would count whole tablets, or tablets of another strength.
    if unit in PIECES or _PIECES_OF_A_KIND.fullmatch(unit):
        return "pieces"
    raise CannotPlan(f"{quantity.place} is in {unit!r}", "expected mg, tablets or mL", "write the doses in mg")


def _texts(quantity: Node) -> tuple[str, ...]:
    """The code and the word of a unit, those that are there."""
    return tuple(text.lower() for text in (quantity.text("code"), quantity.text("unit")) if text)


def _counts(unit: str, form: Form) -> bool:
    """Whether a unit counts pieces of a form: 'tablet' those of any tablet, 'modified-release tablet' of that kind only."""
    if unit == "1":
        return True
    if unit in PIECES:
        return form.capsule == ("cap" in unit)
    return form_of(unit) is form
