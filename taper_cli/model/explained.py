"""Why a step is what it is: the wanted dose, what could be made near it, what decided, limits as measured, tablets compared."""

from datetime import date
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import Dose
from taper_cli.model.finding import Finding
from taper_cli.model.product import Portion
from taper_cli.model.report import Report
from taper_cli.model.request import Request, Shape
from taper_cli.model.schedule import Slot, Step
from taper_cli.model.switch import StageRange


class Why(Enum):
    """What became of a dose that could be made near the wanted one: it was taken, or the first rule that speaks against it.

    The first three and the last two hold for any plan; then come the planner's aims for a duration in their order, and those
    for a pace.
    """

    TAKEN = "taken"
    FIRST_CUT = "first-cut"
    LIMIT = "limit"
    END_OUT_OF_REACH = "end-out-of-reach"
    LAST_DOSE = "last-dose"
    LARGEST_CUT = "largest-cut"
    CURVE = "curve"
    RISES = "rises"
    CUT_ORDER = "cut-order"
    SPLITS = "splits"
    PIECES = "pieces"
    PRODUCTS = "products"
    LARGER_EARLIER = "larger-earlier"
    ASKED = "asked"
    LESS_THAN_ASKED = "less-than-asked"
    TYPED = "typed"
    NOT_COMPARED = "not-compared"


class How(Enum):
    """How the dose of a moment came about, where that is a rule of its own."""

    AIM = "aim"
    ASKED = "asked"
    ASKED_WITHIN_LIMIT = "asked-within-limit"
    ADJACENT = "adjacent"
    WAIT = "wait"
    TYPED = "typed"


class Candidate(NamedTuple):
    """A makeable daily total near the wanted one. `cut` is its share of the dose before, None where it is no cut.

    `early` is how many steps it is ahead of the curve (below zero: behind), None without a curve. `instead` and `taken` are the
    figure that `why` compares, with this dose and in the plan as it is: shares for the largest cut, steps²·days for the curve,
    counts times days for the rest. For a limit, an end out of reach and the last dose there is `taken` alone: the lowest or
    highest mg that could stand there.
    """

    dose: Dose
    cut: Fraction | None
    early: Fraction | None
    why: Why
    instead: Fraction | None = None
    taken: Fraction | None = None


class Moment(NamedTuple):
    """One day on which a cut was due: the wanted dose in mg (rounded to 0.001 unless `exact`), and what was near it.

    `version` is the one whose search it is told of: `day` is a day of that version's schedule.
    """

    day: date
    before: Dose
    wanted_mg: Fraction | None
    exact: bool
    how: How
    candidates: tuple[Candidate, ...]
    version: int = 1

    @property
    def taken(self) -> Dose:
        """The daily total of the plan on that day."""
        return next(candidate.dose for candidate in self.candidates if candidate.why is Why.TAKEN)


class LimitMeasured(NamedTuple):
    """A limit over its own window: the highest dose in force (as the limit counts it) from `first` to `last`, and the fall to `after`.

    A limit by share has `limit` and says in `basis` of which dose `share` is taken; one in mg has `most`, its words in `law`, and
    counts only the doses that it speaks of. `lifted`, where not empty, says why it does not refuse: short use, a published
    schedule, or the prescriber's reason.
    """

    rule: str
    first: date
    last: date
    window_days: int
    highest: Dose
    after: Dose
    basis: str
    share: Fraction
    limit: Fraction | None
    most: Dose | None
    lowest_allowed: Dose | None
    source: str
    lifted: str = ""
    law: str = ""

    @property
    def kept(self) -> bool:
        """Whether the fall is within the limit."""
        if self.most is not None:
            return self.highest.ng - self.after.ng <= self.most.ng
        return self.limit is None or self.share <= self.limit


class TimeMeasured(NamedTuple):
    """The days from the first cut to the end, and the fewest that a guideline asks for."""

    rule: str
    days: int
    needed: int
    source: str
    accepted: str = ""


class TailMeasured(NamedTuple):
    """The four conditions of the small exception for the tail, as measured; with `accepted` the prescriber went past its place."""

    smallest: tuple[Dose, ...]
    before: Dose
    after: Dose
    next_lower: Dose | None
    last_step: Dose
    first_cut: bool
    accepted: str = ""

    @property
    def conditions(self) -> tuple[bool, bool, bool, bool]:
        """In order: among the smallest totals, to the adjacent total, no larger than the last step, not the first cut."""
        return (
            self.before in self.smallest,
            self.after == self.next_lower,
            self.before.ng - self.after.ng <= self.last_step.ng,
            not self.first_cut,
        )


class LastDoseMeasured(NamedTuple):
    """The last dose against the largest one from which one may stop."""

    dose: Dose
    most: Dose
    basis: str
    source: str
    accepted: str = ""


