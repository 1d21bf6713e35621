"""The rows of a plan file as they must be written: unknown keys, wrong kinds and missing fields are faults."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

Mg = Annotated[str, msgspec.Meta(pattern=r"^(0|[1-9][0-9]{0,6})(\.[0-9]{1,6})?$", description="mg as an exact decimal")]
Count = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9]{1,7}(/[0-9]{1,4})?$", description="a number of tablets or mL, as '3/2'")
]
Ml = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,5}(\.[0-9]{1,3})?$", description="mL as an exact decimal")]
Share = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,20}(/[0-9]{1,20})?$", description="a share, as '1/10'")]
Length = Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,3}[dwmy]$", description="a length of time, as '2w'")]
Slot = Literal["daily", "morning", "noon", "evening", "bedtime"]
Split = Literal["whole", "half", "quarter"]
Text = Annotated[str, msgspec.Meta(max_length=20_000)]
PlanId = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{4}-[A-Z]{4}$")]
SCHEMA = "taper.plan.v1"


class Row(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=False):
    """A table of the plan file."""


class DoseRow(Row):
    """A dose in one slot."""

    slot: Slot
    mg: Mg


class OverRow(Row, tag="over", tag_field="kind"):
    """Reach the target in this time."""

    time: Length


class UntilRow(Row, tag="until", tag_field="kind"):
    """Reach the target by a day."""

    day: date


class ReduceDoseRow(Row, tag="reduce-dose", tag_field="kind"):
    """Cut by a dose."""

    mg: Mg


class ReduceShareRow(Row, tag="reduce-share", tag_field="kind"):
    """Cut by a share of the current or the starting dose."""

    share: Share
    basis: Literal["current", "start"]


class BandsRow(Row, tag="bands", tag_field="kind"):
    """Cut by the banded steps."""


class LevelsRow(Row, tag="levels", tag_field="kind", omit_defaults=True):
    """The daily totals as typed, each for its own time where one was typed."""

    mg: list[Mg]
    times: list[Length] = []


class LadderRow(Row, tag="ladder", tag_field="kind"):
    """A published schedule by its key."""

    key: Text
    shortest: bool


class ShapeRow(Row):
    """The curve that was typed."""

    kind: Literal["proportional", "linear", "hyperbolic", "bands"]
    ed50_mg: Mg | None
    ed50_source: Text


class WantedRow(Row):
    """A product as typed; without a strength, every strength of the form."""

    strength_mg: Mg | None
    volume_ml: Ml | None
    form: Text
    split: Split | None


class ContextRow(Row):
    """A stated fact."""

    key: Text
    value: Text


class AcceptanceRow(Row):
    """A limit gone past, by rule and reason."""

    rule: Text
    reason: Text


class SourceRow(Row):
    """A document behind an own product."""

    key: Text
    title: Text
    publisher: Text
    year: int
    where: Text
    read_on: date


class CiteRow(Row):
    """A place in the document at that place of the list, counted from 0."""

    source: Annotated[int, msgspec.Meta(ge=0, le=999)]
    locator: Text
    trust: Literal["V", "V2"]
    note: Text


class OwnProductRow(Row):
    """A product of the prescriber's own file."""

    region: Text
    form: Text
    strength_mg: Mg
    volume_ml: Ml | None
    split: Split
    cite: CiteRow
    split_cite: CiteRow | None


class OwnRow(Row):
    """What the prescriber's own file says of this drug; `only`: nothing else may be supplied."""

    only: bool
    reviewed_on: date
    review_due: date
    reviewed_by: Text
    sources: list[SourceRow]
    products: list[OwnProductRow]


class SupplyRow(Row):
    """How the medicine is handed out."""

    days: Annotated[int, msgspec.Meta(ge=1, le=366)]
    halves: Literal["kept", "discarded"]
    bottle_ml: Ml | None
    most: Annotated[int, msgspec.Meta(ge=1, le=999_999)] | None
    most_unit: Literal["tablets", "mL", "days"] | None


class SwitchRow(Row):
    """The switch from another drug before the taper: what was taken of it, and how it goes over; the dose that it is switched to is
    that of the request."""

    drug: Text
    doses: list[DoseRow]
    every: Length
    order: list[Slot]
    reason: Text
    move_mg: Mg | None
    cut_mg: Mg | None
    products: list[WantedRow] | None
    split: Split | None


