"""The report of a revised plan: the whole chain judged, its supply worked out on what was handed out, and the slip of the change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

from taper_cli.checks.base import acceptable, refusals
from taper_cli.checks.compare import beside_its_limits, compare
from taper_cli.checks.revision import past_findings
from taper_cli.checks.supply import handed_out_findings, supply_findings
from taper_cli.formulary import loader
from taper_cli.model.citation import Citation
from taper_cli.model.errors import PlannerFault, TaperError
from taper_cli.model.finding import Finding, Level, RefusedByJudge
from taper_cli.model.product import Key, Product
from taper_cli.model.report import Assumption, Method, Report
from taper_cli.model.request import ByLadder, ByLevels
from taper_cli.model.revision import AmountChange, Revision, Slip
from taper_cli.model.saved import Saved
from taper_cli.model.schedule import Schedule
from taper_cli.model.supply import Supply
from taper_cli.planning.problem import Planned
from taper_cli.planning.revision import same_step, step_on
from taper_cli.planning.supply import Handed, by_week, needed_in_all, supply_of
from taper_cli.service.judging import check_all_used, failed_by
from taper_cli.service.reporting import Judged, goes_by_weeks, id_of, in_weeks, plan_id, put_together
from taper_cli.service.revising import next_version
from taper_cli.service.setting import Setting
from taper_cli.service.versions import Law, Verdict, Version, judged, laws, newly_accepted


def version_of(report: Report) -> Version:
    """The chain that a report was made of."""
    return Version(report.request, report.revisions, report.schedule, report.method.found)


def revise(report: Report, revision: Revision) -> Report:
    """The next version of a plan, judged.

    Raises:
        InvalidInput, CannotPlan, RefusedForSafety: as `next_version`; also for an acceptance that accepts nothing.
        PlannerFault: where our own schedule fails our own judge; a bug, nothing may be printed.
    """
    version = next_version(version_of(report), revision)
    last = version.revisions[-1]._replace(plan_id=report.plan_id)
    version = version._replace(revisions=(*version.revisions[:-1], last))
    held = laws(version)
    verdict = judged(version, held)
    _let_through(version, held[-1], verdict)
    found = version.found._replace(largest_cut=_largest_cut(held[-1], verdict))
    return report_of_version(version._replace(found=found), held, verdict)


def report_of_version(version: Version, held: Sequence[Law], verdict: Verdict) -> Report:
    """The report of a version that has been judged.

    Raises:
        PlannerFault: where the past was changed, or a supply fails its judge.
    """
    law, schedule = held[-1], version.schedule
    supply, weekly = _supplies(version)
    guideline = law.setting.guideline
    findings = (
        *law.setting.before,
        *verdict.found,
        *beside_its_limits(verdict.case, guideline),
        *compare(verdict.case, loader.other_guidelines(guideline, law.setting.drug)),
    )
    planned = Planned(schedule, version.found.largest_cut, version.found.proven, version.found.reanchored)
    report = put_together(
        law.setting,
        planned,
        Judged(verdict.case, verdict.found, findings, supply, weekly),
    )
    return report._replace(
        plan_id=id_of_version(version),
        version=version.number,
        request=version.request,
        products=_every_product(held, schedule),
        product_cites=_product_cites(held),
        assumptions=(*report.assumptions, *_assumed(version, law)),
        method=_method(report.method, version),
        notes=(*report.notes, *_beyond(supply)),
        revisions=version.revisions,
        slip=_slip(version),
        at_hand=_at_hand(held),
    )


def id_of_version(version: Version) -> str:
    """The plan's id: that of version 1 from its request and schedule, every later one from the one before and what changed."""
    if not version.revisions:
        return plan_id(version.request, version.schedule)
    last = version.revisions[-1]
    schedule = version.schedule
    return id_of(last.plan_id, replace(last.revision, made_on=date.min), schedule, schedule=schedule)


def broken_link(file: Saved, *, replay: bool) -> str:
    """Where a file's chain of versions breaks, in words, or nothing; with `replay` every revision is made again and compared."""
    whole = Version(file.request, file.revisions, file.schedule, file.found)
    ids = [*(revised.plan_id for revised in file.revisions), file.plan_id]
    for number, (schedule, plan) in enumerate(zip(whole.schedules, ids, strict=True), start=1):
        links = file.revisions[: number - 1]
        version = Version(file.request, links, schedule, file.found)
        if id_of_version(version) != plan:
            return f"holds another version {number} than its id {plan} says"
        if number > 1 and past_findings(links[-1].schedule, schedule, links[-1].revision.on):
            return f"has another past in version {number} than in the version before it"
        if number > 1 and replay and not _replays(version):
            return f"holds a version {number} to which its revision does not lead"
    return ""


