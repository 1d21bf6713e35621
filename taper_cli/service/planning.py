"""From a request to a judged report: load, judge the request, plan, judge the schedule, assemble."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256

from taper_cli.checks.all import ALL_CHECKS
from taper_cli.checks.base import accept, check_all
from taper_cli.checks.compare import compare
from taper_cli.checks.exposure import exposure_of
from taper_cli.checks.supply import supply_findings
from taper_cli.formulary import loader
from taper_cli.model.dose import ZERO, Dose, decimal_text, percent_text
from taper_cli.model.drug import Drug, LastStep
from taper_cli.model.errors import CannotPlan, InvalidInput, PlannerFault
from taper_cli.model.exposure import Exposure
from taper_cli.model.guideline import Bands, Guideline, Region
from taper_cli.model.period import Until
from taper_cli.model.product import Product
from taper_cli.model.report import Method, Report
from taper_cli.model.request import AtPace, ByBands, ByLevels, ContextItem, OverTime, Request, Shape, ShapeKind
from taper_cli.model.schedule import Schedule
from taper_cli.model.supply import MostUnit, Supply
from taper_cli.planning.dispensing import TooFine
from taper_cli.planning.problem import Answer, Planned, Problem
from taper_cli.planning.supply import by_week, largest_days, supply_of
from taper_cli.service import assumptions as words
from taper_cli.service.judging import case_of, check_all_used, judge_request, let_through, smaller_cuts
from taper_cli.service.products import FINEST_GRADUATION, AtHand, last_step, others, products_at_hand

DEFAULT_GUIDELINE = "asam-2025"
BANDED_GUIDELINE = "uk-bands"
# Letters only, no vowels: an id can be read out, and no spreadsheet takes it for a number or a month.
_ID_LETTERS = "BCDFGHJKLMNPQRTVWXYZ"


def plan(request: Request) -> Report:
    """Plan a taper and judge it.

    Raises:
        InvalidInput: unknown region, guideline, context or acceptance.
        CannotPlan: unknown drug, unmakeable dose, unknown strength, no room for a step.
        RefusedForSafety: unsafe context, above the ceiling, faster than the limit allows.
        PlannerFault: our own schedule fails our own judge; a bug, nothing may be printed.
    """
    request = replace(request, context=known_contexts(request.context))
    region = loader.region_named(request.region)
    drug, brand = _drug_sold_in(request, region)
    guideline = limiting_guideline(request, drug)
    stated, not_stated = words.split_stated(request, loader.contexts())
    indication = loader.find_indication(request.indication) if request.indication else None
    at_hand = products_at_hand(request, drug, region)
    before = judge_request(request, drug, region, stated)
    last = last_step(drug, region)
    exposure = exposure_of(request, drug, loader.dependence())
    problem = _eased(_problem(request, drug, guideline, at_hand, last), request, exposure)
    more = others(drug, region, at_hand.products, request.syringe)
    planned = _planned(
        request,
        problem,
        guideline.cap_rule,
        tuple(other.product for other in more),
    )
    case = case_of(request, guideline, problem, planned.schedule, exposure)
    found = accept(check_all(case, ALL_CHECKS), request.acceptances)
    let_through(request, found)
    findings = (*before, *found, *compare(case, loader.other_guidelines(guideline, drug.drug_class)))
    check_all_used(request, findings)
    return Report(
        plan_id=_plan_id(request, planned.schedule),
        version=1,
        request=request,
        drug=drug,
        drug_class=loader.class_named(drug.drug_class),
        region=region,
        guideline=guideline,
        indication=indication,
        products=at_hand.products,
        product_cites=(*at_hand.cites, last.cite),
        schedule=planned.schedule,
        supply=_supply(request, planned.schedule),
        findings=findings,
        assumptions=words.assumptions(request, region, guideline, problem, last),
        not_stated=not_stated,
        stated=stated,
        smaller_cuts=smaller_cuts(
            case,
            found,
            others(drug, region, at_hand.products, request.syringe or FINEST_GRADUATION),
            guideline.cap_rule,
        ),
        method=_method(request, planned, short_use=problem.short_use),
        last_step=last.dose,
        exposure=exposure,
        checks=len(ALL_CHECKS),
        weekly=by_week(planned.schedule, request.supply)
        if request.supply.days > 7 and request.supply.days % 7 == 0
        else (),
        notes=words.notes(request, drug, brand, at_hand.own_word, indication is not None),
    )


def known_contexts(items: tuple[ContextItem, ...]) -> tuple[ContextItem, ...]:
    """Stated facts under their own keys, whichever alias was typed; one fact stated twice could hide a slip."""
    known: dict[str, ContextItem] = {}
    for item in items:
        key = loader.context_named(item.key).key
        if key in known:
            raise InvalidInput(
                f"context {item.key!r} is stated twice", "expected each fact once", "leave one of them out"
            )
        known[key] = ContextItem(key, item.value)
    return tuple(known.values())


def _drug_sold_in(request: Request, region: Region) -> tuple[Drug, str]:
    """The drug and, if one was typed, its brand; a brand that the stated region does not know is refused, not guessed at."""
    drug, name = loader.find_drug(request.drug)
    brand = next((brand for brand in drug.brands if brand.name == name), None)
    if brand is not None and region.market is not None and region.market not in brand.regions:
        raise CannotPlan(
            f"{request.drug!r} is a brand of {drug.name} known for {', '.join(brand.regions)}, not for {region.key}",
            "expected the generic name or a brand of the region",
            f"type '{drug.name}'",
        )
    if brand is not None and brand.form is not None and request.products is None:
        raise CannotPlan(
            f"{request.drug!r} is a {brand.form.value}, which plain tablets do not replace",
            "expected the products to be named by the prescriber",
            f"type '{drug.name}' with --products",
        )
    return drug, name


def limiting_guideline(request: Request, drug: Drug) -> Guideline:
    """The guideline whose limit binds."""
    guideline = loader.guideline_named(request.guideline or DEFAULT_GUIDELINE)
    if drug.drug_class not in guideline.classes:
        raise CannotPlan(f"{guideline.title} does not cover {drug.name}", f"it covers: {', '.join(guideline.classes)}")
    if guideline.cap is None:
        raise CannotPlan(
            f"{guideline.title} states no limit on cuts",
            "expected a guideline with a limit",
            f"type --guideline {DEFAULT_GUIDELINE}",
        )
    return guideline


def _problem(request: Request, drug: Drug, guideline: Guideline, at_hand: AtHand, last: LastStep) -> Problem:
    """The planner's problem: the request in exact terms, with the rules that were accepted by name switched off."""
    if guideline.cap is None:
        raise CannotPlan(f"{guideline.title} states no limit", "expected one")
    accepted = {acceptance.rule for acceptance in request.acceptances}
    return Problem(
        drug=drug.name,
        before=request.regimen,
        products=at_hand.products,
        start=request.start,
        every=request.every,
        cap=guideline.cap,
        last_step=last.dose,
        target=request.target,
        cut=request.cut,
        bands=_bands(request, drug),
        cap_binds=guideline.cap_rule not in accepted,
        last_dose_binds="last-dose" not in accepted,
        tail_only="exception.place" not in accepted,
    )


