"""The values that JSON documents are made of: mg as numbers or texts, percent, dates, and words out of a list."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, TypeAlias

from msgspec import Meta


def one_of(kind: type[Enum]) -> Meta:
    """A text that is the value of one member of an enum."""
    return Meta(extra_json_schema={"enum": [member.value for member in kind]})


Mg: TypeAlias = Annotated[float, Meta(ge=0, description="mg, the exact decimal")]
MgText: TypeAlias = Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]*)(\.[0-9]+)?$", description="mg as an exact decimal")]
Number: TypeAlias = Annotated[
    str,
    Meta(pattern=r"^(0|[1-9][0-9]*)(\.[0-9]+)?$", description="an exact decimal, or a rounded one where it has no end"),
]
Percent: TypeAlias = Annotated[float, Meta(ge=0, description="percent, rounded to one decimal at most")]
Day: TypeAlias = Annotated[str, Meta(extra_json_schema={"format": "date"}, description="a day, as 2026-12-07")]
Count: TypeAlias = Annotated[int, Meta(ge=0)]
