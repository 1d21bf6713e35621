"""Three judges of FHIR that know nothing of this program: HL7's JSON schema, the R4B models, and HL7's own FHIRPath invariants."""

from __future__ import annotations

import io
import json
import os
import shlex
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import jsonschema
from fhir.resources.R4B.bundle import Bundle
from fhirpathpy import compile as compiled
from fhirpathpy.engine.nodes import ResourceNode
from fhirpathpy.models import models
from pydantic import ValidationError

from taper_cli.cli.app import run

SCHEMA = "FHIR_SCHEMA"
"""The environment variable that names HL7's `fhir.schema.json`, which is not kept here."""
INVARIANTS = json.loads(Path(__file__).with_name("invariants.json").read_text(encoding="utf-8"))["invariants"]
QUANTITIES = ("doseQuantity", "quantity", "dailyAmount")
TYPES = {
    "Bundle.entry": ("entry",),
    "CarePlan.activity": ("activity",),
    "Timing.repeat": ("repeat",),
    "Period": ("boundsPeriod", "scheduledPeriod", "period"),
    "SimpleQuantity": QUANTITIES,
    "Quantity": (*QUANTITIES, "numerator", "denominator", "expectedSupplyDuration"),
    "Duration": ("expectedSupplyDuration",),
    "Ratio": ("strength",),
    "Reference": ("subject", "reference", "medicationReference", "productReference", "priorPrescription", "replaces"),
}
"""Under which names of ours the values of a type stand."""


def said(command: str, stdin: bytes = b"") -> bytes:
    """What a command line of ours prints."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    typed = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    with mock.patch("sys.stdin", typed), redirect_stdout(out), redirect_stderr(err):
        code = run(shlex.split(command))
        out.flush()
        err.flush()
    assert code == 0, err.buffer.getvalue().decode()  # type: ignore[attr-defined]
    return out.buffer.getvalue()  # type: ignore[attr-defined,no-any-return]


@cache
def _schema() -> jsonschema.Draft6Validator:
    """HL7's schema, for a bundle."""
    named = os.environ.get(SCHEMA)
    if not named:
        raise LookupError(f"set {SCHEMA} to HL7's fhir.schema.json; .ci/run shows where it comes from")
    held = json.loads(Path(named).read_text(encoding="utf-8"))
    assert held["id"] == "http://hl7.org/fhir/json-schema/4.0"
    return jsonschema.Draft6Validator({"$ref": "#/definitions/Bundle", "definitions": held["definitions"]})


def by_schema(bundle: dict[str, Any]) -> list[str]:
    """What HL7's JSON schema objects to."""
    return [error.message[:200] for error in _schema().iter_errors(bundle)]


def by_models(bundle: dict[str, Any]) -> list[str]:
    """What the R4B models object to."""
    try:
        Bundle.model_validate(bundle)
    except ValidationError as error:
        return [str(fault["msg"]) for fault in error.errors()]
    return []


def by_invariants(bundle: dict[str, Any]) -> list[str]:
    """Every invariant that does not hold, by its key and the place; one that says nothing of a value, such as of a reference
    without an address, is not broken."""
    return [
        f"{rule['key']} at {place}"
        for rule in INVARIANTS
        for place, node, resources in _places(bundle, rule["where"])
        if _expression(rule["expression"])(_typed(node, rule["where"]), resources) not in ([True], [])
    ]


@cache
def _expression(expression: str) -> Callable[..., Any]:
    """An invariant ready to be asked.

    `as()` of a collection, which the engine has not got, is put as `ofType()`, as later versions of FHIR do themselves.
    """
    options = {"userInvocationTable": {"hasValue": {"fn": _has_value, "arity": {0: []}}}, "traceFn": lambda *told: None}
    return compiled(expression.replace(".as(", ".ofType("), models["r4"], options)  # type: ignore[no-any-return]


def _has_value(found: list[Any]) -> list[bool]:
    """Whether there is one simple value, by FHIR's word for it, which the engine has not got."""
    return [len(found) == 1 and not isinstance(found[0], dict)]


def _typed(node: dict[str, Any], where: str) -> Any:
    """A value with its type, which only a resource tells by itself."""
    return node if "resourceType" in node else ResourceNode.create_node(node, where)


def _places(bundle: dict[str, Any], where: str) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Every value of a type in a bundle: where it stands, the value, and the resources it stands in by their names in FHIRPath."""
    for place, key, node, (outer, own) in _nodes(bundle, "Bundle", "", (bundle, bundle)):
        kind = node.get("resourceType")
        # What is contained has no narrative of its own.
        domain = where == "DomainResource" and kind not in (None, "Bundle") and key != "contained"
        if where in ("Element", kind) or domain or key in TYPES.get(where, ()):
            yield place, node, {"rootResource": outer, "resource": own}


def _nodes(
    node: Any, place: str, key: str, resources: tuple[Any, Any]
) -> Iterator[tuple[str, str, Any, tuple[Any, Any]]]:
    """Every object of a bundle."""
    if isinstance(node, dict):
        if "resourceType" in node:
            # What is contained in a resource belongs to it; what stands in an entry is a root of its own.
            resources = (resources[0], node) if key == "contained" else (node, node)
        yield place, key, node, resources
        for name, value in node.items():
            yield from _nodes(value, f"{place}.{name}", name, resources)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _nodes(value, f"{place}[{number}]", key, resources)
