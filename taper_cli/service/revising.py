"""From one version of a plan to the next: what was asked on a day made into a schedule on the fixed past."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import Dose
from taper_cli.model.errors import CannotPlan, InvalidInput
from taper_cli.model.guideline import Basis
from taper_cli.model.period import Period, TimeUnit, Until
from taper_cli.model.request import AtPace, ByLadder, ByLevels, OverTime, Pace, Spacing
from taper_cli.model.revision import Revised, Revision
from taper_cli.model.schedule import Intake, Schedule, sum_of
from taper_cli.model.switch import stages
from taper_cli.planning.calendar import after
from taper_cli.planning.dispensing import TooFine
from taper_cli.planning.problem import NothingLower, Planned, Problem, UnmakeableDose
from taper_cli.planning.revision import (
    Stay,
    doses_until,
    follow,
    go_on,
    intakes_of,
    same_taken,
    stages_after,
    steps_after,
    steps_below,
    stop_after,
    stop_here,
    takes_old,
)
from taper_cli.service.changes import Attempt, refusal
from taper_cli.service.footing import Change, change_of
from taper_cli.service.planning import answer as planned
from taper_cli.service.products import others
from taper_cli.service.setting import Setting
from taper_cli.service.versions import Version

# Longer than the window of any limit: as far back as the doses before a plan made anew are told.
_LONGEST_WINDOW = 366


def next_version(version: Version, revision: Revision) -> Version:
    """The version that a revision makes of a plan; its largest cut is still that of the version before.

    Raises:
        InvalidInput: for a day or a dose that the plan does not have, or a change that changes nothing.
        CannotPlan: for a dose that cannot be made, or a pace that is not slower.
        RefusedForSafety: for an end or a pace that breaks a limit.
    """
    change = change_of(version, revision)
    try:
        schedule, proven, reanchored = _made(change)
    except TooFine as error:
        raise CannotPlan(
            f"these products make too many doses: {error}", "expected a coarser syringe", "name other --products"
        ) from error
    except OverflowError as error:
        raise CannotPlan(
            "the plan would leave the calendar", "expected a shorter time", "check --hold, --every and --until"
        ) from error
    if schedule == version.schedule:
        raise _nothing_new(version, revision)
    found = version.found._replace(
        proven=version.found.proven and proven, reanchored=version.found.reanchored or reanchored
    )
    replaced = Revised(revision, "", version.schedule, version.found)
    return Version(version.request, (*version.revisions, replaced), schedule, found)


def _nothing_new(version: Version, revision: Revision) -> CannotPlan:
    """The fault of a change that changes nothing: a new version that says the same would make the old one void for nothing."""
    asked = " and ".join(revision.asks)
    if revision.pace is not None:
        return CannotPlan(
            f"{asked} leads to the steps that version {version.number} has already: its products or the limit leave no others",
            "expected longer steps, or products that make smaller cuts",
            "add for example --every 4w, or --products",
        )
    return CannotPlan(
        f"{asked} changes nothing: version {version.number} of the plan says so already",
        "expected a change",
        "add for example --hold 2w",
    )


def _made(change: Change) -> tuple[Schedule, bool, bool]:
    """The schedule, whether what was planned anew is proven best, and whether its curve was anchored anew."""
    revision, schedule = change.revision, change.schedule
    if change.step.rhythm is not None and not change.moved and (revision.plans_anew or revision.stop_here):
        raise InvalidInput(
            f"the plan leaves days out on that day ({change.step.rhythm.words})",
            "expected a dose of every day to go on from",
            "add --back-to or --actual with it, or leave all but --hold out",
        )
    intakes = _taken(change)
    fresh = intakes is not change.step.intakes
    goes_on = _goes_on(change)
    if revision.stop_here or goes_on:
        if goes_on and (revision.hold or revision.every):
            raise InvalidInput(
                f"the plan stays on {change.step.counted} from {change.step.start.isoformat()} on",
                "expected a way to go on from there",
                "add --slower or --until",
            )
        return (stop_here(schedule, change.on, intakes) if fresh or not goes_on else schedule), True, False
    end = schedule.ending.counted
    if end and change.regimen.total <= end and change.step.end is not None:
        raise InvalidInput(
            f"{change.regimen.total} is not above the {end} on which the plan ends",
            "expected a higher dose",
            "type --stop-here to stay on it",
        )
    stay, moved = _moved(change, intakes)
    return _anew(change, stay, moved) if revision.plans_anew else (moved, True, False)


def _moved(change: Change, intakes: tuple[Intake, ...]) -> tuple[Stay, Schedule]:
    """What is stayed on from the day of the change, and the schedule with the steps that were left after it."""
    schedule = change.schedule
    stay = Stay(intakes, _next_cut(change), intakes is not change.step.intakes)
    rest = (
        steps_below(schedule, Fraction(change.regimen.total.ng)) if change.moved else steps_after(schedule, change.step)
    )
    return stay, follow(schedule, change.on, stay, rest, change.revision.every)


def _goes_on(change: Change) -> bool:
    """Whether the dose of that day has no end, and nothing is asked that would give it one."""
    return change.step.end is None and change.revision.pace is None and change.revision.until is None


def _taken(change: Change) -> tuple[Intake, ...]:
    """What is taken from the day of the change on: as the step in force has it, unless dose or products are others now.

    A stage of a switch stays as it was planned.
    """
    revision, products = change.revision, change.setting.at_hand.products
    if change.switching or (not change.moved and revision.products is None and revision.split is None):
        return change.step.intakes
    made = intakes_of(change.regimen, products)
    if isinstance(made, UnmakeableDose):
        raise refusal(made, _attempt(change, replace(change.setting.problem, before=change.regimen)))
    same = change.step.rhythm is None and same_taken(made, change.step.intakes)
    return change.step.intakes if same else made


def _next_cut(change: Change) -> date:
    """The first day of the next lower dose: never before the plan had it, and a whole interval after a dose that is another one.

    Of what was taken before an actual dose that is lower than planned nothing is known: a limit must not look back behind it.
    """
    revision, step, on = change.revision, change.step, change.on
    if change.moved:
        until = after(on, revision.hold or change.every)
        unknown = revision.actual is not None and change.regimen.total < step.total and revision.hold is None
        window = change.setting.problem.window_days
        return max(until, on + timedelta(days=window)) if unknown else until
    if step.end is None:
        return max(
            on + timedelta(days=1), after(on, revision.hold) if revision.hold else after(step.start, change.every)
        )
    until = after(step.end, revision.hold) if revision.hold else step.end
    # A pace that is asked during a switch is that of the taper: its stages stay as they are.
    longer = revision.every if not (change.switching and revision.plans_anew) else None
    return max(until, after(step.start, longer)) if longer else until


def _anew(change: Change, stay: Stay, moved: Schedule) -> tuple[Schedule, bool, bool]:
    """The rest planned anew from the dose of that day; where only the products are new, in the time that the plan still had."""
    setting = change.setting
    problem = _problem(change, stay)
    if problem.target >= change.regimen.total:
        raise InvalidInput(
            f"{change.regimen.total} is not above the {problem.target} on which the plan ends",
            "expected a higher dose",
            "type --stop-here to stay on it",
        )
    pace = _pace(change, moved)
    if isinstance(pace, ByLevels) and not pace.totals:
        return _last_dose(change, stay), True, False
    if _as_before(change, pace, moved):
        return moved, True, False
    answer = planned(setting, pace, problem)
    if isinstance(answer, NothingLower) and change.regimen.total <= (problem.last_dose or problem.last_step):
        return _last_dose(change, stay), True, False
    if not isinstance(answer, Planned):
        raise refusal(answer, _attempt(change, problem, pace))
    made = go_on(_begun(change, stay), answer.schedule)
    _not_faster(change, made)
    return made, answer.proven, answer.reanchored


def _begun(change: Change, stay: Stay) -> Schedule:
    """The schedule up to the first day of what is planned anew: what is over, the dose of that day, the stages that are left."""
    return follow(change.schedule, change.on, stay, stages_after(change.schedule, change.step))


def _problem(change: Change, stay: Stay) -> Problem:
    """The rest as a problem of its own: from the dose of that day, with limits that look back over the days really taken."""
    problem, begun = change.setting.problem, _begun(change, stay)
    start = begun.ending.start
    return replace(
        problem,
        before=change.regimen,
        start=start,
        every=change.every,
        min_days=max(problem.min_days - (start - _first_fall(begun)).days, 0),
        earlier=doses_until(begun, start, _LONGEST_WINDOW),
    )


def _first_fall(begun: Schedule) -> date:
    """The day from which the time of the whole taper counts: its first one, or after a switch the first that takes less."""
    if begun.switched is None:
        return begun.start
    return next((step.start for step in begun.dosing_steps if begun.reduces(step)), begun.ending.start)


class Search(NamedTuple):
    """What a revision planned anew: by which pace, as which problem, with its answer and the whole schedule on the fixed past."""

    setting: Setting
    pace: Pace
    problem: Problem
    planned: Planned
    schedule: Schedule


def search_of(version: Version, revision: Revision) -> Search | None:
    """The search by which a revision of this version plans the rest, made again; None where it only moves, stays or stops.

    Raises:
        InvalidInput, CannotPlan, RefusedForSafety: as `next_version`, where the data of today do not allow the revision.
        TooFine: when the products make more doses than can be searched.
        OverflowError: when a date leaves the calendar.
    """
    change = change_of(version, revision)
    if not revision.plans_anew or _goes_on(change):
        return None
    stay, moved = _moved(change, _taken(change))
    pace, problem = _pace(change, moved), _problem(change, stay)
    if (isinstance(pace, ByLevels) and not pace.totals) or _as_before(change, pace, moved):
        return None
    answer = planned(change.setting, pace, problem)
    if not isinstance(answer, Planned):
        return None
    made = go_on(_begun(change, stay), answer.schedule)
    return Search(change.setting, pace, problem, answer, made)


def _pace(change: Change, moved: Schedule) -> Pace:
    """The pace for the rest in terms of the dose that it begins from; a time that was asked ends when the moved plan would end."""
    until = change.revision.until
    match change.setting.request.pace:
        case OverTime() if until is None:
            return OverTime(Until(moved.ending.start))
        case AtPace(share=Fraction() as share, basis=Basis.START):
            # A share of the starting dose is one of version 1's, not of today's; less than a nanogram is nothing.
            return AtPace(dose=Dose(max(int(share * _tapered_from(change.version).ng), 1)))
        case ByLevels() | ByLadder():
            first = _first_cut(moved, change)
            rest = [step for step in moved.dosing_steps if step.start >= first]
            return ByLevels(
                tuple(step.total for step in rest),
                tuple(Period(step.days or 1, TimeUnit.DAY) for step in rest),
                tuple(Spacing(step.rhythm, sum_of(step.others)) if step.rhythm else None for step in rest),
            )
        case pace:
            return pace


def _tapered_from(version: Version) -> Dose:
    """The dose from which version 1 was tapered: the one that was typed, or that of the last stage of its switch."""
    switched = stages(version.schedules[0])
    return switched[-1].total if switched else version.request.regimen.total


def _as_before(change: Change, pace: Pace, moved: Schedule) -> bool:
    """Whether the rest has the dose, the products and the time that it had: it was the best then, and is not exchanged for another."""
    same_time = pace == OverTime(Until(change.schedule.ending.start)) and moved == change.schedule
    return same_time and change.same_products and change.step.end is not None


def _first_cut(moved: Schedule, change: Change) -> date:
    """The first day below the dose of the change in the schedule that only moved; days left out count as below it."""
    tapered = (step for step in moved.steps if step.start > change.on and not takes_old(moved, step))
    return min(step.start for step in tapered if step.mean < change.regimen.total.ng)


def _last_dose(change: Change, stay: Stay) -> Schedule:
    """Nothing lower can be made and the dose is small enough: what is left is to stop, on the day that was asked."""
    until, begun = change.revision.until, _begun(change, stay)
    first = begun.ending.start
    if until is not None and until < first:
        raise InvalidInput(
            f"--until {until.isoformat()} is before the last dose has lasted",
            f"expected a day from {first.isoformat()} on",
            f"type --until {first.isoformat()}",
        )
    return stop_after(begun, until or first)


def _not_faster(change: Change, made: Schedule) -> None:
    """A pace that was called slower ends no earlier than the plan that it replaces."""
    before, pace = change.schedule.ending, change.revision.pace
    if pace is None or before.intakes or made.ending.start >= before.start:
        return
    raise CannotPlan(
        f"--slower would be faster: the plan would end on {made.ending.start.isoformat()}, "
        f"not on {before.start.isoformat()}",
        "expected smaller cuts, or a longer --every",
        f"type a smaller --slower, or --until {made.ending.start.isoformat()} if that end is meant",
    )


def _attempt(change: Change, problem: Problem, pace: Pace | None = None) -> Attempt:
    """What is needed to say what would lift a refusal."""
    setting = change.setting
    asked = pace or setting.request.pace
    syringe = setting.request.syringe
    return Attempt(
        problem=problem,
        planner=lambda changed: planned(setting, asked, changed),
        ending_on=lambda day: planned(setting, OverTime(Until(day)), problem),
        others=tuple(
            other.product for other in others(setting.drug, setting.region, setting.at_hand.products, syringe)
        ),
        law=setting.guideline.law(setting.drug.name),
        limit_rules=setting.guideline.limit_rules,
        time_rule=setting.guideline.time_rule,
        syringe_typed=False,
        typed_end="type --until {end}",
    )