def _eased(problem: Problem, request: Request, exposure: Exposure) -> Problem:
    """After short use the cap flags instead of refusing, and the last dose may be one ideal step; nothing else is lifted."""
    if not exposure.likelihood.short_taper:
        return problem
    return replace(problem, short_use=True, last_dose=max(problem.last_step, _ideal_step(problem, request)))


def _ideal_step(problem: Problem, request: Request) -> Dose:
    """One step of an even descent from the starting dose to zero, rounded down; none where a share was asked."""
    from taper_cli.planning.calendar import end_of, starts_until

    match request.pace:
        case OverTime(length):
            starts = starts_until(problem.start, problem.every, end_of(problem.start, length))
            return Dose(problem.before.total.ng // (len(starts) + 1))
        case AtPace(dose=Dose() as dose):
            return dose
        case _:
            return ZERO


def _bands(request: Request, drug: Drug) -> Bands | None:
    """The banded schedule, where the request follows one."""
    banded = isinstance(request.pace, ByBands) or (request.shape and request.shape.kind is ShapeKind.BANDS)
    if not banded:
        return None
    bands = next((bands for bands in loader.guideline_named(BANDED_GUIDELINE).bands if bands.drug == drug.name), None)
    if bands is None:
        raise CannotPlan(
            f"no banded schedule is held for {drug.name}", "expected another shape", "type --shape proportional"
        )
    if request.regimen.total > bands.bands[0].ceiling:
        raise CannotPlan(
            f"the banded schedule for {drug.name} starts at {bands.bands[0].ceiling}, not at {request.regimen.total}",
            "expected a lower dose or another shape",
            "type --shape proportional",
        )
    return bands


def _answer(request: Request, problem: Problem) -> Answer:
    """Plan by the kind of pace that was asked."""
    match request.pace:
        case OverTime(length):
            from taper_cli.planning.planner import plan_over

            return plan_over(problem, length, request.shape)
        case AtPace() | ByBands() as pace:
            from taper_cli.planning.pacing import plan_pace

            return plan_pace(problem, pace)
        case ByLevels(totals):
            from taper_cli.planning.pacing import plan_levels

            # A list that begins with the present dose means it as "now", not as a step without a cut.
            return plan_levels(problem, totals[1:] if totals[0] == problem.before.total and totals[1:] else totals)


def _planned(request: Request, problem: Problem, cap_rule: str, more: tuple[Product, ...]) -> Planned:
    """The plan, or the refusal that says why there is none."""
    if request.target >= request.regimen.total:
        raise InvalidInput(
            f"the target {request.target} is not below the starting dose {request.regimen.total}",
            "expected a lower target",
            "leave --to out to plan a stop",
        )
    try:
        answer = _answer(request, problem)
    except TooFine as error:
        raise CannotPlan(
            f"these products make too many doses: {error}", "expected a coarser syringe", "type --syringe '0.5 mL'"
        ) from error
    except OverflowError as error:
        raise CannotPlan(
            "the plan would leave the calendar", "expected a shorter time", "check OVER and --every"
        ) from error
    if isinstance(answer, Planned):
        return answer
    from taper_cli.service.changes import Attempt, refusal

    raise refusal(
        answer,
        Attempt(
            problem=problem,
            planner=lambda changed: _answer(request, changed),
            ending_on=lambda day: _answer(replace(request, pace=OverTime(Until(day))), problem),
            others=more,
            cap_rule=cap_rule,
            syringe_typed=request.syringe is not None,
        ),
    )


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


def _method(request: Request, planned: Planned, *, short_use: bool) -> Method:
    """How the schedule was found, in words and figures."""
    proof = "proven" if planned.proven else "best found, not proven"
    match request.pace:
        case OverTime() if request.shape is None and short_use:
            objective = f"closest to an even descent, as use was short ({proof})"
        case OverTime() if request.shape is None:
            objective = f"smallest possible largest cut ({proof}), then closest to a proportional curve"
        case OverTime():
            objective = (
                f"closest to the {_shape_text(request.shape)} curve ({proof}), never ahead of it where products allow"
            )
        case AtPace() | ByBands():
            objective = "the pace that was asked, never exceeded where products make a smaller cut"
        case ByLevels():
            objective = "the levels that were typed"
    return Method(
        largest_cut_text=percent_text(planned.largest_cut),
        proven=planned.proven,
        curve_text="the curve ends at the last dose on the last step, since it would never reach zero"
        if planned.reanchored
        else "",
        objective_text=objective,
    )


def _shape_text(shape: Shape | None) -> str:
    if shape is None:
        return "proportional"
    if shape.ed50:
        return f"hyperbolic (ED50 {shape.ed50}, {shape.ed50_source})"
    return shape.kind.value


def _plan_id(request: Request, schedule: Schedule) -> str:
    """Eight letters from what the plan holds; the day it was printed is no part of it."""
    content = repr((replace(request, today=date.min), schedule)).encode()
    number = int.from_bytes(sha256(content).digest(), "big")
    letters = []
    for _ in range(8):
        number, place = divmod(number, len(_ID_LETTERS))
        letters.append(_ID_LETTERS[place])
    return "".join(letters[:4]) + "-" + "".join(letters[4:])
