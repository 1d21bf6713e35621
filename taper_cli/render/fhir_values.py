"""What every FHIR resource of ours is made of: ids from the plan's content, amounts in UCUM, dates, narrative; no code is made up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Any, TypeAlias
from uuid import UUID, uuid5

from taper_cli.model.dose import Dose, decimal_text
from taper_cli.model.finding import Level
from taper_cli.model.product import Product
from taper_cli.model.report import Report
from taper_cli.model.text import visible
from taper_cli.render import wording as say
from taper_cli.render.findings import finding_text

Json: TypeAlias = dict[str, Any]
SCHEMA = "taper.fhir.v1"
NOT_SIGNED = f"{say.NOTICE} It is not a prescription until signed."
UCUM = "http://unitsofmeasure.org"
SNOMED = "http://snomed.info/sct"
# No patient's data stand in a plan: who imports the file says whom it is for.
SUBJECT: Json = {"type": "Patient", "display": "the patient, who is not named in this file"}
# Drawn once by chance; the ids of all plans hang on it.
_PLANS = UUID("5d7c2f4e-8a31-4b0d-9c66-1f0e7ab3d925")


def uuid_of(plan_id: str, version: int, what: str) -> str:
    """The id of a resource, from what it belongs to: the same plan gives the same id on every machine."""
    return str(uuid5(_PLANS, f"{plan_id} version {version}: {what}"))


def urn(uuid: str) -> str:
    """An id as an address."""
    return f"urn:uuid:{uuid}"


def identifiers(report: Report) -> list[Json]:
    """Plan and version as they stand on every paper."""
    return [
        {"type": {"text": "plan"}, "value": report.plan_id},
        {"type": {"text": "plan version"}, "value": str(report.version)},
    ]


def version_before(report: Report, what: str, kind: str) -> list[Json]:
    """A reference to the same resource of the version that this one makes void; by its identifier, since it is not in this file."""
    if not report.revisions:
        return []
    plan_id, version = report.revisions[-1].plan_id, report.version - 1
    identifier = {"system": "urn:ietf:rfc3986", "value": urn(uuid_of(plan_id, version, what))}
    return [{"type": kind, "identifier": identifier, "display": f"plan {plan_id}, version {version}, which is void"}]


def mg(dose: Dose) -> Json:
    """A dose in mg."""
    return _quantity(dose.mg_text, "mg", "mg")


def amount(product: Product, count: Fraction) -> Json:
    """So many tablets, capsules or mL of a product."""
    if product.form.liquid:
        return _quantity(decimal_text(count), "mL", "mL")
    counted = "{capsule}" if product.form.capsule else "{tablet}"
    return _quantity(decimal_text(count), say.piece_word(product.form), counted)


def days(count: int) -> Json:
    """A length of time."""
    return _quantity(str(count), "days", "d")


def _quantity(value: str, unit: str, code: str) -> Json:
    """A number with its unit, as an exact decimal."""
    return {"value": Decimal(value), "unit": unit, "system": UCUM, "code": code}


def period(first: date | None, last: date | None) -> Json:
    """From a day to another, both included: in FHIR the end of a period belongs to it, unlike the end of a step of ours."""
    bounds = {"start": first, "end": last}
    return {name: day.isoformat() for name, day in bounds.items() if day is not None}


def medication(report: Report, product: Product, name: str) -> Json:
    """One product as a contained resource, so that a request taken out of the bundle still says which tablet it counts."""
    per = amount(product, product.volume.ml if product.volume else Fraction(1))
    return {
        "resourceType": "Medication",
        "id": name,
        "code": {"text": product_text(report, product)},
        "form": {"text": product.form.value},
        "ingredient": [
            {
                "itemCodeableConcept": {"text": product.drug},
                "strength": {"numerator": mg(product.strength), "denominator": per},
            }
        ],
    }


def product_text(report: Report, product: Product) -> str:
    """'diazepam 2 mg tablet'."""
    return in_words(report, f"{product.drug} {product.name}")


def in_words(report: Report, text: str) -> str:
    """A text by the region's rules of writing; FHIR allows no control characters."""
    return visible(say.in_region(text, report.region))


def notes(report: Report, texts: Iterable[str]) -> list[Json]:
    """Remarks, each by itself."""
    return [{"text": in_words(report, text)} for text in texts]


def flag_notes(report: Report) -> list[str]:
    """Every finding above a note, with the prescriber's reason where it was accepted."""
    return [f"Flag: {finding_text(one)}" for one in report.findings if one.level is not Level.INFO]


def narrative(lines: Iterable[str]) -> Json:
    """What a viewer shows of a resource: that it is a draft, and then its lines."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    body = f"<p><b>{escape(NOT_SIGNED)}</b></p><ul>{items}</ul>"
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'}
