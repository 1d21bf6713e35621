"""What we write for other systems is FHIR R4 by HL7's schema, by the models and by the invariants; each would notice a fault."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fhir_validators import INVARIANTS, by_invariants, by_models, by_schema, said

GOLD = sorted((Path(__file__).parents[1] / "gold").glob("*.fhir.json"))
DATES = "--start 2026-12-07 --today 2026-11-22"
PLANS = {
    "two slots": 'plan diazepam "4 mg morning + 6 mg bedtime" --reduce "1 mg" --products "2 mg tablet half" --region gb',
    "four slots": 'plan diazepam "4 mg morning + 4 mg noon + 4 mg evening + 8 mg bedtime" 40w --region us --cut even',
    "every other day": 'plan prednisolone "4 mg" --ladder ng243-alternate-day --region gb',
    "days of the week": 'plan omeprazole "40 mg" --ladder highland-omeprazole --region gb',
    "a liquid": 'plan diazepam "4 mg" 20w --region gb --products "2 mg in 5 mL oral solution" --syringe "0.1 mL" --bottle "100 mL"',
    "tablets and a liquid": 'plan diazepam "8 mg" 20w --region gb --products "2 mg tablet half, 2 mg in 5 mL oral solution"',
    "a maintenance dose": 'plan lorazepam "1 mg morning + 2 mg bedtime" 20w --to "0.5 mg" --region gb',
    "a steroid by ladder": 'plan prednisolone "15 mg" --ladder pmr-bsr-2010 --region gb',
    "an opioid by slot": 'plan morphine "30 mg morning + 30 mg bedtime" --reduce "10% of start" --region gb '
    '--products "5 mg modified-release tablet, 10 mg modified-release tablet, 30 mg modified-release tablet"',
    "below a milligram": 'plan clonazepam "0.5 mg morning + 0.5 mg bedtime" --reduce "10%" --region us',
    "an accepted limit": 'plan diazepam "20 mg" 10w --region gb --accept pace.asam-2025.cap="agreed <on> the \\"round\\" & written"',
    "everything stated": 'plan diazepam "20 mg" 26w --region gb --for "muscle spasm" --context opioid --context age=72',
    "short use": 'plan diazepam "10 mg" 6d --every 2d --split half --context used-for=10d',
}
REVISED = {
    "held": "--hold 2w --by patient --reason 'poor sleep'",
    "back up": "--back-to '13 mg'",
    "slower": "--slower 5%",
    "stopped here": "--stop-here",
}
JUDGES: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "schema": by_schema,
    "models": by_models,
    "invariants": by_invariants,
}


@cache
def bundle_of(name: str) -> str:
    """A bundle as JSON text, by the name of its plan."""
    if name in PLANS:
        return said(f"{PLANS[name]} {DATES} --format fhir").decode()
    if name in REVISED:
        plan = said(f'plan diazepam "20 mg" 26w --region gb {DATES} --format json')
        return said(f"revise - --on 2027-02-25 --today 2027-02-25 {REVISED[name]} --format fhir", plan).decode()
    return next(path for path in GOLD if path.name == name).read_text(encoding="utf-8")


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("name", [*PLANS, *REVISED, *(path.name for path in GOLD)])
def test_a_bundle_of_ours_is_sound(name: str, judge: str) -> None:
    assert JUDGES[judge](json.loads(bundle_of(name))) == []


def test_there_are_gold_bundles_and_invariants_of_every_kind() -> None:
    assert len(GOLD) >= 4
    assert {rule["key"] for rule in INVARIANTS} >= {f"tim-{number}" for number in (1, 2, 4, 5, 6, 7, 8, 9, 10)} | {
        "per-1", "cpl-3", "ele-1", "qty-3", "sqty-1", "drt-1", "rat-1", "ref-1", "dom-2", "dom-3", "dom-6", "bdl-1", "bdl-5", "bdl-7",
    }  # fmt: skip


def resource(bundle: dict[str, Any], place: int) -> dict[str, Any]:
    found: dict[str, Any] = bundle["entry"][place]["resource"]
    return found


def care(bundle: dict[str, Any]) -> dict[str, Any]:
    return resource(bundle, 0)


def order(bundle: dict[str, Any]) -> dict[str, Any]:
    return resource(bundle, 1)


def dosage(bundle: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = order(bundle)["dosageInstruction"][0]
    return found


def repeat(bundle: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = dosage(bundle)["timing"]["repeat"]
    return found


def dose(bundle: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = dosage(bundle)["doseAndRate"][0]["doseQuantity"]
    return found


FAULTS: dict[str, tuple[str, Callable[[dict[str, Any]], Any]]] = {
    "a unit of time in words": ("schema", lambda b: repeat(b).update(periodUnit="day")),
    "a dose as text": ("schema", lambda b: dose(b).update(value="16 mg")),
    "a name that FHIR has not": ("schema", lambda b: dosage(b).update(doseQty=1)),
    "a date in words": ("schema", lambda b: repeat(b)["boundsPeriod"].update(start="7 Dec 2026")),
    "a time without its zone": ("schema", lambda b: b.update(timestamp="2026-11-22T12:00:00")),
    "half a sequence number": ("models", lambda b: dosage(b).update(sequence=1.5)),
    "a month 13": ("models", lambda b: repeat(b)["boundsPeriod"].update(start="2026-13-01")),
    "no subject": ("models", lambda b: order(b).pop("subject")),
    "no medicine": ("models", lambda b: order(b).pop("medicationReference")),
    "two medicines": ("models", lambda b: order(b).update(medicationCodeableConcept={"text": "diazepam"})),
    "no intent": ("models", lambda b: order(b).pop("intent")),
    "an activity without a status": ("models", lambda b: care(b)["activity"][1]["detail"].pop("status")),
    "a period that ends before it begins": ("invariants", lambda b: repeat(b)["boundsPeriod"].update(end="2026-12-01")),
    "a period of repetition without its unit": ("invariants", lambda b: repeat(b).pop("periodUnit")),
    "a period below zero": ("invariants", lambda b: repeat(b).update(period=-1)),
    "a longest period without a period": (
        "invariants",
        lambda b: (repeat(b).pop("period"), repeat(b).update(periodMax=2)),
    ),
    "an hour beside a time of day": ("invariants", lambda b: repeat(b).update(timeOfDay=["08:00:00"])),
    "an offset from nothing": ("invariants", lambda b: (repeat(b).pop("when"), repeat(b).update(offset=10))),
    "a duration without its unit": ("invariants", lambda b: repeat(b).update(duration=2)),
    "a code without its system": ("invariants", lambda b: dose(b).pop("system")),
    "less than a dose": ("invariants", lambda b: dose(b).update(comparator="<")),
    "a length of supply in no unit": (
        "invariants",
        lambda b: order(b)["dispenseRequest"]["expectedSupplyDuration"].update(system="http://example.org"),
    ),
    "half a ratio": ("invariants", lambda b: order(b)["contained"][0]["ingredient"][0]["strength"].pop("denominator")),
    "a product that nobody names": (
        "invariants",
        lambda b: (
            order(b).pop("medicationReference"),
            order(b).update(medicationCodeableConcept={"text": "diazepam"}),
        ),
    ),
    "a product that is not there": ("invariants", lambda b: order(b).pop("contained")),
    "a reference beside its detail": (
        "invariants",
        lambda b: care(b)["activity"][1].update(reference=care(b)["activity"][0]["reference"]),
    ),
    "one address for two resources": ("invariants", lambda b: b["entry"][1].update(fullUrl=b["entry"][0]["fullUrl"])),
    "a total that only a search has": ("invariants", lambda b: b.update(total=2)),
    "an entry of nothing": (
        "invariants",
        lambda b: b["entry"].append({"fullUrl": "urn:uuid:00000000-0000-0000-0000-000000000000"}),
    ),
    "an address of a version": (
        "invariants",
        lambda b: b["entry"][0].update(fullUrl="http://example.org/CarePlan/1/_history/2"),
    ),
    "an empty dosage": ("invariants", lambda b: order(b)["dosageInstruction"].append({})),
    "no narrative": ("invariants", lambda b: order(b).pop("text")),
}
"""Faults that must not pass, each with the judge that is there to see it."""


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_seen(name: str) -> None:
    judge, spoil = FAULTS[name]
    found = json.loads(bundle_of("two slots"))
    spoiled = copy.deepcopy(found)
    spoil(spoiled)
    assert spoiled != found
    assert JUDGES[judge](spoiled) != []
