"""The shapes of what `check` and `compare` answer, of a refusal that is explained, and of every error."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from taper_cli.model.finding import Level
from taper_cli.model.schedule import StepKind
from taper_cli.render.documents.cells import Count, Day, Mg, Percent, one_of


class FindingEntry(TypedDict):
    """One remark of the judge. `rule` is the name to accept it by, `step` counts from 1; what does not apply is null."""

    rule: str
    level: Annotated[str, one_of(Level)]
    step: Count | None
    from_mg: Mg | None
    to_mg: Mg | None
    window_days: Count | None
    percent: Percent | None
    limit_percent: Percent | None
    source: str | None
    message: str
    change: str | None
    accepted: str | None


class AcceptEntry(TypedDict):
    """Rules that together lift a refusal when each is accepted by name and reason: whose decision it is, and how it is typed."""

    rules: list[str]
    by: str
    typed: str


class CheckAnswer(TypedDict):
    """What the judge says of a schedule; the first row of a spreadsheet is its starting dose, and steps count from there."""

    schema: Literal["taper.check.v1"]
    notice: str
    file: str
    drug: str
    switched_from: str | None
    region: str
    guideline: str
    passed: bool
    understood: list[str]
    exposure: str
    findings: list[FindingEntry]
    accepts: list[AcceptEntry]


class BoundEntry(TypedDict):
    """A rule that stands in the way; without a name it cannot be accepted."""

    rule: str | None
    words: str
    source: str | None


class WayEntry(TypedDict):
    """One change that lifts the refusal by itself, and the doses that it gives where it was planned."""

    words: str
    gives: str | None


class RefusalExplained(TypedDict):
    """Why there is no plan: the rules that together forbid it, and what would lift it."""

    schema: Literal["taper.refusal.v1"]
    notice: str
    drug: str
    refused_for_safety: bool
    reasons: list[str]
    rules: list[BoundEntry]
    not_in_the_way: list[str]
    changes: list[WayEntry]
    accepts: list[WayEntry]


class ErrorEntry(TypedDict):
    """What went wrong, in words and in parts; `message` is what is told without --json.

    Lists are empty and the rest null where they do not apply: `faults` are those of a file, `unused_rule` is an acceptance that
    accepts nothing; the last six belong to a refusal for safety.
    """

    kind: Literal["invalid-input", "cannot-plan", "refused-for-safety", "internal", "interrupted"]
    exit_code: int
    message: str
    found: str
    expected: str | None
    instead: str | None
    faults: list[str]
    unused_rule: str | None
    keep_taking: str | None
    ask: str | None
    reasons: list[str]
    changes: list[str]
    accepts: list[AcceptEntry]
    findings: list[FindingEntry]


class ErrorAnswer(TypedDict):
    """Why a command gave no answer. `explained` is what --explain adds."""

    schema: Literal["taper.error.v1"]
    error: ErrorEntry
    explained: RefusalExplained | None


class DeclaredEntry(TypedDict):
    """A cut above the limit that stands, the stop aside."""

    step: Count
    percent: Percent


class HandedOut(TypedDict):
    """How many tablets, or mL, of a product are handed out in all."""

    product: str
    amount: float


class ColumnEntry(TypedDict):
    """One plan, or why there is none: then only the first three keys stand here, with the last three."""

    column: str
    title: str
    planned: bool
    plan_id: NotRequired[str]
    first_cut: NotRequired[Day]
    ending: NotRequired[Annotated[str, one_of(StepKind)]]
    end_date: NotRequired[Day]
    days: NotRequired[Count]
    cuts: NotRequired[Count]
    window_days: NotRequired[Count | None]
    largest_cut_percent: NotRequired[Percent]
    declared: NotRequired[list[DeclaredEntry]]
    last_dose_mg: NotRequired[Mg]
    pieces_a_day_most: NotRequired[Count]
    pieces_a_day_mean: NotRequired[float]
    days_with_a_divided_tablet: NotRequired[Count]
    dosing_days: NotRequired[Count]
    strengths: NotRequired[list[str]]
    handed_out: NotRequired[list[HandedOut]]
    supplies: NotRequired[Count]
    flags: NotRequired[list[str]]
    doses_mg: NotRequired[list[Mg]]
    taken_on: NotRequired[list[str | None]]
    refused_for_safety: NotRequired[bool]
    why: NotRequired[str]
    accepts: NotRequired[list[AcceptEntry]]


class CompareAnswer(TypedDict):
    """Two to four plans side by side in the order in which they were typed; none is recommended."""

    schema: Literal["taper.compare.v1"]
    notice: str
    drug: str
    region: str
    columns: list[ColumnEntry]


class SchemaEntry(TypedDict):
    """A published schema by the name that its documents carry."""

    name: str
    description: str


class SchemasAnswer(TypedDict):
    """Every published schema."""

    schema: Literal["taper.schemas.v1"]
    schemas: list[SchemaEntry]
