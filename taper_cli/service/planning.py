"""From a request to a judged report: the setting, the plan or the refusal that says why there is none, the report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from taper_cli.model.errors import CannotPlan, InvalidInput
from taper_cli.model.period import Until
from taper_cli.model.report import Report
from taper_cli.model.request import AtPace, ByBands, ByLadder, ByLevels, OverTime, Pace, Request
from taper_cli.planning.dispensing import TooFine
from taper_cli.planning.problem import Answer, Planned, Problem, Wanted
from taper_cli.service.products import others
from taper_cli.service.reporting import report_of
from taper_cli.service.setting import Setting, setting_of

if TYPE_CHECKING:
    from taper_cli.service.changes import Attempt


def plan(request: Request) -> Report:
    """Plan a taper and judge it.

    Raises:
        InvalidInput: unknown region, guideline, context or acceptance.
        CannotPlan: unknown drug, unmakeable dose, unknown strength, no room for a step.
        RefusedForSafety: unsafe context, above the ceiling, faster than the limit allows.
        PlannerFault: our own schedule fails our own judge; a bug, nothing may be printed.
    """
    setting = setting_of(request)
    return report_of(setting, planned_for(setting))


def answer(setting: Setting, pace: Pace, problem: Problem) -> Answer:
    """Plan by the kind of pace that was asked.

    Raises:
        TooFine: when the products make more doses than can be searched.
        OverflowError: when a date leaves the calendar.
    """
    match pace:
        case OverTime(length):
            from taper_cli.planning.planner import plan_over

            return plan_over(problem, length, setting.shape)
        case AtPace() | ByBands() as pace:
            from taper_cli.planning.pacing import plan_pace

            return plan_pace(problem, pace)
        case ByLevels(totals=totals, periods=periods, spacings=spacings):
            from taper_cli.planning.pacing import plan_levels

            # A list that begins with the present dose means it as "now", not as a step without a cut; one with times of its
            # own means the first of them as well.
            now = totals[0] == problem.before.total and totals[1:] and not periods
            times, spaces = periods or [None] * len(totals), spacings or [None] * len(totals)
            levels = [
                Wanted(total, time, space.rhythm, space.between) if space else Wanted(total, time)
                for total, time, space in zip(totals, times, spaces, strict=True)
            ]
            return plan_levels(problem, levels[1:] if now else levels)
        case ByLadder():
            from taper_cli.planning.pacing import plan_levels

            return plan_levels(problem, setting.rungs)


def planned_for(setting: Setting) -> Planned:
    """The plan, or the refusal that says why there is none."""
    if setting.crossing is not None:
        from taper_cli.service.switching import planned_switch

        return planned_switch(setting)
    return taper_of(setting, setting.request.pace, setting.problem)


def taper_of(setting: Setting, pace: Pace, problem: Problem) -> Planned:
    """The plan of a problem by a pace, or the refusal that says why there is none."""
    if problem.target >= problem.before.total:
        raise InvalidInput(
            f"the target {problem.target} is not below the starting dose {problem.before.total}",
            "expected a lower target",
            "leave --to out to plan a stop",
        )
    try:
        found = answer(setting, pace, problem)
    except TooFine as error:
        raise CannotPlan(
            f"these products make too many doses: {error}", "expected a coarser syringe", "type --syringe '0.5 mL'"
        ) from error
    except OverflowError as error:
        raise CannotPlan(
            "the plan would leave the calendar", "expected a shorter time", "check OVER and --every"
        ) from error
    if isinstance(found, Planned):
        return found
    from taper_cli.service.changes import refusal

    raise refusal(found, attempt_of(setting, pace, problem))


def attempt_of(setting: Setting, pace: Pace, problem: Problem) -> Attempt:
    """A problem as it is tried again with one thing changed."""
    from taper_cli.service.changes import Attempt

    request = setting.request
    return Attempt(
        problem=problem,
        planner=lambda changed: answer(setting, pace, changed),
        ending_on=lambda day: answer(setting, OverTime(Until(day)), problem),
        others=tuple(
            other.product for other in others(setting.drug, setting.region, setting.at_hand.products, request.syringe)
        ),
        law=setting.guideline.law(setting.drug.name),
        limit_rules=setting.guideline.limit_rules,
        time_rule=setting.guideline.time_rule,
        syringe_typed=request.syringe is not None,
        since=request.start,
        with_interval=(lambda every: answer(setting, pace, replace(problem, every=every)))
        if isinstance(pace, AtPace)
        else None,
    )