class Burden(NamedTuple):
    """What a day costs the one who takes it: slots that rise, mg away from the cut order, divided tablets, pieces, products.

    Slots are counted that rise from the step before or to the step after; products are counted in each slot.
    """

    rises: int
    misplaced_mg: Fraction
    cuts: int
    pieces: int
    distinct: int


class DaySplit(NamedTuple):
    """One way to spread a daily total over the slots; `why` is the first aim by which it is worse than the one taken."""

    doses: tuple[tuple[Slot, Dose], ...]
    burden: Burden
    why: Why


class Recipe(NamedTuple):
    """Portions that make one intake, with the divided tablets, pieces and products they take."""

    portions: tuple[Portion, ...]
    cuts: int
    pieces: int
    distinct: int


class IntakeMade(NamedTuple):
    """One intake: the portions taken, and others that make the same dose, the lightest first."""

    slot: Slot
    dose: Dose
    taken: Recipe
    others: tuple[Recipe, ...]

    @property
    def drug(self) -> str:
        """The drug that is taken."""
        return self.taken.portions[0].product.drug


class Made(Enum):
    """How a version came to a step: planned, a prescriber's rise, a dose found with the patient, or staying on that day's dose."""

    PLANNED = "planned"
    RAISED = "raised"
    FOUND = "found"
    KEPT = "kept"


class Changed(Enum):
    """What a later version did to a step: other days, a later or earlier end than it had, or an end taken away or given."""

    MOVED = "moved"
    LONGER = "longer"
    SHORTER = "shorter"
    NO_END = "no-end"
    ENDED = "ended"


class StepChange(NamedTuple):
    """One change of a step by a version: by so many days, below zero where it moved to an earlier day; 0 where days say nothing."""

    version: int
    what: Changed
    days: int


class StepHistory(NamedTuple):
    """Which version made a step and how, on which day it began there, and what later versions did to it; version 1 is the first.

    `by` and `reason` are the words of the revision where no planner chose the dose; empty where nothing was stated.
    """

    version: int
    made: Made
    first_day: date
    changes: tuple[StepChange, ...] = ()
    by: str = ""
    reason: str = ""


class StageExplained(NamedTuple):
    """What a stage of a switch moves: the time of day, and what is taken there of the old drug and of the new one, before and now.

    It is stage `place` of `of`; `range` is what its total would be under the published ratios, None where all say the same.
    """

    place: int
    of: int
    slot: Slot
    old: tuple[Dose, Dose]
    new: tuple[Dose, Dose]
    range: StageRange | None


class StepExplained(NamedTuple):
    """All about one step; a step that joins several moments has them all, a stop and a step that leaves days out have none.

    `level` is its daily total in the long run, `before` that of the step before it. A `stage` of a switch is laid out, not searched
    for: it has no moments either.
    """

    step: Step
    level: Dose
    before: Dose
    moments: tuple[Moment, ...]
    limits: tuple[LimitMeasured, ...]
    tail: TailMeasured | None
    last_dose: LastDoseMeasured | None
    whole_time: TimeMeasured | None
    splits: tuple[DaySplit, ...]
    intakes: tuple[IntakeMade, ...]
    findings: tuple[Finding, ...]
    history: StepHistory
    stage: StageExplained | None = None


class Aim(Enum):
    """What the planner aims at first."""

    GENTLEST = "smallest-largest-cut"
    SHAPE = "typed-shape"
    SHORT_USE = "even-descent"
    PACE = "asked-pace"
    LEVELS = "typed-levels"
    LADDER = "published-ladder"


class CurveTold(NamedTuple):
    """The wanted curve: its shape, its two ends, and after how many steps it stands at the lower one."""

    shape: Shape
    top: Dose
    bottom: Dose
    steps: int
    reanchored: bool


class Searched(NamedTuple):
    """How one version planned: what was asked of it (with its interval), from which dose and day, and what its planner aimed at.

    `same` says whether planning it anew gave the steps that were saved. Where it did not, nothing is said about what the planner
    would have done, and no step of that version has moments.
    """

    version: int
    asked: Request
    before: Dose
    start: date
    same: bool
    aim: Aim
    curve: CurveTold | None


class Explanation(NamedTuple):
    """The steps asked about, each explained, and the versions that planned them, the first one first; a rise alone has none."""

    report: Report
    searches: tuple[Searched, ...]
    steps: tuple[StepExplained, ...]

    @property
    def same(self) -> bool:
        """Whether every version that planned one of the steps comes out the same when it is planned again."""
        return all(search.same for search in self.searches)

    def search(self, version: int) -> Searched:
        """How the version of a moment planned.

        Raises:
            StopIteration: for a version that planned none of the steps, and so has no moment.
        """
        return next(search for search in self.searches if search.version == version)
