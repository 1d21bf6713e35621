"""The JSON Schema of each kind of data file, made from what its reader asks for: a schema cannot promise what no reader takes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from taper_cli.formulary import drugs, rules
from taper_cli.formulary.datafile import ONE_OF, Asks, DataFault
from taper_cli.formulary.own import read_products
from taper_cli.model.document import one_indent, schema_head

FOLDER = Path(__file__).parent / "schemas"
READERS: dict[str, tuple[Callable[[Path], object], str]] = {
    "class": (drugs.read_class, "A class of drugs: symptoms in three tiers, watch windows, advice, how it is planned."),
    "contexts": (rules.read_contexts, "What a stated fact about the patient means for a class: a gate or a warning."),
    "dependence": (rules.read_dependence, "How soon a class makes the body dependent."),
    "drug": (drugs.read_drug, "A drug: names, products by region with splitting, half-life, maxima, equivalents."),
    "guideline": (rules.read_guideline, "A guideline: its limits, its usual range, its bands and ladders."),
    "indication": (drugs.read_indication, "What a medicine was taken for: what else may help, signs, notes."),
    "products": (
        lambda path: read_products(path.read_bytes(), path.name, drugs=(), regions=()),
        "A prescriber's own products: what may be supplied besides the formulary's, or instead of them.",
    ),
    "refused": (rules.read_refused, "Medicines that are refused by name, each with its reason."),
    "region": (rules.read_region, "A region: market, writing rules, numbers to call, hints for handing out."),
}
"""Every kind of data file with its reader and what it holds; `products` is a prescriber's own."""
_OF = "#/$defs/{name}"


def file_name(kind: str) -> str:
    """The schema's file: 'taper.drug.v1.schema.json'."""
    return f"taper.{kind}.v1.schema.json"


def json_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of one kind of data file; its dates stand as ISO text, as JSON has no dates."""
    read, description = READERS[kind]
    asked = _asked_by(read)
    (name, _, _), (one_of, _, _) = asked.pop(""), asked.pop(ONE_OF, ((), False, False))
    kinds = {key: _annotation(*asked[key]) for key in asked} | {"schema": Literal[(name,)]}
    found, parts = msgspec.json.schema_components(tuple(kinds.values()), ref_template=_OF)
    schema = {
        **schema_head(str(name), description),
        "type": "object",
        "properties": one_indent(dict(zip(kinds, found, strict=True))),
        "required": sorted(key for key, (_, required, _) in asked.items() if required),
        "additionalProperties": False,
        "$defs": one_indent(parts),
    }
    if isinstance(one_of, tuple) and one_of:
        schema["anyOf"] = [{"required": [key]} for key in one_of]
    return schema


def _asked_by(read: Callable[[Path], object]) -> Asks:
    """What a reader asks of its file: told by an empty file, in which everything is missing."""
    try:
        read(Path(os.devnull))
    except DataFault as fault:
        return dict(fault.asked)
    raise TypeError("a reader that takes an empty file for a whole one asks for nothing")


def _annotation(kind: Any, required: bool, many: bool) -> Any:
    """The kind of a key's value as a type."""
    if not many:
        return kind
    rows = list[kind]
    return Annotated[rows, msgspec.Meta(min_length=1)] if required else rows
