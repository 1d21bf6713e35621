"""A schedule and its setting made into the finished report: judged, its supply worked out, its words chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from taper_cli.checks.all import ALL_CHECKS
from taper_cli.checks.base import Case, accept, check_all
from taper_cli.checks.compare import beside_its_limits, compare
from taper_cli.checks.supply import supply_findings
from taper_cli.formulary import loader
from taper_cli.model.dose import decimal_text
from taper_cli.model.errors import CannotPlan, InvalidInput, PlannerFault
from taper_cli.model.finding import Finding
from taper_cli.model.report import Method, Report
from taper_cli.model.request import AtPace, ByBands, ByLadder, ByLevels, OverTime, Request, Shape, ShapeKind
from taper_cli.model.saved import Found
from taper_cli.model.schedule import Schedule
from taper_cli.model.supply import MostUnit, Supply, SupplyRules
from taper_cli.planning.problem import Planned
from taper_cli.planning.supply import ByWeek, largest_days, supply_of, week_by_week
from taper_cli.service import assumptions as words
from taper_cli.service.judging import case_of, check_all_used, let_through, smaller_cuts
from taper_cli.service.products import FINEST_GRADUATION, others
from taper_cli.service.setting import Setting

# Letters only, no vowels: an id can be read out, and no spreadsheet takes it for a number or a month.
_ID_LETTERS = "BCDFGHJKLMNPQRTVWXYZ"


def report_of(setting: Setting, planned: Planned) -> Report:
    """Judge a schedule in its setting and put the report together.

    Raises:
        InvalidInput: for an acceptance that accepts nothing, or a rule of supply that counts nothing.
        CannotPlan: for a supply above the stated maximum.
        RefusedForSafety: for typed levels that the judge refuses.
        PlannerFault: for a schedule of ours that the judge refuses; a bug, nothing may be printed.
    """
    request, guideline, schedule = setting.request, setting.guideline, planned.schedule
    case = case_of(setting, schedule)
    found = accept(check_all(case, ALL_CHECKS), request.acceptances)
    let_through(request, found, schedule)
    findings = (
        *setting.before,
        *found,
        *beside_its_limits(case, guideline),
        *compare(case, loader.other_guidelines(guideline, setting.drug)),
    )
    check_all_used(request.acceptances, findings)
    supply = _supply(request, schedule)
    return put_together(setting, planned, Judged(case, found, findings, supply, _weekly(request, schedule)))


class Judged(NamedTuple):
    """What the judge was given, what it found in the schedule, all findings in their order, and the supplies."""

    case: Case
    found: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    supply: Supply
    weekly: ByWeek


def put_together(setting: Setting, planned: Planned, judged: Judged) -> Report:
    """The report of a schedule that has been judged."""
    request, guideline, schedule = setting.request, setting.guideline, planned.schedule
    more = others(setting.marketed, setting.region, setting.at_hand.products, request.syringe or FINEST_GRADUATION)
    return Report(
        plan_id=plan_id(request, schedule),
        version=1,
        request=request,
        drug=setting.drug,
        drug_class=setting.drug_class,
        region=setting.region,
        guideline=guideline,
        indication=setting.indication,
        products=(*(setting.crossing.products if setting.crossing else ()), *setting.at_hand.products),
        product_cites=(
            *(setting.crossing.cites if setting.crossing else ()),
            *setting.at_hand.cites,
            setting.last.cite,
        ),
        schedule=schedule,
        supply=judged.supply,
        findings=judged.findings,
        assumptions=words.assumptions(setting),
        not_stated=setting.not_stated,
        stated=setting.stated,
        smaller_cuts=smaller_cuts(judged.found, setting.at_hand.products, more, guideline.limit_rules),
        method=_method(setting, planned),
        last_step=setting.last.dose,
        exposure=setting.exposure,
        checks=len(ALL_CHECKS),
        weekly=judged.weekly,
        notes=words.notes(setting),
        crossing=setting.crossing,
    )


def _weekly(request: Request, schedule: Schedule) -> ByWeek:
    """The supplies week by week, where an interval is whole weeks and longer than one."""
    if not goes_by_weeks(request.supply):
        return ()
    return week_by_week(schedule, in_weeks(request.supply))


def goes_by_weeks(rules: SupplyRules) -> bool:
    """Whether the intervals are whole weeks, and longer than one, so that they can be handed out week by week too."""
    return rules.days > 7 and rules.days % 7 == 0


def in_weeks(rules: SupplyRules) -> SupplyRules:
    """The same rules with a supply every week."""
    return replace(rules, days=7)


def _counts_something(request: Request, schedule: Schedule) -> None:
    """A bottle without a liquid, or a maximum of what is not handed out, would be a rule that nobody keeps."""
    rules = request.supply
    liquid = any(product.form.liquid for product in schedule.products)
    solid = any(not product.form.liquid for product in schedule.products)
    if rules.bottle is not None and not liquid:
        raise InvalidInput("--bottle has no liquid to hold", "expected a plan that takes one", "leave --bottle out")
    if rules.most is not None and not {MostUnit.ML: liquid, MostUnit.PIECES: solid}.get(rules.most.unit, True):
        raise InvalidInput(
            f"--max-supply {str(rules.most)!r} counts nothing of this plan",
            f"expected {'mL' if liquid else 'tablets'} or days",
            f"write for example '{'300 mL' if liquid else '100 tablets'}'",
        )


def _supply(request: Request, schedule: Schedule) -> Supply:
    """What to hand out, judged like the schedule; a stated maximum for one supply is never gone past."""
    _counts_something(request, schedule)
    supply = supply_of(schedule, request.supply)
    faults = supply_findings(schedule, supply)
    if faults:
        raise PlannerFault("the supply fails the judge: " + "; ".join(finding.message for finding in faults))
    beyond = supply.beyond()
    if beyond:
        number, amount = beyond[0]
        fitting = largest_days(schedule, request.supply)
        raise CannotPlan(
            f"supply {number} would be {decimal_text(amount)} {request.supply.most.unit.value if request.supply.most else ''}",
            f"expected at most {request.supply.most}, as stated with --max-supply",
            f"type --supply-days {fitting}" if fitting else "no shorter interval fits: state a larger maximum",
        )
    return supply


def _method(setting: Setting, planned: Planned) -> Method:
    """How the schedule was found, in words and figures."""
    proof = "proven" if planned.proven else "best found, not proven"
    match setting.request.pace:
        case OverTime() if setting.shape is None and setting.problem.short_use:
            objective = f"closest to an even descent, as use was short ({proof})"
        case OverTime() if setting.shape is None:
            objective = f"smallest possible largest cut ({proof}), then closest to a proportional curve"
        case OverTime():
            objective = (
                f"closest to the {_shape_text(setting.shape)} curve ({proof}), never ahead of it where products allow"
            )
        case AtPace() | ByBands():
            objective = "the pace that was asked, never exceeded where products make a smaller cut"
        case ByLevels():
            objective = "the levels that were typed"
        case ByLadder():
            objective = f"the published schedule '{setting.ladder.title if setting.ladder else ''}' as it stands"
    return Method(
        found=Found(planned.largest_cut, planned.proven, planned.reanchored),
        curve_text=_end_text(setting.shape) if planned.reanchored else "",
        objective_text=objective,
    )


def _end_text(shape: Shape | None) -> str:
    """Where a curve ends that does not run to zero, and why not."""
    endless = shape is None or shape.kind is ShapeKind.PROPORTIONAL
    why = (
        "it would never reach zero" if endless else "on its way to zero it would want less than can be reached in time"
    )
    return f"the curve ends at the last dose on the last step, since {why}"


def _shape_text(shape: Shape | None) -> str:
    if shape is None:
        return "proportional"
    if shape.ed50:
        return f"hyperbolic (ED50 {shape.ed50}, {shape.ed50_source})"
    return shape.kind.value


def plan_id(request: Request, schedule: Schedule) -> str:
    """Eight letters from what the plan holds; the day it was printed is no part of it."""
    # What most plans do not have is part of the id only where it is there, so that the ids of all other plans stay.
    own = (request.own,) if request.own else ()
    switch = (request.switch,) if request.switch else ()
    return id_of(replace(request, today=date.min), schedule, *own, *switch, schedule=schedule)


def id_of(*content: object, schedule: Schedule) -> str:
    """Eight letters that stand for some content, and for the days that a schedule leaves out."""
    spaced = [(step.number, step.rhythm, step.others) for step in schedule.steps if step.rhythm]
    told = (
        repr(content) + (repr(spaced) if spaced else "") + (repr(schedule.switched) if schedule.switched else "")
    ).encode()
    number = int.from_bytes(sha256(told).digest(), "big")
    letters = []
    for _ in range(8):
        number, place = divmod(number, len(_ID_LETTERS))
        letters.append(_ID_LETTERS[place])
    return "".join(letters[:4]) + "-" + "".join(letters[4:])