def _replays(version: Version) -> bool:
    """Whether the last revision, made again of the version before it, leads to the same schedule."""
    last = version.revisions[-1]
    before = Version(version.request, version.revisions[:-1], last.schedule, last.found)
    try:
        return next_version(before, last.revision).schedule == version.schedule
    except TaperError:
        return False


def reopened(file: Saved) -> Report:
    """The report of a revised plan from its file.

    Raises:
        RefusedForSafety, PlannerFault: where the limits of today refuse what was let through when it was made.
    """
    version = Version(file.request, file.revisions, file.schedule, file.found)
    held = laws(version)
    verdict = judged(version, held)
    refused = refusals(verdict.found)
    if refused:
        raise PlannerFault("; ".join(one.message for one in refused))
    return report_of_version(version, held, verdict)


def _let_through(version: Version, law: Law, verdict: Verdict) -> None:
    """Stop what the judge refuses: a step that only moved is the prescriber's to mend, one of ours is our planner's fault."""
    revision = version.revisions[-1].revision
    refused = refusals(verdict.found)
    typed = isinstance(law.setting.request.pace, ByLevels | ByLadder)
    if refused and revision.plans_anew and not typed:
        raise failed_by(refused)
    if refused:
        rules = tuple(dict.fromkeys(one.rule for one in refused))
        window = law.setting.problem.window_days
        raise RefusedByJudge(
            refused,
            (f"stay longer on this dose first: --hold {window}d", "plan the rest anew: --slower or --until"),
            (rules,) if all(map(acceptable, rules)) else (),
            "the prescriber",
        )
    check_all_used(newly_accepted(version), verdict.found)


def _largest_cut(law: Law, verdict: Verdict) -> Fraction:
    """The largest cut over the window, as a planner counts it: declared exceptions, found doses and the final stop aside."""
    guideline, case, problem = law.setting.guideline, verdict.case, law.setting.problem
    excused = {
        one.step
        for one in verdict.found
        if one.rule == guideline.cap_rule and one.level is Level.FLAG and not one.accepted and not case.short_use
    }
    shares = [Fraction(0)]
    for step, _ in case.cuts():
        before = max(case.doses_within(step.start, problem.window_days))
        base = problem.cap.base_of(before, case.transcript.before) if problem.cap else before
        if step.total and step.number not in excused and case.event_of(step) is None:
            shares.append(Fraction(before.ng - step.level.ng, base.ng))
    return max(shares)


def _supplies(version: Version) -> tuple[Supply, tuple[tuple[Product, tuple[tuple[date, Fraction], ...]], ...]]:
    """The supply of the last version on what was handed out under the ones before, and the same week by week."""
    rules = version.request.supply
    supply = _supply_of(version, supply_of(version.schedules[0], rules))
    if not goes_by_weeks(rules):
        return supply, ()
    return supply, by_week(version.schedule, _supply_of(version, supply_of(version.schedules[0], in_weeks(rules))))


def _supply_of(version: Version, supply: Supply) -> Supply:
    """The supply of version 1 carried through every change, and judged at each."""
    rules = supply.rules
    for place, (earlier, schedule) in enumerate(pairwise(version.schedules), start=1):
        on = version.revisions[place - 1].revision.on
        faults: list[Finding] = list(past_findings(earlier, schedule, on))
        before, supply = supply, supply_of(schedule, rules, Handed(supply, on, apart(version, place)))
        faults += [*supply_findings(schedule, supply), *handed_out_findings(before, supply)]
        if faults:
            raise PlannerFault("the revised plan fails the judge: " + "; ".join(fault.message for fault in faults))
    return supply


def apart(version: Version, place: int) -> tuple[tuple[date, date], ...]:
    """The days of doses that went on without an end until a revision, up to the one in that place: no supply of the plan held them."""
    found: list[tuple[date, date]] = []
    for revised in version.revisions[:place]:
        on, ending = revised.revision.on, revised.schedule.ending
        # What an earlier revision reached into the future is void from this day on.
        found = [(first, min(after, on)) for first, after in found if first < on]
        if ending.intakes and ending.start < on:
            found.append((ending.start, on))
    return tuple(found)


def _beyond(supply: Supply) -> tuple[str, ...]:
    """A stated maximum stops a new plan, but must not stop a hold: the supplies above it are named instead."""
    return tuple(
        f"supply {number} is more than the {supply.rules.most} stated as the most: hand it out in parts"
        for number, _ in supply.beyond()
    )


