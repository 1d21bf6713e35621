"""Tapering requests as other systems write them, to be changed in one place."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

MG = {"unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
THEN_STOP = [{"coding": [{"system": "http://snomed.info/sct", "code": "422327006"}]}]
START = date(2026, 12, 7)


def dosage(number: int, mg: float | str, days: int = 14) -> dict[str, Any]:
    """Step `number`: so many mg once a day."""
    first = START + timedelta(days=14 * (number - 1))
    last = first + timedelta(days=days - 1)
    return {
        "sequence": number,
        "text": f"{mg} mg once a day",
        "timing": {
            "repeat": {
                "boundsPeriod": {"start": first.isoformat(), "end": last.isoformat()},
                "frequency": 1,
                "period": 1,
                "periodUnit": "d",
            }
        },
        "doseAndRate": [{"doseQuantity": {"value": mg, **MG}}],
    }


def taper(*mg: float) -> dict[str, Any]:
    """A request of diazepam with a step of 14 days for each dose, and then a stop."""
    dosages = [dosage(number, each) for number, each in enumerate(mg or (10, 8, 6, 5, 4, 3, 2.5, 2, 1), start=1)]
    dosages[-1]["additionalInstruction"] = THEN_STOP
    return {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "diazepam"},
        "subject": {"reference": "Patient/1"},
        "dosageInstruction": dosages,
    }


def changed(change: Callable[[dict[str, Any]], Any], *mg: float) -> str:
    """The request with one thing changed, as JSON text."""
    found = taper(*mg)
    change(found)
    return json.dumps(found)


def steps(request: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = request["dosageInstruction"]
    return found


def repeat(request: dict[str, Any], number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = steps(request)[number]["timing"]["repeat"]
    return found


def quantity(request: dict[str, Any], number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = steps(request)[number]["doseAndRate"][0]["doseQuantity"]
    return found


def say(request: dict[str, Any], text: str, number: int = 1) -> None:
    """Another text for a dosage, the second one unless another is named."""
    steps(request)[number]["text"] = text


def tablets(request: dict[str, Any], name: str = "diazepam 2 mg tablet") -> None:
    """The request of one product, each dose counted in its tablets."""
    request["medicationCodeableConcept"] = {"text": name}
    for number, step in enumerate(steps(request)):
        found = quantity(request, number)
        found["value"] = found["value"] / 2
        found.pop("system")
        found |= {"unit": "TAB", "code": "TAB"}
        step["text"] = f"{found['value']:g} tablets once a day"
