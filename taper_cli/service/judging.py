"""The judge at work for a plan: the request before planning, the schedule after it, and what may not pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict

from taper_cli.checks.base import Case, accept, acceptable, refusals
from taper_cli.checks.makeable import makeable_totals
from taper_cli.checks.request import ceiling_findings, ceilings, context_findings, far_above, service_for, stated_age
from taper_cli.model.dose import Dose
from taper_cli.model.drug import Drug
from taper_cli.model.errors import CannotPlan, PlannerFault, UnusedAcceptance
from taper_cli.model.finding import Acceptance, Finding, RefusedByJudge
from taper_cli.model.guideline import ContextRule, DoseCap, Guideline, MinimumTime, PaceCap, Region
from taper_cli.model.product import Product
from taper_cli.model.report import SmallerCut
from taper_cli.model.request import AtPace, ByLadder, ByLevels, Request
from taper_cli.model.schedule import Schedule, StepKind
from taper_cli.model.transcript import transcribe
from taper_cli.service.products import Other
from taper_cli.service.published import may_space

if TYPE_CHECKING:
    from taper_cli.service.setting import Setting


_GENTLER_STAGES = "type a smaller --stage-cut, a longer --stage-every or another --order"


def judge_request(request: Request, drug: Drug, region: Region, stated: tuple[ContextRule, ...]) -> tuple[Finding, ...]:
    """Contexts and ceilings, before any planning."""
    dose = request.regimen.total
    below_tenfold(drug, dose)
    return passed(request, request_findings(request, drug, region, stated, dose), stated, dose)


def passed(
    request: Request, found: tuple[Finding, ...], stated: tuple[ContextRule, ...], dose: Dose
) -> tuple[Finding, ...]:
    """What was found of a request, its acceptances marked.

    Raises:
        RefusedForSafety: for what was not accepted.
    """
    judged = accept(found, request.acceptances)
    refused = refusals(judged)
    if refused:
        tenth = Dose(dose.ng // 10)
        slip = any(finding.rule.startswith("ceiling.") for finding in refused) and dose.ng % 10 == 0
        services = [service for rule in stated if (service := service_for(rule, refused))]
        raise RefusedByJudge(
            refused,
            (f"if you meant {tenth}, type '{tenth}'",) if slip else (),
            (tuple(dict.fromkeys(finding.rule for finding in refused)),),
            "; ".join(dict.fromkeys(services)) or "a specialist service",
        )
    return judged


def below_tenfold(drug: Drug, dose: Dose) -> None:
    """Stop a dose that can only be a slip of the pen.

    Raises:
        CannotPlan: for more than ten times the highest labelled dose.
    """
    highest = far_above(drug, dose)
    if highest is not None:
        raise CannotPlan(
            f"{dose} of {drug.name} a day is more than ten times the highest labelled dose ({highest})",
            "expected a dose near what is prescribed",
            "check the unit and the decimal point",
        )


def request_findings(
    request: Request, drug: Drug, region: Region, stated: tuple[ContextRule, ...], dose: Dose
) -> tuple[Finding, ...]:
    """What the stated contexts and the ceilings say of a daily dose, for a plan and for a schedule from elsewhere alike."""
    found = ceilings(drug, region.market, request.indication, stated_age(request))
    return (*context_findings(request, stated), *ceiling_findings(drug, dose, found))


def case_of(setting: Setting, schedule: Schedule) -> Case:
    """The schedule before the judge."""
    request, problem = setting.request, setting.problem
    old = setting.crossing.products if setting.crossing else ()
    return Case(
        transcript=transcribe(schedule),
        **limits_of(setting.guideline, setting.drug.name),
        last_step=problem.last_step,
        last_dose=problem.last_dose,
        short_use=setting.eased,
        products=(*old, *problem.products),
        totals=makeable_totals(problem.products, [dose for _, dose in problem.before.doses]),
        target=problem.target,
        may_space=may_space(setting.drug),
        asked=request.pace if isinstance(request.pace, AtPace) else None,
        today=request.today,
        usual=setting.guideline.usual,
        accepted=frozenset(acceptance.rule for acceptance in request.acceptances),
    )


class _Limits(TypedDict):
    """The limits of a guideline as a case holds them."""

    caps: tuple[tuple[str, PaceCap], ...]
    dose_caps: tuple[tuple[str, DoseCap], ...]
    shortest: tuple[str, MinimumTime] | None


def limits_of(guideline: Guideline, drug: str) -> _Limits:
    """What a guideline allows for a drug, each limit under its rule's name."""
    time = guideline.shortest_time(drug)
    return {
        "caps": ((guideline.cap_rule, guideline.cap),) if guideline.cap else (),
        "dose_caps": tuple((guideline.dose_rule, cap) for cap in guideline.caps_in_mg(drug)),
        "shortest": (guideline.time_rule, time) if time else None,
    }


