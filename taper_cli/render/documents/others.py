"""The shapes of what `selfcheck` answers, and of the tables that `switch` shows before a dose is typed."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from taper_cli.render.documents.cells import Count, Day, MgText, Number


class DataEntry(TypedDict):
    """The data as they are against the data as they were shipped; `faults` are the files changed, missing or added."""

    id: str
    shipped_id: str
    files: Count
    faults: list[str]


class ReferenceEntry(TypedDict):
    """One reference done again: what must come out, and what did."""

    kind: str
    name: str
    source: str
    passed: bool
    expected: list[str]
    found: list[str]


class SelfcheckAnswer(TypedDict):
    """Whether an installation computes what it should: its machine, its data, and every reference that was done again."""

    schema: Literal["taper.selfcheck.v1"]
    notice: str
    verdict: Literal["passed", "failed"]
    checked_on: Day
    program: str
    python: str
    system: str
    packages: Annotated[dict[str, str], Meta(description="version by name, or 'not found'")]
    data: DataEntry
    references: list[ReferenceEntry]


class BatchAnswer(TypedDict):
    """How many rows of a panel came to what; `exit_code` is that of the gravest."""

    schema: Literal["taper.batch.v1"]
    rows: Count
    outcomes: dict[str, Count]
    exit_code: int


class TableEntry(TypedDict):
    """What one published table makes of the dose, from the smaller to the larger figure where it gives two."""

    table: str
    from_mg: Number
    to_mg: Number
    source: str


class EquivalentsAnswer(TypedDict):
    """Every published equivalent of a dose in another drug; nothing is converted, and none is marked."""

    schema: Literal["taper.equivalents.v1"]
    notice: str
    drug: str
    dose_mg: MgText
    to: str
    tables: list[TableEntry]
    expected: str
