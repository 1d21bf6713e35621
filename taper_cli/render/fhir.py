"""FHIR R4 for other systems: one Bundle of a draft CarePlan and a draft MedicationRequest for each drug; nothing in it is an order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from taper_cli.model.report import Report
from taper_cli.model.review import ReviewDate
from taper_cli.render.fhir_care import SOURCES, care_plan, care_plan_id
from taper_cli.render.fhir_orders import drugs_of, medication_request, request_id
from taper_cli.render.fhir_values import SCHEMA, Json, urn, uuid_of

# A narrative repeats in XHTML what the other texts say.
_NOT_FOR_PEOPLE = (
    "resourceType",
    "id",
    "div",
    "system",
    "code",
    "reference",
    "fullUrl",
    "start",
    "end",
    "value",
    "when",
    "dayOfWeek",
)


def fhir(report: Report, reviews: Sequence[ReviewDate]) -> bytes:
    """The bundle as the bytes of its file; every amount is the exact decimal of its dose, never a binary fraction."""
    return encoded(bundle(report, reviews))


def bundle(report: Report, reviews: Sequence[ReviewDate]) -> Json:
    """The plan as a collection: the care plan with the reviews of the version in force, and the requests that it names."""
    entries = [(care_plan_id(report), care_plan(report, reviews))]
    entries += [(request_id(report, drug), medication_request(report, drug)) for drug in drugs_of(report)]
    uuid = uuid_of(report.plan_id, report.version, "bundle")
    return {
        "resourceType": "Bundle",
        "id": uuid,
        "meta": {"tag": [{"display": SCHEMA}, {"display": f"region: {report.region.key}"}]},
        "identifier": {"system": "urn:ietf:rfc3986", "value": urn(uuid)},
        "type": "collection",
        # A plan knows days only. Noon in Greenwich is that day almost everywhere; midnight would be the day before in America.
        "timestamp": f"{report.generated_on.isoformat()}T12:00:00Z",
        "entry": [{"fullUrl": urn(name), "resource": resource} for name, resource in entries],
    }


def encoded(found: Json) -> bytes:
    """JSON with two blanks for each level."""
    import msgspec

    return msgspec.json.format(msgspec.json.Encoder(decimal_format="number").encode(found), indent=2) + b"\n"


def sentences(found: object, key: str = "") -> Iterator[str]:
    """Every text of a bundle that a person reads, to be read for faults of notation; titles of documents follow no rules of ours."""
    if isinstance(found, dict):
        for name, value in found.items():
            if name not in _NOT_FOR_PEOPLE:
                yield from sentences(value, name)
    elif isinstance(found, list):
        for value in found:
            yield from sentences(value, key)
    elif isinstance(found, str) and not found.startswith(SOURCES):
        yield from found.splitlines()
