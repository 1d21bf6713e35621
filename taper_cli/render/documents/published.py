"""The JSON Schema of each document that is printed, made from its shape: a schema cannot promise what is not written."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from taper_cli.model.document import one_indent, schema_head
from taper_cli.render.documents.answers import (
    CheckAnswer,
    CompareAnswer,
    ErrorAnswer,
    RefusalExplained,
    SchemasAnswer,
)
from taper_cli.render.documents.explained import ExplainAnswer
from taper_cli.render.documents.formulary import DrugFacts, DrugsAnswer, RefusedFacts
from taper_cli.render.documents.others import BatchAnswer, EquivalentsAnswer, SelfcheckAnswer

FOLDER = Path(__file__).parent / "schemas"
_REF = "#/$defs/{name}"


class Document(NamedTuple):
    """A kind of document: the shapes that it can have, and what it is."""

    shapes: tuple[type, ...]
    description: str


DOCUMENTS = {
    "batch": Document((BatchAnswer,), "What became of a panel of patients; each row stands in results.csv."),
    "check": Document((CheckAnswer,), "What the judge says of a schedule."),
    "compare": Document((CompareAnswer,), "Two to four plans side by side."),
    "drug-facts": Document((DrugFacts, RefusedFacts), "All that is held about one drug, or why it is refused by name."),
    "drugs": Document((DrugsAnswer,), "The drugs that fit what was looked for."),
    "equivalents": Document(
        (EquivalentsAnswer,), "Every published equivalent of a dose in another drug, none of them marked."
    ),
    "error": Document((ErrorAnswer,), "Why a command gave no answer: stands on stderr, and stdout stays empty."),
    "explain": Document((ExplainAnswer,), "Why the steps of a plan are what they are."),
    "refusal": Document((RefusalExplained,), "Why there is no plan, and what would lift that."),
    "selfcheck": Document((SelfcheckAnswer,), "Whether an installation computes what it should."),
    "schemas": Document((SchemasAnswer,), "Every published schema by name."),
}
"""Every kind of document beside the plan file, which `reading` knows as it also reads it back."""


def file_name(kind: str) -> str:
    """The schema's file: 'taper.check.v1.schema.json'."""
    return f"taper.{kind}.v1.schema.json"


def json_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of one kind of document. Keys may be added to a document of version 1, none is taken away or changed."""
    shapes, description = DOCUMENTS[kind]
    found, parts = msgspec.json.schema_components(shapes, ref_template=_REF)
    head = schema_head(f"taper.{kind}.v1", description)
    shape = found[0] if len(found) == 1 else {"anyOf": list(found)}
    return {**head, **one_indent({**shape, "$defs": parts})}