def let_through(request: Request, found: tuple[Finding, ...], schedule: Schedule) -> None:
    """Stop what the judge refuses: typed levels and stages are the prescriber's to mend, anything else is our planner's fault."""
    refused = refusals(found)
    if not refused:
        return
    stages = {step.number for step in schedule.steps if step.kind is StepKind.SWITCH}
    of_stages = {finding.step for finding in refused} <= stages
    if of_stages or isinstance(request.pace, ByLevels | ByLadder):
        rules = tuple(dict.fromkeys(finding.rule for finding in refused))
        changes = tuple(f"step {finding.step}: {finding.change}" for finding in refused if finding.change)
        raise RefusedByJudge(
            refused,
            changes or (_GENTLER_STAGES if of_stages else "type gentler --steps",),
            (rules,) if all(map(acceptable, rules)) else (),
            "the prescriber",
        )
    raise failed_by(refused)


def failed_by(refused: tuple[Finding, ...]) -> PlannerFault:
    """The fault of a schedule of our own planner that our own judge refuses."""
    told = (f"step {finding.step}: {finding.message}" if finding.step else finding.message for finding in refused)
    return PlannerFault("the planner's schedule fails the judge: " + "; ".join(told))


def check_all_used(acceptances: Sequence[Acceptance], findings: Sequence[Finding], *, what: str = "plan") -> None:
    """Stop an acceptance that accepts nothing: it is a slip that could hide another one.

    Raises:
        UnusedAcceptance: for the first of them, with the rules that there are.
    """
    used = {finding.rule for finding in findings if finding.accepted}
    unused = next((acceptance.rule for acceptance in acceptances if acceptance.rule not in used), None)
    if unused is not None:
        needed = ", ".join(sorted({finding.rule for finding in findings})) or "none"
        raise UnusedAcceptance(
            unused,
            f"--accept {unused!r} accepts nothing in this {what}",
            f"rules of its findings: {needed}",
            "leave it out or check its spelling",
        )


def smaller_cuts(
    found: tuple[Finding, ...], at_hand: Sequence[Product], more: Sequence[Other], rules: tuple[str, ...]
) -> tuple[SmallerCut, ...]:
    """For each flagged cut whether the products at hand make a dose between the two, else which marketed ones would, added.

    `at_hand` are those of the drug that is tapered: a tablet of another drug that is still taken makes no smaller cut of it.
    """
    cuts = []
    for finding in found:
        if finding.rule not in rules or finding.step is None or finding.before is None or finding.after is None:
            continue
        before, after = finding.before, finding.after

        def between(products: Sequence[Product], before: Dose = before, after: Dose = after) -> bool:
            return any(after < total < before for total in makeable_totals(products, [before]))

        own = between(at_hand)
        names = () if own else tuple(other.name for other in more if between((*at_hand, other.product)))
        cuts.append(SmallerCut(step=finding.step, own=own, products=names))
    return tuple(cuts)
