"""What a JSON Schema says of itself: the name that its documents carry, one id for every program that keeps it, what it is of."""

from __future__ import annotations

from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_head(name: str, description: str) -> dict[str, str]:
    """The first keys of a published schema; `name` is that in the key 'schema' of each document, such as 'taper.check.v1'."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:taper:{name.removeprefix('taper.')}",
        "title": name,
        "description": description,
    }


def one_indent(schema: Any) -> Any:
    """A schema whose descriptions have no indent of the program's text: Python 3.13 takes it from docstrings, older ones keep it."""
    from inspect import cleandoc

    if isinstance(schema, dict):
        tidy = {key: one_indent(value) for key, value in schema.items()}
        told = tidy.get("description")
        return tidy | {"description": cleandoc(told)} if isinstance(told, str) else tidy
    return [one_indent(part) for part in schema] if isinstance(schema, list) else schema
