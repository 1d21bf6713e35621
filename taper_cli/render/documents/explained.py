"""The shape of what `explain` answers: each step with the figures that decided it."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from taper_cli.model.explained import Aim, Changed, How, Made, Why
from taper_cli.model.finding import Level
from taper_cli.model.request import ShapeKind
from taper_cli.model.schedule import Slot, StepKind
from taper_cli.render.documents.cells import Count, Day, Mg, Percent, one_of


class CurveEntry(TypedDict):
    """The wanted curve: its ends, and after how many steps it stands at the lower one."""

    shape: Annotated[str, one_of(ShapeKind)]
    from_mg: Mg
    to_mg: Mg
    steps: Count
    ends_at_last_dose: bool


class SearchEntry(TypedDict):
    """How one version planned; no aim and no curve where planning it again gives another schedule."""

    version: int
    from_mg: Mg
    start: Day
    same_when_planned_again: bool
    aim: Annotated[str, one_of(Aim)] | None
    curve: CurveEntry | None


class ChangeEntry(TypedDict):
    """What a later version did to a step, by so many days; below zero where it moved to an earlier day."""

    version: int
    what: Annotated[str, one_of(Changed)]
    days: int


class HistoryEntry(TypedDict):
    """Which version made a step, how, on which day it began there, and on whose word."""

    version: int
    made: Annotated[str, one_of(Made)]
    first_day: Day
    by: str | None
    reason: str | None
    changes: list[ChangeEntry]


class CandidateEntry(TypedDict):
    """A dose near the wanted one: `decided_by` is 'taken', or the first rule that speaks against it, with the two figures compared."""

    mg: Mg
    cut_percent: Percent | None
    steps_early: float | None
    decided_by: Annotated[str, one_of(Why)]
    figure_with_it: float | None
    figure_of_the_plan: float | None


class StageEntry(TypedDict):
    """A stage of a switch: which one of how many, at what time of day, and what is taken there of both drugs before it and in it."""

    stage: Count
    of: Count
    slot: Annotated[str, one_of(Slot)]
    old_before_mg: Mg
    old_mg: Mg
    new_before_mg: Mg
    new_mg: Mg
    percent_by_published_ratios: list[Percent] | None


class MomentEntry(TypedDict):
    """One day on which a cut was due."""

    version: int
    day: Day
    before_mg: Mg
    wanted_mg: Mg | None
    wanted_is_exact: bool
    how: Annotated[str, one_of(How)]
    candidates: list[CandidateEntry]


class LimitEntry(TypedDict):
    """A limit over its own window: the highest dose in force in it, and the fall from there."""

    rule: str
    first_day: Day
    last_day: Day
    highest_mg: Mg
    to_mg: Mg
    basis: str | None
    percent: Percent
    limit_percent: Percent | None
    limit_mg: Mg | None
    window_days: Count
    kept: bool
    lowest_allowed_mg: Mg | None
    source: str


class TailEntry(TypedDict):
    """The four conditions of the small exception for the tail."""

    smallest_mg: list[Mg]
    among_the_smallest: bool
    to_the_next_lower: bool
    within_the_last_step: bool
    not_the_first_cut: bool
    accepted: str | None


class LastDoseEntry(TypedDict):
    """The last dose, and the largest from which one may stop."""

    last_dose_mg: Mg
    most_mg: Mg
    basis: str
    source: str
    accepted: str | None


class WholeTimeEntry(TypedDict):
    """The days in all, and the fewest that a guideline asks for."""

    rule: str
    days: Count
    needed_days: Count
    source: str


class DaySplitEntry(TypedDict):
    """One way to spread a day's dose over its times of day, and what it costs the one who takes it."""

    mg_by_slot: dict[str, Mg]
    rises: Count
    cuts: Count
    pieces: Count
    products: Count
    decided_by: Annotated[str, one_of(Why)]


class PortionEntry(TypedDict):
    """So many tablets or mL of a product."""

    count: float
    product: str


class RecipeEntry(TypedDict):
    """Portions that make one dose."""

    portions: list[PortionEntry]
    cuts: Count
    pieces: Count
    products: Count


class IntakeEntry(TypedDict):
    """One intake: what is taken, and what else makes the same dose."""

    slot: Annotated[str, one_of(Slot)]
    mg: Mg
    taken: RecipeEntry
    others: list[RecipeEntry]


class RemarkEntry(TypedDict):
    """What the judge says of a step."""

    rule: str
    level: Annotated[str, one_of(Level)]
    message: str


class StepEntry(TypedDict):
    """One step; what does not apply is null or empty."""

    step: Count
    kind: Annotated[str, one_of(StepKind)]
    start: Day
    last_day: Day | None
    before_mg: Mg
    total_mg: Mg | None
    mg_by_drug: dict[str, Mg] | None
    stage: StageEntry | None
    long_run_mg: Mg
    taken_on: str | None
    history: HistoryEntry
    moments: list[MomentEntry]
    limits: list[LimitEntry]
    tail_exception: TailEntry | None
    last_dose: LastDoseEntry | None
    whole_time: WholeTimeEntry | None
    slots: list[DaySplitEntry]
    intakes: list[IntakeEntry]
    findings: list[RemarkEntry]


class ExplainAnswer(TypedDict):
    """Why steps are what they are; `aim` and `curve` are those of the first search."""

    schema: Literal["taper.explain.v1"]
    notice: str
    plan_id: str
    version: int
    drug: str
    same_when_planned_again: bool | None
    aim: Annotated[str, one_of(Aim)] | None
    curve: CurveEntry | None
    searches: list[SearchEntry]
    steps: list[StepEntry]