def _product_cites(held: Sequence[Law]) -> tuple[Citation, ...]:
    """Where the facts about the products of every version stand, those of the drug before a switch first."""
    crossing = held[-1].setting.crossing
    new = (cite for one in held for cite in one.setting.at_hand.cites)
    return tuple(dict.fromkeys((*(crossing.cites if crossing else ()), *new)))


def stock_of(setting: Setting) -> tuple[Product, ...]:
    """The products at hand under a law, of both drugs where there are two."""
    return (*(setting.crossing.products if setting.crossing else ()), *setting.at_hand.products)


def _every_product(held: Sequence[Law], schedule: Schedule) -> tuple[Product, ...]:
    """The products at hand now, and those that the plan took before."""
    found = {product.key: product for product in schedule.products}
    found |= {product.key: product for product in stock_of(held[-1].setting)}
    return tuple(sorted(found.values(), key=lambda product: product.sort_key))


def _at_hand(held: Sequence[Law]) -> tuple[tuple[date, int], ...]:
    """From which day on how many products are or were at hand: those of an earlier version may still be in the house."""
    known: set[object] = set()
    found = []
    for law in held:
        known |= {product.key for product in stock_of(law.setting)}
        found.append((law.since, len(known)))
    return tuple(found)


def _assumed(version: Version, law: Law) -> tuple[Assumption, ...]:
    """What the last revision did not say."""
    revision = version.revisions[-1].revision
    found = []
    moved = revision.back_to is not None or revision.actual is not None
    if moved and revision.hold is None and not revision.stop_here:
        found.append(
            Assumption("the new dose is kept for one interval before the next cut, or for the window", "--hold")
        )
    if revision.plans_anew and revision.every is None:
        found.append(Assumption(f"a cut every {law.every}, as before", "--every"))
    if not revision.by:
        found.append(Assumption("who asked for the change: NOT STATED", "--by"))
    if not revision.reason:
        found.append(Assumption("why it was asked: NOT STATED", "--reason"))
    return tuple(found)


def _method(method: Method, version: Version) -> Method:
    """How the schedule was found, version by version."""
    parts = [f"version 1: {method.objective_text}"]
    for number, revised in enumerate(version.revisions, start=2):
        revision = revised.revision
        if not revision.plans_anew:
            parts.append(f"version {number}: the steps that were left, on later days")
        elif revision.pace is not None:
            parts.append(f"version {number}: the rest by the pace that was asked, never exceeded")
        else:
            parts.append(f"version {number}: the rest planned anew from the dose of that day")
    return method._replace(objective_text="; ".join(parts))


def _slip(version: Version) -> Slip:
    """The change from the version before to this one."""
    last = version.revisions[-1]
    revision, old, new = last.revision, last.schedule, version.schedule
    before, now = step_on(old, revision.on), step_on(new, revision.on)
    taken = None
    if revision.actual is not None and revision.actual.total != before.total:
        taken = (before.total, revision.actual.total)
    return Slip(
        version=version.number,
        replaces=version.number - 1,
        replaces_id=last.plan_id,
        revision=revision,
        in_force=before,
        now=now,
        taken=taken,
        later_by=_later_by(old, new, revision.on),
        rest=new.steps[now.number :],
        endings=(old.ending, new.ending),
        amounts=_amounts(version),
    )


def _later_by(old: Schedule, new: Schedule, on: date) -> int | None:
    """By how many days every later step moves; None where the later steps are others."""
    were, are = (schedule.steps[step_on(schedule, on).number :] for schedule in (old, new))
    if len(were) != len(are) or not were:
        return None
    days = {(after.start - before.start).days for before, after in zip(were, are, strict=True)}
    same = all(same_step(before, after) for before, after in zip(were, are, strict=True))
    return days.pop() if same and len(days) == 1 else None


def _amounts(version: Version) -> tuple[AmountChange, ...]:
    """What the plan takes of each product in all, before and now: the past is the same, so the difference lies ahead."""
    rules, last = version.request.supply, len(version.revisions)
    taken: list[dict[Key, Fraction]] = []
    products: dict[Key, Product] = {}
    for place, schedule in ((last - 1, version.revisions[-1].schedule), (last, version.schedule)):
        days = apart(version, place)
        taken.append({one.key: needed_in_all(schedule, rules, one, days) for one in schedule.products})
        products |= {one.key: one for one in schedule.products}
    before, now = taken
    changes = [
        AmountChange(one, before.get(one.key, Fraction(0)), now.get(one.key, Fraction(0)))
        for one in sorted(products.values(), key=lambda product: product.sort_key)
    ]
    return tuple(change for change in changes if change.before or change.now)
