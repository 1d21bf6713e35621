"""The list of published schemas for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taper_cli.render.documents.answers import SchemasAnswer


def schemas_json(about: Mapping[str, str]) -> str:
    """Each schema by name, with what it is of."""
    answer: SchemasAnswer = {
        "schema": "taper.schemas.v1",
        "schemas": [{"name": name, "description": text} for name, text in about.items()],
    }
    return json.dumps(answer, indent=2) + "\n"
