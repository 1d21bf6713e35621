"""A plan as the chain of its versions: what holds from which day on, each step judged by the version that made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from taper_cli.checks.all import ALL_CHECKS
from taper_cli.checks.base import Case, accept, check_all
from taper_cli.model.dose import Dose
from taper_cli.model.finding import Acceptance, Finding
from taper_cli.model.period import Period, Until
from taper_cli.model.product import Product
from taper_cli.model.request import OverTime, Pace, Request
from taper_cli.model.revision import Revised, Revision
from taper_cli.model.saved import Found
from taper_cli.model.schedule import Regimen, Schedule, Step
from taper_cli.model.transcript import Event, EventKind, Transcript, transcribe
from taper_cli.planning.revision import regimen_of, step_on
from taper_cli.service.judging import case_of
from taper_cli.service.setting import Setting, setting_of


class Version(NamedTuple):
    """One version of a plan: the request of version 1, the revisions since with what each replaced, and the schedule now."""

    request: Request
    revisions: tuple[Revised, ...]
    schedule: Schedule
    found: Found

    @property
    def number(self) -> int:
        """The version's number."""
        return len(self.revisions) + 1

    @property
    def schedules(self) -> tuple[Schedule, ...]:
        """The schedule of every version up to this one."""
        return (*(revised.schedule for revised in self.revisions), self.schedule)


class Law(NamedTuple):
    """What holds for the steps that begin from a day on: the setting with the pace asked, and its interval.

    `regimen` are the doses by slot up to which totals are counted: those from which the rest was planned.
    """

    since: date
    setting: Setting
    every: Period
    regimen: Regimen


def in_force(request: Request, revisions: Sequence[Revision]) -> Request:
    """The request as the revisions have changed it: pace, products, how they may be divided, accepted limits, today."""
    for revision in revisions:
        accepted = {one.rule: one for one in (*request.acceptances, *revision.acceptances)}
        request = replace(
            request,
            pace=next_pace(request.pace, revision),
            products=request.products if revision.products is None else revision.products,
            split=request.split if revision.split is None else revision.split,
            acceptances=tuple(accepted.values()),
            today=revision.made_on,
        )
    return request


def next_pace(pace: Pace, revision: Revision) -> Pace:
    """The pace that holds after a revision."""
    if revision.pace is not None:
        return revision.pace
    return OverTime(Until(revision.until)) if revision.until is not None else pace


def laws(version: Version) -> tuple[Law, ...]:
    """The law of each version, the first one first.

    Raises:
        InvalidInput, CannotPlan, RefusedForSafety: as `setting_of`.
    """
    request = version.request
    found = [Law(version.schedules[0].start, setting_of(request), request.every, request.regimen)]
    revisions = [revised.revision for revised in version.revisions]
    for place, revision in enumerate(revisions, start=1):
        law = found[-1]
        regimen = law.regimen
        if revision.plans_anew:
            taken = step_on(version.schedules[place], revision.on).intakes
            regimen = regimen_of(taken) if taken else regimen
        setting = setting_of(in_force(request, revisions[:place]))
        found.append(Law(since=revision.on, setting=setting, every=revision.every or law.every, regimen=regimen))
    return tuple(found)


def made_by(revisions: Sequence[Revised], step: Step) -> int:
    """Which version made a step, counted from 0: the last one whose day is not after the step's first."""
    days = [revised.revision.on for revised in revisions]
    return max((place for place, day in enumerate(days, start=1) if day <= step.start), default=0)


def events_of(version: Version) -> tuple[Event, ...]:
    """What the revisions state about doses that no planner chose: raised by a prescriber, found with the patient."""
    found = []
    for place, revised in enumerate(version.revisions, start=1):
        revision = revised.revision
        planned = step_on(revised.schedule, revision.on).total
        taken = step_on(version.schedules[place], revision.on).total
        if revision.actual is not None and (taken < planned or revision.back_to is None):
            if taken != planned:
                found.append(Event(revision.on, EventKind.FOUND, taken))
        elif revision.back_to is not None:
            found.append(Event(revision.on, EventKind.RAISED, taken))
    return tuple(found)


class Verdict(NamedTuple):
    """The case under the law of the last version, and the findings of every step under the law of the version that made it."""

    case: Case
    found: tuple[Finding, ...]


def judged(version: Version, held: Sequence[Law]) -> Verdict:
    """Judge the whole schedule by each law in turn, and keep of each what it says of its own steps."""
    schedule = version.schedule
    makers = {step.number: made_by(version.revisions, step) for step in schedule.steps}
    found: list[Finding] = []
    case = None
    for place, law in enumerate(held):
        last = place == len(held) - 1
        case = _case(version, law, last=last)
        if last or place in makers.values():
            judged_now = accept(check_all(case, ALL_CHECKS), law.setting.request.acceptances)
            found += [one for one in judged_now if (makers[one.step] == place if one.step else last)]
    if case is None:
        raise ValueError("a plan without a version")
    # Findings come by step, as from a single judge; sorting keeps the order within one step.
    return Verdict(case, tuple(sorted(found, key=lambda one: one.step or 0)))


def _case(version: Version, law: Law, *, last: bool) -> Case:
    """The schedule before the judge under one law; its products are those of the law, divided as the law allows."""
    setting, schedule = law.setting, version.schedule
    problem = replace(setting.problem, before=law.regimen, target=schedule.ending.total)
    case = case_of(setting._replace(problem=problem), schedule)
    revised_on = version.revisions[-1].revision.on if version.revisions and last else None
    transcript = transcribe(schedule, events_of(version), revised_on)
    return replace(case, transcript=_with_products(transcript, setting.at_hand.products))


def _with_products(transcript: Transcript, products: Sequence[Product]) -> Transcript:
    """The transcript with its products as a law knows them: divided as that law allows."""
    known = {product.identity: product for product in products}
    steps = []
    for step in transcript.steps:
        intakes = []
        for intake in step.intakes:
            portions = tuple(
                replace(portion, product=known.get(portion.product.identity, portion.product))
                for portion in intake.portions or ()
            )
            intakes.append(replace(intake, portions=portions))
        steps.append(replace(step, intakes=tuple(intakes)))
    return replace(transcript, steps=tuple(steps))


def highest_before(schedule: Schedule, day: date) -> Dose:
    """The highest daily total that the plan holds before a day, the starting dose included."""
    return max(schedule.before.total, *(step.total for step in schedule.steps if step.start <= day))


def newly_accepted(version: Version) -> tuple[Acceptance, ...]:
    """The acceptances that were typed with the last revision, which must accept something."""
    return version.revisions[-1].revision.acceptances if version.revisions else ()
