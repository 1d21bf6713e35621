"""What a JSON Schema says of itself: the name that its documents carry, one id for every program that keeps it, what it is of."""

from __future__ import annotations

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_head(name: str, description: str) -> dict[str, str]:
    """The first keys of a published schema; `name` is that in the key 'schema' of each document, such as 'taper.check.v1'."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:taper:{name.removeprefix('taper.')}",
        "title": name,
        "description": description,
    }
