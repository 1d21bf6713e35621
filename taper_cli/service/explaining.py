"""Why the steps of a saved plan are what they are: each planned again by the version that made it, measured on the days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from taper_cli.model.dose import ZERO, upwards
from taper_cli.model.errors import InvalidInput
from taper_cli.model.explained import DaySplit, Explanation, Made, Moment, Searched, StageExplained, StepExplained
from taper_cli.model.report import Report
from taper_cli.model.schedule import Step, StepKind
from taper_cli.model.switch import stages
from taper_cli.planning.compositions import intakes_made
from taper_cli.planning.ground import Ground
from taper_cli.planning.revision import held_as
from taper_cli.service.measuring import Measure, agree_with_the_judge
from taper_cli.service.replanning import Planning, planning_of
from taper_cli.service.revised import stock_of, version_of
from taper_cli.service.saving import opened
from taper_cli.service.tracing import Origin, days_of, origins
from taper_cli.service.versions import Hand, hands, laws

ALL, STOP = "all", "stop"
_FOUND = "and no cut of the plan: the patient was found to take it"


def explained(content: bytes, name: str, which: str, today: date | None = None) -> Explanation:
    """Explain a step of a plan file: `which` is a number, "stop" (the ending) or "all".

    Raises:
        InvalidInput: for a step that the plan has not got.
        CannotPlan: for a file that is no plan, was edited, or whose drug or products the data of today do not hold.
        RefusedForSafety: where the data of today refuse what was let through when it was made.
    """
    return explain(opened(content, name, today), which)


def explain(report: Report, which: str) -> Explanation:
    """Explain a step of a finished report; see `explained`."""
    wanted = _steps(report, which)
    asked = _Asked(report)
    found = tuple(asked.step(step) for step in wanted)
    agree_with_the_judge(found)
    return Explanation(report=report, searches=asked.searches, steps=found)


def _steps(report: Report, which: str) -> tuple[Step, ...]:
    """The steps that were asked for."""
    steps = report.schedule.steps
    if which == ALL:
        return steps
    if which == STOP:
        return steps[-1:]
    number = int(which) if which.isascii() and which.isdigit() and len(which) < 6 else 0
    if not 1 <= number <= len(steps):
        raise InvalidInput(
            f"step {which!r} is not in this plan",
            f"expected 1 to {len(steps)}, stop or all",
            "type for example 'taper explain plan.json 1'",
        )
    return steps[number - 1 : number]


class _Asked:
    """A plan's versions, asked about one step after another: each step under the version that made it."""

    def __init__(self, report: Report) -> None:
        self._report, self._schedule = report, report.schedule
        self._version = version_of(report)
        self._laws = laws(self._version)
        self._hands, self._origins = hands(self._version), origins(self._version)
        self._plannings: dict[int, Planning | None] = {}
        self._measures: dict[Hand, Measure] = {}

    @property
    def searches(self) -> tuple[Searched, ...]:
        """How the versions planned that were asked about so far, the first one first."""
        known = sorted((place, planning) for place, planning in self._plannings.items() if planning is not None)
        return tuple(planning.told for _, planning in known)

    def step(self, step: Step) -> StepExplained:
        """All about one step."""
        level, before = upwards(step.mean), upwards(self._schedule.mean_before(step))
        origin, measure = self._origins[step.number - 1], self._measure(step)
        made = origin.history.made
        limits = measure.limits(step)
        stops = step.kind is StepKind.STOP
        if level >= before:
            # Where nothing falls, an earlier fall that stood as an exception is not told again.
            limits = tuple(limit for limit in limits if limit.kept)
        if made is Made.FOUND:
            limits = tuple(limit if limit.kept else limit._replace(lifted=_FOUND) for limit in limits)
        above = [limit for limit in limits if not limit.kept and limit.most is None and made is not Made.FOUND]
        law = self._laws[self._hands[step.number - 1].maker]
        return StepExplained(
            step=step,
            level=level,
            before=before,
            moments=self._moments(step, origin),
            limits=limits,
            tail=measure.tail(above[0]) if above and not stops else None,
            last_dose=measure.last_dose(step) if stops else None,
            whole_time=measure.whole_time() if step.end is None else None,
            splits=self._splits(origin),
            intakes=intakes_made(held_as(step, stock_of(law.setting)), stock_of(law.setting)),
            findings=self._report.findings_of(step),
            history=origin.history,
            stage=self._stage(step) if step.kind is StepKind.SWITCH else None,
        )

    def _stage(self, step: Step) -> StageExplained:
        """What a stage of a switch moves, and what the published ratios make of it."""
        schedule, crossing = self._schedule, self._report.crossing
        old, number = schedule.drug_before, step.number
        taken = {(one.slot, one.drug): one.dose for one in step.intakes}
        was = {(slot, old): dose for slot, dose in schedule.before.doses}
        if number > 1:
            was = {(one.slot, one.drug): one.dose for one in schedule.steps[number - 2].intakes}
        slot = next(slot for slot, _ in (*was, *taken) if was.get((slot, old), ZERO) != taken.get((slot, old), ZERO))
        both = {drug: (was.get((slot, drug), ZERO), taken.get((slot, drug), ZERO)) for drug in (old, schedule.drug)}
        found = crossing.range_of(schedule, step) if crossing else None
        return StageExplained(
            place=stages(schedule).index(step) + 1,
            of=len(stages(schedule)),
            slot=slot,
            old=both[old],
            new=both[schedule.drug],
            range=found if found and found.least != found.most else None,
        )

    def _measure(self, step: Step) -> Measure:
        """The limits as they hold for a step: the law of the version that made it, over the days of the whole plan."""
        hand = self._hands[step.number - 1]
        if hand not in self._measures:
            law, mover = self._laws[hand.maker], self._laws[hand.mover]
            # A limit may have been accepted when the step was moved.
            accepted = mover.setting.request.acceptances
            setting = law.setting._replace(request=replace(law.setting.request, acceptances=accepted))
            ground = Ground(replace(setting.problem, before=law.regimen))
            self._measures[hand] = Measure(setting, self._schedule, ground)
        return self._measures[hand]

    def _planning(self, place: int) -> Planning | None:
        """How a version planned, counted from 0; None for one that only moved, stayed or stopped."""
        if place not in self._plannings:
            self._plannings[place] = planning_of(self._version, self._laws, place)
        return self._plannings[place]

    def _moments(self, step: Step, origin: Origin) -> tuple[Moment, ...]:
        """The moments that a step joins; a stop is decided by the last-dose rule and has none."""
        found: list[Moment] = []
        for place, stood in origin.stood:
            # A dose that no planner chose has no search of its own, unless the plan went on by staying on it.
            alone = stood is origin.as_made and origin.history.made is not Made.PLANNED and not stood.held
            planning = None if alone or step.kind is StepKind.SWITCH else self._planning(place)
            if planning is not None and step.kind is not StepKind.STOP:
                found += planning.moments(*days_of(stood, step))
        return tuple(found)

    def _splits(self, origin: Origin) -> tuple[DaySplit, ...]:
        """The ways to spread a day over its slots, where there are several, between the days that its version gave it."""
        step, place = origin.as_made, origin.maker
        if step.kind is StepKind.SWITCH:
            return ()
        planning = self._planning(place) if origin.history.made is Made.PLANNED else None
        if planning is None or not step.intakes or step.rhythm is not None:
            return ()
        return planning.splits(self._version.schedules[place], step)
