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
from taper_cli.model.request import OverTime, Pace, Request, WantedProduct
from taper_cli.model.revision import Revised, Revision
from taper_cli.model.saved import Found
from taper_cli.model.schedule import Regimen, Schedule, Step, StepKind
from taper_cli.model.transcript import Event, EventKind, StatedIntake, Transcript, transcribe
from taper_cli.planning.revision import regimen_of, same_step, stages_after, step_on
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
            products=_wanted(request, revision),
            split=request.split if revision.split is None else revision.split,
            acceptances=tuple(accepted.values()),
            today=revision.made_on,
        )
    return request


def _wanted(request: Request, revision: Revision) -> tuple[WantedProduct, ...] | None:
    """The products as typed last; a split that is typed later for all holds over one that was typed with a product before."""
    if revision.products is not None:
        return revision.products
    if request.products is None or revision.split is None:
        return request.products
    return tuple(product._replace(split=None) for product in request.products)


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
            schedule = version.schedules[place]
            taken = goes_on_from(schedule, step_on(schedule, revision.on)).intakes
            regimen = regimen_of(taken) if taken else regimen
        setting = setting_of(in_force(request, revisions[:place]))
        found.append(Law(since=revision.on, setting=setting, every=revision.every or law.every, regimen=regimen))
    return tuple(found)


def goes_on_from(schedule: Schedule, step: Step) -> Step:
    """The step from whose dose a taper goes on: the one in force or, while both drugs of a switch are taken, its last stage."""
    left = stages_after(schedule, step)
    return left[-1] if left else step


class Hand(NamedTuple):
    """Whose a step is, counted from 0: the version that made it, and the last one that moved it."""

    maker: int
    mover: int


def hands(version: Version) -> tuple[Hand, ...]:
    """Whose each step of the schedule is. A step that only moved keeps the law under which it was made."""
    found = [Hand(0, 0)] * len(version.schedules[0].steps)
    for place, revised in enumerate(version.revisions, start=1):
        old, new, on = version.schedules[place - 1], version.schedules[place], revised.revision.on
        known = list(zip(old.steps, found, strict=True))
        made = []
        for step in new.steps:
            if step.start < on or begins_that_day(step, old):
                made.append(found[step.number - 1])
                continue
            same = [hand.maker for one, hand in known if same_step(one, step)]
            # The stages of a switch stay as they were planned, whatever is planned anew after them.
            stays = step.kind is StepKind.SWITCH or not revised.revision.plans_anew
            moved = same and stays
            made.append(Hand(same[-1] if moved else place, place))
        found = made
    return tuple(found)


def begins_that_day(step: Step, old: Schedule) -> bool:
    """Whether a step that begins with the change is the one that the version before had from that day on."""
    was = old.steps[step.number - 1] if step.number <= len(old.steps) else None
    return was is not None and was.start == step.start and same_step(was, step)


def events_of(version: Version) -> tuple[Event, ...]:
    """What the revisions state about doses that no planner chose: raised by a prescriber, found with the patient."""
    found = (event_of(version, place) for place in range(1, version.number))
    return tuple(event for event in found if event is not None)


def event_of(version: Version, place: int) -> Event | None:
    """What the revision in that place, counted from 1, states about a dose that no planner chose."""
    revised = version.revisions[place - 1]
    revision = revised.revision
    if revision.actual is None and revision.back_to is None:
        return None
    planned = step_on(revised.schedule, revision.on).total
    taken = step_on(version.schedules[place], revision.on).total
    if revision.actual is not None and (taken < planned or revision.back_to is None):
        return Event(revision.on, EventKind.FOUND, taken) if taken != planned else None
    return Event(revision.on, EventKind.RAISED, taken) if revision.back_to is not None else None


class Verdict(NamedTuple):
    """The case under the law of the last version, and the findings of every step under the law of the version that made it."""

    case: Case
    found: tuple[Finding, ...]


def judged(version: Version, held: Sequence[Law]) -> Verdict:
    """Judge the whole schedule for each hand in turn, and keep what is said of that hand's steps; the last one speaks for the whole."""
    owners = hands(version)
    last = Hand(len(held) - 1, len(held) - 1)
    case = _case(version, held, last)
    found: list[Finding] = []
    for hand in dict.fromkeys((last, *owners)):
        each = case if hand == last else _case(version, held, hand)
        told = accept(check_all(each, ALL_CHECKS), held[hand.mover].setting.request.acceptances)
        found += [one for one in told if (owners[one.step - 1] == hand if one.step else hand == last)]
    # Findings come by step, as from a single judge; sorting keeps the order within one step.
    return Verdict(case, tuple(sorted(found, key=lambda one: one.step or 0)))


def _case(version: Version, held: Sequence[Law], hand: Hand) -> Case:
    """The schedule before the judge for one hand: under the law of its maker, with what was accepted when it was moved last.

    Its products are those of the law, divided as the law allows.
    """
    law, schedule = held[hand.maker], version.schedule
    setting, mover = law.setting, held[hand.mover].setting.request
    problem = replace(setting.problem, before=law.regimen, target=schedule.ending.counted)
    request = replace(setting.request, acceptances=mover.acceptances, today=mover.today)
    case = case_of(setting._replace(problem=problem, request=request), schedule)
    revised_on = version.revisions[hand.mover - 1].revision.on if hand.mover else None
    transcript = transcribe(schedule, events_of(version), revised_on)
    return replace(case, transcript=_with_products(transcript, setting.at_hand.products))


def _with_products(transcript: Transcript, products: Sequence[Product]) -> Transcript:
    """The transcript with its products as a law knows them: divided as that law allows."""
    known = {product.key: product for product in products}

    def matched(intakes: Sequence[StatedIntake]) -> tuple[StatedIntake, ...]:
        return tuple(
            replace(
                intake,
                portions=tuple(
                    replace(portion, product=known.get(portion.product.key, portion.product))
                    for portion in intake.portions or ()
                ),
            )
            for intake in intakes
        )

    steps = (replace(step, intakes=matched(step.intakes), others=matched(step.others)) for step in transcript.steps)
    return replace(transcript, steps=tuple(steps))


def highest_before(schedule: Schedule, day: date) -> Dose:
    """The highest daily total that the plan holds before a day, the starting dose included, in the schedule's drug."""
    return max(schedule.counted_before, *(step.counted for step in schedule.steps if step.start <= day))


def newly_accepted(version: Version) -> tuple[Acceptance, ...]:
    """The acceptances that were typed with the last revision, which must accept something."""
    return version.revisions[-1].revision.acceptances if version.revisions else ()