class RequestRow(Row):
    """What the prescriber asked for; `switch` only where the taper comes from another drug."""

    drug: Text
    doses: list[DoseRow]
    pace: OverRow | UntilRow | ReduceDoseRow | ReduceShareRow | BandsRow | LevelsRow | LadderRow
    every: Length
    start: date
    today: date
    shape: ShapeRow | None
    target_mg: Mg
    products: list[WantedRow] | None
    split: Split | None
    syringe_ml: Ml | None
    cut: Literal["morning-first", "bedtime-first", "even"]
    region: Text | None
    indication: Text | None
    context: list[ContextRow]
    acceptances: list[AcceptanceRow]
    guideline: Text | None
    supply: SupplyRow
    assumed: list[Text]
    own: OwnRow | msgspec.UnsetType = msgspec.UNSET
    switch: SwitchRow | msgspec.UnsetType = msgspec.UNSET


class ProductRow(Row):
    """A product that the schedule takes, with how it may be divided in this plan; `drug` where it is not the schedule's own."""

    form: Text
    strength_mg: Mg
    volume_ml: Ml | None
    graduation_ml: Ml | None
    split: Split
    drug: Text | msgspec.UnsetType = msgspec.UNSET


class PortionRow(Row):
    """So many of the product at that place of the list, counted from 0."""

    product: Annotated[int, msgspec.Meta(ge=0, le=99)]
    count: Count


class IntakeRow(Row):
    """What is taken in one slot."""

    slot: Slot
    mg: Mg
    portions: list[PortionRow]


class StepRow(Row, omit_defaults=True):
    """A step: from `start` to the day before `end`; the ending has no end."""

    number: Annotated[int, msgspec.Meta(ge=1, le=9_999)]
    kind: Literal["reduce", "hold", "space", "raise", "switch", "maintain", "stop"]
    start: date
    end: date | None
    held: bool
    intakes: list[IntakeRow]
    days_taken: Annotated[
        str | None, msgspec.Meta(description="'alternate', or weekdays such as 'monday thursday'; null for every day")
    ] = None
    days_between: list[IntakeRow] = []


class SwitchedRow(Row):
    """The drug that a schedule comes from, and how many mg of the schedule's drug one mg of it counts for."""

    drug: Text
    worth: Share


class ScheduleRow(Row):
    """The schedule with the products that it takes; where it is `switched`, `before` is of the drug that it comes from."""

    drug: Text
    before: list[DoseRow]
    products: list[ProductRow]
    steps: list[StepRow]
    switched: SwitchedRow | msgspec.UnsetType = msgspec.UNSET


class FoundRow(Row):
    """How the schedule was found."""

    largest_cut: Share
    proven: bool
    reanchored: bool


class RevisionRow(Row):
    """What was asked of the plan on a day, and the version that it replaced: its id, its schedule and how that was found."""

    on: date
    made_on: date
    hold: Length | None
    pace: ReduceDoseRow | ReduceShareRow | None
    every: Length | None
    until: date | None
    back_to: list[DoseRow] | None
    actual: list[DoseRow] | None
    stop_here: bool
    products: list[WantedRow] | None
    split: Split | None
    acceptances: list[AcceptanceRow]
    by: Text
    reason: Text
    replaces: PlanId
    schedule: ScheduleRow
    found: FoundRow


class FindingRow(Row):
    """What the judge said when the plan was written; judged again whenever it is read."""

    rule: Text
    level: Literal["info", "flag", "refuse"]
    step: int | None
    message: Text
    accepted: Text


class DispensingRow(Row):
    """One product of one supply: days `start` to the day before `end`; the product by its place in the schedule's list."""

    number: Annotated[int, msgspec.Meta(ge=1, le=99_999)]
    product: Annotated[int, msgspec.Meta(ge=0, le=99)]
    start: date
    end: date
    needed: Count
    carry_in: Count
    dispensed: Count


class PlanFile(Row, kw_only=True):
    """A saved plan. `hash` is that of all the rest, so that an edited file is known as one.

    A file of a program that knew no revisions has none.
    """

    schema: Literal["taper.plan.v1"]
    notice: Text
    status: Literal["draft"]
    plan_id: PlanId
    version: Annotated[int, msgspec.Meta(ge=1, le=9_999)]
    program: Text
    data_id: Text
    request: RequestRow
    schedule: ScheduleRow
    found: FoundRow
    findings: list[FindingRow]
    supplies: list[DispensingRow]
    revisions: Annotated[list[RevisionRow], msgspec.Meta(max_length=999)] = []
    hash: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
