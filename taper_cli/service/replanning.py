"""How one version of a plan came to its steps: planned again, compared with what was saved, and asked about single days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from taper_cli.model.dose import upwards
from taper_cli.model.errors import CannotPlan, TaperError
from taper_cli.model.explained import Aim, CurveTold, DaySplit, Moment, Searched
from taper_cli.model.request import AtPace, ByBands, ByLadder, ByLevels, OverTime, Pace
from taper_cli.model.schedule import Schedule, Step
from taper_cli.planning.compositions import day_splits
from taper_cli.planning.dispensing import TooFine
from taper_cli.planning.ground import Ground
from taper_cli.planning.placing import Way
from taper_cli.planning.problem import Planned, Problem
from taper_cli.service.planning import answer
from taper_cli.service.revising import search_of
from taper_cli.service.setting import Setting
from taper_cli.service.versions import Law, Version

if TYPE_CHECKING:
    from taper_cli.planning.alternatives import Alternatives


def planning_of(version: Version, held: Sequence[Law], place: int) -> Planning | None:
    """How the version in a place, counted from 0, planned its steps; None where it only moved, stayed or stopped.

    Raises:
        CannotPlan: for a first version that cannot be planned again at all.
    """
    law = held[place]
    if place == 0:
        return _first(version, law)
    revised = version.revisions[place - 1]
    before = Version(version.request, version.revisions[: place - 1], revised.schedule, revised.found)
    try:
        search = search_of(before, revised.revision)
    except (TaperError, TooFine, OverflowError):
        # What could be planned then cannot be today: no search of today may be told as the reason.
        return _not_again(law, place) if revised.revision.plans_anew else None
    if search is None:
        return None
    same = search.schedule == version.schedules[place]
    return Planning(law, place, search.pace, search.problem, search.planned.schedule if same else None)


def _first(version: Version, law: Law) -> Planning:
    """How the first version planned; of a switch the taper after its stages."""
    setting, saved = law.setting, version.schedules[0]
    pace, problem = setting.request.pace, setting.problem
    try:
        if setting.crossing is not None:
            from taper_cli.planning.crossover import joined
            from taper_cli.service.switching import stages_of, taper_after

            laid_out = stages_of(setting)
            pace, problem = taper_after(setting, *laid_out)
            again = answer(setting, pace, problem)
            same = isinstance(again, Planned) and joined(*laid_out, again.schedule) == saved
        else:
            again = answer(setting, pace, problem)
            same = isinstance(again, Planned) and again.schedule == saved
    except (TooFine, OverflowError) as error:
        raise CannotPlan(f"the plan cannot be planned again: {error}", "expected a plan of this program") from error
    return Planning(law, 0, pace, problem, again.schedule if same and isinstance(again, Planned) else None)


def _not_again(law: Law, place: int) -> Planning:
    """A version of which only its law is known."""
    problem = replace(law.setting.problem, before=law.regimen, start=law.since)
    return Planning(law, place, law.setting.request.pace, problem, None)


class Planning:
    """One version's search: `schedule` is what it planned, from its own first day on; None where it does not come out again."""

    def __init__(self, law: Law, place: int, pace: Pace, problem: Problem, schedule: Schedule | None) -> None:
        self._law, self._place, self._pace, self._problem = law, place, pace, problem
        self._schedule, self._ground = schedule, Ground(problem)
        self._alternatives: Alternatives | None = None
        self._walked: tuple[Moment, ...] = ()
        if schedule is not None:
            self._walk(law.setting, schedule)

    def _walk(self, setting: Setting, schedule: Schedule) -> None:
        """Work out the moments at which a cut was due, as far as they are known without asking for a step."""
        from taper_cli.planning.alternatives import Alternatives
        from taper_cli.planning.replay import asked_moments, typed_moments

        match self._pace:
            case OverTime(length):
                self._alternatives = Alternatives(self._problem, length, setting.shape)
            case AtPace() | ByBands() as pace:
                self._walked = asked_moments(self._problem, pace, schedule)
            case ByLevels() | ByLadder():
                named = [step for step in schedule.steps if step.total and step.rhythm is None]
                befores = [upwards(schedule.mean_before(step)) for step in named]
                self._walked = typed_moments(
                    self._problem, [(one.start, one.total, before) for one, before in zip(named, befores, strict=True)]
                )

    @property
    def told(self) -> Searched:
        """What is told of this search as a whole."""
        law, problem = self._law, self._problem
        request = law.setting.request
        # A share of the starting dose, and a published schedule, are told as they were asked for, not in terms of this dose.
        pace = self._pace if isinstance(self._pace, OverTime) else request.pace
        return Searched(
            version=self._place + 1,
            asked=replace(request, pace=pace, every=law.every),
            before=problem.before.total,
            start=problem.start,
            same=self._schedule is not None,
            aim=_aim(law.setting),
            curve=self._curve,
        )

    @property
    def _curve(self) -> CurveTold | None:
        """The wanted curve, where there is one."""
        if self._alternatives is None:
            return None
        curve = self._alternatives.curve
        return CurveTold(curve.shape, curve.top, curve.bottom, curve.length, self._alternatives.reanchored)

    def moments(self, first: date, end: date | None) -> tuple[Moment, ...]:
        """The moments from a day to the eve of another, or without an end; none where the search does not come out again."""

        def within(day: date) -> bool:
            return first <= day and (end is None or day < end)

        if self._alternatives is None:
            return tuple(one._replace(version=self._place + 1) for one in self._walked if within(one.day))
        starts = list(self._alternatives.starts)
        if self._schedule is not None and self._schedule.ending.total:
            starts.append(self._schedule.ending.start)
        found = (self._alternatives.moment(at) for at, day in enumerate(starts, start=1) if within(day))
        return tuple(one._replace(version=self._place + 1) for one in found)

    def splits(self, schedule: Schedule, step: Step) -> tuple[DaySplit, ...]:
        """The ways to spread the day of a step over its slots, between its neighbours in its version; none for one slot."""
        slots = [slot for slot, _ in self._problem.before.doses]
        if len(slots) == 1:
            return ()
        later = schedule.steps[step.number : step.number + 1]
        around = [*schedule.steps[max(step.number - 2, 0) : step.number - 1], *later]
        quantum = self._ground.quantum
        if any(one.dose_at(slot).ng % quantum for one in (step, *around) for slot in slots):
            # A neighbour made of other products cannot be counted in the steps of these.
            return ()
        points = tuple(step.dose_at(slot).ng // quantum for slot in slots)
        ways = self._ground.day.ways(sum(points))
        taken = next((way for way in ways if way.points == points), None)
        if taken is None:
            return ()

        def way(one: Step) -> Way:
            """A neighbour of other ways; only its doses are compared."""
            held = tuple(one.dose_at(slot).ng // quantum for slot in slots)
            return Way(points=held, misplaced=0, cuts=0, pieces=0, distinct=0)

        before = way(schedule.steps[step.number - 2]) if step.number > 1 else self._ground.start_way()
        return day_splits(self._ground, before, taken, way(later[0]) if later and later[0].total else None)


def _aim(setting: Setting) -> Aim:
    """What the planner aims at first for this request."""
    match setting.request.pace:
        case OverTime() if setting.shape is not None:
            return Aim.SHAPE
        case OverTime():
            return Aim.SHORT_USE if setting.problem.short_use else Aim.GENTLEST
        case ByLevels():
            return Aim.LEVELS
        case ByLadder():
            return Aim.LADDER
        case AtPace() | ByBands():
            return Aim.PACE
