"""Why the steps of a saved plan are what they are: planned again from its own request, measured again on its own schedule."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from taper_cli.model.dose import Dose
from taper_cli.model.errors import CannotPlan, InvalidInput
from taper_cli.model.explained import Aim, CurveTold, DaySplit, Explanation, Moment, StepExplained
from taper_cli.model.report import Report
from taper_cli.model.request import AtPace, ByBands, ByLadder, ByLevels, OverTime
from taper_cli.model.schedule import Step, StepKind
from taper_cli.planning.compositions import day_splits, intakes_made
from taper_cli.planning.dispensing import TooFine
from taper_cli.planning.ground import Ground
from taper_cli.planning.placing import Way
from taper_cli.planning.problem import Planned
from taper_cli.service.measuring import Measure, agree_with_the_judge, level_of
from taper_cli.service.planning import answer
from taper_cli.service.saving import opened
from taper_cli.service.setting import Setting, setting_of

if TYPE_CHECKING:
    from taper_cli.planning.alternatives import Alternatives

ALL, STOP = "all", "stop"


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
    if report.revisions:
        # Its steps were found by several searches, from several days: one told as the reason would not be the reason.
        raise CannotPlan(
            f"this is version {report.version} of a plan, whose steps come from more than one version",
            "expected a plan as it was first made",
            "read its change slip and its history, or explain the file of version 1",
        )
    wanted = _steps(report, which)
    setting = setting_of(report.request)
    asked = _Asked(setting, report)
    found = tuple(asked.step(step) for step in wanted)
    agree_with_the_judge(found)
    return Explanation(report=report, same=asked.same, aim=_aim(setting), curve=asked.curve, steps=found)


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
        case _:
            return Aim.PACE


class _Asked:
    """A plan's problem, asked about one step after another."""

    def __init__(self, setting: Setting, report: Report) -> None:
        self._setting, self._report, self._schedule = setting, report, report.schedule
        self._ground = Ground(setting.problem)
        self._measure = Measure(setting, self._schedule, self._ground)
        try:
            again = answer(setting, setting.request.pace, setting.problem)
        except (TooFine, OverflowError) as error:
            raise CannotPlan(f"the plan cannot be planned again: {error}", "expected a plan of this program") from error
        self.same = isinstance(again, Planned) and again.schedule == self._schedule
        self._alternatives: Alternatives | None = None
        self._walked: tuple[Moment, ...] = ()
        if self.same:
            self._walk()

    def _walk(self) -> None:
        """Work out the moments at which a cut was due, as far as they are known without asking for a step."""
        from taper_cli.planning.alternatives import Alternatives
        from taper_cli.planning.replay import asked_moments, typed_moments

        request, problem = self._setting.request, self._setting.problem
        match request.pace:
            case OverTime(length):
                self._alternatives = Alternatives(problem, length, self._setting.shape)
            case AtPace() | ByBands() as pace:
                self._walked = asked_moments(problem, pace, self._schedule)
            case ByLevels() | ByLadder():
                named = [step for step in self._schedule.steps if step.total and step.rhythm is None]
                befores = [level_of(self._schedule.mean_before(step)) for step in named]
                self._walked = typed_moments(
                    problem, [(step.start, step.total, before) for step, before in zip(named, befores, strict=True)]
                )

    @property
    def curve(self) -> CurveTold | None:
        """The wanted curve, where the plan has one."""
        if self._alternatives is None:
            return None
        curve = self._alternatives.curve
        return CurveTold(curve.shape, curve.top, curve.bottom, curve.length, self._alternatives.reanchored)

    def step(self, step: Step) -> StepExplained:
        """All about one step."""
        level, before = level_of(step.mean), level_of(self._schedule.mean_before(step))
        limits = self._measure.limits(step)
        stops = step.kind is StepKind.STOP
        if level >= before:
            # Where nothing falls, an earlier fall that stood as an exception is not told again.
            limits = tuple(limit for limit in limits if limit.kept)
        above = [limit for limit in limits if not limit.kept and limit.most is None]
        return StepExplained(
            step=step,
            level=level,
            before=before,
            moments=self._moments(step),
            limits=limits,
            tail=self._measure.tail(above[0]) if above and not stops else None,
            last_dose=self._measure.last_dose(step) if stops else None,
            whole_time=self._measure.whole_time() if step.end is None else None,
            splits=self._splits(step),
            intakes=intakes_made(step, self._setting.at_hand.products),
            findings=self._report.findings_of(step),
        )

    def _moments(self, step: Step) -> tuple[Moment, ...]:
        """The moments that a step joins; a stop is decided by the last-dose rule and has none."""

        def within(day: date) -> bool:
            return step.start <= day and (step.end is None or day < step.end)

        if not self.same or step.kind is StepKind.STOP:
            return ()
        if self._alternatives is None:
            return tuple(moment for moment in self._walked if within(moment.day))
        starts = [*self._alternatives.starts, *([step.start] if step.end is None else [])]
        return tuple(self._alternatives.moment(at) for at, day in enumerate(starts, start=1) if within(day))

    def _splits(self, step: Step) -> tuple[DaySplit, ...]:
        """The ways to spread a day over its slots, where there are several slots."""
        if len(self._schedule.before.slots) == 1 or not step.total or step.rhythm is not None:
            return ()
        later = self._schedule.steps[step.number : step.number + 1]
        taken = next((way for way in self._ways(step.total) if way.points == self._points(step)), None)
        if taken is None:
            return ()
        before = _way(self._points(self._schedule.steps[step.number - 2])) if step.number > 1 else None
        following = _way(self._points(later[0])) if later and later[0].total else None
        return day_splits(self._ground, before or self._ground.start_way(), taken, following)

    def _ways(self, total: Dose) -> tuple[Way, ...]:
        return self._ground.day.ways(total.ng // self._ground.quantum)

    def _points(self, step: Step) -> tuple[int, ...]:
        """A step's doses by slot, in the planner's quanta."""
        return tuple(step.dose_at(slot).ng // self._ground.quantum for slot in self._schedule.before.slots)


def _way(points: tuple[int, ...]) -> Way:
    """Doses by slot as a neighbour of other ways; only its doses are compared."""
    return Way(points=points, misplaced=0, cuts=0, pieces=0, distinct=0)
